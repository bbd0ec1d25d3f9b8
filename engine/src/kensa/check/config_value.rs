//! `config_value`: a line `KEY delimiter VALUE`. The first line counts, or with drop-ins the last.
//! Comments at the end and quotes are part of the value; sections are not known.

use std::sync::Arc;

use super::{Context, Method, Read, compared, native, negated, path, plain, text};
use crate::check::Checked;
use crate::collect::{Collector, Line, Lines, Need, lines_of};
use crate::facts::Facts;
use crate::kensa::finding::Code;
use crate::kensa::params::{Broken, Params};
use crate::rule::Node;
use domain::results::Evidence;

#[derive(Debug)]
struct ConfigValue {
    path: String,
    /// The pattern that is read instead of `path`, or after it.
    files: Files,
    key: String,
    delimiter: String,
    comparator: Comparator,
    expected: String,
}

#[derive(Debug)]
enum Files {
    One,
    WithDropins(String),
    Scanned(String),
    /// A `scan_pattern` with a star, which matches no file, and the pattern that was meant.
    Starred(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparator {
    Equal,
    Unequal,
    Less,
    AtMost,
    Greater,
    AtLeast,
}

impl Comparator {
    pub(super) fn read(params: &mut Params<'_>) -> Result<Self, Broken> {
        Ok(
            match params.optional("comparator")?.as_deref().map(str::trim) {
                None | Some("" | "==" | "=") => Self::Equal,
                Some("!=") => Self::Unequal,
                Some("<") => Self::Less,
                Some("<=") => Self::AtMost,
                Some(">") => Self::Greater,
                Some(">=") => Self::AtLeast,
                Some(other) => {
                    return Err(Broken(format!(
                        "comparator must be ==, !=, <, <=, > or >=, not {other:?}"
                    )));
                }
            },
        )
    }

    /// Whole numbers for the orders; text for the rest, whatever the case where `fold` says so.
    pub(super) fn holds(self, actual: &str, expected: &str, fold: bool) -> bool {
        let same = if fold {
            actual.eq_ignore_ascii_case(expected)
        } else {
            actual == expected
        };
        let (Some(one), Some(other)) = (number(actual), number(expected)) else {
            return match self {
                Self::Equal => same,
                Self::Unequal => actual != expected,
                _ => false,
            };
        };
        match self {
            Self::Equal => same,
            Self::Unequal => actual != expected,
            Self::Less => one < other,
            Self::AtMost => one <= other,
            Self::Greater => one > other,
            Self::AtLeast => one >= other,
        }
    }

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Equal => "",
            Self::Unequal => "!= ",
            Self::Less => "< ",
            Self::AtMost => "<= ",
            Self::Greater => "> ",
            Self::AtLeast => ">= ",
        }
    }

    /// The demand in our own words, for parameters of a native check; `None` where there are none.
    pub(super) fn demand(self, expected: &str) -> Option<(&'static str, crate::rule::Value)> {
        let bound = |by: i64| number(expected).map(|number| plain(&number.saturating_add(by)));
        Some(match self {
            Self::Equal | Self::Unequal => ("expected", text(expected)),
            Self::Less => ("max", bound(-1)?),
            Self::AtMost => ("max", bound(0)?),
            Self::Greater => ("min", bound(1)?),
            Self::AtLeast => ("min", bound(0)?),
        })
    }
}

fn number(text: &str) -> Option<i64> {
    text.trim().parse().ok()
}

pub(super) fn read(params: &mut Params<'_>, _: &Context<'_>) -> Read {
    let path = path(params, "path")?;
    let base = path.trim_end_matches('/').to_owned();
    let (dropins, suffix) = (
        params.optional("dropin_dir")?,
        params.optional("scan_pattern")?,
    );
    let files = match (dropins, suffix) {
        (_, Some(suffix)) if !suffix.is_empty() => {
            if suffix.contains('*') {
                let message =
                    "scan_pattern is a suffix such as conf; Kensa never matches a pattern with *";
                params.note(Code::Semantics, "scan_pattern", message);
                Files::Starred(format!("{base}/*.{}", suffix.trim_start_matches("*.")))
            } else {
                Files::Scanned(format!("{base}/*.{suffix}"))
            }
        }
        (Some(folder), _) if !folder.is_empty() => {
            Files::WithDropins(format!("{}/*.conf", folder.trim_end_matches('/')))
        }
        _ => Files::One,
    };
    let comparator = Comparator::read(params)?;
    let expected = params.text_or_empty("expected")?;
    note_open_range(params, comparator, &expected);
    Ok(Arc::new(ConfigValue {
        path,
        files,
        key: params.text("key")?,
        delimiter: params
            .optional("delimiter")?
            .filter(|delimiter| !delimiter.is_empty())
            .unwrap_or_else(|| "=".to_owned()),
        comparator,
        expected,
    }))
}

