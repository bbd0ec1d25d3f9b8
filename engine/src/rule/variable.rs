//! Variables of a rule: typed, with a default and the source of the default. A rule file declares them under
//! `variables:`; with its value for one rule each is a [`BoundVariable`]. Knows nothing of checks.

use std::fmt;

use domain::variable::{EffectiveVariable, VariableOrigin};
use serde::Serialize;

use super::yaml::{Node, Value};
use super::{Mark, Reader, schema};
use crate::pattern::Pattern;

/// What a variable may hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VariableKind {
    /// A whole number within the bounds, both included.
    Integer {
        /// The lowest.
        min: i64,
        /// The highest.
        max: i64,
    },
    /// Text that the expression matches from its first to its last character.
    Text(Pattern),
    /// One word of a list.
    Word(Vec<String>),
    /// A list of texts, each matched as a whole.
    List(Pattern),
}

/// What a variable holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum VariableValue {
    /// A whole number.
    Integer(i64),
    /// Text or a word.
    Text(String),
    /// A list of texts.
    List(Vec<String>),
}

/// A declaration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variable {
    /// Lower-case words joined by underscores.
    pub name: String,
    /// What it may hold.
    pub kind: VariableKind,
    /// What it holds when nobody says otherwise.
    pub default: VariableValue,
    /// What it is for.
    pub description: String,
    /// Where the default comes from: a benchmark or a manual.
    pub source: String,
    /// Where it is declared.
    pub(super) mark: Mark,
}

/// A variable with the value that a rule is judged with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BoundVariable {
    /// The name.
    pub name: String,
    /// The value.
    pub value: VariableValue,
    /// Who gave it.
    pub origin: VariableOrigin,
    /// Where exactly: the profile, the file, the group; empty where the origin says it all.
    pub place: String,
    /// What it may hold, in words.
    pub allowed: String,
    /// What it is for.
    pub description: String,
    /// Where the value comes from: a benchmark, a manual, or who set it.
    pub source: String,
    /// Its value where no profile and nobody gives another.
    pub default: VariableValue,
    /// Where the default comes from.
    pub default_source: String,
}

impl BoundVariable {
    /// What a result keeps of it.
    pub fn effective(&self) -> EffectiveVariable {
        EffectiveVariable {
            name: self.name.clone(),
            value: self.value.to_string(),
            origin: self.origin,
            place: self.place.clone(),
        }
    }

    /// Who gave the value, in words.
    pub fn given_by(&self) -> String {
        self.effective().given_by()
    }
}

impl Variable {
    /// Reads the mapping `variables` of a rule file.
    pub(super) fn read_all(reader: &mut Reader<'_>, node: &Node) -> Vec<Self> {
        let Value::Mapping(pairs) = &node.value else {
            let message = format!("variables must be a mapping, not {}", node.kind());
            reader.fault(node.mark, message);
            return Vec::new();
        };
        pairs
            .iter()
            .filter_map(|(name, node)| Self::read(reader, name, node))
            .collect()
    }

    fn read(reader: &mut Reader<'_>, name: &Node, node: &Node) -> Option<Self> {
        let word = name.text().unwrap_or_default();
        if !is_variable_name(word) {
            let message = "the name of a variable is lower-case words joined by underscores";
            reader.fault(name.mark, message);
            return None;
        }
        if !schema::VARIABLE.holds(reader, node) {
            return None;
        }
        let kind = VariableKind::read(reader, node)?;
        let words = |key: &str| Some(node.get(key)?.text()?.trim().to_owned());
        let (description, source) = (words("description"), words("source"));
        let default = node.get("default")?;
        Some(Self {
            name: word.to_owned(),
            default: kind.value_of(reader, default, word)?,
            kind,
            description: description?,
            source: source?,
            mark: name.mark,
        })
    }
}

