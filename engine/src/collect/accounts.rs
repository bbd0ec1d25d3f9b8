//! The accounts and groups of this machine's own files. The hash of a password never leaves the host: the
//! script prints its kind (crypt(5)) in its place. Accounts of directories are not looked up.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::FrameSpec;
use crate::facts::{Facts, Frame, Reading, Unknown, observed};

const KEY: &str = "accounts";

const HOMES: &str = "homes";

/// As the C library reads the files: blanks in front do not count, and a line that begins with # is none.
const SCRIPT: &str = r#"for f in /etc/passwd /etc/group /etc/shadow; do
  if [ ! -r "$f" ]; then echo "$f cannot be read" >&2; exit 77; fi
done
printf 'today\t%s\n' "$(( $(date +%s) / 86400 ))"
awk '$1 == "UID_MIN" { gsub(/"/, "", $2); print "uid_min\t" $2 }' /etc/login.defs 2>/dev/null
awk '/^\// { print "shell\t" $1 }' /etc/shells 2>/dev/null
awk -F: -v OFS='\t' '
function kind(h) {
  if (h == "") return "empty"
  if (h ~ /^\$y\$/) return "yescrypt"
  if (h ~ /^\$gy\$/) return "gost-yescrypt"
  if (h ~ /^\$7\$/) return "scrypt"
  if (h ~ /^\$6\$/) return "sha512"
  if (h ~ /^\$5\$/) return "sha256"
  if (h ~ /^\$2[abxy]?\$/) return "bcrypt"
  if (h ~ /^\$sha1/) return "sha1"
  if (h ~ /^\$md5/) return "sunmd5"
  if (h ~ /^\$1\$/) return "md5"
  if (h ~ /^\$3\$/) return "nthash"
  if (h ~ /^_/) return "bsdi"
  if (length(h) == 13 && h !~ /^[!*]/) return "des"
  return "locked"
}
{ sub(/^[ \t\r\v\f]+/, "") }
/^[-+#]/ || NF < 2 { next }
FILENAME == "/etc/passwd" { print "passwd", $1, ($2 == "x" ? "shadow" : kind($2)), $3, $4, $6, $7 }
FILENAME == "/etc/shadow" { print "shadow", $1, kind($2), $3, $4, $5, $6, $7, $8 }
FILENAME == "/etc/group" { print "group", $1, $3, $4 }
' /etc/passwd /etc/shadow /etc/group"#;

/// One stat(1) for all of them. A home that is not there is none; whatever else stat says of one leaves it open. The
/// dot behind the list tells a list that is empty from one that was never made, and / behind it that stat answers.
const HOMES_SCRIPT: &str = r#"IFS='
'
set -f
list=$(awk -F: '$6 ~ /^\/./ && !seen[$6]++ { print $6 } END { print "." }' /etc/passwd)
case $list in *.) set -- ${list%.};; *) echo 'the list of homes does not hold' >&2; exit 3;; esac
{ said=$(stat -L -c '%a	%U	%u	%F	%n' -- "$@" / 2>&1 >&3 3>&-); code=$?; } 3>&1
case $code in
  0) ;;
  1) [ -n "$said" ] && code=0;;
esac
for line in $said; do
  case $line in
    *': No such file or directory'|*': Not a directory'|*': No such file or directory (os error '*|*': Not a directory (os error '*) ;;
    *) printf '%s\n' "$line" >&2; code=3;;
  esac
done
exit "$code""#;

/// One account.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Account {
    /// Its name.
    pub name: String,
    /// What stands for the password in passwd: `shadow`, `empty`, `locked`, or the kind of a hash.
    pub passwd: String,
    /// Its number.
    pub uid: String,
    /// Its first group.
    pub gid: String,
    /// Its home.
    pub home: String,
    /// Its shell; nothing means /bin/sh.
    pub shell: String,
    /// Its line in shadow.
    pub shadow: Option<Shadow>,
}

/// What shadow says of an account (shadow(5)): days, as text; empty where nothing is set.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Shadow {
    /// `empty`, `locked`, or the kind of the hash.
    pub password: String,
    /// The day of the last change, since 1970.
    pub last_change: String,
    /// Days before it may be changed again.
    pub min_days: String,
    /// Days after which it must be changed.
    pub max_days: String,
    /// Days of warning before that.
    pub warn_days: String,
    /// Days after that until the account is locked.
    pub inactive_days: String,
    /// The day on which the account ends, since 1970.
    pub expires: String,
}

/// One group.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Group {
    /// Its name.
    pub name: String,
    /// Its number.
    pub gid: String,
}

/// All accounts and groups.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Accounts {
    /// Days since 1970 by the clock of the host; a clock that was never set says few.
    pub today: i64,
    /// The lowest number of a person's account (login.defs(5)); 1000 where nothing is said.
    pub uid_min: i64,
    /// The shells that shells(5) names. A shell that stands elsewhere runs as well: su(1) and others do not ask.
    pub shells: Vec<String>,
    /// In the order of passwd.
    pub accounts: Vec<Account>,
    /// In the order of group.
    pub groups: Vec<Group>,
    /// The numbers of all groups.
    pub gids: BTreeSet<String>,
    /// The numbers of the groups that call an account a member, by the name of the account.
    pub memberships: BTreeMap<String, Vec<String>>,
}

/// The folder that an account calls its home.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home {
    /// The permission bits.
    pub mode: u32,
    /// The number of its owner.
    pub owner: String,
}