/// "At most" without a lower bound takes 0 and -1, which often mean "never", for strict.
pub(super) fn note_open_range(params: &mut Params<'_>, comparator: Comparator, expected: &str) {
    if matches!(comparator, Comparator::Less | Comparator::AtMost) && number(expected).is_some() {
        let message = "0 and negative values pass too, and often mean that the limit is off; \
                       a range with a lower bound would not let them";
        params.note(Code::Semantics, "comparator", message);
    }
}

impl Method for ConfigValue {
    fn needs(&self) -> Vec<Need> {
        self.patterns()
            .into_iter()
            .map(|pattern| Need::new(Collector::Content, pattern))
            .collect()
    }

    fn judge(&self, facts: &Facts) -> Checked {
        let mut files: Vec<Arc<Lines>> = Vec::new();
        for pattern in self.patterns() {
            files.extend(lines_of(facts, pattern)?);
        }
        let command = format!(
            "grep -E '{}' {}",
            self.expression(),
            self.patterns().join(" ")
        );
        let mut lines = files
            .iter()
            .flat_map(|file| file.lines.iter().map(move |line| (file, line)))
            .filter_map(|(file, line)| Some((file, line, self.value_of(line)?)));
        let found = match self.files {
            Files::WithDropins(_) => lines.next_back(),
            _ => lines.next(),
        };
        let expected = if self.expected.is_empty() {
            format!("{} alone on a line", self.key)
        } else {
            format!("{} {}{}", self.key, self.comparator.as_str(), self.expected)
        };
        let Some((file, line, value)) = found else {
            let actual = match self.files {
                Files::Starred(_) => {
                    let actual = "scan_pattern is a suffix, and none has a star in it";
                    return compared(false, expected, actual, Vec::new());
                }
                _ if files.is_empty() => format!("no {}", self.path),
                _ => format!("no line sets {}", self.key),
            };
            let item = Evidence::new(command, Some(1), b"");
            return compared(false, expected, actual, vec![item]);
        };
        let shown = format!("{}\n", line.text);
        let item = Evidence::new(command, Some(0), shown.as_bytes()).at(&file.path, line.number);
        let holds = self.expected.is_empty() || self.comparator.holds(&value, &self.expected, true);
        compared(holds, expected, format!("{} {value}", self.key), vec![item])
    }

    fn strict(&self) -> Option<Node> {
        if self.expected.is_empty() {
            return None;
        }
        let mut parameters = vec![
            ("key", text(&*self.key)),
            self.comparator.demand(&self.expected)?,
        ];
        match &self.files {
            Files::Scanned(pattern) | Files::Starred(pattern) => {
                parameters.push(("path", text(&**pattern)));
            }
            Files::WithDropins(pattern) => {
                parameters.extend([("path", text(&*self.path)), ("dropins", text(&**pattern))]);
            }
            Files::One => parameters.push(("path", text(&*self.path))),
        }
        parameters.push(match self.delimiter.trim() {
            "=" => ("delimiter", text("=")),
            ":" => ("delimiter", text(":")),
            "" => ("delimiter", text(" ")),
            _ => return None,
        });
        let check = native("config_value", parameters);
        Some(match self.comparator {
            Comparator::Unequal => negated(check),
            _ => check,
        })
    }
}

impl ConfigValue {
    fn patterns(&self) -> Vec<&str> {
        match &self.files {
            Files::One => vec![&self.path],
            Files::WithDropins(pattern) => vec![&self.path, pattern],
            Files::Scanned(pattern) => vec![pattern],
            Files::Starred(_) => Vec::new(),
        }
    }

    fn expression(&self) -> String {
        let key = regex::escape(&self.key);
        if self.expected.is_empty() {
            format!(r"^\s*{key}\s*$")
        } else if self.delimiter == " " {
            format!(r"^\s*{key}\s+")
        } else {
            format!(r"^\s*{key}\s*[{}:]\s*", self.delimiter)
        }
    }

    /// The value that a line gives to the key.
    fn value_of(&self, line: &Line) -> Option<String> {
        let rest = line.text.trim_start().strip_prefix(&self.key)?;
        if self.expected.is_empty() {
            return rest.trim().is_empty().then(String::new);
        }
        let value = rest.trim_start();
        if self.delimiter == " " {
            return (value.len() < rest.len()).then(|| value.trim_end().to_owned());
        }
        let separates = |c: char| c == ':' || self.delimiter.contains(c);
        let value = value.strip_prefix(separates).or_else(|| {
            // A blank or tab among the delimiters has been cut with the others.
            let cut = rest.strip_suffix(value)?;
            cut.contains(|c| self.delimiter.contains(c))
                .then_some(value)
        })?;
        Some(value.trim().to_owned())
    }
}
