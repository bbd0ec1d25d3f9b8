//! Lines and scripts that cron runs (crontab(5), run-parts(8)).

use super::cron_command::what_runs;
use super::cron_host::{CronHost, Daemon, SERVICES, cron_host};
use super::cron_times::{CronLine, cron_line, is_anacron_entry, split_word};
use super::{Collector, Line, Lines, Need, StatResult, lines_of, stat_of};
use crate::facts::{Facts, Unknown};

/// Tables: those of the system, whose lines name a user, and those of users.
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

/// The table of anacron(8); it comes with that of cron.
pub(super) const ANACRON: &str = "/etc/anacrontab";

/// Something that runs at times.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CronEntry {
    /// The table or the script.
    pub file: String,
    /// The line in the table, from 1; nothing for a script.
    pub line: Option<u32>,
    /// The line, or the path of the script.
    pub text: String,
    /// The same as far as the shell runs it.
    pub runs: String,
    /// Who has to be let in by PAM before it runs, where that is asked.
    pub account: Option<String>,
}

/// What has to be collected.
pub fn cron_needs() -> Vec<Need> {
    let tables = TABLES.map(|path| Need::new(Collector::Content, path));
    let folders = FOLDERS.map(|path| Need::new(Collector::Stat, path));
    let daemons = SERVICES.map(|name| Need::new(Collector::Units, name));
    [&tables[..], &folders, &daemons].concat()
}

/// Everything that cron and anacron run at times.
pub fn cron_entries(facts: &Facts) -> Result<Vec<CronEntry>, Unknown> {
    let host = cron_host(facts)?;
    let mut entries = Vec::new();
    for path in TABLES {
        for file in lines_of(facts, path)? {
            let taken = path != "/etc/cron.d/*" || host.takes(&file.path);
            if taken && host.reads(&file.path) {
                entries.extend(entries_of(&host, &file));
            }
        }
    }
    let anacron_known = facts.frames.contains_key(&format!("content {ANACRON}"));
    if host.anacron && anacron_known {
        for file in lines_of(facts, ANACRON)? {
            let lines = file.lines.iter();
            let lines = lines.filter(|line| is_anacron_entry(&line.text));
            entries.extend(lines.map(|line| {
                let runs = line.text.replace('\r', "␍");
                entry(&file, line, runs, None)
            }));
        }
    }
    // The daemons know nothing of the folders: a line of a table runs their scripts.
    let lines = entries.clone();
    for path in FOLDERS {
        let named = |entry: &CronEntry| names(&entry.runs, path.trim_end_matches("/*"));
        let by_itself = host.daemon == Daemon::Other || !anacron_known;
        if !by_itself && !lines.iter().any(named) {
            continue;
        }
        for reading in stat_of(facts, path)? {
            if let StatResult::Found(stat) = reading.value
                && host.runs_folders()
                && !stat.is_folder
                && stat.mode & 0o111 != 0
                && host.takes(&stat.path)
            {
                entries.push(CronEntry {
                    file: stat.path.clone(),
                    line: None,
                    text: stat.path.clone(),
                    runs: stat.path,
                    account: (!host.anacron).then(|| "root".to_owned()),
                });
            }
        }
    }
    Ok(entries)
}

/// Whether a line names a folder, and not one whose name is longer.
fn names(line: &str, folder: &str) -> bool {
    let longer = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
    line.match_indices(folder)
        .any(|(at, _)| !line[at + folder.len()..].starts_with(longer))
}

/// The entries of a table that run; none of a table that is wrong anywhere, where the daemon then leaves it out.
fn entries_of(host: &CronHost, file: &Lines) -> Vec<CronEntry> {
    let of_user = file.path.starts_with("/var/");
    let mut entries = Vec::new();
    let last = file.lines.last().map(|line| line.number);
    for line in &file.lines {
        let cut = host.is_open(&file.path) && Some(line.number) == last;
        let right = match cron_line(&line.text, host.daemon == Daemon::Debian) {
            CronLine::Entry(rest) => {
                // Lines of the tables of the system name the account before the command.
                let (account, command) = if of_user {
                    (file.path.rsplit('/').next().unwrap_or_default(), rest)
                } else {
                    split_word(rest)
                };
                let has_both = !command.trim().is_empty() && host.has_account(account);
                let right = of_user || has_both;
                if let Some(runs) = what_runs(command).filter(|_| right && !cut) {
                    let times = line.text.strip_suffix(command).unwrap_or_default();
                    let whole = format!("{times}{runs}");
                    entries.push(entry(file, line, whole, Some(account)));
                }
                right
            }
            CronLine::Wrong => false,
            CronLine::Quiet | CronLine::AtBoot | CronLine::Never => true,
        };
        if !right && host.daemon == Daemon::Debian {
            return Vec::new();
        }
    }
    entries
}

fn entry(file: &Lines, line: &Line, runs: String, account: Option<&str>) -> CronEntry {
    CronEntry {
        file: file.path.clone(),
        line: Some(line.number),
        text: line.text.clone(),
        runs,
        account: account.map(str::to_owned),
    }
}
