//! A regular expression of a rule file: compared by its text, so that checks can be compared.

use regex::Regex;

use crate::rule::{Node, Reader};

/// A regular expression in the syntax of the regex crate, matched anywhere in a text.
#[derive(Debug, Clone)]
pub struct Pattern(Regex);

impl Pattern {
    /// Reads the expression; a fault says where it does not hold.
    pub(crate) fn read(reader: &mut Reader<'_>, node: &Node, what: &str) -> Option<Self> {
        reader.pattern(node, what).map(Self)
    }

    /// Reads an expression that has to match a text from its first to its last character.
    pub(crate) fn read_whole(reader: &mut Reader<'_>, node: &Node, what: &str) -> Option<Self> {
        let Self(inner) = Self::read(reader, node, what)?;
        Regex::new(&format!("^(?:{inner})$")).ok().map(Self)
    }

    /// Whether the expression matches somewhere in the text.
    pub fn is_match(&self, text: &str) -> bool {
        self.0.is_match(text)
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_str() == other.0.as_str()
    }
}

impl Eq for Pattern {}

impl std::fmt::Display for Pattern {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0.as_str())
    }
}
