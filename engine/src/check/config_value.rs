//! `config_value`: the value of a key in a configuration file, where the last line that sets it wins
//! and drop-ins come after the file itself or before it.

use super::file_exists::{absolute, read_path};
use super::{Checked, Expectation, Finding, Method};
use crate::collect::{Collector, Line, Need, lines_of, literal, search};
use crate::facts::Facts;
use crate::rule::schema::{Demanded, Key, Kind, PATH, Shape, words};
use crate::rule::{Node, Reader};

/// Parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigValue {
    path: String,
    /// A pattern of more files, in the order of their names.
    dropins: Option<String>,
    /// Whether these are read before `path`, so that it wins; otherwise after it.
    dropins_first: bool,
    key: String,
    /// `=`, `:`, or a blank (any white space).
    delimiter: char,
    /// Only lines below this heading `[section]` count.
    section: Option<String>,
    expectation: Expectation,
    /// The value where no line sets it, when the program has a known default.
    default: Option<String>,
}

const DELIMITERS: [(&str, char); 3] = [("=", '='), (":", ':'), (" ", ' ')];

impl Method for ConfigValue {
    const SHAPE: Shape = Shape {
        what: "a config_value check",
        doc: "The last line of a configuration file that sets the key, drop-ins included, gives it such a value.",
        keys: &[
            Key::needed("path", PATH, "The file."),
            Key::free(
                "dropins",
                PATH,
                "Files that are read too, such as /etc/x.conf.d/*.conf, in the order of their names.",
            ),
            Key::free(
                "dropins_first",
                Kind::Flag,
                "Whether drop-ins are read before the file, so that the file wins.",
            )
            .or("false"),
            Key::needed("key", Kind::Text, "The key."),
            Key::free(
                "delimiter",
                Kind::Word(|| words(&DELIMITERS)),
                "What stands between key and value.",
            )
            .or("="),
            Key::free(
                "section",
                Kind::Text,
                "The section in which the key stands, without brackets.",
            ),
            Key::free(
                "default",
                Kind::Text,
                "The value that counts where no line sets the key.",
            )
            .or("a key that is not set does not hold"),
        ],
        demand: Demanded::Needed,
        together: &[],
    };

    fn read(reader: &mut Reader<'_>, node: &Node, _: &[String]) -> Option<Self> {
        let path = read_path(reader, node);
        let mut optional = |key: &str| match node.get(key) {
            Some(value) => reader.text(value, key).map(Some),
            None => Some(None),
        };
        let (section, default) = (optional("section")?, optional("default")?);
        let dropins = match node.get("dropins") {
            Some(pattern) => Some(absolute(reader, pattern, "dropins")?),
            None => None,
        };
        let dropins_first = match node.get("dropins_first") {
            Some(first) => reader.flag(first, "dropins_first")?,
            None => false,
        };
        let key = reader.required(node, "the check", "key")?;
        let key = reader.text(key, "key");
        let delimiter = match node.get("delimiter") {
            Some(delimiter) => reader.word(delimiter, "delimiter", &DELIMITERS)?,
            None => '=',
        };
        let expectation = Expectation::read(reader, node);
        Some(Self {
            path: path?,
            dropins,
            dropins_first,
            key: key?,
            delimiter,
            section,
            expectation: expectation?,
            default,
        })
    }

    fn needs(&self) -> Vec<Need> {
        let paths = [Some(&self.path), self.dropins.as_ref()];
        paths
            .into_iter()
            .flatten()
            .map(|path| Need::new(Collector::Content, path))
            .collect()
    }

    fn expected(&self) -> String {
        let section = self.section.as_ref();
        let section = section.map_or_else(String::new, |name| format!(" in [{name}]"));
        format!("{} {}{section}", self.key, self.expectation)
    }

    fn judge(&self, facts: &Facts) -> Checked {
        let mut files = lines_of(facts, &self.path)?;
        if let Some(dropins) = &self.dropins {
            let more = lines_of(facts, dropins)?;
            let end = if self.dropins_first { 0 } else { files.len() };
            files.splice(end..end, more);
        }
        let expected = self.expected();
        let places: Vec<&str> = [Some(self.path.as_str()), self.dropins.as_deref()]
            .into_iter()
            .flatten()
            .collect();
        let item = search(&format!(r"^\s*{}", literal(&self.key)), &files, &places);
        let winner = files
            .iter()
            .flat_map(|file| {
                self.settings(&file.lines)
                    .map(move |(line, value)| (file, line, value))
            })
            .last();
        let Some((file, line, value)) = winner else {
            let (holds, actual) = match &self.default {
                Some(value) => (
                    self.expectation.holds(value),
                    format!("{} is not set; the default is {value}", self.key),
                ),
                None if files.is_empty() => (false, format!("no {}", self.path)),
                None => (false, format!("{} is not set", self.key)),
            };
            return Ok(
                Finding::compared(holds, expected, actual.clone(), vec![item]).because(actual),
            );
        };
        let actual = format!("{} {value}", self.key);
        Ok(Finding::compared(
            self.expectation.holds(&value),
            expected,
            actual,
            vec![item.at(&file.path, line.number)],
        ))
    }
}

impl ConfigValue {
    /// Every line that sets the key, with its value.
    fn settings<'l>(&self, lines: &'l [Line]) -> impl Iterator<Item = (&'l Line, String)> {
        let mut inside = self.section.is_none();
        lines.iter().filter_map(move |line| {
            let text = line.text.trim();
            if let (Some(section), Some(heading)) = (
                &self.section,
                text.strip_prefix('[')
                    .and_then(|rest| rest.split(']').next()),
            ) {
                inside = heading.trim().eq_ignore_ascii_case(section);
            }
            if inside {
                self.value(text).map(|value| (line, value))
            } else {
                None
            }
        })
    }

    fn value(&self, text: &str) -> Option<String> {
        if text.starts_with(['#', ';']) {
            return None;
        }
        let (key, rest) = match self.delimiter {
            ' ' => text.split_once(char::is_whitespace).unwrap_or((text, "")),
            delimiter => text.split_once(delimiter).unwrap_or((text, "")),
        };
        (key.trim() == self.key).then(|| clean(rest))
    }
}

/// Without a comment at the end and without quotes.
fn clean(value: &str) -> String {
    let value = value.trim();
    for quote in ['"', '\''] {
        if let Some(rest) = value.strip_prefix(quote)
            && let Some((inside, _)) = rest.split_once(quote)
        {
            return inside.to_owned();
        }
    }
    let end = value
        .char_indices()
        .find(|(at, c)| {
            let before = value.get(..*at).and_then(|head| head.chars().next_back());
            *c == '#' && before.is_none_or(char::is_whitespace)
        })
        .map_or(value.len(), |(at, _)| at);
    value.get(..end).unwrap_or(value).trim().to_owned()
}
