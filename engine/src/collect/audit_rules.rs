//! Audit rules: loaded in the kernel (`auditctl -l`) and on disk (`/etc/audit/rules.d`).

use std::collections::BTreeSet;
use std::sync::Arc;

use super::content::{Lines, lines_of};
use super::{FrameSpec, search, unit_property};
use crate::facts::{Facts, Reading, Unknown, observed};
use crate::pattern::Pattern;
use domain::results::Evidence;

const KEY: &str = "audit loaded";

/// The state comes first: rules mean nothing while auditing is switched off.
const COMMAND: &str = "auditctl -s; auditctl -l; echo machine $(uname -m)";

/// augenrules(8) merges these.
const FILES: &str = "/etc/audit/rules.d/*.rules";

/// What augenrules makes of them, and what `auditctl -R` loads where the unit does without augenrules.
const MERGED: &str = "/etc/audit/audit.rules";

/// The unit that loads the rules at a boot, and its property that says how.
pub const LOADED_BY: (&str, &str) = ("auditd.service", "ExecStartPost");

pub(super) fn frames(_: &BTreeSet<&str>) -> Vec<FrameSpec> {
    let script = "command -v auditctl >/dev/null 2>&1 || exit 127\nauditctl -s && auditctl -l && echo \"machine $(uname -m)\"";
    let mut specs = vec![FrameSpec::new(KEY, script, 20)];
    specs.extend(super::content::frames(&BTreeSet::from([FILES, MERGED])));
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

/// The rules that a boot loads, with their files: those of rules.d, unless the unit loads the merged file as it is.
pub fn audit_rules_on_disk(facts: &Facts) -> Result<Reading<Vec<Arc<Lines>>>, Unknown> {
    let (unit, property) = LOADED_BY;
    let how = unit_property(facts, unit, property).ok();
    let as_it_is = how.and_then(|how| how.value).is_some_and(|how| {
        how.contains(&format!("auditctl -R {MERGED}")) && !how.contains("augenrules")
    });
    let place = if as_it_is { MERGED } else { FILES };
    let files = lines_of(facts, place)?;
    let evidence = search(&Pattern::ascii(""), &files, &[place]);
    Ok(Reading {
        value: files,
        evidence,
    })
}

/// The machine as `uname -m` calls it, where that was asked.
pub fn audit_machine(facts: &Facts) -> Option<String> {
    let text = facts.frame(KEY, COMMAND).ok()?.text();
    let machine = text.lines().find_map(|line| line.strip_prefix("machine "));
    machine.map(str::to_owned)
}
