//! Audit rules: loaded in the kernel (`auditctl -l`) and on disk (`/etc/audit/rules.d`).

use std::collections::BTreeSet;
use std::sync::Arc;

use super::content::{Lines, lines_of};
use super::{FrameSpec, search};
use crate::facts::{Facts, Reading, Unknown, observed};
use crate::pattern::Pattern;
use domain::results::Evidence;

const KEY: &str = "audit loaded";

/// The state comes first: rules mean nothing while auditing is switched off.
const COMMAND: &str = "auditctl -s; auditctl -l";

/// augenrules(8) merges these.
const FILES: &str = "/etc/audit/rules.d/*.rules";

pub(super) fn frames(_: &BTreeSet<&str>) -> Vec<FrameSpec> {
    let script = "command -v auditctl >/dev/null 2>&1 || exit 127\nauditctl -s && auditctl -l";
    let mut specs = vec![FrameSpec::new(KEY, script, 20)];
    specs.extend(super::content::frames(&BTreeSet::from([FILES])));
    specs
}

/// The rules that the kernel applies now; none while auditing is switched off.
pub fn audit_rules_loaded(facts: &Facts) -> Result<Reading<Vec<String>>, Unknown> {
    let frame = facts.ended(KEY, COMMAND)?;
    if frame.exit != Some(0) {
        return Err(
            Unknown::new("the loaded audit rules cannot be read").seen(observed(frame, COMMAND))
        );
    }
    let text = frame.text();
    let enabled = text.lines().find_map(|line| line.strip_prefix("enabled "));
    let Some(enabled) = enabled else {
        let reason = "auditctl does not say whether auditing is on";
        return Err(Unknown::new(reason).seen(observed(frame, COMMAND)));
    };
    let on = enabled.trim() != "0";
    let rules = text
        .lines()
        .filter(|line| on && line.starts_with('-'))
        .map(str::to_owned);
    Ok(Reading {
        value: rules.collect(),
        evidence: observed(frame, COMMAND),
    })
}

/// Every rule that `auditctl -l` lists, whether auditing is on or not.
pub fn audit_rules_listed(facts: &Facts) -> Result<Reading<Vec<String>>, Unknown> {
    let frame = facts.ended(KEY, COMMAND)?;
    if frame.exit != Some(0) {
        return Err(
            Unknown::new("the loaded audit rules cannot be read").seen(observed(frame, COMMAND))
        );
    }
    let text = frame.text();
    let rules: Vec<String> = text
        .lines()
        .filter(|line| line.starts_with('-'))
        .map(str::to_owned)
        .collect();
    let shown: String = rules.iter().flat_map(|rule| [rule, "\n"]).collect();
    Ok(Reading {
        value: rules,
        evidence: Evidence::new("auditctl -l", Some(0), shown.as_bytes()),
    })
}

/// The rules that a boot loads, with their files.
pub fn audit_rules_on_disk(facts: &Facts) -> Result<Reading<Vec<Arc<Lines>>>, Unknown> {
    let files = lines_of(facts, FILES)?;
    let evidence = search(&Pattern::ascii(""), &files, &[FILES]);
    Ok(Reading {
        value: files,
        evidence,
    })
}
