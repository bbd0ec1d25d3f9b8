//! Profiles: where frameworks ask for different values, a rule file gives each its own values and references.
//! The rule then stands once a profile in the catalogue.

use super::variable::{Variable, VariableValue};
use super::yaml::{Node, Value};
use super::{Reader, schema};
use crate::rule::nearest;

/// The frameworks that can be a profile, with how people call them.
pub const PROFILES: [(&str, &str); 5] = [
    ("cis", "CIS"),
    ("stig", "STIG"),
    ("nist_800_53", "NIST 800-53"),
    ("nist_800_171", "NIST 800-171"),
    ("pci_dss_4", "PCI DSS 4"),
];

/// One profile of a rule file.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Profile<'n> {
    /// The framework.
    pub(super) name: &'static str,
    /// How people call it.
    pub(super) label: &'static str,
    /// Its values.
    pub(super) values: Vec<(String, VariableValue)>,
    /// Where the values come from.
    pub(super) source: String,
    /// The mapping of references of this profile alone.
    pub(super) references: Option<&'n Node>,
    /// The platforms of this profile, where they are not those of the rule.
    pub(super) platforms: Option<&'n Node>,
}

impl<'n> Profile<'n> {
    /// Reads the mapping `profiles` of a rule file.
    pub(super) fn read_all(
        reader: &mut Reader<'_>,
        node: &'n Node,
        variables: &[Variable],
    ) -> Vec<Self> {
        let Value::Mapping(pairs) = &node.value else {
            let message = format!("profiles must be a mapping, not {}", node.kind());
            reader.fault(node.mark, message);
            return Vec::new();
        };
        if pairs.len() < 2 {
            let message = "profiles must name at least two; with one, give the default instead";
            reader.fault(node.mark, message);
        }
        pairs
            .iter()
            .filter_map(|(name, node)| Self::read(reader, name, node, variables))
            .collect()
    }

    fn read(
        reader: &mut Reader<'_>,
        name: &Node,
        node: &'n Node,
        variables: &[Variable],
    ) -> Option<Self> {
        let known = PROFILES.map(|profile| (profile.0, profile));
        let (name, label) = reader.word(name, "a profile", &known)?;
        if !schema::PROFILE.holds(reader, node) {
            return None;
        }
        let source = node.get("source").and_then(Node::text)?;
        let given = node.get("values")?;
        let Value::Mapping(pairs) = &given.value else {
            reader.fault(given.mark, "values must be a mapping from variables");
            return None;
        };
        let values = pairs
            .iter()
            .filter_map(|pair| value(reader, pair, variables))
            .collect();
        Some(Self {
            name,
            label,
            values,
            source: source.trim().to_owned(),
            references: node.get("references"),
            platforms: node.get("platforms"),
        })
    }

    /// The value that it gives to a variable.
    pub(super) fn value(&self, variable: &str) -> Option<&VariableValue> {
        let mut values = self.values.iter();
        values
            .find(|(name, _)| name == variable)
            .map(|(_, value)| value)
    }
}

fn value(
    reader: &mut Reader<'_>,
    (name, node): &(Node, Node),
    variables: &[Variable],
) -> Option<(String, VariableValue)> {
    let word = name.text().unwrap_or_default();
    let Some(variable) = variables.iter().find(|variable| variable.name == word) else {
        let names = variables.iter().map(|variable| variable.name.as_str());
        let message = format!("the rule declares no variable {word:?}");
        reader.suggest(name.mark, message, nearest(word, names));
        return None;
    };
    let value = variable.kind.value_of(reader, node, word)?;
    Some((word.to_owned(), value))
}
