//! `account`: every account of a kind has a property, or no two accounts share one. Judged on the files of
//! the machine itself; a kind of which there is no account holds.

use super::file_permission::read_mode;
use super::{Checked, Expectation, Finding, Method};
use crate::collect::{Account as Entry, Accounts, Collector, Home, Need, accounts, homes};
use crate::facts::{Facts, Reading};
use crate::rule::{Node, Reader};

/// Parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account(Demand);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Demand {
    /// No two have the same.
    Unique(Key),
    /// Each of a kind has such a value.
    Each {
        of: Kind,
        /// Names that do not count.
        except: Vec<String>,
        field: Field,
        demand: Expectation,
    },
    /// The home of each of a kind has no permission beyond these.
    HomeMode {
        of: Kind,
        except: Vec<String>,
        mode: u32,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Key {
    Uid,
    Name,
    Gid,
    GroupName,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    All,
    Root,
    /// All but root.
    Others,
    /// People: a number from `UID_MIN` on and a shell.
    Login,
    /// Programs: a number below `UID_MIN`, not root.
    System,
    /// Accounts with a password that can be typed.
    WithPassword,
    /// Accounts with which nobody can work, root apart.
    WithoutShell,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Uid,
    Gid,
    Shell,
    HasShell,
    GroupExists,
    HasPassword,
    Password,
    PasswordInPasswd,
    MinDays,
    MaxDays,
    WarnDays,
    InactiveDays,
    DaysSinceChange,
    HomeOwned,
}

const KEYS: &[(&str, Key)] = &[
    ("uid", Key::Uid),
    ("name", Key::Name),
    ("gid", Key::Gid),
    ("group_name", Key::GroupName),
];

const KINDS: &[(&str, Kind)] = &[
    ("all", Kind::All),
    ("root", Kind::Root),
    ("others", Kind::Others),
    ("login", Kind::Login),
    ("system", Kind::System),
    ("with_password", Kind::WithPassword),
    ("without_shell", Kind::WithoutShell),
];

const FIELDS: &[(&str, Field)] = &[
    ("uid", Field::Uid),
    ("gid", Field::Gid),
    ("shell", Field::Shell),
    ("has_shell", Field::HasShell),
    ("group_exists", Field::GroupExists),
    ("has_password", Field::HasPassword),
    ("password", Field::Password),
    ("password_in_passwd", Field::PasswordInPasswd),
    ("min_days", Field::MinDays),
    ("max_days", Field::MaxDays),
    ("warn_days", Field::WarnDays),
    ("inactive_days", Field::InactiveDays),
    ("days_since_change", Field::DaysSinceChange),
    ("home_owned", Field::HomeOwned),
];

impl Method for Account {
    const PARAMETERS: &'static [&'static str] = &[
        "unique",
        "of",
        "except",
        "field",
        "home_mode",
        "expected",
        "one_of",
        "min",
        "max",
        "subset_of",
        "none_of",
        "matches",
    ];

    fn read(reader: &mut Reader<'_>, node: &Node, _: &[String]) -> Option<Self> {
        if let Some(key) = node.get("unique") {
            let key = reader.word(key, "unique", KEYS)?;
            return Some(Self(Demand::Unique(key)));
        }
        let of = reader.required(node, "the check", "of")?;
        let of = reader.word(of, "of", KINDS)?;
        let except = match node.get("except") {
            Some(names) => reader.texts(names, "except")?,
            None => Vec::new(),
        };
        if let Some(mode) = node.get("home_mode") {
            let mode = read_mode(reader, mode)?;
            return Some(Self(Demand::HomeMode { of, except, mode }));
        }
        let field = reader.required(node, "the check", "field")?;
        let field = reader.word(field, "field", FIELDS)?;
        let demand = Expectation::read(reader, node)?;
        Some(Self(Demand::Each {
            of,
            except,
            field,
            demand,
        }))
    }

    fn needs(&self) -> Vec<Need> {
        let homes = matches!(
            self.0,
            Demand::HomeMode { .. }
                | Demand::Each {
                    field: Field::HomeOwned,
                    ..
                }
        );
        let argument = if homes { "homes" } else { "" };
        vec![Need::new(Collector::Accounts, argument)]
    }

    fn judge(&self, facts: &Facts) -> Checked {
        let Reading { value, evidence } = accounts(facts)?;
        let mut evidence = vec![evidence];
        let mut bad = Vec::new();
        let expected = match &self.0 {
            Demand::Unique(key) => {
                bad = shared(&value, *key);
                format!("every {} once", word(KEYS, *key))
            }
            Demand::Each {
                of,
                except,
                field,
                demand,
            } => {
                let homes = match field {
                    Field::HomeOwned => {
                        let reading = homes(facts)?;
                        evidence.push(reading.evidence);
                        reading.value
                    }
                    _ => Vec::new(),
                };
                let field_word = word(FIELDS, *field);
                for account in of.members(&value, except) {
                    let found = field.of(account, &value, &homes);
                    if !demand.holds(&found) {
                        let found = if found.is_empty() { "not set" } else { &found };
                        bad.push(format!("{}: {field_word} {found}", account.name));
                    }
                }
                format!("{field_word} {demand} for {}", word(KINDS, *of))
            }
            Demand::HomeMode { of, except, mode } => {
                let reading = homes(facts)?;
                evidence.push(reading.evidence);
                for account in of.members(&value, except) {
                    let home = reading.value.iter().find(|home| home.path == account.home);
                    if let Some(home) = home.filter(|home| home.mode & !mode != 0) {
                        bad.push(format!("{}: {} {:04o}", account.name, home.path, home.mode));
                    }
                }
                format!("homes with {mode:04o} or stricter for {}", word(KINDS, *of))
            }
        };
        let holds = bad.is_empty();
        let actual = if holds {
            "no account that is otherwise".to_owned()
        } else {
            bad.join("; ")
        };
        Ok(Finding::compared(holds, expected, actual, evidence))
    }
}

