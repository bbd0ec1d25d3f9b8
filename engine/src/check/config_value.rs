//! `config_value`: the value of a key in a configuration file, where the last line that sets it wins
//! and drop-ins come after the file itself or before it.

use std::sync::Arc;

use super::file_exists::{absolute, read_path};
use super::{CheckResult, Checked, Expectation, Method};
use super::{auditd_conf, login_defs};
use crate::collect::{Collector, Line, Lines, Need, lines_of, literal, search};
use crate::facts::{Facts, Unknown};
use crate::pattern::Pattern;
use crate::rule::schema::{Demanded, Key, Kind, PATH, Shape, words};
use crate::rule::{Node, Reader};
use domain::results::Evidence;

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
    /// Where the program takes a # for the beginning of a comment; nothing where the rule does not say.
    comments: Option<Comments>,
    /// Whether the program takes a line only without blanks and quotes.
    bare: bool,
    /// The program, where it takes its file in a way that no other does.
    reader: Option<Program>,
    expectation: Expectation,
    /// The value where no line sets it, when the program has a known default.
    default: Option<String>,
}

/// Where a comment may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comments {
    /// On lines of its own: a # behind a value is a part of it.
    OwnLine,
    /// Behind a value too.
    AtEnd,
}

/// A program that takes its file in a way of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Program {
    Auditd,
    LoginDefs,
}

const READERS: [(&str, Program); 2] = [
    ("auditd", Program::Auditd),
    ("login_defs", Program::LoginDefs),
];

const COMMENTS: [(&str, Comments); 2] =
    [("own_line", Comments::OwnLine), ("at_end", Comments::AtEnd)];

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
                "What stands between key and value: =, : or a blank.",
            )
            .or("="),
            Key::free(
                "section",
                Kind::Text,
                "The section in which the key stands, without brackets.",
            ),
            Key::free(
                "comments",
                Kind::Word(|| words(&COMMENTS)),
                "Whether a # behind a value is a part of it (own_line), as in login.defs, or begins a comment (at_end).",
            )
            .or("a value with a # behind it is an error, unless it comes to the same either way"),
            Key::free(
                "bare",
                Kind::Flag,
                "Whether the program takes a line only as KEY=VALUE, without blanks or quotes, as useradd does.",
            )
            .or("false"),
            Key::free(
                "reader",
                Kind::Word(|| words(&READERS)),
                "The program, where it takes its file as no other does: auditd takes key and value in any case, a # behind a value as a part of it, and refuses the file for any line other than \"key = value\", with the blanks; login_defs, the tools of shadow, know double quotes alone, and take a # behind a value as a part of it.",
            )
            .or("no such program"),
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
        let key = reader.required(node, "the check", "key")?;
        let key = reader.text(key, "key")?;
        let expectation = Expectation::read(reader, node)?;
        Self::of(reader, node, key, expectation)
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
        let expected = self.expected();
        let set = self.line_that_wins(facts)?;
        if let Some(refused) = set.refused {
            return Ok(
                CheckResult::compared(false, expected, refused.clone(), vec![set.evidence])
                    .because(refused),
            );
        }
        let Some(value) = set.value else {
            let (holds, actual) = match &self.default {
                Some(value) => (
                    self.expectation.holds(value),
                    format!("{} is not set; the default is {value}", self.key),
                ),
                None if !set.any_file => (false, format!("no {}", self.path)),
                None => (false, format!("{} is not set", self.key)),
            };
            return Ok(
                CheckResult::compared(holds, expected, actual.clone(), vec![set.evidence])
                    .because(actual),
            );
        };
        let value = match self.comments {
            _ if self.bare || self.reader.is_some() => value.whole,
            Some(Comments::OwnLine) => value.whole,
            Some(Comments::AtEnd) => value.cut,
            None if self.expectation.holds(&value.whole) == self.expectation.holds(&value.cut) => {
                value.whole
            }
            None => {
                let reason = format!(
                    "some programs take what follows the # in \"{} {}\" for a comment and some for the value, and the rule does not say which",
                    self.key, value.whole
                );
                return Err(Unknown::new(reason).seen(set.evidence));
            }
        };
        if let Some(number) = in_notation_of_c(&value)
            && self.expectation.is_range()
            && self.expectation.holds(&number) != self.expectation.holds(&value)
        {
            let reason = format!(
                "some programs take \"{} {value}\" for {number}; write it as a plain number",
                self.key
            );
            return Err(Unknown::new(reason).seen(set.evidence));
        }
        let actual = format!("{} {value}", self.key);
        Ok(CheckResult::compared(
            self.expectation.holds(&value),
            expected,
            actual,
            vec![set.evidence],
        ))
    }
}

/// What the files say of a key.
pub(super) struct InFiles {
    /// The value of the last line that sets it; a key alone has an empty one.
    pub(super) value: Option<Setting>,
    /// Why the program takes no line at all.
    refused: Option<String>,
    /// Whether one of the files is there.
    any_file: bool,
    /// The lines of the key; the one that wins is marked.
    pub(super) evidence: Evidence,
}

/// A value as it stands in a file, without quotes around it.
pub(super) struct Setting {
    /// To the end of the line.
    whole: String,
    /// To the first # that could begin a comment.
    pub(super) cut: String,
}

impl Setting {
    /// One in which no # begins a comment.
    fn whole(value: String) -> Self {
        Self {
            cut: value.clone(),
            whole: value,
        }
    }
}

