//! `account`: every account of a kind has a property, or no two accounts share one. Judged on the files of
//! the machine itself; a kind of which there is no account holds.

use std::collections::BTreeMap;

use domain::results::Evidence;

use super::file_permission::read_mode;
use super::{CheckResult, Checked, Expectation, Method};
use crate::collect::{Account as Entry, Accounts, Collector, Home, Need, Shadow, accounts, homes};
use crate::facts::{Facts, Reading, Unknown};
use crate::rule::schema::{Demanded, Key, Kind, MODE, Shape, TEXTS, Together, words};
use crate::rule::{Node, Reader};

/// Parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account(Demand);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Demand {
    /// No two have the same.
    Unique(Shared),
    /// Each of a kind has such a value.
    Each {
        of: Members,
        /// Names that do not count.
        except: Vec<String>,
        field: Field,
        demand: Expectation,
    },
    /// The home of each of a kind has no permission beyond these.
    HomeMode {
        of: Members,
        except: Vec<String>,
        mode: u32,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shared {
    Uid,
    Name,
    Gid,
    GroupName,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Members {
    All,
    Root,
    /// All but root.
    Others,
    /// People: a number from `UID_MIN` on and a shell.
    Login,
    /// Programs: a number below `UID_MIN`, not root; and nobody.
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
    Gids,
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

/// The first day of 2020: no clock that is right says less.
const SANE_DAY: i64 = 18_262;

const KEYS: &[(&str, Shared)] = &[
    ("uid", Shared::Uid),
    ("name", Shared::Name),
    ("gid", Shared::Gid),
    ("group_name", Shared::GroupName),
];

const KINDS: &[(&str, Members)] = &[
    ("all", Members::All),
    ("root", Members::Root),
    ("others", Members::Others),
    ("login", Members::Login),
    ("system", Members::System),
    ("with_password", Members::WithPassword),
    ("without_shell", Members::WithoutShell),
];

const FIELDS: &[(&str, Field)] = &[
    ("uid", Field::Uid),
    ("gid", Field::Gid),
    ("gids", Field::Gids),
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
    const SHAPE: Shape = Shape {
        what: "an account check",
        doc: "No two accounts share a number or a name; or every account of a kind has such a value; or the homes of a kind are closed. A kind of which there is no account holds.",
        keys: &[
            Key::free(
                "unique",
                Kind::Word(|| words(KEYS)),
                "What no two accounts or groups may share.",
            ),
            Key::free(
                "of",
                Kind::Word(|| words(KINDS)),
                "The kind of accounts: login are people (a number from UID_MIN on and a shell), system are programs (a number below it, and nobody), others are all but root.",
            ),
            Key::free("except", TEXTS, "Names of accounts that do not count."),
            Key::free(
                "field",
                Kind::Word(|| words(FIELDS)),
                "What each account of the kind must have; a demand says which value. gids are the numbers of all its groups, the first one in front; password is the kind of its hash.",
            ),
            Key::free(
                "home_mode",
                MODE,
                "The permissions beyond which no home of the kind may go.",
            ),
        ],
        demand: Demanded::With("field"),
        together: &[
            Together::One(&["unique", "field", "home_mode"]),
            Together::With("field", &["of"]),
            Together::With("home_mode", &["of"]),
            Together::Without("unique", &["of", "except"]),
        ],
    };

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

    fn expected(&self) -> String {
        match &self.0 {
            Demand::Unique(key) => format!("every {} once", word(KEYS, *key)),
            Demand::Each {
                of, field, demand, ..
            } => format!("{} {demand} for {}", word(FIELDS, *field), word(KINDS, *of)),
            Demand::HomeMode { of, mode, .. } => {
                format!("homes with {mode:04o} or stricter for {}", word(KINDS, *of))
            }
        }
    }

    fn judge(&self, facts: &Facts) -> Checked {
        let reading = accounts(facts)?;
        let Reading { value, evidence } = reading.as_ref();
        let mut evidence = vec![evidence.clone()];
        let mut bad = Vec::new();
        match &self.0 {
            Demand::Unique(key) => bad = shared(value, *key),
            Demand::Each {
                of,
                except,
                field,
                demand,
            } => {
                if *field == Field::DaysSinceChange {
                    clock_is_set(value, &evidence)?;
                }
                let homes = match field {
                    Field::HomeOwned => {
                        let reading = homes(facts)?;
                        evidence.push(reading.evidence);
                        reading.value
                    }
                    _ => BTreeMap::new(),
                };
                let field_word = word(FIELDS, *field);
                for account in of.members(value, except) {
                    let found = field.of(account, value, &homes);
                    if !demand.holds(&found) {
                        let found = field.shown(&found, account);
                        bad.push(format!("{}: {field_word} {found}", account.name));
                    }
                }
            }
            Demand::HomeMode { of, except, mode } => {
                let reading = homes(facts)?;
                evidence.push(reading.evidence);
                for account in of.members(value, except) {
                    let home = reading.value.get(&account.home);
                    if let Some(home) = home.filter(|home| home.mode & !mode != 0) {
                        bad.push(format!(
                            "{}: {} {:04o}",
                            account.name, account.home, home.mode
                        ));
                    }
                }
            }
        }
        let holds = bad.is_empty();
        let actual = if holds {
            "no account that is otherwise".to_owned()
        } else {
            bad.join("; ")
        };
        Ok(CheckResult::compared(
            holds,
            self.expected(),
            actual,
            evidence,
        ))
    }
}

/// A clock that nobody set tells of no day how long ago it was.
fn clock_is_set(all: &Accounts, evidence: &[Evidence]) -> Result<(), Unknown> {
    if all.today >= SANE_DAY {
        return Ok(());
    }
    let reason = format!(
        "the clock of the host says day {} since 1970: nobody knows how many days have passed",
        all.today
    );
    let unknown = Unknown::new(reason);
    Err(evidence.iter().cloned().fold(unknown, Unknown::seen))
}

fn word<T: Copy + PartialEq>(words: &[(&'static str, T)], value: T) -> &'static str {
    words
        .iter()
        .find(|(_, known)| *known == value)
        .map_or("", |(word, _)| word)
}

impl Members {
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
            Self::Login => person && has_shell(account),
            Self::System => {
                let program = number < all.uid_min || number == 65534;
                program && account.name != "root" && account.uid != "0"
            }
            Self::WithPassword => has_password(account),
            Self::WithoutShell => account.name != "root" && !has_shell(account),
        }
    }
}

/// Whether somebody can work with the shell of the account: it is none of those that refuse or do one thing alone.
/// /etc/shells is not asked: su(1) and sshd(8) run a shell that it does not name.
fn has_shell(account: &Entry) -> bool {
    const FOLDERS: [&str; 4] = ["/bin", "/usr/bin", "/sbin", "/usr/sbin"];
    const ONE_THING: [&str; 7] = [
        "nologin",
        "false",
        "true",
        "sync",
        "shutdown",
        "halt",
        "git-shell",
    ];
    const ELSEWHERE: [&str; 6] = [
        "/dev/null",
        "/nonexistent",
        "/usr/lib/git-core/git-shell",
        "/usr/lib/sftp-server",
        "/usr/lib/openssh/sftp-server",
        "/usr/libexec/openssh/sftp-server",
    ];
    match account.shell.rsplit_once('/') {
        Some((folder, name)) if FOLDERS.contains(&folder) => !ONE_THING.contains(&name),
        _ => !ELSEWHERE.contains(&account.shell.as_str()),
    }
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
    /// Whether the days count for nothing: "An empty field means that password aging features are disabled", says
    /// shadow(5) of the date of the last change.
    fn is_idle(self, account: &Entry) -> bool {
        let undated = |shadow: &Shadow| shadow.last_change.is_empty();
        matches!(self, Self::MinDays | Self::MaxDays | Self::InactiveDays)
            && account.shadow.as_ref().is_some_and(undated)
    }

    /// What was found, in words.
    fn shown<'f>(self, found: &'f str, account: &Entry) -> &'f str {
        match found {
            "" if self.is_idle(account) => {
                "not in force, because there is no date of the last change of the password"
            }
            "" => "not set",
            found => found,
        }
    }

    fn of(self, account: &Entry, all: &Accounts, homes: &BTreeMap<String, Home>) -> String {
        let yes_or_no = |yes: bool| if yes { "yes" } else { "no" }.to_owned();
        let shadow = account.shadow.clone().unwrap_or_default();
        match self {
            Self::Uid => account.uid.clone(),
            Self::Gid => account.gid.clone(),
            Self::Gids => groups_of(account, all).join(","),
            Self::Shell => account.shell.clone(),
            Self::HasShell => yes_or_no(has_shell(account)),
            Self::GroupExists => yes_or_no(all.gids.contains(&account.gid)),
            Self::HasPassword => yes_or_no(has_password(account)),
            Self::Password => match account.passwd.as_str() {
                "shadow" => shadow.password,
                other => other.to_owned(),
            },
            Self::PasswordInPasswd => account.passwd.clone(),
            field if field.is_idle(account) => String::new(),
            Self::MinDays => shadow.min_days,
            Self::MaxDays => shadow.max_days,
            Self::WarnDays => shadow.warn_days,
            Self::InactiveDays => shadow.inactive_days,
            Self::DaysSinceChange => shadow
                .last_change
                .parse::<i64>()
                .map_or(shadow.last_change, |day| (all.today - day).to_string()),
            Self::HomeOwned => {
                let home = homes.get(&account.home);
                yes_or_no(home.is_some_and(|home| home.owner == account.uid))
            }
        }
    }
}

/// The numbers of its groups: the one that passwd says, and those of which group says that it is a member.
fn groups_of<'a>(account: &'a Entry, all: &'a Accounts) -> Vec<&'a str> {
    let further = all.memberships.get(&account.name).into_iter().flatten();
    std::iter::once(&account.gid)
        .chain(further)
        .map(String::as_str)
        .collect()
}

/// What stands more than once, with those who share it.
fn shared(all: &Accounts, key: Shared) -> Vec<String> {
    let account = |pick: fn(&Entry) -> &String| {
        let pairs = all
            .accounts
            .iter()
            .map(|account| (pick(account), &account.name));
        pairs.collect::<Vec<_>>()
    };
    let pairs = match key {
        Shared::Uid => account(|account| &account.uid),
        Shared::Name => account(|account| &account.name),
        Shared::Gid => all
            .groups
            .iter()
            .map(|group| (&group.gid, &group.name))
            .collect(),
        Shared::GroupName => all
            .groups
            .iter()
            .map(|group| (&group.name, &group.gid))
            .collect(),
    };
    let mut known = BTreeMap::<&String, Vec<&str>>::new();
    for (value, name) in pairs {
        known.entry(value).or_default().push(name);
    }
    known
        .into_iter()
        .filter(|(_, names)| names.len() > 1)
        .map(|(value, names)| format!("{} {value}: {}", word(KEYS, key), names.join(", ")))
        .collect()
}