/// The argument `homes` asks for the folders too, which may hang where they lie on a network.
pub(super) fn frames(arguments: &BTreeSet<&str>) -> Vec<FrameSpec> {
    let mut frames = vec![FrameSpec::new(KEY, SCRIPT, 20).alone()];
    if arguments.contains(HOMES) {
        frames.push(FrameSpec::new(HOMES, HOMES_SCRIPT, 30));
    }
    frames
}

/// Everything that the files say.
pub fn accounts(facts: &Facts) -> Result<Arc<Reading<Accounts>>, Unknown> {
    let frame = facts.ended(KEY, "awk -F: /etc/passwd /etc/shadow /etc/group")?;
    Result::clone(&frame.parsed(read))
}

fn read(frame: &Frame) -> Result<Arc<Reading<Accounts>>, Unknown> {
    let evidence = observed(frame, SCRIPT);
    let unknown = |reason: &str| Unknown::new(reason).seen(evidence.clone());
    if frame.exit != Some(0) {
        let words = frame.stderr.lines().next().unwrap_or("no reason given");
        return Err(unknown(&format!("the accounts cannot be read: {words}")));
    }
    let mut today = None;
    let mut shadows: BTreeMap<&str, Shadow> = BTreeMap::new();
    let text = frame.text();
    let mut read = Accounts {
        uid_min: 1000,
        ..Accounts::default()
    };
    for line in text.lines() {
        let columns: Vec<&str> = line.split('\t').collect();
        match columns.as_slice() {
            ["today", day] => today = day.parse().ok(),
            ["uid_min", number] => read.uid_min = login_defs_number(number).unwrap_or(1000),
            ["shell", shell] => read.shells.push((*shell).to_owned()),
            ["passwd", name, passwd, uid, gid, home, shell] => read.accounts.push(Account {
                name: (*name).to_owned(),
                passwd: (*passwd).to_owned(),
                uid: plain_number(uid),
                gid: plain_number(gid),
                home: (*home).to_owned(),
                shell: (*shell).to_owned(),
                shadow: None,
            }),
            // The first of several lines is the one that getspnam(3) finds.
            ["shadow", name, days @ ..] => {
                if let Some(shadow) = shadow(days) {
                    shadows.entry(name).or_insert(shadow);
                }
            }
            ["group", name, gid, members] => read.add_group(name, gid, members),
            _ => return Err(unknown("the accounts have another form")),
        }
    }
    for account in &mut read.accounts {
        account.shadow = shadows.get(account.name.as_str()).cloned();
    }
    read.today = today.unwrap_or_default();
    if read.accounts.is_empty() || today.is_none() {
        return Err(unknown("the list of accounts does not hold: it is empty"));
    }
    Ok(Arc::new(Reading {
        value: read,
        evidence,
    }))
}

impl Accounts {
    fn add_group(&mut self, name: &str, gid: &str, members: &str) {
        let gid = plain_number(gid);
        for member in members.split(',').map(str::trim) {
            let of_one = self.memberships.entry(member.to_owned());
            of_one.or_default().push(gid.clone());
        }
        self.gids.insert(gid.clone());
        self.groups.push(Group {
            name: name.to_owned(),
            gid,
        });
    }
}

/// A number without a sign or zeros in front, as everybody reads it who does not compare texts: -0 is root's.
fn plain_number(text: &str) -> String {
    let number = text.parse::<i64>();
    number.map_or_else(|_| text.to_owned(), |number| number.to_string())
}

/// login.defs(5) takes octal and hexadecimal numbers, as C writes them.
fn login_defs_number(text: &str) -> Option<i64> {
    let lower = text.to_ascii_lowercase();
    match (lower.strip_prefix("0x"), lower.strip_prefix('0')) {
        (Some(digits), _) => i64::from_str_radix(digits, 16).ok(),
        (_, Some(digits)) if !digits.is_empty() => i64::from_str_radix(digits, 8).ok(),
        _ => lower.parse().ok(),
    }
}

fn shadow(days: &[&str]) -> Option<Shadow> {
    let [password, last, min, max, warn, inactive, expires] = days else {
        return None;
    };
    Some(Shadow {
        password: (*password).to_owned(),
        last_change: (*last).to_owned(),
        min_days: (*min).to_owned(),
        max_days: (*max).to_owned(),
        warn_days: (*warn).to_owned(),
        inactive_days: (*inactive).to_owned(),
        expires: (*expires).to_owned(),
    })
}

/// The homes that are folders, by their paths.
pub fn homes(facts: &Facts) -> Result<Reading<BTreeMap<String, Home>>, Unknown> {
    let frame = facts.ended(HOMES, "stat of the home folders")?;
    let evidence = observed(frame, HOMES_SCRIPT);
    if frame.exit != Some(0) {
        let words = frame.stderr.lines().next().unwrap_or("no reason given");
        return Err(Unknown::new(format!("the homes cannot be looked at: {words}")).seen(evidence));
    }
    if frame.stdout.is_empty() {
        return Err(
            Unknown::new("the homes cannot be looked at: stat says nothing").seen(evidence),
        );
    }
    let mut read = BTreeMap::new();
    for line in frame.text().lines() {
        let columns: Vec<&str> = line.splitn(5, '\t').collect();
        let [mode, _, owner, kind, path] = columns.as_slice() else {
            return Err(Unknown::new("the homes have another form").seen(evidence));
        };
        let Ok(mode) = u32::from_str_radix(mode, 8) else {
            return Err(Unknown::new("the homes have another form").seen(evidence));
        };
        if *kind == "directory" {
            let owner = (*owner).to_owned();
            read.insert((*path).to_owned(), Home { mode, owner });
        }
    }
    Ok(Reading {
        value: read,
        evidence,
    })
}
