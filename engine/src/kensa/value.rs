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
            Self::Null => "nothing",
            Self::Collection => "a list or mapping",
        }
    }
}

/// A whole number in any of the spellings of the reader.
pub(super) fn integer(node: &Node) -> Option<i64> {
    let text = node.text()?.replace('_', "");
    let text = text.strip_suffix(".0").unwrap_or(&text);
    match text.get(..2) {
        Some("0x") => i64::from_str_radix(text.get(2..)?, 16).ok(),
        Some("0o") => i64::from_str_radix(text.get(2..)?, 8).ok(),
        _ => text.parse().ok(),
    }
}

/// `true` or `false`; Kensa takes text for false.
pub(super) fn flag(node: &Node) -> Option<bool> {
    match node.text()?.to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" => Some(true),
        "false" | "no" | "off" => Some(false),
        _ => None,
    }
}
