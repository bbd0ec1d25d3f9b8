//! Which cron a host has, and what decides whether it reads a table: owner, mode, the last line break, and whether
//! there is the account.

use std::collections::BTreeMap;

use super::{BREAK, FrameSpec, unit};
use crate::facts::{Facts, Unknown};

const KEY: &str = "cron";

/// A table that ends without a line break is said to be open. Accounts are asked for at once: those that own a table
/// and those that a line of a table names.
const SCRIPT: &str = r#"for f in /usr/sbin/cron /usr/sbin/crond /usr/bin/crond /usr/sbin/anacron /usr/bin/anacron /usr/sbin/fcron \
  /usr/lib/systemd/system-generators/systemd-crontab-generator /lib/systemd/system-generators/systemd-crontab-generator; do
  [ -x "$f" ] && printf 'program\t%s\n' "$f"
done
set --
for f in /etc/crontab /etc/cron.d/* /var/spool/cron/* /var/spool/cron/crontabs/*; do
  case $f in *"$break"*) continue;; esac
  [ -f "$f" ] && set -- "$@" "$f"
done
[ $# = 0 ] && exit 0
stat -L -c 'table	%n	%a	%u	%h' -- "$@"
names=
for f do
  [ -z "$(tail -c 1 -- "$f")" ] || printf 'open\t%s\n' "$f"
  case $f in /var/*) names="$names ${f##*/}";; esac
done
set -f
names="$names $(for f do case $f in /etc/*) cat -- "$f"; echo;; esac; done |
  awk '/^[ \t]*@/ && NF > 2 { print $2 } /^[ \t]*[-0-9*]/ && NF > 6 { print $6 }' | sort -u)"
set -- $names
command -v getent >/dev/null 2>&1 || exit 0
[ $# = 0 ] && exit 0
known=$(getent passwd -- "$@")
case $? in 0|2) printf '%s\n' "$known" | awk -F: 'NF > 2 { print "account\t" $1 "\t" $3 }'; printf 'accounts\n';; esac
exit 0"#;

/// The units of the daemons.
pub(super) const SERVICES: [&str; 2] = ["cron.service", "crond.service"];

/// What reads the tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Daemon {
    /// That of Debian, which takes a table as a whole or not at all.
    Debian,
    /// That of Red Hat, which passes over single lines.
    Cronie,
    /// One whose habits are not known, or none was asked for.
    Other,
    /// None, or it is switched off; anacron may run the folders nevertheless.
    None,
}

/// What is known of a table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Table {
    mode: u32,
    owner: String,
    links: String,
    /// Whether its last line has no line break.
    open: bool,
}

/// What is known of cron on a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CronHost {
    pub(super) daemon: Daemon,
    pub(super) anacron: bool,
    tables: BTreeMap<String, Table>,
    /// Numbers by names; nothing where they could not be asked for.
    accounts: Option<BTreeMap<String, String>>,
}

/// The tables of cron come with what decides whether they are read.
pub(super) fn frames() -> Vec<FrameSpec> {
    vec![FrameSpec::new(KEY, SCRIPT, 20).with(&[BREAK])]
}

