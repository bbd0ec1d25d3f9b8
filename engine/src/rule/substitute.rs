//! Puts the values of variables into a rule: as whole values of parameters, after the YAML was read, so that a
//! value can neither change the structure of a rule nor become a part of a script.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::variable::{BoundVariable, VariableValue};
use super::yaml::{Node, Value};
use super::{Mark, Reader, nearest};

static TEMPLATE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\{\{\s*([A-Za-z][A-Za-z0-9_]*)\s*\}\}").ok());

/// The keys of a rule under which variables stand.
const PARTS: [&str; 6] = [
    "title",
    "description",
    "rationale",
    "check",
    "implementations",
    "remediation",
];

/// Text for people: there a variable may stand within a sentence.
const PROSE: [&str; 4] = ["title", "description", "rationale", "manual"];

/// Puts values into the parts of a rule.
pub(super) struct Substitution<'v> {
    values: &'v [BoundVariable],
    used: BTreeSet<String>,
}

impl<'v> Substitution<'v> {
    pub(super) fn new(values: &'v [BoundVariable]) -> Self {
        let used = BTreeSet::new();
        Self { values, used }
    }

    /// The names of the variables that stood somewhere.
    pub(super) fn into_used(self) -> BTreeSet<String> {
        self.used
    }

    /// A rule file with values in the parts that are judged, mended and read by people.
    pub(super) fn rule(&mut self, reader: &mut Reader<'_>, rule: &Node) -> Node {
        let Value::Mapping(pairs) = &rule.value else {
            return rule.clone();
        };
        let pairs = pairs.iter().map(|(name, value)| {
            let key = name.text().unwrap_or_default();
            let value = if PARTS.contains(&key) {
                self.node(reader, key, value)
            } else {
                value.clone()
            };
            (name.clone(), value)
        });
        let value = Value::Mapping(pairs.collect());
        let mark = rule.mark;
        Node { mark, value }
    }

    /// The node with values in the place of variables. `key` is the one that it stands under.
    fn node(&mut self, reader: &mut Reader<'_>, key: &str, node: &Node) -> Node {
        let value = match &node.value {
            Value::Scalar { text, .. } => return self.scalar(reader, key, text, node),
            Value::Sequence(items) => {
                Value::Sequence(items.iter().map(|i| self.node(reader, key, i)).collect())
            }
            Value::Mapping(pairs) => Value::Mapping(
                pairs
                    .iter()
                    .map(|(name, value)| {
                        let key = name.text().unwrap_or_default();
                        (name.clone(), self.node(reader, key, value))
                    })
                    .collect(),
            ),
        };
        let mark = node.mark;
        Node { mark, value }
    }

    fn scalar(&mut self, reader: &mut Reader<'_>, key: &str, text: &str, node: &Node) -> Node {
        let Some(template) = TEMPLATE.as_ref().filter(|found| found.is_match(text)) else {
            return node.clone();
        };
        let mark = node.mark;
        if PROSE.contains(&key) {
            let text = template.replace_all(text, |found: &Captures<'_>| {
                self.value(reader, mark, name_of(found))
                    .map_or_else(String::new, ToString::to_string)
            });
            let (text, quoted) = (text.into_owned(), true);
            let value = Value::Scalar { text, quoted };
            return Node { mark, value };
        }
        let whole = template
            .captures(text.trim())
            .filter(|found| found.get(0).map(|all| all.as_str()) == Some(text.trim()));
        let Some(found) = whole else {
            let message = match key {
                "run" => {
                    "a variable does not reach a script as text: list it under arguments, \
                          and read \"$1\" in the script"
                }
                _ => "a variable stands for a whole value, not for a part of one",
            };
            reader.fault(mark, message);
            return node.clone();
        };
        match self.value(reader, mark, name_of(&found)) {
            Some(value) => written(value, mark),
            None => node.clone(),
        }
    }

    fn value(
        &mut self,
        reader: &mut Reader<'_>,
        mark: Mark,
        name: &str,
    ) -> Option<&'v VariableValue> {
        let found = self.values.iter().find(|variable| variable.name == name);
        if found.is_none() {
            let names = self.values.iter().map(|variable| variable.name.as_str());
            let message = format!("the rule declares no variable {name:?}");
            reader.suggest(mark, message, nearest(name, names));
        }
        self.used.insert(name.to_owned());
        found.map(|variable| &variable.value)
    }
}

fn name_of<'t>(found: &Captures<'t>) -> &'t str {
    found.get(1).map_or("", |name| name.as_str())
}

/// The value as if it stood in the file.
fn written(value: &VariableValue, mark: Mark) -> Node {
    let scalar = |text: String, quoted: bool| Node {
        mark,
        value: Value::Scalar { text, quoted },
    };
    match value {
        VariableValue::Integer(number) => scalar(number.to_string(), false),
        VariableValue::Text(text) => scalar(text.clone(), true),
        VariableValue::List(members) => Node {
            mark,
            value: Value::Sequence(members.iter().map(|m| scalar(m.clone(), true)).collect()),
        },
    }
}