impl ConfigValue {
    /// The files that the parameters name, and a key in them.
    pub(super) fn of(
        reader: &mut Reader<'_>,
        node: &Node,
        key: String,
        expectation: Expectation,
    ) -> Option<Self> {
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
        let mut flag = |key: &str| match node.get(key) {
            Some(value) => reader.flag(value, key),
            None => Some(false),
        };
        let (dropins_first, bare) = (flag("dropins_first")?, flag("bare")?);
        let delimiter = match node.get("delimiter") {
            Some(delimiter) => reader.word(delimiter, "delimiter", &DELIMITERS)?,
            None => '=',
        };
        let program = match node.get("reader") {
            Some(program) => Some(reader.word(program, "reader", &READERS)?),
            None => None,
        };
        let comments = match node.get("comments") {
            Some(comments) => Some(reader.word(comments, "comments", &COMMENTS)?),
            None => None,
        };
        Some(Self {
            path: path?,
            dropins,
            dropins_first,
            key,
            delimiter,
            section,
            comments,
            bare,
            reader: program,
            expectation,
            default,
        })
    }

    /// The line that wins over all others.
    pub(super) fn line_that_wins(&self, facts: &Facts) -> Result<InFiles, Unknown> {
        let mut files = lines_of(facts, &self.path)?;
        if let Some(dropins) = &self.dropins {
            let more = lines_of(facts, dropins)?;
            let end = if self.dropins_first { 0 } else { files.len() };
            files.splice(end..end, more);
        }
        let places: Vec<&str> = [Some(self.path.as_str()), self.dropins.as_deref()]
            .into_iter()
            .flatten()
            .collect();
        let lines_of_key = Pattern::ascii(format!(
            r"{}^\s*{}",
            if self.reader == Some(Program::Auditd) {
                "(?i)"
            } else {
                ""
            },
            literal(&self.key)
        ));
        let evidence = search(&lines_of_key, &files, &places);
        let winner = files
            .iter()
            .flat_map(|file| {
                self.settings(&file.lines)
                    .map(move |(line, value)| (file, line, value))
            })
            .last();
        let any_file = !files.is_empty();
        if let Some((file, line, why)) = self.refused(&files) {
            let said = format!(
                "auditd refuses {}: {why} for line {}",
                file.path, line.number
            );
            return Ok(InFiles {
                value: None,
                refused: Some(said),
                any_file,
                evidence: search(&Pattern::ascii(""), &files, &places).at(&file.path, line.number),
            });
        }
        Ok(match winner {
            Some((file, line, value)) => InFiles {
                refused: None,
                evidence: evidence.at(&file.path, line.number),
                value: Some(value),
                any_file,
            },
            None => InFiles {
                value: None,
                refused: None,
                any_file,
                evidence,
            },
        })
    }

    /// The first line for which the program takes none.
    fn refused<'f>(&self, files: &'f [Arc<Lines>]) -> Option<(&'f Lines, &'f Line, &'static str)> {
        if self.reader != Some(Program::Auditd) {
            return None;
        }
        files.iter().find_map(|file| {
            let mut lines = file.lines.iter();
            lines.find_map(|line| auditd_conf::refusal(&line.text).map(|why| (&**file, line, why)))
        })
    }

    /// Every line that sets the key, with its value.
    fn settings<'l>(&self, lines: &'l [Line]) -> impl Iterator<Item = (&'l Line, Setting)> {
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
                let text = if self.bare { &line.text } else { text };
                self.value(text).map(|value| (line, value))
            } else {
                None
            }
        })
    }

    fn value(&self, text: &str) -> Option<Setting> {
        if text.starts_with(['#', ';']) {
            return None;
        }
        match self.reader {
            Some(Program::Auditd) => {
                return auditd_conf::value(text, &self.key).map(Setting::whole);
            }
            Some(Program::LoginDefs) => {
                return login_defs::value(text, &self.key).map(Setting::whole);
            }
            None => {}
        }
        if self.bare {
            let value = text.strip_prefix(&self.key)?.strip_prefix(self.delimiter)?;
            return Some(Setting::whole(value.to_owned()));
        }
        let comment = text.split_once(" #").map_or(text, |(before, _)| before);
        let (key, rest) = match self.delimiter {
            ' ' => text.split_once(char::is_whitespace).unwrap_or((text, "")),
            delimiter => match text.split_once(delimiter) {
                Some((key, rest)) if key.len() <= comment.len() => (key, rest),
                _ => (comment, ""),
            },
        };
        (key.trim() == self.key).then(|| setting(rest))
    }
}

fn setting(value: &str) -> Setting {
    let value = value.trim();
    for quote in ['"', '\''] {
        if let Some(rest) = value.strip_prefix(quote)
            && let Some((inside, _)) = rest.split_once(quote)
        {
            return Setting::whole(inside.to_owned());
        }
    }
    let end = value
        .char_indices()
        .find(|(at, c)| {
            let before = value.get(..*at).and_then(|head| head.chars().next_back());
            *c == '#' && before.is_none_or(char::is_whitespace)
        })
        .map_or(value.len(), |(at, _)| at);
    Setting {
        whole: value.to_owned(),
        cut: value.get(..end).unwrap_or(value).trim().to_owned(),
    }
}

/// What a number with a zero in front is to a program that takes it as C writes it: octal, or hexadecimal.
fn in_notation_of_c(value: &str) -> Option<String> {
    let digits = value.strip_prefix('0').filter(|rest| !rest.is_empty())?;
    let number = match digits.strip_prefix(['x', 'X']) {
        Some(digits) => i64::from_str_radix(digits, 16),
        None => i64::from_str_radix(digits, 8),
    };
    number.ok().map(|number| number.to_string())
}