/// What is known; of recordings from before this was asked nothing, so that every table counts.
pub(super) fn cron_host(facts: &Facts) -> Result<CronHost, Unknown> {
    let mut host = CronHost {
        daemon: Daemon::Other,
        anacron: true,
        tables: BTreeMap::new(),
        accounts: None,
    };
    if !facts.frames.contains_key(KEY) {
        return Ok(host);
    }
    let frame = facts.frame(KEY, "stat of the tables of cron")?;
    let (mut programs, mut accounts, mut asked) = (Vec::new(), BTreeMap::new(), false);
    for line in frame.text().lines() {
        match line.split('\t').collect::<Vec<_>>().as_slice() {
            ["program", path] => programs.push((*path).to_owned()),
            ["table", path, mode, owner, links] => {
                let table = host.tables.entry((*path).to_owned()).or_default();
                table.mode = u32::from_str_radix(mode, 8).unwrap_or_default();
                (*owner).clone_into(&mut table.owner);
                (*links).clone_into(&mut table.links);
            }
            ["open", path] => host.tables.entry((*path).to_owned()).or_default().open = true,
            ["account", name, number] => {
                accounts.insert((*name).to_owned(), (*number).to_owned());
            }
            ["accounts"] => asked = true,
            _ => {}
        }
    }
    let has = |end: &str| programs.iter().any(|path| path.ends_with(end));
    host.anacron = has("/anacron");
    host.daemon = match (has("/cron"), has("/crond")) {
        _ if has("/fcron") || has("-generator") => Daemon::Other,
        (false, false) => Daemon::None,
        _ if is_stopped(facts) => Daemon::None,
        (true, _) => Daemon::Debian,
        _ => Daemon::Cronie,
    };
    host.accounts = asked.then_some(accounts);
    Ok(host)
}

/// Whether systemd knows the daemon, and neither runs it now nor after a boot. Where systemd says nothing, it runs.
fn is_stopped(facts: &Facts) -> bool {
    let states = SERVICES.iter().filter_map(|name| unit(facts, name).ok());
    let mut known = states
        .map(|state| state.value)
        .filter(|state| state.load != "not-found")
        .peekable();
    known.peek().is_some()
        && known.all(|state| {
            state.active != "active" || (state.file == "disabled" && state.nobody_starts())
        })
}

impl CronHost {
    /// Whether the daemon reads a table at all.
    pub(super) fn reads(&self, path: &str) -> bool {
        let (folder, name) = path.rsplit_once('/').unwrap_or_default();
        let of_user = folder.starts_with("/var/");
        let (place, mode_holds): (bool, fn(u32, bool) -> bool) = match self.daemon {
            Daemon::Other => return true,
            Daemon::None => return false,
            Daemon::Debian => (folder != "/var/spool/cron", |mode, of_user| {
                if of_user {
                    mode == 0o600
                } else {
                    mode & 0o022 == 0
                }
            }),
            Daemon::Cronie => (folder != "/var/spool/cron/crontabs", |mode, _| {
                mode & 0o7533 == 0o400
            }),
        };
        let user = self.accounts.as_ref().map(|known| known.get(name));
        if !place || (of_user && user == Some(None)) {
            return false;
        }
        self.tables.get(path).is_none_or(|table| {
            let its_own = of_user && user.flatten() == Some(&table.owner);
            let owned = table.owner == "0" || its_own;
            let whole = self.daemon != Daemon::Debian || !table.open;
            owned && whole && table.links == "1" && mode_holds(table.mode, of_user)
        })
    }

    /// Whether the last line of a table is without a line break.
    pub(super) fn is_open(&self, path: &str) -> bool {
        self.daemon != Daemon::Other && self.tables.get(path).is_some_and(|table| table.open)
    }

    /// Whether there is an account of that name, as far as is known.
    pub(super) fn has_account(&self, name: &str) -> bool {
        let known = self.accounts.as_ref();
        known.is_none_or(|known| known.contains_key(name))
    }

    /// Whether a name in a folder of tables or scripts is taken: cron and run-parts of Debian pass over names with a
    /// dot, those of Red Hat over what editors and package managers leave behind.
    pub(super) fn takes(&self, path: &str) -> bool {
        let name = path.rsplit('/').next().unwrap_or_default();
        if self.daemon == Daemon::Cronie {
            let left = ["~", ",", ".rpmsave", ".rpmorig", ".rpmnew", ".swp", ",v"];
            return !name.starts_with(['.', '#']) && !left.iter().any(|end| name.ends_with(end));
        }
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        !name.is_empty() && name.chars().all(plain)
    }

    /// Whether the scripts of the folders run.
    pub(super) fn runs_folders(&self) -> bool {
        self.daemon != Daemon::None || self.anacron
    }
}