fn word<T: Copy + PartialEq>(words: &[(&'static str, T)], value: T) -> &'static str {
    words
        .iter()
        .find(|(_, known)| *known == value)
        .map_or("", |(word, _)| word)
}

impl Kind {
    fn members<'a>(
        self,
        all: &'a Accounts,
        except: &'a [String],
    ) -> impl Iterator<Item = &'a Entry> {
        all.accounts
            .iter()
            .filter(move |account| !except.contains(&account.name) && self.holds(account, all))
    }

    fn holds(self, account: &Entry, all: &Accounts) -> bool {
        // 65534 is nobody, 65535 no account at all (systemd's list of user ids).
        let number: i64 = account.uid.parse().unwrap_or_default();
        let person = number >= all.uid_min && number != 65534 && number != 65535;
        match self {
            Self::All => true,
            Self::Root => account.name == "root",
            Self::Others => account.name != "root",
            Self::Login => person && has_shell(account, all),
            Self::System => number < all.uid_min && account.name != "root" && account.uid != "0",
            Self::WithPassword => has_password(account),
            Self::WithoutShell => account.name != "root" && !has_shell(account, all),
        }
    }
}

/// Whether somebody can work with the shell of the account: it is none of those that say no, and /etc/shells names
/// it, where that file says anything.
fn has_shell(account: &Entry, all: &Accounts) -> bool {
    let name = account.shell.rsplit('/').next().unwrap_or_default();
    let refuses = ["nologin", "false", "sync", "shutdown", "halt"].contains(&name);
    let known = all.shells.is_empty() || all.shells.contains(&account.shell);
    account.shell.is_empty() || (!refuses && known)
}

/// Whether a password opens the account; an empty one does.
fn has_password(account: &Entry) -> bool {
    let password = match account.passwd.as_str() {
        "shadow" => account
            .shadow
            .as_ref()
            .map_or("locked", |shadow| &shadow.password),
        other => other,
    };
    password != "locked"
}

impl Field {
    fn of(self, account: &Entry, all: &Accounts, homes: &[Home]) -> String {
        let yes_or_no = |yes: bool| if yes { "yes" } else { "no" }.to_owned();
        let shadow = account.shadow.clone().unwrap_or_default();
        match self {
            Self::Uid => account.uid.clone(),
            Self::Gid => account.gid.clone(),
            Self::Shell => account.shell.clone(),
            Self::HasShell => yes_or_no(has_shell(account, all)),
            Self::GroupExists => yes_or_no(all.groups.iter().any(|group| group.gid == account.gid)),
            Self::HasPassword => yes_or_no(has_password(account)),
            Self::Password => match account.passwd.as_str() {
                "shadow" => shadow.password,
                other => other.to_owned(),
            },
            Self::PasswordInPasswd => account.passwd.clone(),
            Self::MinDays => shadow.min_days,
            Self::MaxDays => shadow.max_days,
            Self::WarnDays => shadow.warn_days,
            Self::InactiveDays => shadow.inactive_days,
            Self::DaysSinceChange => shadow
                .last_change
                .parse::<i64>()
                .map_or(shadow.last_change, |day| (all.today - day).to_string()),
            Self::HomeOwned => yes_or_no(
                homes
                    .iter()
                    .any(|home| home.path == account.home && home.owner == account.uid),
            ),
        }
    }
}

/// What stands more than once, with those who share it.
fn shared(all: &Accounts, key: Key) -> Vec<String> {
    let account = |pick: fn(&Entry) -> &String| {
        let pairs = all
            .accounts
            .iter()
            .map(|account| (pick(account), &account.name));
        pairs.collect::<Vec<_>>()
    };
    let pairs = match key {
        Key::Uid => account(|account| &account.uid),
        Key::Name => account(|account| &account.name),
        Key::Gid => all
            .groups
            .iter()
            .map(|group| (&group.gid, &group.name))
            .collect(),
        Key::GroupName => all
            .groups
            .iter()
            .map(|group| (&group.name, &group.gid))
            .collect(),
    };
    let mut known = std::collections::BTreeMap::<&String, Vec<&str>>::new();
    for (value, name) in pairs {
        known.entry(value).or_default().push(name);
    }
    known
        .into_iter()
        .filter(|(_, names)| names.len() > 1)
        .map(|(value, names)| format!("{} {value}: {}", word(KEYS, key), names.join(", ")))
        .collect()
}
