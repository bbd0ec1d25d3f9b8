//! The effective configuration of the SSH server: what `sshd -T` says, drop-ins and defaults included.

use std::collections::BTreeSet;

use super::FrameSpec;
use crate::facts::{Facts, Reading, Unknown, observed};
use domain::results::Evidence;

const KEY: &str = "sshd";

const COMMAND: &str = "sshd -T";

pub(super) fn frames(_: &BTreeSet<&str>) -> Vec<FrameSpec> {
    let script = "command -v sshd >/dev/null 2>&1 || exit 127\nsshd -T";
    vec![FrameSpec::new(KEY, script, 20)]
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
        let reason = if facts.privileged {
            "sshd -T refused: its configuration does not hold"
        } else {
            "sshd -T needs the rights of root"
        };
        return Err(Unknown::new(reason).seen(item));
    }
    let keyword = keyword.to_lowercase();
    let text = frame.text();
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
