//! `rsyslog_line`: a line of the configuration of rsyslog, in whatever file, matches a regular expression.

use super::{CheckResult, Checked, Method};
use crate::collect::{Collector, Need, RSYSLOG, rsyslog_lines, search};
use crate::facts::Facts;
use crate::pattern::Pattern;
use crate::rule::schema::{Demanded, Key, Kind, STATE, STATES, Shape};
use crate::rule::{Node, Reader};

/// Parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RsyslogLine {
    pattern: Pattern,
    /// Whether a line must match, or must not.
    present: bool,
}

impl Method for RsyslogLine {
    const SHAPE: Shape = Shape {
        what: "an rsyslog_line check",
        doc: "A line of rsyslog.conf or of what it includes matches, or none does; comments of several lines do not count.",
        keys: &[
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
        ],
        demand: Demanded::None,
        together: &[],
    };

    fn read(reader: &mut Reader<'_>, node: &Node, _: &[String]) -> Option<Self> {
        let pattern = reader.required(node, "the check", "pattern")?;
        let pattern = reader.pattern(pattern, "pattern")?;
        let present = match node.get("state") {
            Some(state) => reader.word(state, "state", STATES)?,
            None => true,
        };
        Some(Self { pattern, present })
    }

    fn needs(&self) -> Vec<Need> {
        vec![Need::new(Collector::Rsyslog, "")]
    }

    fn expected(&self) -> String {
        format!(
            "{} line of the configuration of rsyslog that matches {}",
            if self.present { "a" } else { "no" },
            self.pattern
        )
    }

    fn judge(&self, facts: &Facts) -> Checked {
        let files = rsyslog_lines(facts)?;
        let item = search(&self.pattern, &files, &[RSYSLOG]);
        let hit = files.iter().find_map(|file| {
            let mut lines = file.lines.iter();
            let line = lines.find(|line| self.pattern.is_match(&line.text))?;
            Some((file, line))
        });
        let (actual, evidence) = match hit {
            Some((file, line)) => (
                format!("{}:{}: {}", file.path, line.number, line.text.trim()),
                item.at(&file.path, line.number),
            ),
            None if files.is_empty() => (format!("no {RSYSLOG}"), item),
            None => ("no such line".to_owned(), item),
        };
        Ok(CheckResult::compared(
            hit.is_some() == self.present,
            self.expected(),
            actual,
            vec![evidence],
        ))
    }
}
