//! `config_set`: a key of a file has a value. Every active line of the key, within the section, becomes this
//! one; without any the line is added.

use super::effect::{Reversal, Touched};
use super::{Mechanism, parameter};
use crate::rule::{Node, Reader};

/// Parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigSet {
    path: String,
    key: String,
    value: String,
    separator: String,
    section: Option<String>,
}

impl Mechanism for ConfigSet {
    const PARAMETERS: &'static [&'static str] = &["path", "key", "value", "separator", "section"];

    fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        let path = parameter::path(reader, node, "path");
        let (key, value) = (
            parameter::line(reader, node, "key"),
            parameter::line(reader, node, "value"),
        );
        let (separator, section) = separator_and_section(reader, node)?;
        Some(Self {
            path: path?,
            key: key?,
            value: value?,
            separator,
            section,
        })
    }

    fn describe(&self) -> String {
        let line = format!("{}{}{}", self.key, self.separator, self.value);
        match &self.section {
            Some(section) => format!("set \"{line}\" in [{section}] of {}", self.path),
            None => format!("set \"{line}\" in {}", self.path),
        }
    }

    fn touches(&self) -> Vec<Touched> {
        vec![Touched::File(self.path.clone())]
    }

    fn reversal(&self) -> Reversal {
        Reversal::Exact
    }
}

/// What stands between key and value, `=` where nothing is said, and the section of an INI file.
pub(super) fn separator_and_section(
    reader: &mut Reader<'_>,
    node: &Node,
) -> Option<(String, Option<String>)> {
    let words = ["=", " = ", " ", ": "].map(|word| (word, word));
    let separator = match node.get("separator") {
        Some(found) => reader.word(found, "separator", &words)?,
        None => "=",
    };
    let section = parameter::optional(reader, node, "section").ok()?;
    Some((separator.to_owned(), section))
}
