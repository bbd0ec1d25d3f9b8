//! Running processes: their program and what confines them.

use std::collections::{BTreeMap, BTreeSet};

use super::FrameSpec;
use crate::facts::{Facts, Frame, Reading, Unknown, observed};

const KEY: &str = "processes";

/// One process each for all: the links to the programs, the labels, and what profiles of AppArmor are attached to. What
/// is not there any more is no fault. Anybody may run a program whose path has a line break: it is escaped. The stat of
/// uutils (Ubuntu 26.04) does not do that.
const SCRIPT: &str = r"case $(QUOTING_STYLE=escape stat -c %N /proc/self/exe) in
  /*) QUOTING_STYLE=escape stat -c %N /proc/[0-9]*/exe;;
  *) find /proc/[0-9]*/exe -maxdepth 0 -printf '%p -> %l\0' | tr '\n\0' '?\n';;
esac 2>/dev/null
grep -as '' /proc/[0-9]*/attr/current | tr -d '\000'
cd /sys/kernel/security/apparmor/policy/profiles 2>/dev/null && grep -s '' ./*/attach ./*/mode
exit 0";

/// One process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Process {
    /// Its number.
    pub pid: String,
    /// The path of its program.
    pub program: String,
    /// Its label: `unconfined`, `/usr/sbin/ntpd (enforce)`, `system_u:system_r:sshd_t:s0`; empty without such a module.
    pub label: String,
}

pub(super) fn frames(_: &BTreeSet<&str>) -> Vec<FrameSpec> {
    vec![FrameSpec::new(KEY, SCRIPT, 30)]
}

/// All processes; kernel threads have no program and are not among them.
pub fn processes(facts: &Facts) -> Result<Reading<Vec<Process>>, Unknown> {
    let frame = facts.frame(KEY, "stat -c %N /proc/*/exe")?;
    let evidence = observed(frame, SCRIPT);
    let text = frame.text();
    let mut value: Vec<Process> = Vec::new();
    for line in text.lines().filter_map(|line| line.strip_prefix("/proc/")) {
        if let Some((pid, program)) = line.split_once("/exe -> ") {
            if program.is_empty() {
                continue;
            }
            value.push(Process {
                pid: pid.to_owned(),
                program: program.replace("\\ ", " "),
                label: String::new(),
            });
        } else if let Some((pid, label)) = line.split_once("/attr/current:")
            && let Some(process) = value.iter_mut().find(|known| known.pid == pid)
        {
            label.trim().clone_into(&mut process.label);
        }
    }
    if value.is_empty() {
        return Err(Unknown::new("the processes cannot be read").seen(evidence));
    }
    if !facts.privileged {
        return Err(Unknown::new("only root sees all processes").seen(evidence));
    }
    Ok(Reading { value, evidence })
}

/// What the profiles of AppArmor are attached to: paths of programs, which may be patterns. Profiles that confine
/// nothing by their mode are left out.
pub fn apparmor_attachments(facts: &Facts) -> Vec<String> {
    let text = facts.frames.get(KEY).map(Frame::text).unwrap_or_default();
    let told = |kind: &str| -> BTreeMap<&str, &str> {
        let lines = text.lines().filter_map(|line| line.strip_prefix("./"));
        lines.filter_map(|line| line.split_once(kind)).collect()
    };
    let modes = told("/mode:");
    let mut attached = told("/attach:");
    attached.retain(|profile, _| modes.get(profile) != Some(&"unconfined"));
    attached.into_values().map(str::to_owned).collect()
}
