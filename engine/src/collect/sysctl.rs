//! Kernel parameters: as they are now (`/proc/sys`) and as a boot would set them (sysctl.d(5)).

use std::collections::BTreeSet;
use std::sync::Arc;

use super::content::{Line, Lines, in_force, lines_of};
use super::{BREAK, FrameSpec, one_line, quote};
use crate::facts::{Facts, Reading, Unknown};
use domain::results::Evidence;

const KEY: &str = "sysctl";

/// The folders of sysctl.d(5), strongest first. A file hides files of the same name further down.
const FOLDERS: [&str; 5] = [
    "/etc/sysctl.d",
    "/run/sysctl.d",
    "/usr/local/lib/sysctl.d",
    "/usr/lib/sysctl.d",
    "/lib/sysctl.d",
];

/// systemd-sysctl(8), which sets the parameters at boot, does not read `/etc/sysctl.conf`; it counts
/// where a link in a folder names it, as `/etc/sysctl.d/99-sysctl.conf` does, and at that place.
fn patterns() -> impl Iterator<Item = String> {
    FOLDERS.iter().map(|folder| format!("{folder}/*.conf"))
}

/// One process reads all of them, and another puts them under their names. The shell cannot read them itself: it
/// reads byte by byte, and the kernel answers the first byte alone. Of several lines one is made. One parameter may be
/// asked for by several names, with dots and with slashes, and is read once.
const READ: &str = r#"ask() {
  if [ ! -e "$2" ]; then printf 'absent %s\n' "$1"; return; fi
  names="$names$1 $2$break"
  case "$paths " in *" $2 "*) ;; *) paths="$paths $2" ;; esac
}
tell() {
  { printf '%s\n' "$names"; grep -aHs '' -- $paths; } | awk '
    $0 == "" && !told { told = 1; next }
    !told { n++; name[n] = $1; path[n] = $2; next }
    { at = index($0, ":"); p = substr($0, 1, at - 1); v = substr($0, at + 1)
      if (p in value) value[p] = value[p] " " v; else value[p] = v }
    END { for (i = 1; i <= n; i++) if (path[i] in value) print "value " name[i] " " value[path[i]]; else print "unreadable " name[i] }'
}
"#;

pub(super) fn frames(arguments: &BTreeSet<&str>) -> Vec<FrameSpec> {
    let mut script = String::from("set -f; names= paths=\n[ -d /proc/sys/kernel ] || exit 1\n");
    for key in arguments {
        // A name of another form names nothing, and would spoil the list.
        if !key.contains(char::is_whitespace) {
            script.push_str(&format!("ask {} {}\n", quote(key), quote(&proc_path(key))));
        }
    }
    script.push_str("tell");
    let mut specs = vec![FrameSpec::new(KEY, script, 20).with(&[BREAK, READ])];
    let patterns: Vec<String> = patterns().collect();
    let patterns = patterns.iter().map(String::as_str).collect();
    specs.extend(super::content::frames(&patterns));
    specs
}

/// sysctl(8): what separates first separates throughout, dots or slashes. With dots, a dot within a part (as in VLAN
/// interfaces) is written as a slash.
fn proc_path(key: &str) -> String {
    let swap = |c: char| match c {
        '.' => '/',
        '/' => '.',
        other => other,
    };
    let path: String = match key.find(['.', '/']).and_then(|at| key.get(at..=at)) {
        Some("/") => key.to_owned(),
        _ => key.chars().map(swap).collect(),
    };
    format!("/proc/sys/{path}")
}

/// The value now, with blanks folded; `None` when the kernel has no such parameter.
pub fn runtime_sysctl(facts: &Facts, key: &str) -> Result<Reading<Option<String>>, Unknown> {
    let printed = printed_sysctl(facts, key)?;
    Ok(Reading {
        value: printed.value.as_deref().map(fold),
        evidence: printed.evidence,
    })
}

/// The value now as sysctl(8) prints it, which may have tabs; `None` when the kernel has no such parameter.
pub fn printed_sysctl(facts: &Facts, key: &str) -> Result<Reading<Option<String>>, Unknown> {
    let command = format!("sysctl -n {key}");
    let frame = facts.frame(KEY, &command)?;
    let text = frame.text();
    for line in text.lines() {
        let Some((kind, rest)) = line.split_once(' ') else {
            continue;
        };
        let (name, value) = rest.split_once(' ').unwrap_or((rest, ""));
        if name != key {
            continue;
        }
        let value = value.trim().to_owned();
        return match kind {
            "value" => {
                let shown = format!("{value}\n");
                let evidence = Evidence::new(command, Some(0), shown.as_bytes());
                Ok(Reading {
                    value: Some(value),
                    evidence,
                })
            }
            "absent" => {
                let command = format!("ls {}", proc_path(key));
                let evidence =
                    Evidence::new(command, Some(2), b"").with_stderr("No such file or directory");
                Ok(Reading {
                    value: None,
                    evidence,
                })
            }
            _ => Err(Unknown::new(format!("{command}: permission denied"))),
        };
    }
    Err(Unknown::new(format!("{command}: no answer")))
}

/// The value after a boot with the file and line that wins; `None` when no file sets it.
///
/// As sysctl.d(5) has it: files in the order of their names, the last line wins, a line for the very
/// key wins over one with `*`, and `-key` without a value takes the key out of the latter.
pub fn persisted_sysctl(facts: &Facts, key: &str) -> Result<Option<Reading<String>>, Unknown> {
    let mut files: Vec<Arc<Lines>> = Vec::new();
    for pattern in patterns() {
        files.extend(lines_of(facts, &pattern)?);
    }
    let files = in_force(files);
    let (mut exact, mut general, mut excluded) = (None, None, false);
    for (file, line) in files
        .iter()
        .flat_map(|file| file.lines.iter().map(move |line| (file, line)))
    {
        match assignment(line, key) {
            Some(Assignment::Exact(value)) => exact = Some((value, file, line)),
            Some(Assignment::Pattern(value)) => general = Some((value, file, line)),
            Some(Assignment::Excluded) => excluded = true,
            None => {}
        }
    }
    let winner = exact.or(general.filter(|_| !excluded));
    Ok(winner.map(|(value, file, line)| Reading {
        value,
        evidence: one_line(&file.path, line.number, &line.text),
    }))
}

/// What a line says of a key.
enum Assignment {
    Exact(String),
    Pattern(String),
    Excluded,
}

fn assignment(line: &Line, key: &str) -> Option<Assignment> {
    let text = line.text.trim();
    if text.starts_with(['#', ';']) {
        return None;
    }
    let canonical = |name: &str| {
        let name = name.trim();
        name.strip_prefix('-').unwrap_or(name).replace('/', ".")
    };
    let key = canonical(key);
    let Some((name, value)) = text.split_once('=') else {
        return (text.starts_with('-') && canonical(text) == key).then_some(Assignment::Excluded);
    };
    let name = canonical(name);
    if name == key {
        return Some(Assignment::Exact(fold(value)));
    }
    matches(&name, &key).then(|| Assignment::Pattern(fold(value)))
}

/// Whether a name with `*` stands for the key; a star stands for one part between dots.
fn matches(pattern: &str, key: &str) -> bool {
    pattern.contains('*')
        && pattern.split('.').count() == key.split('.').count()
        && pattern
            .split('.')
            .zip(key.split('.'))
            .all(|(one, other)| one == "*" || one == other)
}

fn fold(value: &str) -> String {
    value.split_whitespace().collect::<Vec<_>>().join(" ")
}
