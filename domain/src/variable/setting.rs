//! Values that people set for variables: the gate that every value passes, and what changes by it. Where the
//! values of one place are kept is the matter of its aggregate.

use std::collections::BTreeMap;

use super::declaration::{VariableDeclarations, VariableRefusal};
use crate::validate::{self, InvalidField};

/// The values that one place has set, by the names of their variables.
pub type VariableValues = BTreeMap<String, String>;

/// A value that its variable may hold, or the wish to take one away. Only [`VariableSetting::give`] makes one with a
/// value, so nothing is ever stored that no rule asks for or that does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VariableSetting {
    name: String,
    value: Option<String>,
}

/// What changes: the variable, its value before, and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VariableChange {
    /// The variable.
    pub name: String,
    /// As it was; nothing when nobody had set it here.
    pub before: Option<String>,
    /// As it is now; nothing when it was taken away.
    pub after: Option<String>,
}

/// The longest value, in characters.
const LONGEST: usize = 1024;

impl VariableSetting {
    /// The value for the variable, when rules in use declare it and it may hold it.
    pub fn give(
        declarations: &dyn VariableDeclarations,
        name: &str,
        text: &str,
    ) -> Result<Self, VariableRefusal> {
        Ok(Self {
            name: name.to_owned(),
            value: Some(declarations.accept(name, text)?),
        })
    }

    /// Takes the value away, also of a variable that no rule declares any more.
    pub fn take_away(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            value: None,
        }
    }

    /// What it changes in the values of a place; nothing when it is so already.
    pub fn change(self, values: &VariableValues) -> Result<Option<VariableChange>, InvalidField> {
        if let Some(value) = &self.value {
            validate::optional_line("value", value, LONGEST)?;
        }
        let before = values.get(&self.name).cloned();
        Ok((before != self.value).then_some(VariableChange {
            name: self.name,
            before,
            after: self.value,
        }))
    }
}

/// The values of a place after a change.
pub(crate) fn changed(values: &mut VariableValues, name: &str, after: Option<&str>) {
    match after {
        Some(value) => drop(values.insert(name.to_owned(), value.to_owned())),
        None => drop(values.remove(name)),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::variable::DeclaredVariable;

    /// Every variable is called `days` and holds digits.
    pub(crate) struct Days;

    impl VariableDeclarations for Days {
        fn declared(&self) -> Vec<DeclaredVariable> {
            Vec::new()
        }

        fn accept(&self, name: &str, text: &str) -> Result<String, VariableRefusal> {
            if name != "days" {
                return Err(VariableRefusal::Unknown {
                    name: name.to_owned(),
                    near: None,
                });
            }
            let number: u32 = text.trim().parse().map_err(|_| VariableRefusal::Unfit {
                name: name.to_owned(),
                allowed: "a number".to_owned(),
                text: text.to_owned(),
            })?;
            Ok(number.to_string())
        }
    }

    #[test]
    fn a_value_passes_the_declaration_and_is_kept_in_its_one_form() {
        assert!(VariableSetting::give(&Days, "weeks", "1").is_err());
        assert!(VariableSetting::give(&Days, "days", "many").is_err());
        let setting = VariableSetting::give(&Days, "days", " 030 ").unwrap();
        let mut values = VariableValues::new();
        let change = setting.clone().change(&values).unwrap().unwrap();
        assert_eq!((change.before, change.after.as_deref()), (None, Some("30")));
        changed(&mut values, "days", Some("30"));
        assert_eq!(setting.change(&values), Ok(None));
    }

    #[test]
    fn what_no_rule_declares_any_more_can_be_taken_away() {
        let mut values = VariableValues::from([("gone".to_owned(), "1".to_owned())]);
        let change = VariableSetting::take_away("gone").change(&values).unwrap();
        assert_eq!(change.unwrap().before.as_deref(), Some("1"));
        changed(&mut values, "gone", None);
        assert_eq!(VariableSetting::take_away("gone").change(&values), Ok(None));
    }
}
