//! `schedule`: something runs at times, by cron or by a timer of systemd.

use super::{CheckResult, Checked, Method};
use crate::collect::{
    Accounts, Collector, CronEntry, Need, UnitState, accounts, cron_entries, cron_needs, one_line,
    unit,
};
use crate::facts::{Facts, Unknown};
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
        let accounts = Need::new(Collector::Accounts, "");
        timers.chain(cron_needs()).chain([accounts]).collect()
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
        let hits = || {
            let matches = |entry: &&CronEntry| self.pattern.is_match(&entry.runs);
            entries.iter().filter(matches)
        };
        let known = accounts(facts).ok();
        let refused = |entry: &CronEntry| refusal(&known.as_ref()?.value, entry.account.as_ref()?);
        let hit = hits().find(|entry| refused(entry).is_none());
        if hit.is_none()
            && let Some((entry, why)) = hits().find_map(|entry| Some((entry, refused(entry)?)))
        {
            let file = &entry.file;
            let reason = format!("cron does not run {file} where PAM holds against it that {why}");
            return Err(Unknown::new(reason));
        }
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

/// What PAM has against an account, which cron asks before each run (`pam_unix(8)`).
fn refusal(all: &Accounts, name: &str) -> Option<String> {
    let account = all.accounts.iter().find(|account| account.name == name)?;
    let shadow = account.shadow.as_ref()?;
    let days = |text: &str| text.parse::<i64>().ok().filter(|days| *days >= 0);
    if days(&shadow.expires).is_some_and(|day| day > 0 && day <= all.today) {
        return Some(format!("the account {name} has ended"));
    }
    let changed = days(&shadow.last_change)?;
    if changed == 0 {
        return Some(format!("{name} has to change the password"));
    }
    let most = days(&shadow.max_days)?;
    let is_old = changed <= all.today && all.today - changed > most;
    is_old.then(|| format!("the password of {name} is older than {most} days"))
}