impl VariableKind {
    fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        let kinds = ["integer", "text", "word", "list"].map(|word| (word, word));
        let kind = reader.required(node, "a variable", "type")?;
        let kind = reader.word(kind, "type", &kinds)?;
        let wanted: &[&str] = match kind {
            "integer" => &["min", "max"],
            "word" => &["words"],
            _ => &["pattern"],
        };
        for key in ["min", "max", "pattern", "words"] {
            if let Some(stray) = node.get(key).filter(|_| !wanted.contains(&key)) {
                let message = format!("a variable of the type {kind} has no {key}");
                reader.fault(stray.mark, message);
                return None;
            }
        }
        let what = format!("a variable of the type {kind}");
        match kind {
            "integer" => {
                let mut bound = |key: &str| {
                    let found = reader.required(node, &what, key)?;
                    reader.number(found, key)
                };
                let (min, max) = (bound("min"), bound("max"));
                let (min, max) = (min?, max?);
                if min > max {
                    reader.fault(node.mark, format!("min {min} is more than max {max}"));
                    return None;
                }
                Some(Self::Integer { min, max })
            }
            "word" => {
                let found = reader.required(node, &what, "words")?;
                reader.texts(found, "words").map(Self::Word)
            }
            _ => {
                let found = reader.required(node, &what, "pattern")?;
                let pattern = reader.pattern(found, "pattern")?.whole()?;
                Some(if kind == "text" {
                    Self::Text(pattern)
                } else {
                    Self::List(pattern)
                })
            }
        }
    }

    /// The value of a node of a rule file.
    pub(super) fn value_of(
        &self,
        reader: &mut Reader<'_>,
        node: &Node,
        name: &str,
    ) -> Option<VariableValue> {
        let value = match self {
            Self::Integer { .. } => VariableValue::Integer(reader.number(node, name)?),
            Self::Text(_) | Self::Word(_) => VariableValue::Text(reader.text(node, name)?),
            Self::List(_) => VariableValue::List(reader.texts(node, name)?),
        };
        if !self.allows(&value) {
            reader.fault(node.mark, format!("{name} must be {self}, not {value}"));
            return None;
        }
        Some(value)
    }

    /// The value of a text as people type it: a list has commas between its members, or semicolons where commas are
    /// within them.
    pub fn parse(&self, text: &str) -> Option<VariableValue> {
        let value = match self {
            Self::Integer { .. } => VariableValue::Integer(text.trim().parse().ok()?),
            Self::Text(_) | Self::Word(_) => VariableValue::Text(text.to_owned()),
            Self::List(_) => VariableValue::List(
                text.split(if text.contains(';') { ';' } else { ',' })
                    .map(str::trim)
                    .filter(|member| !member.is_empty())
                    .map(str::to_owned)
                    .collect(),
            ),
        };
        self.allows(&value).then_some(value)
    }

    fn allows(&self, value: &VariableValue) -> bool {
        match (self, value) {
            (Self::Integer { min, max }, VariableValue::Integer(number)) => {
                (min..=max).contains(&number)
            }
            (Self::Text(pattern), VariableValue::Text(text)) => pattern.is_match(text),
            (Self::Word(words), VariableValue::Text(text)) => words.contains(text),
            (Self::List(pattern), VariableValue::List(members)) => {
                members.iter().all(|member| pattern.is_match(member))
            }
            _ => false,
        }
    }
}

/// Whether a variable may have this name.
pub fn is_variable_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

impl fmt::Display for VariableKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer { min, max } => write!(f, "a whole number from {min} to {max}"),
            Self::Text(pattern) => write!(f, "text of the form {pattern}"),
            Self::Word(words) => write!(f, "one of {}", words.join(", ")),
            Self::List(pattern) => write!(f, "a list of texts of the form {pattern}"),
        }
    }
}

impl VariableValue {
    /// As people type it: a list has commas between its members, or semicolons where commas are within them; an empty
    /// one has nothing.
    pub fn plain(&self) -> String {
        match self {
            Self::List(members) if members.iter().any(|member| member.contains(',')) => {
                // Behind the last one too: a list of one is told from a list with commas by it.
                format!("{};", members.join("; "))
            }
            Self::List(members) => members.join(", "),
            other => other.to_string(),
        }
    }
}

impl fmt::Display for VariableValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer(number) => write!(f, "{number}"),
            Self::Text(text) => f.write_str(text),
            Self::List(members) if members.is_empty() => f.write_str("nothing"),
            Self::List(_) => f.write_str(self.plain().trim_end_matches(';')),
        }
    }
}
