//! The variables of a set of rules as its files declare them, and the same rules with other values. Who gives
//! values, and where they are kept, is not known here.

use std::collections::{BTreeMap, HashSet};

use domain::variable::{DeclaredVariable, VariableForm, VariableOrigin, VariableProfile};

use super::base::RuleBaseError;
use super::variable::{Variable, VariableKind};
use super::{Dialect, Reader, Rule, RuleBase, Values, parse_rules, parse_yaml};

/// A variable with its type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declared {
    /// What people are told of it.
    pub variable: DeclaredVariable,
    /// What it may hold.
    pub kind: VariableKind,
}

impl RuleBase {
    /// Every variable that its rules declare, by name. Rules in the format of Kensa declare none.
    pub fn declared(&self) -> BTreeMap<String, Declared> {
        let mut found: BTreeMap<String, Declared> = BTreeMap::new();
        let mut read = HashSet::new();
        for rule in self.rules().iter().filter(|rule| declares(rule)) {
            if read.insert(rule.subject.as_str()) {
                for variable in variables(rule) {
                    found
                        .entry(variable.name.clone())
                        .or_insert_with(|| declared(variable));
                }
            }
            for bound in &rule.variables {
                let Some(known) = found.get_mut(&bound.name) else {
                    continue;
                };
                known.variable.rules.push(rule.id.clone());
                let profiles = &mut known.variable.profiles;
                if bound.origin == VariableOrigin::Profile
                    && profiles.iter().all(|one| one.profile != bound.place)
                {
                    profiles.push(VariableProfile {
                        profile: bound.place.clone(),
                        value: bound.value.plain(),
                        source: bound.source.clone(),
                    });
                }
            }
        }
        found
    }

    /// The same rules with these values. A value of the command line or of a file that a rule has already stays,
    /// unless a stronger one is among them.
    pub fn with_values(&self, values: &Values) -> Result<Self, RuleBaseError> {
        let mut faults = Vec::new();
        let mut rules: Vec<Rule> = Vec::with_capacity(self.rules().len());
        for rule in self.rules() {
            let asks = |rule: &Rule| rule.variables.iter().any(|one| values.holds(&one.name));
            if !declares(rule) || !asks(rule) {
                rules.push(rule.clone());
                continue;
            }
            let mut all = Values::default();
            for bound in &rule.variables {
                if bound.origin > VariableOrigin::Profile {
                    let given = (bound.origin, bound.place.as_str());
                    all.give(given, &bound.name, &bound.value.plain());
                }
            }
            all.give_all(values);
            match parse_rules(&file(rule), &rule.text, &all) {
                Ok(variants) => rules.extend(variants.into_iter().find(|one| one.id == rule.id)),
                Err(diagnostics) => faults.extend(diagnostics),
            }
        }
        if faults.is_empty() {
            Ok(self.of_same_order(rules))
        } else {
            Err(RuleBaseError::Faults(faults))
        }
    }
}

fn declares(rule: &Rule) -> bool {
    rule.dialect == Dialect::OpenWatch && !rule.variables.is_empty()
}

fn file(rule: &Rule) -> String {
    format!("{}/{}.yml", rule.category, rule.subject)
}

/// The declarations in the file of a rule. It was read once, so it holds.
fn variables(rule: &Rule) -> Vec<Variable> {
    let file = file(rule);
    let mut reader = Reader::new(&file);
    match parse_yaml(&rule.text) {
        Ok(node) => node
            .get("variables")
            .map_or_else(Vec::new, |node| Variable::read_all(&mut reader, node)),
        Err(_) => Vec::new(),
    }
}

fn declared(variable: Variable) -> Declared {
    let form = match &variable.kind {
        VariableKind::Integer { min, max } => VariableForm::Integer {
            min: *min,
            max: *max,
        },
        VariableKind::Text(_) => VariableForm::Text,
        VariableKind::Word(words) => VariableForm::Word(words.clone()),
        VariableKind::List(_) => VariableForm::List,
    };
    Declared {
        variable: DeclaredVariable {
            name: variable.name,
            description: variable.description,
            allowed: variable.kind.to_string(),
            form,
            default: variable.default.plain(),
            source: variable.source,
            profiles: Vec::new(),
            rules: Vec::new(),
        },
        kind: variable.kind,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(pairs: &[(VariableOrigin, &str, &str)]) -> Values {
        let mut values = Values::default();
        for (origin, name, value) in pairs {
            values.give((*origin, ""), name, value);
        }
        values
    }

    #[test]
    fn what_the_built_in_rules_declare_holds_its_own_values() {
        let declared = RuleBase::builtin().unwrap().declared();
        assert!(declared.len() > 5, "{}", declared.len());
        for (name, Declared { variable, kind }) in &declared {
            assert!(kind.parse(&variable.default).is_some(), "{name}");
            assert!(!variable.rules.is_empty(), "{name}");
            for profile in &variable.profiles {
                assert!(kind.parse(&profile.value).is_some(), "{name}");
            }
        }
    }

    #[test]
    fn other_values_give_other_rules_and_leave_the_rest_as_it_was() {
        let base = RuleBase::builtin().unwrap();
        let declared = base.declared();
        let (name, number) = declared
            .iter()
            .find_map(|(name, one)| match one.kind {
                VariableKind::Integer { min, .. } => Some((name.as_str(), min)),
                _ => None,
            })
            .unwrap();
        let given = values(&[(VariableOrigin::Host, name, &number.to_string())]);
        let other = base.with_values(&given).unwrap();
        assert_ne!(other.hash(), base.hash());
        for (before, after) in base.rules().iter().zip(other.rules()) {
            assert_eq!(before.id, after.id);
            let uses = declared[name].variable.rules.contains(&after.id);
            assert_eq!(before.hash != after.hash, uses, "{}", after.id);
            if uses {
                let bound = after.variables.iter().find(|one| one.name == name);
                assert_eq!(bound.unwrap().value.plain(), number.to_string());
            }
        }
        // A value of the command line is stronger, also when it was there before.
        let asked = values(&[(
            VariableOrigin::Request,
            name,
            &pack_default(&declared, name),
        )]);
        let asked = base.with_values(&asked).unwrap();
        assert_eq!(asked.with_values(&given).unwrap().hash(), asked.hash());
    }

    fn pack_default(declared: &BTreeMap<String, Declared>, name: &str) -> String {
        declared[name].variable.default.clone()
    }
}
