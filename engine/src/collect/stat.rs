//! Owner, group, mode and kind of files, following links, as stat(1) of coreutils or busybox tells.

use std::collections::BTreeSet;

use super::{BREAK, CLOSED, FrameSpec, folder_of, quote, quote_pattern};
use crate::facts::{Facts, Reading, Unknown};
use domain::results::Evidence;

const KEY: &str = "stat";

/// What is known of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileStat {
    /// The path.
    pub path: String,
    /// The permission bits, `setuid`, `setgid` and sticky included: 0o0000..=0o7777.
    pub mode: u32,
    /// The owner's name; the number when it has none.
    pub owner: String,
    /// The group's name; the number when it has none.
    pub group: String,
    /// Whether it is a folder.
    pub is_folder: bool,
}

/// What stat said of one path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StatResult {
    /// It is there.
    Found(FileStat),
    /// There is nothing of that name.
    Absent,
}

/// `plain PATHS…` and `pattern FOLDER LISTED PATTERN FORMAT FILES…`: one stat(1) for all that is there. What is not
/// there is told by the words of stat: it may be away, or out of reach.
const FUNCTIONS: &str = r#"missing() {
  s=$(stat -L -c '%a %U %G %u %g %F' -- "$2" 2>&1) && { printf 'found\t%s\t%s\t%s\n' "$1" "$2" "$s"; return; }
  case "$s" in
  *'No such file'*|*'Not a directory'*) printf 'absent\t%s\t%s\n' "$1" "$2";;
  *) printf 'error\t%s\t%s\t%s\n' "$1" "$2" "$s";;
  esac
}
plain() {
  links=
  for f do if [ -L "$f" ]; then links=1; fi; done
  exec 4>&1
  said=$(stat -L -c 'found	%n	%n	%a %U %G %u %g %F' -- "$@" 2>&1 >&4 4>&-)
  exec 4>&-
  for f do
    [ -e "$f" ] && continue
    case "$said" in
    *"'$f': No such file"*|*"'$f': Not a directory"*) printf 'absent\t%s\t%s\n' "$f" "$f";;
    *) missing "$f" "$f";;
    esac
  done
  [ -n "$links" ] || return 0
  for f do shift; if [ -L "$f" ]; then set -- "$@" "$f"; fi; done
  stat -c 'link	%n	%n	%a %U %G %u %g %F' -- "$@"
}
pattern() {
  folder=$1 listed=$2 pattern=$3 format=$4 none=; shift 4
  case "$*" in *"$break"*) printf 'error\t%s\t%s\ta name there has a line break\n' "$pattern" "$folder";; esac
  for f do shift; case $f in *"$break"*) continue;; esac; if [ -e "$f" ]; then set -- "$@" "$f"; elif [ "$f" = "$pattern" ]; then none=1; else missing "$pattern" "$f"; fi; done
  if closed "$folder" "$listed"; then printf 'error\t%s\t%s\tpermission denied\n' "$pattern" "$r"
  elif [ -n "$none" ]; then printf 'absent\t%s\t%s\n' "$pattern" "$pattern"; fi
  [ $# = 0 ] || stat -L -c "$format" -- "$@"
}
"#;

pub(super) fn frames(arguments: &BTreeSet<&str>) -> Vec<FrameSpec> {
    let (patterns, paths): (Vec<&str>, Vec<&str>) =
        arguments.iter().partition(|path| path.contains('*'));
    let mut script = String::new();
    if !paths.is_empty() {
        let words: Vec<String> = paths.into_iter().map(quote).collect();
        script.push_str(&format!("plain {}\n", words.join(" ")));
    }
    for pattern in patterns {
        let format = format!(
            "found\t{}\t%n\t%a %U %G %u %g %F",
            pattern.replace('%', "%%")
        );
        script.push_str(&format!(
            "pattern {} {} {} {}\n",
            folder_of(pattern),
            quote(pattern),
            quote(&format),
            quote_pattern(pattern)
        ));
    }
    script.push_str("exit 0");
    let mut specs = vec![FrameSpec::new(KEY, script, 20).with(&[BREAK, CLOSED, FUNCTIONS])];
    specs.extend(super::acl::frames(arguments));
    specs
}

/// The files that a path or pattern names. A pattern that names nothing gives one [`StatResult::Absent`].
pub fn stat_of(facts: &Facts, pattern: &str) -> Result<Vec<Reading<StatResult>>, Unknown> {
    let frame = facts.frame(KEY, &format!("stat {pattern}"))?;
    let text = frame.text();
    let mut readings = Vec::new();
    for line in text.lines() {
        let mut columns = line.splitn(3, '\t');
        let (kind, asked) = (columns.next().unwrap_or_default(), columns.next());
        if asked != Some(pattern) || kind == "link" {
            continue;
        }
        let rest = columns.next().unwrap_or_default();
        // There may be tabs in a name, and none in what is said of it.
        let (path, words) = rest.rsplit_once('\t').unwrap_or((rest, ""));
        let command = format!("stat -L -c '%a %U %G' {path}");
        readings.push(match kind {
            "found" => found(path, words, command)?,
            "absent" => Reading {
                value: StatResult::Absent,
                evidence: Evidence::new(command, Some(1), b"")
                    .with_stderr("No such file or directory"),
            },
            _ => {
                let words = if words.is_empty() { "no answer" } else { words };
                return Err(Unknown::new(format!("{command}: {words}")));
            }
        });
    }
    if readings.is_empty() {
        return Err(Unknown::new(format!("stat {pattern}: no answer")));
    }
    Ok(readings)
}

/// The link that stands at a path, as itself; nothing when the path is no link.
pub fn unfollowed(facts: &Facts, path: &str) -> Result<Option<Reading<StatResult>>, Unknown> {
    let frame = facts.frame(KEY, &format!("stat {path}"))?;
    let text = frame.text();
    let words = text.lines().find_map(|line| {
        let rest = line.strip_prefix("link\t")?.strip_prefix(path)?;
        rest.strip_prefix('\t')?
            .split_once('\t')
            .map(|(_, words)| words)
    });
    words
        .map(|words| found(path, words, format!("stat -c '%a %U %G' {path}")))
        .transpose()
}

fn found(path: &str, words: &str, command: String) -> Result<Reading<StatResult>, Unknown> {
    let mut parts = words.splitn(6, ' ');
    let mut next = || parts.next().unwrap_or_default();
    let (mode, owner, group, uid, gid, kind) = (next(), next(), next(), next(), next(), next());
    let Ok(bits) = u32::from_str_radix(mode, 8) else {
        return Err(Unknown::new(format!(
            "{command}: unexpected answer {words:?}"
        )));
    };
    let name = |name: &str, number: &str| match (name, number) {
        // Another name of the same account may stand first in the file.
        (_, "0") => "root".to_owned(),
        ("UNKNOWN", number) => number.to_owned(),
        (name, _) => name.to_owned(),
    };
    let shown = format!("{mode} {owner} {group}\n");
    Ok(Reading {
        value: StatResult::Found(FileStat {
            path: path.to_owned(),
            mode: bits,
            owner: name(owner, uid),
            group: name(group, gid),
            is_folder: kind == "directory",
        }),
        evidence: Evidence::new(command, Some(0), shown.as_bytes()),
    })
}
