//! The effective configuration of the SSH server: what `sshd -T` says, drop-ins and defaults included.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::content::{LINES, Line, Lines, lines_in, lines_of};
use super::{BREAK, CLOSED, FrameSpec, search};
use crate::facts::{Facts, Reading, Unknown, observed};
use crate::pattern::Pattern;
use domain::results::Evidence;

const KEY: &str = "sshd";

const COMMAND: &str = "sshd -T";

/// Files that these include, wherever they lie.
const INCLUDED: &str = "sshd included";

/// Follows `Include`, see `sshd_config(5)`: a name without a slash in front lies in /etc/ssh, `*` stands for any name.
const FOLLOW: &str = r#"queue=/etc/ssh/sshd_config seen=' '
while [ -n "$queue" ]; do
  set -f; set -- $queue; set +f
  f=$1; shift; queue=$*
  case $seen in *" $f "*) continue;; esac
  seen="$seen$f "
  for p in $(sed -n -e 's/[[:space:]]#.*//' -e 's/^[[:space:]]*[Ii][Nn][Cc][Ll][Uu][Dd][Ee][[:space:]=]\{1,\}//p' "$f" 2>/dev/null | tr -d '"'); do
    case $p in /*) ;; *) p=/etc/ssh/$p;; esac
    for g in $p; do if [ -e "$g" ]; then queue="$queue $g"; fi; done
  done
  case $f in /etc/ssh/sshd_config|/etc/ssh/sshd_config.d/*.conf) ;; *) lines "${f%/*}" 0 "$f";; esac
done
:"#;

/// Where `Match` blocks stand: the file, and the folder that the distributions include.
const FILES: [&str; 2] = ["/etc/ssh/sshd_config", "/etc/ssh/sshd_config.d/*.conf"];

pub(super) fn frames(_: &BTreeSet<&str>) -> Vec<FrameSpec> {
    let script = "command -v sshd >/dev/null 2>&1 || exit 127\nsshd -T";
    let included = FrameSpec::new(INCLUDED, FOLLOW, 20).with(&[BREAK, CLOSED, LINES]);
    let mut specs = vec![FrameSpec::new(KEY, script, 20), included];
    specs.extend(super::content::frames(&BTreeSet::from(FILES)));
    specs
}

/// Whether there is an SSH server; `None` when that was not collected.
pub fn sshd_installed(facts: &Facts) -> Option<bool> {
    facts.frames.get(KEY).map(|frame| frame.exit != Some(127))
}

/// Every value of a keyword, in order; empty when the server does not know or does not set it.
pub fn sshd_setting(facts: &Facts, keyword: &str) -> Result<Reading<Vec<String>>, Unknown> {
    let frame = facts.frame(KEY, COMMAND)?;
    if frame.exit != Some(0) {
        let item = observed(frame, COMMAND);
        let words = frame.stderr.lines().next().unwrap_or("no reason given");
        let reason = if facts.privileged {
            format!("sshd -T refused: {words}")
        } else {
            "sshd -T needs the rights of root".to_owned()
        };
        return Err(Unknown::new(reason).seen(item));
    }
    let keyword = keyword.to_lowercase();
    let text = frame.text();
    // Every server has a port, so an answer without one is no answer.
    if !text.lines().any(|line| line.starts_with("port ")) {
        let reason = "sshd -T printed no configuration";
        return Err(Unknown::new(reason).seen(observed(frame, COMMAND)));
    }
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| {
            line.split_once(' ')
                .map_or(*line, |(name, _)| name)
                .eq_ignore_ascii_case(&keyword)
        })
        .collect();
    let values = lines
        .iter()
        .map(|line| {
            line.split_once(' ')
                .map_or(String::new(), |(_, value)| value.to_owned())
        })
        .collect();
    let shown: String = lines.iter().flat_map(|line| [line, "\n"]).collect();
    let exit = u32::from(shown.is_empty());
    let command = format!("{COMMAND} | grep -i '^{keyword} '");
    let mut evidence = Evidence::new(command, Some(exit), shown.as_bytes());
    if let Some((file, line)) = winning_line(facts, &keyword) {
        evidence = evidence.at(file, line);
    }
    Ok(Reading {
        value: values,
        evidence,
    })
}

/// The line that gives a keyword its value for everybody: the first one outside of `Match` blocks, where files
/// that are included stand in the place of the line that includes them (`sshd_config(5)`). Nothing for a default,
/// and where a file is included that was not read.
fn winning_line(facts: &Facts, keyword: &str) -> Option<(String, u32)> {
    let [main, dropins] = FILES;
    for file in lines_of(facts, main).ok()? {
        for line in &file.lines {
            let Some((name, value)) = directive(&line.text) else {
                continue;
            };
            if name.eq_ignore_ascii_case("match") {
                return None;
            }
            if name.eq_ignore_ascii_case(keyword) {
                return Some((file.path.clone(), line.number));
            }
            if name.eq_ignore_ascii_case("include") {
                if value != dropins && value != dropins.trim_start_matches("/etc/ssh/") {
                    return None;
                }
                if let Some(found) = first_line(&lines_of(facts, dropins).ok()?, keyword) {
                    return Some(found);
                }
            }
        }
    }
    None
}

/// The first line that sets a keyword, before any `Match` block of its file.
fn first_line(files: &[Arc<Lines>], keyword: &str) -> Option<(String, u32)> {
    files.iter().find_map(|file| {
        let names = file
            .lines
            .iter()
            .filter_map(|line| Some((directive(&line.text)?.0, line.number)));
        names
            .take_while(|(name, _)| !name.eq_ignore_ascii_case("match"))
            .find(|(name, _)| name.eq_ignore_ascii_case(keyword))
            .map(|(_, number)| (file.path.clone(), number))
    })
}

/// Every value that a `Match` block gives to a keyword, with its file and line. `sshd -T` shows what
/// holds for nobody in particular, so it leaves them out.
pub fn sshd_match_settings(facts: &Facts, keyword: &str) -> Result<Vec<Reading<String>>, Unknown> {
    let mut files = Vec::new();
    for pattern in FILES {
        files.extend(lines_of(facts, pattern)?);
    }
    // Recorded hosts of long ago do not have it.
    let included = if facts.frames.contains_key(INCLUDED) {
        lines_in(facts.frame(INCLUDED, "the files that sshd_config includes")?)?
    } else {
        Vec::new()
    };
    // What is included within a block belongs to it from its first line.
    let all_inside = files.iter().any(|file| includes_within(&file.lines));
    let mut found = Vec::new();
    for (file, mut inside) in files
        .iter()
        .map(|file| (file, false))
        .chain(included.iter().map(|file| (file, all_inside)))
    {
        for line in &file.lines {
            let Some((name, value)) = directive(&line.text) else {
                continue;
            };
            if name.eq_ignore_ascii_case("match") {
                inside = true;
            } else if inside && name.eq_ignore_ascii_case(keyword) {
                let expression = Pattern::ascii(format!(r"(?i)^\s*(match|{keyword})\b"));
                let evidence = search(&expression, [file], &[]).at(&file.path, line.number);
                found.push(Reading {
                    value: value.to_owned(),
                    evidence,
                });
            }
        }
    }
    Ok(found)
}

fn includes_within(lines: &[Line]) -> bool {
    let mut names = lines.iter().filter_map(|line| directive(&line.text));
    names.any(|(name, _)| name.eq_ignore_ascii_case("match"))
        && names.any(|(name, _)| name.eq_ignore_ascii_case("include"))
}

/// A line of `sshd_config(5)`: a keyword, blanks or one `=`, a value that may be quoted.
fn directive(line: &str) -> Option<(&str, &str)> {
    let line = line.trim();
    if line.is_empty() || line.starts_with('#') {
        return None;
    }
    let end = line
        .find(|c: char| c.is_whitespace() || c == '=')
        .unwrap_or(line.len());
    let (name, rest) = line.split_at(end);
    let value = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '=');
    let value = value.split(" #").next().unwrap_or(value).trim();
    Some((name.trim_matches('"'), value.trim_matches('"')))
}
