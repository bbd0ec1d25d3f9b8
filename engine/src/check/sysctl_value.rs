//! `sysctl_value`: a kernel parameter as it is now and as it is after the next boot. Both count: what is
//! right now and wrong after a boot is wrong.

use super::{Checked, Expectation, Finding, Method, Outcome};
use crate::collect::{Collector, Need, persisted_sysctl, runtime_sysctl};
use crate::facts::Facts;
use crate::rule::{Node, Reader};

/// Parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SysctlValue {
    key: String,
    expectation: Expectation,
    /// Whether a file has to set it; without that, a default of the kernel that is right is enough.
    persisted: bool,
    /// What a kernel without the parameter comes to.
    absent: Outcome,
}

impl Method for SysctlValue {
    const PARAMETERS: &'static [&'static str] = &[
        "key",
        "expected",
        "one_of",
        "min",
        "max",
        "subset_of",
        "none_of",
        "matches",
        "persisted",
        "absent",
    ];

    fn read(reader: &mut Reader<'_>, node: &Node, _: &[String]) -> Option<Self> {
        let key = reader.required(node, "the check", "key")?;
        let key = reader.text(key, "key");
        let expectation = Expectation::read(reader, node);
        let persisted = match node.get("persisted") {
            Some(flag) => reader.flag(flag, "persisted")?,
            None => true,
        };
        let words = [
            ("fail", Outcome::Violated),
            ("not_applicable", Outcome::NotApplicable),
        ];
        let absent = match node.get("absent") {
            Some(absent) => reader.word(absent, "absent", &words)?,
            None => Outcome::NotApplicable,
        };
        Some(Self {
            key: key?,
            expectation: expectation?,
            persisted,
            absent,
        })
    }

    fn needs(&self) -> Vec<Need> {
        vec![Need::new(Collector::Sysctl, &self.key)]
    }

    fn judge(&self, facts: &Facts) -> Checked {
        let key = &self.key;
        let expected = format!("{key} = {}", self.expectation);
        let now = runtime_sysctl(facts, key)?;
        let Some(current) = now.value else {
            let reason = format!("this kernel has no {key}");
            return Ok(Finding {
                outcome: self.absent,
                ..Finding::compared(false, expected, "absent", vec![now.evidence]).because(reason)
            });
        };
        let mut evidence = vec![now.evidence];
        if !self.expectation.holds(&current) {
            let actual = format!("{key} = {current}");
            return Ok(Finding::compared(false, expected, actual, evidence));
        }
        let stored = persisted_sysctl(facts, key)?;
        let (holds, actual) = match stored {
            Some(stored) => {
                let holds = self.expectation.holds(&stored.value);
                let actual = format!("{key} = {current} now, {} after a boot", stored.value);
                evidence.push(stored.evidence);
                (holds, actual)
            }
            None if self.persisted => (false, format!("{key} = {current} now, set in no file")),
            None => (true, format!("{key} = {current}, and no file sets it")),
        };
        Ok(Finding::compared(holds, expected, actual, evidence))
    }
}
