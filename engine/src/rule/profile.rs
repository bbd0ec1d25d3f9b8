//! Profiles: where frameworks ask for different values, or for another way to look, a rule file gives each its own,
//! with its own references. The rule then stands once a profile in the catalogue.

use super::variable::{Variable, VariableValue};
use super::yaml::{Node, Value};
use super::{Mark, Reader, schema};
use crate::rule::nearest;

/// The frameworks that can be a profile, with how people call them.
pub const PROFILES: [(&str, &str); 5] = [
    ("cis", "CIS"),
    ("stig", "STIG"),
    ("nist_800_53", "NIST 800-53"),
    ("nist_800_171", "NIST 800-171"),
    ("pci_dss_4", "PCI DSS 4"),
];

/// What takes the place of what the rule says.
const OWN: [&str; 3] = ["description", "platforms", "implementations"];

/// One profile of a rule file.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Profile<'n> {
    /// The framework.
    pub(super) name: &'static str,
    /// How people call it.
    pub(super) label: &'static str,
    /// Where the values come from; empty where there are none.
    pub(super) source: String,
    /// Its values, under the names of their variables.
    values: Vec<(&'n Node, VariableValue)>,
    /// Where it is named.
    mark: Mark,
    /// What is written under its name.
    node: &'n Node,
}

impl<'n> Profile<'n> {
    /// Reads the mapping `profiles` of a rule file.
    pub(super) fn read_all(
        reader: &mut Reader<'_>,
        rule: &'n Node,
        variables: &[Variable],
    ) -> Vec<Self> {
        let Some(node) = rule.get("profiles") else {
            return Vec::new();
        };
        let Value::Mapping(pairs) = &node.value else {
            let message = format!("profiles must be a mapping, not {}", node.kind());
            reader.fault(node.mark, message);
            return Vec::new();
        };
        if pairs.len() < 2 {
            let message = "profiles must name at least two; with one, give the default instead";
            reader.fault(node.mark, message);
        }
        let profiles: Vec<Self> = pairs
            .iter()
            .filter_map(|(name, node)| Self::read(reader, name, node, variables))
            .collect();
        if profiles.len() == pairs.len() {
            differ(reader, rule, &profiles);
        }
        profiles
    }

    fn read(
        reader: &mut Reader<'_>,
        name: &Node,
        node: &'n Node,
        variables: &[Variable],
    ) -> Option<Self> {
        let known = PROFILES.map(|profile| (profile.0, profile));
        let mark = name.mark;
        let (name, label) = reader.word(name, "a profile", &known)?;
        if !schema::PROFILE.holds(reader, node) {
            return None;
        }
        let given = node.get("values");
        let pairs: &[(Node, Node)] = match given.map(|given| (&given.value, given.mark)) {
            None => &[],
            Some((Value::Mapping(pairs), _)) => pairs,
            Some((_, mark)) => {
                reader.fault(mark, "values must be a mapping from variables");
                return None;
            }
        };
        let values = pairs
            .iter()
            .filter_map(|pair| value(reader, pair, variables))
            .collect();
        let source = node.get("source").and_then(Node::text);
        Some(Self {
            name,
            label,
            source: source.unwrap_or_default().trim().to_owned(),
            values,
            mark,
            node,
        })
    }

    /// The value that it gives to a variable.
    pub(super) fn value(&self, variable: &str) -> Option<&VariableValue> {
        self.given(variable).map(|(_, value)| value)
    }

    /// Where it gives a value to a variable.
    pub(super) fn names(&self, variable: &str) -> Option<Mark> {
        self.given(variable).map(|(name, _)| name.mark)
    }

    fn given(&self, variable: &str) -> Option<&(&'n Node, VariableValue)> {
        let mut values = self.values.iter();
        values.find(|(name, _)| name.text() == Some(variable))
    }

    fn has(&self, key: &str) -> bool {
        self.node.get(key).is_some()
    }

    /// The mapping of references of this profile alone.
    pub(super) fn references(&self) -> Option<&'n Node> {
        self.node.get("references")
    }

    /// The rule file as it reads for this profile: what the profile has of its own is in the place of the rule's.
    pub(super) fn applied(&self, rule: &Node) -> Node {
        let (Value::Mapping(pairs), Value::Mapping(own)) = (&rule.value, &self.node.value) else {
            return rule.clone();
        };
        let gives_way = |key: &str| match key {
            "check" | "remediation" => self.has("implementations"),
            _ => OWN.contains(&key) && self.has(key),
        };
        let kept = pairs
            .iter()
            .filter(|(name, _)| !name.text().is_some_and(gives_way));
        let own = own
            .iter()
            .filter(|(name, _)| name.text().is_some_and(|key| OWN.contains(&key)));
        Node {
            mark: rule.mark,
            value: Value::Mapping(kept.chain(own).cloned().collect()),
        }
    }
}

/// Two profiles that judge alike are one, and what the rule says stands for one of them at least.
fn differ(reader: &mut Reader<'_>, rule: &Node, profiles: &[Profile<'_>]) {
    let plain = |one: &&Profile<'_>| {
        one.values.is_empty() && !one.has("implementations") && !one.has("platforms")
    };
    if let Some(second) = profiles.iter().filter(plain).nth(1) {
        let message = "only one profile can do without values, implementations and platforms of its own: two would \
                       judge alike";
        reader.fault(second.mark, message);
    }
    let of_rule = rule.get("implementations").or_else(|| rule.get("check"));
    if let Some(of_rule) = of_rule
        && profiles.iter().all(|one| one.has("implementations"))
    {
        let message = "each profile has implementations of its own, and these stand for none: leave them to one";
        reader.fault(of_rule.mark, message);
    }
}

fn value<'n>(
    reader: &mut Reader<'_>,
    (name, node): &'n (Node, Node),
    variables: &[Variable],
) -> Option<(&'n Node, VariableValue)> {
    let word = name.text().unwrap_or_default();
    let Some(variable) = variables.iter().find(|variable| variable.name == word) else {
        let names = variables.iter().map(|variable| variable.name.as_str());
        let message = format!("the rule declares no variable {word:?}");
        reader.suggest(name.mark, message, nearest(word, names));
        return None;
    };
    let value = variable.kind.value_of(reader, node, word)?;
    Some((name, value))
}
