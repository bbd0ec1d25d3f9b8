//! The check methods in words, from the description that the reader uses: what a page of documentation says of them.

use serde::Serialize;

use super::check::join;
use super::{Demanded, Key, Kind, Part, Shape, Together};
use crate::check::{COMBINATIONS, Expectation, SHAPES};

/// A check method, or what takes the place of one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Described {
    /// The name; of a combination, the key that tells it.
    pub name: &'static str,
    /// When it holds.
    pub holds: &'static str,
    /// What it takes.
    pub parameters: Vec<Parameter>,
    /// Which of them go together, a sentence each without its subject.
    pub together: Vec<String>,
}

/// A parameter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Parameter {
    /// The key.
    pub name: &'static str,
    /// What its value may be.
    pub kind: String,
    /// Whether it must be there.
    pub required: bool,
    /// What counts without it.
    pub default: Option<&'static str>,
    /// What it says.
    pub meaning: &'static str,
}

/// All methods, by name.
pub fn methods() -> Vec<Described> {
    SHAPES
        .iter()
        .map(|(name, shape)| described(name, shape))
        .collect()
}

/// What a check may be instead of a method.
pub fn combinations() -> Vec<Described> {
    COMBINATIONS
        .iter()
        .filter_map(|shape| Some(described(shape.keys.first()?.name, shape)))
        .collect()
}

/// The parameters that make a demand.
pub fn demand() -> Vec<Parameter> {
    Expectation::KEYS.iter().map(parameter).collect()
}

fn described(name: &'static str, shape: &Shape) -> Described {
    let demand = match shape.demand {
        Demanded::None => None,
        Demanded::Free => Some("may have a demand".to_owned()),
        Demanded::Needed => Some("needs a demand".to_owned()),
        Demanded::With(key) => Some(format!("with `{key}` needs a demand, and has none without")),
    };
    let together = shape.together.iter().map(|one| one.words());
    Described {
        name,
        holds: shape.doc,
        parameters: shape.keys.iter().map(parameter).collect(),
        together: together.chain(demand).collect(),
    }
}

fn parameter(key: &Key) -> Parameter {
    Parameter {
        name: key.name,
        kind: key.kind.words(),
        required: key.required,
        default: key.default,
        meaning: key.doc,
    }
}

impl Kind {
    fn words(self) -> String {
        match self {
            Self::Text => "text".to_owned(),
            Self::Formed(form) => format!("text: {}", form.words),
            Self::Pattern => "regular expression".to_owned(),
            Self::Number(i64::MIN, i64::MAX) => "whole number".to_owned(),
            Self::Number(least, i64::MAX) => format!("whole number, at least {least}"),
            Self::Number(least, most) if most >= i64::from(u32::MAX) => {
                format!("whole number, at least {least}")
            }
            Self::Number(least, most) => format!("whole number, {least} to {most}"),
            Self::Flag => "`true` or `false`".to_owned(),
            Self::Scalar => "any scalar".to_owned(),
            Self::Word(list) => join(&quoted(&list()), " or "),
            Self::List(kind) => format!("list of {}", kind.words()),
            Self::OneOrMore(kind) => format!("{}, or a list of such", kind.words()),
            Self::Mapping(_) => "mapping".to_owned(),
            Self::Part(Part::Check) => "check".to_owned(),
            Self::Part(_) => "part of a rule".to_owned(),
        }
    }
}

impl Together {
    fn words(self) -> String {
        match self {
            Self::One(keys) => format!("needs exactly one of {}", join(&quoted(keys), " and ")),
            Self::Some(keys) => format!("needs at least one of {}", join(&quoted(keys), " and ")),
            Self::With(key, others) => {
                format!("with `{key}` needs {}", join(&quoted(others), " and "))
            }
            Self::Without(key, others) => {
                let others = join(&quoted(others), " or ");
                format!("with `{key}` cannot have {others}")
            }
        }
    }
}

fn quoted(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| format!("`{word}`")).collect()
}
