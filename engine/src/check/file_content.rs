//! `file_content`: a line of a file, or of any file that a pattern names, matches a regular expression.

use super::file_exists::read_path;
use super::{CheckResult, Checked, Method};
use crate::collect::{Collector, Need, lines_of, search};
use crate::facts::Facts;
use crate::pattern::Pattern;
use crate::rule::schema::{Demanded, Key, Kind, PATH, STATE, STATES, Shape};
use crate::rule::{Node, Reader};

/// Parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileContent {
    path: String,
    pattern: Pattern,
    /// Whether a line must match, or must not.
    present: bool,
    /// What such a line says, for people.
    means: Option<String>,
}

impl Method for FileContent {
    const SHAPE: Shape = Shape {
        what: "a file_content check",
        doc: "A line of the file, or of any of several files, matches; or none does.",
        keys: &[
            Key::needed(
                "path",
                PATH,
                "The file; * stands for any name within one folder.",
            ),
            Key::needed(
                "pattern",
                Kind::Pattern,
                "A regular expression for one line; it matches anywhere unless it has ^ and $.",
            ),
            Key::free(
                "state",
                STATE,
                "Whether such a line must be there or must not.",
            )
            .or("present"),
            Key::free(
                "means",
                Kind::Text,
                "What such a line says, in words that follow \"a line in FILE that\"; a fail then gives them in place of the pattern.",
            ),
        ],
        demand: Demanded::None,
        together: &[],
    };

    fn read(reader: &mut Reader<'_>, node: &Node, _: &[String]) -> Option<Self> {
        let path = read_path(reader, node);
        let pattern = reader.required(node, "the check", "pattern")?;
        let pattern = reader.pattern(pattern, "pattern");
        let present = match node.get("state") {
            Some(state) => reader.word(state, "state", STATES)?,
            None => true,
        };
        let means = match node.get("means") {
            Some(words) => Some(reader.text(words, "means")?),
            None => None,
        };
        Some(Self {
            path: path?,
            pattern: pattern?,
            present,
            means,
        })
    }

    fn needs(&self) -> Vec<Need> {
        vec![Need::new(Collector::Content, &self.path)]
    }

    fn expected(&self) -> String {
        let line = if self.present { "a" } else { "no" };
        match &self.means {
            Some(means) => format!("{line} line in {} that {means}", self.path),
            None => format!("{line} line in {} that matches {}", self.path, self.pattern),
        }
    }

    fn judge(&self, facts: &Facts) -> Checked {
        let files = lines_of(facts, &self.path)?;
        let item = search(&self.pattern, &files, &[&self.path]);
        let hit = files.iter().find_map(|file| {
            let line = file
                .lines
                .iter()
                .find(|line| self.pattern.is_match(&line.text))?;
            Some((file, line))
        });
        let expected = self.expected();
        let (actual, evidence) = match hit {
            Some((file, line)) => (
                format!("{}:{}: {}", file.path, line.number, line.text.trim()),
                item.at(&file.path, line.number),
            ),
            None if files.is_empty() => (format!("no {}", self.path), item),
            None => ("no such line".to_owned(), item),
        };
        Ok(CheckResult::compared(
            hit.is_some() == self.present,
            expected,
            actual,
            vec![evidence],
        ))
    }
}
