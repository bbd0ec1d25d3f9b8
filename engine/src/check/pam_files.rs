//! The files of PAM modules, as these read them: a key up to a blank or a `=`, then the value up to a `#`, without
//! quotes. They are not read as other configuration files are.

use super::file_exists::{absolute, read_path};
use crate::collect::{Collector, Lines, Need, lines_of, literal, search};
use crate::facts::{Facts, Unknown};
use crate::pattern::Pattern;
use crate::rule::{Node, Reader};
use domain::results::Evidence;

/// The files that a module reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PamFiles {
    pub(super) path: String,
    dropins: Option<String>,
    /// Whether drop-ins are read before `path`.
    dropins_first: bool,
}

/// How a module looks for an option in its files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Habits {
    /// Whether capitals count in the files.
    exact: bool,
    /// Whether the first line that sets it wins, and not the last.
    first: bool,
    /// Whether capitals count among the arguments.
    exact_arguments: bool,
}

impl Habits {
    pub(super) fn of(module: &str) -> Self {
        Self {
            exact: module == "pam_faillock.so",
            // libpam's own reader (pam_modutil_search_key) stops at the first.
            first: module == "pam_pwhistory.so",
            exact_arguments: module != "pam_pwquality.so",
        }
    }

    /// Whether an argument of the stack has the name of the option.
    pub(super) fn names(self, argument: &str, option: &str) -> bool {
        argument == option || (!self.exact_arguments && argument.eq_ignore_ascii_case(option))
    }
}

/// What the files say of an option.
pub(super) struct InFiles {
    /// The value that the module takes; empty for an option without one.
    pub(super) value: Option<String>,
    /// The lines of the option; the one that wins is marked.
    pub(super) evidence: Evidence,
}

impl PamFiles {
    /// The files that the parameters name; `path` is one of them.
    pub(super) fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        let path = read_path(reader, node)?;
        let dropins = match node.get("dropins") {
            Some(pattern) => Some(absolute(reader, pattern, "dropins")?),
            None => None,
        };
        let dropins_first = match node.get("dropins_first") {
            Some(first) => reader.flag(first, "dropins_first")?,
            None => false,
        };
        Some(Self {
            path,
            dropins,
            dropins_first,
        })
    }

    pub(super) fn needs(&self) -> Vec<Need> {
        let paths = [Some(&self.path), self.dropins.as_ref()];
        let paths = paths.into_iter().flatten();
        paths
            .map(|path| Need::new(Collector::Content, path))
            .collect()
    }

    /// The value that a module of such habits takes from them.
    pub(super) fn value(
        &self,
        facts: &Facts,
        option: &str,
        habits: Habits,
    ) -> Result<InFiles, Unknown> {
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
        let capitals = if habits.exact { "" } else { "(?i)" };
        let lines_of_key = Pattern::ascii(format!(r"{capitals}^\s*{}", literal(option)));
        let evidence = search(&lines_of_key, &files, &places);
        let mut settings = files
            .iter()
            .flat_map(|file| settings(file, option, habits.exact));
        let winner = if habits.first {
            settings.next()
        } else {
            settings.last()
        };
        Ok(match winner {
            Some((file, line, value)) => InFiles {
                value: Some(value),
                evidence: evidence.at(&file.path, line),
            },
            None => InFiles {
                value: None,
                evidence,
            },
        })
    }
}

/// Every line that sets the option, with its value.
fn settings<'f>(
    file: &'f Lines,
    option: &'f str,
    exact: bool,
) -> impl Iterator<Item = (&'f Lines, u32, String)> {
    file.lines.iter().filter_map(move |line| {
        let text = line.text.split('#').next().unwrap_or_default().trim();
        let sign = |c: char| c == '=' || c.is_whitespace();
        let (key, value) = text.split_once(sign).unwrap_or((text, ""));
        let same = key == option || (!exact && key.eq_ignore_ascii_case(option));
        same.then(|| {
            let value = value.trim_start_matches(sign);
            (file, line.number, value.to_owned())
        })
    })
}
