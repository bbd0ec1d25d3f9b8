//! Reads typed values from marked YAML and keeps every fault, so that one run reports them all.

use std::collections::BTreeMap;

use super::diagnostic::{Diagnostic, nearest};
use super::yaml::{Mark, Node, Value};
use crate::pattern::Pattern;

/// Reads one file. Faults are kept; a value that could not be read is `None`.
#[derive(Debug)]
pub struct Reader<'a> {
    file: &'a str,
    faults: Vec<Diagnostic>,
    /// What was compiled already: a value is held against its description and read, for each profile anew.
    patterns: BTreeMap<String, Pattern>,
}

impl<'a> Reader<'a> {
    /// Reads this file.
    pub fn new(file: &'a str) -> Self {
        Self {
            file,
            faults: Vec::new(),
            patterns: BTreeMap::new(),
        }
    }

    /// All faults, in the order in which they were met.
    pub fn into_faults(self) -> Vec<Diagnostic> {
        self.faults
    }

    /// Keeps a fault.
    pub fn fault(&mut self, mark: Mark, message: impl Into<String>) {
        self.suggest(mark, message, None);
    }

    /// Keeps a fault with what was perhaps meant.
    pub fn suggest(&mut self, mark: Mark, message: impl Into<String>, suggestion: Option<String>) {
        let (file, message) = (self.file.to_owned(), message.into());
        self.keep(Diagnostic {
            file,
            mark,
            message,
            suggestion,
        });
    }

    /// Keeps a fault, once: a file with profiles is read once for each of them.
    pub(super) fn keep(&mut self, fault: Diagnostic) {
        if !self.faults.contains(&fault) {
            self.faults.push(fault);
        }
    }

    /// Any scalar as it is written, whatever YAML takes it for: what ends up in a file of a host.
    pub fn scalar(&mut self, node: &Node, what: &str) -> Option<String> {
        match node.text() {
            Some(text) => Some(text.to_owned()),
            None => self.text(node, what),
        }
    }

    /// The pairs of a mapping; keys must be among `known`.
    pub fn mapping<'n>(
        &mut self,
        node: &'n Node,
        what: &str,
        known: &[&'static str],
    ) -> Option<&'n [(Node, Node)]> {
        let Value::Mapping(pairs) = &node.value else {
            self.fault(
                node.mark,
                format!("{what} must be a mapping, not {}", node.kind()),
            );
            return None;
        };
        for (key, _) in pairs {
            let name = key.text().unwrap_or_default();
            if !known.contains(&name) {
                let near = nearest(name, known.iter().copied());
                let mut message = format!("unknown key {name:?} in {what}");
                if near.is_none() {
                    message.push_str(&format!("; it may have {}", known.join(", ")));
                }
                self.suggest(key.mark, message, near);
            }
        }
        Some(pairs)
    }

    /// A required key.
    pub fn required<'n>(&mut self, node: &'n Node, what: &str, key: &str) -> Option<&'n Node> {
        let found = node.get(key);
        if found.is_none() {
            self.fault(node.mark, format!("{what} needs the key {key:?}"));
        }
        found
    }

    /// Text: any scalar. A plain scalar that YAML could take for something else must be quoted.
    pub fn text(&mut self, node: &Node, what: &str) -> Option<String> {
        match &node.value {
            Value::Scalar { text, quoted } if *quoted || !ambiguous(text) => Some(text.clone()),
            Value::Scalar { text, .. } => {
                let message = format!("{what} must be text; YAML takes {text} for something else");
                self.suggest(node.mark, message, Some(format!("\"{text}\"")));
                None
            }
            _ => {
                self.fault(
                    node.mark,
                    format!("{what} must be text, not {}", node.kind()),
                );
                None
            }
        }
    }

    /// A regular expression.
    pub fn pattern(&mut self, node: &Node, what: &str) -> Option<Pattern> {
        let text = self.text(node, what)?;
        if let Some(known) = self.patterns.get(&text) {
            return Some(known.clone());
        }
        match Pattern::new(&text) {
            Ok(pattern) => {
                self.patterns.insert(text, pattern.clone());
                Some(pattern)
            }
            Err(error) => {
                let message = format!("{what} is not a regular expression: {error}");
                self.fault(node.mark, message.replace('\n', " "));
                None
            }
        }
    }

    /// A list of text.
    pub fn texts(&mut self, node: &Node, what: &str) -> Option<Vec<String>> {
        let items = self.list(node, what)?;
        let texts: Vec<_> = items
            .iter()
            .filter_map(|item| self.text(item, what))
            .collect();
        (texts.len() == items.len()).then_some(texts)
    }

    /// A list.
    pub fn list<'n>(&mut self, node: &'n Node, what: &str) -> Option<&'n [Node]> {
        if let Value::Sequence(items) = &node.value {
            return Some(items);
        }
        self.fault(
            node.mark,
            format!("{what} must be a list, not {}", node.kind()),
        );
        None
    }

    /// A whole number, written plainly and in decimal.
    pub fn number(&mut self, node: &Node, what: &str) -> Option<i64> {
        let plain = match &node.value {
            Value::Scalar {
                text,
                quoted: false,
            } => text
                .parse::<i64>()
                .ok()
                .filter(|number| number.to_string() == *text),
            _ => None,
        };
        if plain.is_none() {
            self.fault(
                node.mark,
                format!("{what} must be a whole number in decimal, unquoted"),
            );
        }
        plain
    }

    /// `true` or `false`.
    pub fn flag(&mut self, node: &Node, what: &str) -> Option<bool> {
        match (&node.value, node.text()) {
            (Value::Scalar { quoted: false, .. }, Some("true")) => Some(true),
            (Value::Scalar { quoted: false, .. }, Some("false")) => Some(false),
            _ => {
                self.fault(node.mark, format!("{what} must be true or false, unquoted"));
                None
            }
        }
    }

    /// One of a closed list of words.
    pub fn word<T: Copy>(
        &mut self,
        node: &Node,
        what: &str,
        words: &[(&'static str, T)],
    ) -> Option<T> {
        let text = node.text().unwrap_or_default();
        let found = words
            .iter()
            .find(|(word, _)| *word == text)
            .map(|(_, value)| *value);
        if found.is_none() {
            let names: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            let message = format!("{what} must be one of {}", names.join(", "));
            self.suggest(
                node.mark,
                message,
                nearest(text, words.iter().map(|(word, _)| *word)),
            );
        }
        found
    }
}

/// Whether YAML 1.1 or 1.2 parsers could read the plain scalar as something other than text.
fn ambiguous(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let word = [
        "", "~", "null", "true", "false", "yes", "no", "on", "off", "y", "n",
    ];
    word.contains(&lower.as_str())
        || text.parse::<f64>().is_ok()
        || lower.starts_with("0x")
        || lower.starts_with("0o")
}
