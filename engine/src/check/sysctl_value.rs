//! `sysctl_value`: a kernel parameter as it is now and as it is after the next boot. Both count: what is
//! right now and wrong after a boot is wrong.

use super::{CheckResult, Checked, Expectation, Method, Outcome};
use crate::collect::{Collector, Need, nothing_sets_at_boot, persisted_sysctl, runtime_sysctls};
use crate::facts::{Facts, Unknown};
use crate::rule::schema::{Demanded, Key, Kind, Shape, words};
use crate::rule::{Node, Reader};
use domain::results::Evidence;

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

const ABSENT: [(&str, Outcome); 2] = [
    ("fail", Outcome::Violated),
    ("not_applicable", Outcome::NotApplicable),
];

impl Method for SysctlValue {
    const SHAPE: Shape = Shape {
        what: "a sysctl_value check",
        doc: "The kernel parameter is right now and after a boot.",
        keys: &[
            Key::needed(
                "key",
                Kind::Text,
                "The parameter, such as net.ipv4.ip_forward. In net.ipv4.conf.*.send_redirects the star stands for all, \
                 default and each interface but the loopback, and every one must be right.",
            ),
            Key::free("persisted", Kind::Flag, "Whether a file must set it; with false, no file needs to, but none may set it otherwise.").or("true"),
            Key::free("absent", Kind::Word(|| words(&ABSENT)), "What the rule comes to where the kernel has no such parameter.").or("not_applicable"),
        ],
        demand: Demanded::Needed,
        together: &[],
    };

    fn read(reader: &mut Reader<'_>, node: &Node, _: &[String]) -> Option<Self> {
        let named = reader.required(node, "the check", "key")?;
        let key = reader.text(named, "key");
        if key.as_deref().is_some_and(|key| !is_key(key)) {
            let message = "a star in a key stands for one whole part of it";
            reader.fault(named.mark, message);
            return None;
        }
        let expectation = Expectation::read(reader, node);
        let persisted = match node.get("persisted") {
            Some(flag) => reader.flag(flag, "persisted")?,
            None => true,
        };
        let absent = match node.get("absent") {
            Some(absent) => reader.word(absent, "absent", &ABSENT)?,
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

    fn expected(&self) -> String {
        format!("{} = {}", self.key, self.expectation)
    }

    fn judge(&self, facts: &Facts) -> Checked {
        let now = runtime_sysctls(facts, &self.key)?;
        let mut found: Option<CheckResult> = None;
        for (key, current) in &now.value {
            let one = self.judge_one(facts, key, current.as_deref(), &now.evidence)?;
            if one.outcome != Outcome::Holds {
                return Ok(one);
            }
            found.get_or_insert(one);
        }
        let found = found.ok_or_else(|| Unknown::new(format!("{}: no answer", self.key)))?;
        Ok(match (now.value.len(), found.actual) {
            (2.., Some(actual)) => {
                let actual = format!("{actual}; {} others are right too", now.value.len() - 1);
                CheckResult::compared(true, self.expected(), actual, found.evidence)
            }
            (_, actual) => CheckResult { actual, ..found },
        })
    }
}

impl SysctlValue {
    /// What one parameter comes to, by its value now.
    fn judge_one(
        &self,
        facts: &Facts,
        key: &str,
        current: Option<&str>,
        seen: &Evidence,
    ) -> Checked {
        let expected = self.expected();
        let mut evidence = vec![seen.clone()];
        let Some(current) = current else {
            let reason = format!("this kernel has no {key}");
            return Ok(CheckResult {
                outcome: self.absent,
                ..CheckResult::compared(false, expected, "absent", evidence).because(reason)
            });
        };
        if !self.expectation.holds(current) {
            let actual = format!("{key} = {current}");
            // Where it comes from, when it is what a file says.
            if let Ok(Some(stored)) = persisted_sysctl(facts, key)
                && stored.value == current
            {
                evidence.push(stored.evidence);
            }
            return Ok(CheckResult::compared(false, expected, actual, evidence));
        }
        let (holds, actual) = match persisted_sysctl(facts, key)? {
            Some(stored) => {
                let after = as_shown(&stored.value, current);
                let holds = self.expectation.holds(&after);
                let actual = format!("{key} = {current} now, {} after a boot", stored.value);
                evidence.push(stored.evidence);
                (holds, actual)
            }
            None if self.persisted => (false, Self::unset(facts, key, current, &mut evidence)),
            None => (true, format!("{key} = {current}, and no file sets it")),
        };
        Ok(CheckResult::compared(holds, expected, actual, evidence))
    }

    /// Why no file sets the parameter.
    fn unset(facts: &Facts, key: &str, current: &str, evidence: &mut Vec<Evidence>) -> String {
        match nothing_sets_at_boot(facts) {
            Some(masked) => {
                evidence.push(masked);
                format!(
                    "{key} = {current} now, and systemd-sysctl.service, which reads the files at a boot, is masked"
                )
            }
            None => format!("{key} = {current} now, set in no file"),
        }
    }
}

/// Whether a star, where there is one, is a whole part.
fn is_key(key: &str) -> bool {
    let parts: Vec<&str> = key
        .split(['.', '/'])
        .filter(|part| part.contains('*'))
        .collect();
    parts.is_empty() || parts == ["*"]
}

/// A value of a file as the kernel would show it: it takes numbers in C's notation and shows decimal ones.
fn as_shown(written: &str, current: &str) -> String {
    let radix = |digits: &str, radix| i64::from_str_radix(digits, radix).ok();
    let number = match written
        .strip_prefix("0x")
        .or_else(|| written.strip_prefix("0X"))
    {
        Some(digits) => radix(digits, 16),
        None => written
            .strip_prefix('0')
            .and_then(|digits| radix(digits, 8)),
    };
    match number {
        Some(number) if current.parse::<i64>().is_ok() => number.to_string(),
        _ => written.to_owned(),
    }
}
