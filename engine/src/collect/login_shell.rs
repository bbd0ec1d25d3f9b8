//! What login shells have: those of root and of a person, neither with start files of their own, the umask and the time
//! after which they end; root's own, the folders of its PATH. The shells are asked, so the last start file counts.

use std::collections::BTreeSet;

use super::FrameSpec;
use crate::facts::{Facts, Reading, Unknown, observed};

const ANYBODY: &str = "login shell anybody";
const ROOT: &str = "login shell root";

/// The umask with which a session begins is that of `pam_umask`, from its line or from login.defs, or 0022 where it does
/// not run. For people in a group of their own it may give the group what the owner has (the word `usergroups`), and
/// newer ones ask login.defs whether to where their line says nothing; that they do is seen in the module.
///
/// The person is a number of the range of people that nobody has, in a group of that number: start files tell people from
/// root and from services by it. The shell is interactive, because some look at that, and its home is not there. They
/// may print what they like and give new meanings to echo and printf: the builtins tell, and the last lines alone count.
const OF_ANYBODY: &str = r#"cd /etc/pam.d || exit 3
of_login() { awk -v key="$1" '$1 == key { print tolower($2); exit }' /etc/login.defs 2>/dev/null; }
set -f
set -- $(cat common-session system-auth postlogin sshd login 2>/dev/null | awk '
  tolower($1) ~ /^-?session$/ && /[[:space:]\/]pam_umask\.so/ {
    seen = 1; sub(/#.*/, "")
    for (i = 3; i <= NF; i++) {
      if ($i ~ /^umask=/) mask = substr($i, 7)
      if ($i ~ /^(no)?usergroups$/) groups = $i
    } }
  END { if (seen) print "seen", (mask == "" ? "-" : mask), (groups == "" ? "-" : groups) }')
set +f
mask=0022 groups=no
if [ "$1" = seen ]; then
  mask=$2 groups=$3
  if [ "$mask" = - ]; then
    mask=$(of_login UMASK)
    [ "$groups" != - ] || ! grep -qs USERGROUPS_ENAB /lib*/security/pam_umask.so /usr/lib*/security/pam_umask.so       /lib/*/security/pam_umask.so || [ "$(of_login USERGROUPS_ENAB)" != yes ] || groups=usergroups
  fi
fi
case $mask in ''|*[!0-7]*) mask=0022 ;; esac
mask=$(printf %03o "$((0$mask & 0777))")
shared=$mask
[ "$groups" != usergroups ] || shared=${mask%??}${mask%??}${mask#??}
shell=$(command -v bash) && tell='builtin printf "\numask %s\nTMOUT=%s %s\n" "$(umask)" "$TMOUT" "${TMOUT@a}"' || {
  shell=/bin/sh; tell='echo; echo "umask $(umask)"'; }
ask() {
  echo "of $1 begins $2 shell $shell"
  umask "$2"; shift 2
  env -i HOME=/nonexistent TERM=dumb PATH=/usr/bin:/bin "$@" "$shell" -lic "$tell" </dev/null 2>/dev/null | tail -n 2
}
if [ "$(id -u)" = 0 ]; then
  command -v setpriv >/dev/null 2>&1 || { echo 'there is no setpriv to be somebody else with' >&2; exit 3; }
  (ask root "$mask" USER=root LOGNAME=root)
  (ask people "$shared" USER=somebody LOGNAME=somebody setpriv --reuid=59999 --regid=59999 --clear-groups)
else
  (ask people "$shared" USER=somebody LOGNAME=somebody)
fi
exit 0"#;

/// A session begins with the PATH of `ENV_SUPATH` (login.defs(5)), over which `/etc/environment` goes where PAM reads it:
/// there Ubuntu has it. `stat` follows a folder that is a link: where it leads is what is searched.
const OF_ROOT: &str = r#"[ "$(id -u)" = 0 ] || { echo 'only root sees the PATH of root' >&2; exit 3; }
shell=$(awk -F: '$1 == "root" { print $7; exit }' /etc/passwd) || exit 3
case $shell in */bash|*/dash|*/ksh|*/zsh) ;; *) shell=/bin/sh ;; esac
begins=$(awk '{ sub(/#.*/, ""); sub(/^[[:space:]]*(export[[:space:]]+)?/, "") }
  /^PATH=/ { path = substr($0, 6); gsub(/^["\047]|["\047[:space:]]+$/, "", path) } END { print path }' /etc/environment 2>/dev/null)
[ -n "$begins" ] || begins=$(awk '$1 == "ENV_SUPATH" { sub(/^PATH=/, "", $2); print $2; exit }' /etc/login.defs 2>/dev/null)
[ -n "$begins" ] || begins=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
path=$(env -i HOME=/root USER=root LOGNAME=root TERM=dumb PATH="$begins" "$shell" -lc 'echo; echo "PATH=$PATH"' \
  </dev/null 2>/dev/null | tail -n 1)
printf '%s\n' "$path"
case $path in PATH=*) ;; *) exit 0 ;; esac
IFS=:
set -f
for d in ${path#PATH=}; do
  case $d in /*) ;; *) continue ;; esac
  [ -d "$d" ] || { printf 'none %s\n' "$d"; continue; }
  stat -L -c 'folder %u %a %n' -- "$d" || exit 3
done
exit 0"#;

/// A login shell of somebody who has no start files.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LoginShell {
    /// `root` or `people`.
    pub of: String,
    /// The umask that the session begins with, in octal digits.
    pub begins: String,
    /// The umask that the shell has in the end, in octal digits; nothing where there was no shell.
    pub umask: Option<String>,
    /// TMOUT of bash with its attributes (`r` is readonly); nothing where there is no bash.
    pub timeout: Option<(String, String)>,
    /// Whether there is a bash.
    pub has_bash: bool,
}

/// A member of a PATH.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PathMember {
    /// It is empty or no absolute path: where it leads depends on where one is.
    Relative(String),
    /// There is no such folder.
    Missing(String),
    /// A folder.
    Folder {
        /// As the PATH has it.
        path: String,
        /// The number of its owner.
        owner: u32,
        /// Its permission bits.
        mode: u32,
    },
}

pub(super) fn frames(arguments: &BTreeSet<&str>) -> Vec<FrameSpec> {
    let all = [(ANYBODY, OF_ANYBODY), (ROOT, OF_ROOT)];
    all.into_iter()
        .filter(|(key, _)| arguments.contains(key.rsplit(' ').next().unwrap_or_default()))
        .map(|(key, script)| FrameSpec::new(key, script, 10))
        .collect()
}

/// What login shells have, root's first; of a person alone where root did not ask. Needs the argument `anybody`.
pub fn login_shells(facts: &Facts) -> Result<Reading<Vec<LoginShell>>, Unknown> {
    const WHAT: &str = "a login shell";
    let frame = facts.ended(ANYBODY, WHAT)?;
    let evidence = observed(frame, OF_ANYBODY);
    let mut value: Vec<LoginShell> = Vec::new();
    for line in frame.text().lines() {
        if let Some(begun) = line.strip_prefix("of ") {
            value.extend(begun_shell(begun));
        } else if let Some(shell) = value.last_mut() {
            if let Some(mask) = line.strip_prefix("umask ") {
                shell.umask = Some(mask.to_owned());
            } else if let Some((seconds, attributes)) = line
                .strip_prefix("TMOUT=")
                .and_then(|line| line.rsplit_once(' '))
            {
                shell.timeout = Some((seconds.to_owned(), attributes.to_owned()));
            }
        }
    }
    if frame.exit != Some(0) || value.is_empty() {
        let words = frame.stderr.lines().next().unwrap_or("it did not start");
        return Err(Unknown::new(format!("{WHAT}: {words}")).seen(evidence));
    }
    Ok(Reading { value, evidence })
}

/// What stands behind `of`: `people begins 022 shell /usr/bin/bash`.
fn begun_shell(text: &str) -> Option<LoginShell> {
    let mut words = text.split_whitespace();
    let (of, _, begins) = (words.next()?, words.next()?, words.next()?);
    Some(LoginShell {
        of: of.to_owned(),
        begins: begins.to_owned(),
        has_bash: text.ends_with("/bash"),
        ..LoginShell::default()
    })
}

/// The PATH of a login shell of root. Needs the argument `root`.
pub fn root_path(facts: &Facts) -> Result<Reading<Vec<PathMember>>, Unknown> {
    const WHAT: &str = "a login shell of root";
    let frame = facts.ended(ROOT, WHAT)?;
    let evidence = observed(frame, OF_ROOT);
    let text = frame.text();
    let mut lines = text.lines();
    let path = lines.next().and_then(|line| line.strip_prefix("PATH="));
    let (Some(path), Some(0)) = (path, frame.exit) else {
        let words = frame.stderr.lines().next().unwrap_or("it did not start");
        return Err(Unknown::new(format!("{WHAT}: {words}")).seen(evidence));
    };
    let mut seen = lines.filter_map(folder);
    let mut value = Vec::new();
    for member in path.split(':') {
        let found = if member.starts_with('/') {
            seen.next()
        } else {
            Some(PathMember::Relative(member.to_owned()))
        };
        let Some(found) = found else {
            let reason = format!("{WHAT}: nothing is known of {member}");
            return Err(Unknown::new(reason).seen(evidence));
        };
        value.push(found);
    }
    Ok(Reading { value, evidence })
}

fn folder(line: &str) -> Option<PathMember> {
    if let Some(path) = line.strip_prefix("none ") {
        return Some(PathMember::Missing(path.to_owned()));
    }
    let mut words = line.strip_prefix("folder ")?.splitn(3, ' ');
    Some(PathMember::Folder {
        owner: words.next()?.parse().ok()?,
        mode: u32::from_str_radix(words.next()?, 8).ok()?,
        path: words.next()?.to_owned(),
    })
}
