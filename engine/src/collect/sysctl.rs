//! Kernel parameters: as they are now (`/proc/sys`) and as a boot would set them (sysctl.d(5)).

use std::collections::BTreeSet;

use super::content::{Line, Lines, lines_of};
use super::{FrameSpec, quote};
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

/// `sysctl --system` (procps) and Debian's `99-sysctl.conf` link read it after all others.
const LAST: &str = "/etc/sysctl.conf";

pub(super) fn frames(arguments: &BTreeSet<&str>) -> Vec<FrameSpec> {
    let mut script = String::from(
        "show() { if [ ! -e \"$2\" ]; then echo \"absent $1\"; \
         elif v=$(cat \"$2\" 2>/dev/null); then echo \"value $1 $v\"; \
         else echo \"unreadable $1\"; fi; }\n",
    );
    for key in arguments {
        script.push_str(&format!("show {} {}\n", quote(key), quote(&proc_path(key))));
    }
    let mut specs = vec![FrameSpec::new(KEY, script, 20)];
    let patterns: Vec<String> = FOLDERS
        .iter()
        .map(|folder| format!("{folder}/*.conf"))
        .chain([LAST.to_owned()])
        .collect();
    let patterns = patterns.iter().map(String::as_str).collect();
    specs.extend(super::content::frames(&patterns));
    specs
}

/// sysctl(8): dots separate, and a dot within a part (as in VLAN interfaces) is written as a slash.
fn proc_path(key: &str) -> String {
    let path: String = key
        .chars()
        .map(|c| match c {
            '.' => '/',
            '/' => '.',
            other => other,
        })
        .collect();
    format!("/proc/sys/{path}")
}

/// The value now, with blanks folded; `None` when the kernel has no such parameter.
pub fn runtime_sysctl(facts: &Facts, key: &str) -> Result<Reading<Option<String>>, Unknown> {
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
        let value = fold(value);
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
                let evidence = Evidence::new(command, Some(255), b"")
                    .with_stderr(&format!("cannot stat {}", proc_path(key)));
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
pub fn persisted_sysctl(facts: &Facts, key: &str) -> Result<Option<Reading<String>>, Unknown> {
    let mut files: Vec<Lines> = Vec::new();
    for folder in FOLDERS {
        let pattern = format!("{folder}/*.conf");
        for file in lines_of(facts, &pattern)? {
            if !files
                .iter()
                .any(|known| base_name(&known.path) == base_name(&file.path))
            {
                files.push(file);
            }
        }
    }
    files.sort_by(|one, other| base_name(&one.path).cmp(base_name(&other.path)));
    files.extend(lines_of(facts, LAST)?);
    let mut winner = None;
    for file in &files {
        for line in &file.lines {
            if let Some(value) = assignment(line, key) {
                winner = Some((value, file, line));
            }
        }
    }
    Ok(winner.map(|(value, file, line)| {
        let evidence = Evidence::new(
            format!("grep -n {key} {}", file.path),
            Some(0),
            line.text.as_bytes(),
        )
        .at(&file.path, line.number);
        Reading { value, evidence }
    }))
}

fn assignment(line: &Line, key: &str) -> Option<String> {
    let text = line.text.trim();
    if text.starts_with(['#', ';']) {
        return None;
    }
    let (name, value) = text.split_once('=')?;
    let name = name.trim().trim_start_matches('-').replace('/', ".");
    (name == key.replace('/', ".")).then(|| fold(value))
}

fn fold(value: &str) -> String {
    value.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn base_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
