//! What a login shell has: of an account that brings no start files along, the umask and the time after which it ends;
//! of root, the folders of its PATH. The shells themselves are asked, so what the last start file says counts.

use std::collections::BTreeSet;

use super::{FrameSpec, Way};
use crate::facts::{Facts, Reading, Unknown, observed};

const ANYBODY: &str = "login shell anybody";
const ROOT: &str = "login shell root";

/// The umask with which a session begins is that of `pam_umask`, from its line or from login.defs, or 0022 where it does
/// not run. The shell is interactive, because some start files look at that, and its home is not there. Start files may
/// print what they like and give new meanings to echo and printf: the builtins tell, and the last lines alone count.
const OF_ANYBODY: &str = r#"cd /etc/pam.d || exit 3
mask=0022
said=$(cat common-session system-auth postlogin sshd login 2>/dev/null | awk '
  tolower($1) ~ /^-?session$/ && /[[:space:]\/]pam_umask\.so/ {
    seen = 1; sub(/#.*/, "")
    for (i = 3; i <= NF; i++) if ($i ~ /^umask=/) mask = substr($i, 7) }
  END { if (seen) print "seen", mask }') || exit 3
case $said in
  seen\ ?*) mask=${said#seen } ;;
  seen*) mask=$(awk '$1 == "UMASK" { print $2; exit }' /etc/login.defs) || exit 3 ;;
esac
case $mask in ''|*[!0-7]*) mask=0022 ;; esac
echo "begins $mask"
shell=$(command -v bash) && tell='builtin printf "\numask %s\nTMOUT=%s %s\n" "$(umask)" "$TMOUT" "${TMOUT@a}"' || {
  shell=/bin/sh; tell='echo; echo "umask $(umask)"'; }
echo "shell $shell"
umask "$mask"
env -i HOME=/nonexistent USER=nobody LOGNAME=nobody TERM=dumb PATH=/usr/bin:/bin \
  "$shell" -lic "$tell" </dev/null 2>/dev/null | tail -n 2
exit 0"#;

/// `stat` follows a folder that is a link: where it leads is what is searched.
const OF_ROOT: &str = r#"[ "$(id -u)" = 0 ] || { echo 'only root sees the PATH of root' >&2; exit 3; }
shell=$(awk -F: '$1 == "root" { print $7; exit }' /etc/passwd) || exit 3
case $shell in */bash|*/dash|*/ksh|*/zsh) ;; *) shell=/bin/sh ;; esac
path=$(env -i HOME=/root USER=root LOGNAME=root TERM=dumb "$shell" -lc 'echo; echo "PATH=$PATH"' </dev/null 2>/dev/null |
  tail -n 1)
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

/// A login shell of an account that has no start files of its own.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LoginShell {
    /// The umask that the session begins with, as it is written.
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
    let foreign = |key: &str, script: &str| FrameSpec {
        // Start files are those of the host, and may leave an agent behind.
        way: Way::Foreign,
        ..FrameSpec::new(key, script, 10)
    };
    let all = [(ANYBODY, OF_ANYBODY), (ROOT, OF_ROOT)];
    all.into_iter()
        .filter(|(key, _)| arguments.contains(key.rsplit(' ').next().unwrap_or_default()))
        .map(|(key, script)| foreign(key, script))
        .collect()
}

/// What a login shell of anybody has. Needs the argument `anybody`.
pub fn login_shell(facts: &Facts) -> Result<Reading<LoginShell>, Unknown> {
    const WHAT: &str = "a login shell";
    let frame = facts.ended(ANYBODY, WHAT)?;
    let evidence = observed(frame, OF_ANYBODY);
    if frame.exit != Some(0) {
        let words = frame.stderr.lines().next().unwrap_or("no reason given");
        return Err(Unknown::new(format!("{WHAT}: {words}")).seen(evidence));
    }
    let mut value = LoginShell::default();
    for line in frame.text().lines() {
        if let Some(mask) = line.strip_prefix("begins ") {
            mask.clone_into(&mut value.begins);
        } else if let Some(shell) = line.strip_prefix("shell ") {
            value.has_bash = shell.ends_with("/bash");
        } else if let Some(mask) = line.strip_prefix("umask ") {
            value.umask = Some(mask.to_owned());
        } else if let Some(timeout) = line.strip_prefix("TMOUT=") {
            value.timeout = timeout
                .rsplit_once(' ')
                .map(|(seconds, attributes)| (seconds.to_owned(), attributes.to_owned()));
        }
    }
    Ok(Reading { value, evidence })
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
