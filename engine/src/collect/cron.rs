//! Lines and scripts that cron runs (crontab(5), run-parts(8)).

use super::{Collector, Need, StatResult, lines_of, stat_of};
use crate::facts::{Facts, Unknown};

/// Tables, each with whether its lines name a user.
const TABLES: [&str; 4] = [
    "/etc/crontab",
    "/etc/cron.d/*",
    "/var/spool/cron/crontabs/*",
    "/var/spool/cron/*",
];

/// Folders whose scripts run by themselves.
const FOLDERS: [&str; 4] = [
    "/etc/cron.hourly/*",
    "/etc/cron.daily/*",
    "/etc/cron.weekly/*",
    "/etc/cron.monthly/*",
];

/// Something that runs at times.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CronEntry {
    /// The table or the script.
    pub file: String,
    /// The line in the table, from 1; nothing for a script.
    pub line: Option<u32>,
    /// The line, or the path of the script.
    pub text: String,
}

/// What has to be collected.
pub fn cron_needs() -> Vec<Need> {
    let tables = TABLES.map(|path| Need::new(Collector::Content, path));
    let folders = FOLDERS.map(|path| Need::new(Collector::Stat, path));
    [tables, folders].concat()
}

/// Everything that cron runs.
pub fn cron_entries(facts: &Facts) -> Result<Vec<CronEntry>, Unknown> {
    let mut entries = Vec::new();
    for path in TABLES {
        for file in lines_of(facts, path)? {
            // Cron passes over files in /etc/cron.d as run-parts does.
            if path == "/etc/cron.d/*" && !runs(&file.path) {
                continue;
            }
            entries.extend(
                file.lines
                    .iter()
                    .filter(|line| is_entry(&line.text))
                    .map(|line| CronEntry {
                        file: file.path.clone(),
                        line: Some(line.number),
                        text: line.text.clone(),
                    }),
            );
        }
    }
    for path in FOLDERS {
        for reading in stat_of(facts, path)? {
            if let StatResult::Found(stat) = reading.value
                && !stat.is_folder
                && stat.mode & 0o111 != 0
                && runs(&stat.path)
            {
                entries.push(CronEntry {
                    file: stat.path.clone(),
                    line: None,
                    text: stat.path,
                });
            }
        }
    }
    Ok(entries)
}

/// Neither a comment nor a setting: five fields or a word such as `@daily`, and a command.
fn is_entry(text: &str) -> bool {
    let text = text.trim();
    let fields = text.split_whitespace().count();
    let first = |c: char| c.is_ascii_digit() || c == '*';
    (text.starts_with(first) && fields >= 6) || (text.starts_with('@') && fields >= 2)
}

/// Names with a dot, such as those that editors and package managers leave behind, are passed over.
fn runs(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    !name.is_empty() && name.chars().all(plain)
}
