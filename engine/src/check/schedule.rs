//! `schedule`: something runs at times, by cron or by a timer of systemd.

use super::{CheckResult, Checked, Method};
use crate::collect::{Collector, Need, UnitState, cron_entries, cron_needs, one_line, unit};
use crate::facts::Facts;
use crate::pattern::Pattern;
use crate::rule::schema::{Demanded, Key, Kind, Shape, TEXTS};
use crate::rule::{Node, Reader};
use domain::results::Evidence;

/// Parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    /// What a line of cron, or the path of a script of cron, must match.
    pattern: Pattern,
    /// Timers, one of which will do instead: enabled and active.
    timers: Vec<String>,
}

impl Method for Schedule {
    const SHAPE: Shape = Shape {
        what: "a schedule check",
        doc: "A line or script of cron matches, or one of the timers is enabled and active.",
        keys: &[
            Key::needed(
                "pattern",
                Kind::Pattern,
                "A regular expression for what cron runs.",
            ),
            Key::free("timers", TEXTS, "Timers of systemd that do the same."),
        ],
        demand: Demanded::None,
        together: &[],
    };

    fn read(reader: &mut Reader<'_>, node: &Node, _: &[String]) -> Option<Self> {
        let pattern = reader.required(node, "the check", "pattern")?;
        let pattern = reader.pattern(pattern, "pattern")?;
        let timers = match node.get("timers") {
            Some(timers) => reader.texts(timers, "timers")?,
            None => Vec::new(),
        };
        Some(Self { pattern, timers })
    }

    fn needs(&self) -> Vec<Need> {
        let timers = self.timers.iter();
        let timers = timers.map(|timer| Need::new(Collector::Units, timer));
        timers.chain(cron_needs()).collect()
    }

    fn expected(&self) -> String {
        format!("something that runs at times and matches {}", self.pattern)
    }

    fn judge(&self, facts: &Facts) -> Checked {
        let expected = self.expected();
        let mut evidence = Vec::new();
        for timer in &self.timers {
            let reading = unit(facts, timer)?;
            evidence.push(reading.evidence);
            let state = reading.value;
            if comes(&state) {
                let actual = format!("{timer} is {} and active", state.file);
                return Ok(CheckResult::compared(true, expected, actual, evidence));
            }
        }
        let entries = cron_entries(facts)?;
        let hit = entries
            .iter()
            .find(|entry| self.pattern.is_match(&entry.text));
        let Some(entry) = hit else {
            let command = format!("grep -rnE '{}' /etc/cron* /var/spool/cron", self.pattern);
            evidence.push(Evidence::new(command, Some(1), b""));
            let actual = "nothing that runs at times matches";
            return Ok(CheckResult::compared(false, expected, actual, evidence));
        };
        evidence.push(if let Some(line) = entry.line {
            one_line(&entry.file, line, &entry.text)
        } else {
            let shown = format!("{}\n", entry.file);
            Evidence::new(format!("ls {}", entry.file), Some(0), shown.as_bytes())
        });
        let actual = format!("{}: {}", entry.file, entry.text.trim());
        Ok(CheckResult::compared(true, expected, actual, evidence))
    }
}

/// Whether a timer runs now and after a boot, has a time that is still to come, and a unit that it can start.
fn comes(timer: &UnitState) -> bool {
    let starts = match timer.file.as_str() {
        "enabled" | "static" | "linked" => !timer.nobody_starts(),
        _ => false,
    };
    starts && timer.active == "active" && timer.sub != "elapsed" && !timer.wakes_nothing
}
