//! Kernel parameters: as they are now (`/proc/sys`) and as a boot would set them (sysctl.d(5)).

mod persisted;

use std::collections::BTreeSet;

pub use persisted::persisted_sysctl;

use super::{BREAK, FrameSpec, quote};
use crate::facts::{Facts, Reading, Unknown};
use domain::results::Evidence;
use persisted::files;

const KEY: &str = "sysctl";

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
    let files: Vec<String> = files().collect();
    specs.extend(super::content::frames(
        &files.iter().map(String::as_str).collect(),
    ));
    specs
}

/// sysctl(8): what separates first separates throughout, dots or slashes. With dots, a dot within a part (as in VLAN
/// interfaces) is written as a slash.
fn proc_path(key: &str) -> String {
    format!("/proc/sys/{}", normal(key))
}

/// A key with slashes between its parts, as a path below /proc/sys.
fn normal(key: &str) -> String {
    let swap = |c: char| match c {
        '.' => '/',
        '/' => '.',
        other => other,
    };
    match key.find(['.', '/']).and_then(|at| key.get(at..=at)) {
        Some("/") => key.to_owned(),
        _ => key.chars().map(swap).collect(),
    }
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

/// With blanks folded.
fn fold(value: &str) -> String {
    value.split_whitespace().collect::<Vec<_>>().join(" ")
}
