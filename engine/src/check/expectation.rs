//! What a value must be: equal to a text, one of several, within a closed range, a list within a list,
//! matched by a regular expression.

use crate::pattern::Pattern;
use crate::rule::schema::{Key, Kind, TEXTS};
use crate::rule::{Node, Reader};

/// A demand on a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expectation {
    /// Equal, whatever the case.
    Equals(String),
    /// Equal to one of them, whatever the case.
    OneOf(Vec<String>),
    /// A whole number within the bounds, both included.
    Range {
        /// The lowest.
        min: Option<i64>,
        /// The highest.
        max: Option<i64>,
    },
    /// A list, separated by commas, all of whose members are among these.
    SubsetOf(Vec<String>),
    /// A list, separated by commas, none of whose members is among these.
    NoneOf(Vec<String>),
    /// A regular expression matches somewhere in it.
    Matches(Pattern),
}

impl Expectation {
    /// The parameters that state a demand.
    pub(crate) const KEYS: [Key; 7] = [
        Key::free(
            "expected",
            Kind::Text,
            "The value, whatever the case. Numbers and words such as no are quoted.",
        ),
        Key::free(
            "one_of",
            TEXTS,
            "Values, one of which it must be, whatever the case.",
        ),
        Key::free(
            "min",
            Kind::Number(i64::MIN, i64::MAX),
            "The lowest number that holds.",
        ),
        Key::free(
            "max",
            Kind::Number(i64::MIN, i64::MAX),
            "The highest number that holds.",
        ),
        Key::free(
            "subset_of",
            TEXTS,
            "A list with commas holds when all its members are among these.",
        ),
        Key::free(
            "none_of",
            TEXTS,
            "A list with commas holds when none of its members is among these.",
        ),
        Key::free(
            "matches",
            Kind::Pattern,
            "A regular expression that matches somewhere in the value.",
        ),
    ];

    /// The parameters by kind of demand; a check has exactly one of the kinds.
    pub(crate) const DEMANDS: [&[&str]; 6] = [
        &["expected"],
        &["one_of"],
        &["min", "max"],
        &["subset_of"],
        &["none_of"],
        &["matches"],
    ];

    /// Reads the demand of a check.
    pub fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        let mut found = Vec::new();
        if let Some(value) = node.get("expected") {
            found.push(reader.text(value, "expected").map(Self::Equals));
        }
        for (key, make) in [
            ("one_of", Self::OneOf as fn(Vec<String>) -> Self),
            ("subset_of", Self::SubsetOf),
            ("none_of", Self::NoneOf),
        ] {
            if let Some(value) = node.get(key) {
                found.push(reader.texts(value, key).map(make));
            }
        }
        if let Some(value) = node.get("matches") {
            found.push(reader.pattern(value, "matches").map(Self::Matches));
        }
        if node.get("min").is_some() || node.get("max").is_some() {
            found.push(read_range(reader, node));
        }
        if found.len() == 1 {
            return found.pop().flatten();
        }
        let message = "a check needs exactly one of expected, one_of, min/max, subset_of, none_of, \
                       matches";
        reader.fault(node.mark, message);
        None
    }

    /// Whether it is about numbers.
    pub fn is_range(&self) -> bool {
        matches!(self, Self::Range { .. })
    }

    /// Whether the value is as demanded. A value of the wrong form is not.
    pub fn holds(&self, value: &str) -> bool {
        let same = |known: &String| known.eq_ignore_ascii_case(value);
        let members = || {
            value
                .split(',')
                .map(str::trim)
                .filter(|member| !member.is_empty())
        };
        let among = |list: &[String], member: &str| {
            list.iter().any(|known| known.eq_ignore_ascii_case(member))
        };
        match self {
            Self::Equals(expected) => same(expected),
            Self::OneOf(list) => list.iter().any(same),
            Self::Range { min, max } => value.parse::<i64>().is_ok_and(|number| {
                min.is_none_or(|min| number >= min) && max.is_none_or(|max| number <= max)
            }),
            Self::SubsetOf(list) => {
                members().next().is_some() && members().all(|member| among(list, member))
            }
            Self::NoneOf(list) => !members().any(|member| among(list, member)),
            Self::Matches(pattern) => pattern.is_match(value),
        }
    }
}

fn read_range(reader: &mut Reader<'_>, node: &Node) -> Option<Expectation> {
    let mut bound = |key: &str| match node.get(key) {
        Some(value) => reader.number(value, key).map(Some),
        None => Some(None),
    };
    let (min, max) = (bound("min")?, bound("max")?);
    if let (Some(low), Some(high)) = (min, max)
        && low > high
    {
        reader.fault(node.mark, format!("min {low} is more than max {high}"));
        return None;
    }
    Some(Expectation::Range { min, max })
}

impl std::fmt::Display for Expectation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Equals(expected) => f.write_str(expected),
            Self::OneOf(list) => write!(f, "one of {}", list.join(", ")),
            Self::Range {
                min: Some(min),
                max: Some(max),
            } if min == max => write!(f, "{min}"),
            Self::Range {
                min: Some(min),
                max: Some(max),
            } => write!(f, "{min} to {max}"),
            Self::Range {
                min: Some(min),
                max: None,
            } => write!(f, "at least {min}"),
            Self::Range {
                min: None,
                max: Some(max),
            } => write!(f, "at most {max}"),
            Self::Range {
                min: None,
                max: None,
            } => f.write_str("a whole number"),
            Self::SubsetOf(list) => write!(f, "only {}", list.join(", ")),
            Self::NoneOf(list) => write!(f, "none of {}", list.join(", ")),
            Self::Matches(pattern) => write!(f, "matching {pattern}"),
        }
    }
}
