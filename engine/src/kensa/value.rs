//! Scalars as the YAML reader of Kensa (Go, `gopkg.in/yaml.v3`, decoding into `interface{}`) types them.
//! Our reader takes every scalar as text; this tells where Kensa would see something else.

use crate::rule::{Node, Value};

/// What Kensa takes a value for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Integer,
    Float,
    Bool,
    /// A date, or a date with a time.
    Time,
    Null,
    /// A list or a mapping.
    Collection,
}

impl Kind {
    /// The type of a node. `yes`, `no`, `on`, `off` are text; `0644` is an octal integer.
    pub(super) fn of(node: &Node) -> Self {
        match &node.value {
            Value::Scalar { quoted: true, .. } => Self::Text,
            Value::Scalar { text, .. } => Self::of_plain(text),
            _ => Self::Collection,
        }
    }

    fn of_plain(text: &str) -> Self {
        match text {
            "" | "~" | "null" | "Null" | "NULL" => return Self::Null,
            "true" | "True" | "TRUE" | "false" | "False" | "FALSE" => return Self::Bool,
            _ => {}
        }
        if is_time(text) {
            return Self::Time;
        }
        let digits = text.trim_start_matches(['+', '-']).replace('_', "");
        let radix = |prefix: &str, radix: u32| {
            digits
                .strip_prefix(prefix)
                .is_some_and(|rest| i128::from_str_radix(rest, radix).is_ok())
        };
        let starts = digits.starts_with(|c: char| c.is_ascii_digit() || c == '.');
        if starts
            && (digits.parse::<i128>().is_ok()
                || radix("0x", 16)
                || radix("0o", 8)
                || radix("0b", 2))
        {
            Self::Integer
        } else if starts && digits.parse::<f64>().is_ok() {
            Self::Float
        } else {
            Self::Text
        }
    }

    /// The word for messages.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Integer => "a whole number",
            Self::Float => "a number",
            Self::Bool => "true or false",
            Self::Time => "a date",
            Self::Null => "nothing",
            Self::Collection => "a list or mapping",
        }
    }
}

/// `2001-01-01`, alone or with a time behind it.
fn is_time(text: &str) -> bool {
    let date = text.get(..10).unwrap_or_default();
    let after = text.get(10..).unwrap_or_default();
    let digits = |part: &str, length: usize| {
        part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    let parts: Vec<&str> = date.split('-').collect();
    matches!(parts.as_slice(), [year, month, day] if digits(year, 4) && digits(month, 2) && digits(day, 2))
        && (after.is_empty() || after.starts_with(['T', 't', ' ', '\t']))
}

/// A whole number in any of the spellings of the reader: `010` is eight, and `1e1` is ten.
pub(super) fn integer(node: &Node) -> Option<i64> {
    let text = node.text()?.replace('_', "");
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text.strip_prefix('+').unwrap_or(&text)),
    };
    let radix = |prefix: &str, radix: u32| {
        let rest = digits.strip_prefix(prefix)?;
        i64::from_str_radix(&format!("{sign}{rest}"), radix).ok()
    };
    let octal = || digits.len().gt(&1).then(|| radix("0", 8)).flatten();
    radix("0x", 16)
        .or_else(|| radix("0o", 8))
        .or_else(|| radix("0b", 2))
        .or_else(octal)
        .or_else(|| text.parse().ok())
        .or_else(|| whole(text.parse().ok()?))
}

/// A whole number as the reader of Kensa puts it into a field for one: `22.04` is 22. In quotes it means the same here.
#[expect(clippy::cast_possible_truncation, reason = "the bounds are asked for")]
pub(super) fn truncated(node: &Node) -> Option<i64> {
    integer(node).or_else(|| {
        let number: f64 = node.text()?.replace('_', "").parse().ok()?;
        (number.abs() < 1e15).then_some(number as i64)
    })
}

/// A number without a fraction.
#[expect(clippy::cast_possible_truncation, reason = "the bounds are asked for")]
fn whole(number: f64) -> Option<i64> {
    let exact = number.fract() == 0.0 && number.abs() < 1e15;
    exact.then_some(number as i64)
}

/// `true` or `false`; Kensa takes text for false.
pub(super) fn flag(node: &Node) -> Option<bool> {
    match node.text()?.to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" | "y" => Some(true),
        "false" | "no" | "off" | "n" => Some(false),
        _ => None,
    }
}
