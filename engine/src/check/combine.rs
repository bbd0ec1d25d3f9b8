//! What checks come to together. Three-valued: a part that decides wins over one that could not tell.

use super::{CheckResult, Checked, Outcome};
use crate::facts::Unknown;

/// How checks are combined.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Combination {
    /// One that is violated decides.
    All,
    /// One that holds decides.
    Any,
}

/// Three-valued: one that decides wins over one that could not tell, and that over the rest.
pub(super) fn combine(parts: impl Iterator<Item = Checked>, how: Combination) -> Checked {
    let (decisive, otherwise) = match how {
        Combination::All => (Outcome::Violated, Outcome::Holds),
        Combination::Any => (Outcome::Holds, Outcome::Violated),
    };
    let (mut evidence, mut decided) = (Vec::new(), 0);
    let (mut deciding, mut rest, mut unknown) = (Vec::new(), Vec::new(), Vec::<String>::new());
    let mut beside: Vec<String> = Vec::new();
    for part in parts {
        match part {
            Ok(finding) => {
                if finding.outcome == decisive {
                    // What decided comes first.
                    evidence.splice(decided..decided, finding.evidence.iter().cloned());
                    decided += finding.evidence.len();
                    deciding.push(finding);
                    continue;
                }
                evidence.extend(finding.evidence.iter().cloned());
                if finding.outcome == otherwise {
                    rest.push(finding);
                } else {
                    beside.push(finding.reason);
                }
            }
            Err(part) => {
                evidence.extend(part.evidence);
                if !unknown.contains(&part.reason) {
                    unknown.push(part.reason);
                }
            }
        }
    }
    if deciding.is_empty() && !unknown.is_empty() {
        return Err(Unknown {
            reason: unknown.join("; "),
            evidence,
        });
    }
    let (outcome, findings) = match (deciding.is_empty(), rest.is_empty()) {
        (false, _) => (decisive, deciding),
        (true, false) => (otherwise, rest),
        (true, true) => return Ok(CheckResult::not_applicable(beside.join("; "), evidence)),
    };
    let join = |part: fn(&CheckResult) -> Option<&str>| {
        let parts: Vec<&str> = findings.iter().filter_map(part).collect();
        (!parts.is_empty()).then(|| parts.join("; "))
    };
    Ok(CheckResult {
        outcome,
        reason: join(|finding| Some(&finding.reason)).unwrap_or_default(),
        expected: join(|finding| finding.expected.as_deref()),
        actual: join(|finding| finding.actual.as_deref()),
        evidence,
    })
}

/// What the file's absence comes to, or else what `then` comes to, on both observations.
pub(super) fn only_if(file: CheckResult, then: impl FnOnce() -> Checked) -> Checked {
    if file.outcome == Outcome::Violated {
        let reason = file.actual.unwrap_or_default();
        return Ok(CheckResult::not_applicable(reason, file.evidence));
    }
    then().map(|mut finding| {
        finding.evidence.extend(file.evidence);
        finding
    })
}

/// The opposite; what is not applicable stays so.
pub(super) fn negate(mut finding: CheckResult) -> CheckResult {
    finding.outcome = match finding.outcome {
        Outcome::Holds => Outcome::Violated,
        Outcome::Violated => Outcome::Holds,
        Outcome::NotApplicable => Outcome::NotApplicable,
    };
    finding.expected = finding.expected.map(|expected| format!("not: {expected}"));
    finding
}
