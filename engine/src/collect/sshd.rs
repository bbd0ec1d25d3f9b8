//! The effective configuration of the SSH server: what `sshd -T` says, drop-ins and defaults included.

use std::collections::BTreeSet;

use super::content::lines_of;
use super::{FrameSpec, search};
use crate::facts::{Facts, Reading, Unknown, observed};
use domain::results::Evidence;

const KEY: &str = "sshd";

const COMMAND: &str = "sshd -T";

/// Where `Match` blocks stand: the file, and the folder that the distributions include.
const FILES: [&str; 2] = ["/etc/ssh/sshd_config", "/etc/ssh/sshd_config.d/*.conf"];

pub(super) fn frames(_: &BTreeSet<&str>) -> Vec<FrameSpec> {
    let script = "command -v sshd >/dev/null 2>&1 || exit 127\nsshd -T";
    let mut specs = vec![FrameSpec::new(KEY, script, 20)];
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
    Ok(Reading {
        value: values,
        evidence: Evidence::new(command, Some(exit), shown.as_bytes()),
    })
}

/// Every value that a `Match` block gives to a keyword, with its file and line. `sshd -T` shows what
/// holds for nobody in particular, so it leaves them out.
pub fn sshd_match_settings(facts: &Facts, keyword: &str) -> Result<Vec<Reading<String>>, Unknown> {
    let mut found = Vec::new();
    for pattern in FILES {
        for file in lines_of(facts, pattern)? {
            let mut inside = false;
            for line in &file.lines {
                let Some((name, value)) = directive(&line.text) else {
                    continue;
                };
                if name.eq_ignore_ascii_case("match") {
                    inside = true;
                } else if inside && name.eq_ignore_ascii_case(keyword) {
                    let expression = format!(r"(?i)^\s*(match|{keyword})\b");
                    let evidence = search(&expression, [&file], &[]).at(&file.path, line.number);
                    found.push(Reading {
                        value: value.to_owned(),
                        evidence,
                    });
                }
            }
        }
    }
    Ok(found)
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
