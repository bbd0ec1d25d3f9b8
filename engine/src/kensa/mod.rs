//! Rules in the format of Kensa, read as they are and judged with Kensa's semantics over our own facts.
//! Knows nothing of how rules in our own format are read, beyond asking for the strict counterpart of a check.

mod check;
mod finding;
mod implementation;
mod params;
mod parse;
mod references;
mod relation;
mod selection;
mod validate;
mod value;
mod variables;

use std::sync::Arc;

pub use domain::results::StrictVerdict;
use domain::verdict::Verdict;

pub use finding::{Code, Finding, Level};
pub use parse::{Parsed, parse};
pub use validate::{FileReport, Report, Status, validate};
pub use variables::{Variables, VariablesError};

use crate::check::{Check, Checked, Outcome};
use crate::collect::Need;
use crate::facts::Facts;
use crate::rule::Node;
use check::Method;

/// The names of all check methods that are understood.
pub fn methods() -> impl Iterator<Item = &'static str> {
    check::METHODS.iter().map(|(name, _)| *name)
}

/// One check of a Kensa rule, with what our own format would say for it.
#[derive(Debug, Clone)]
pub struct KensaCheck {
    name: &'static str,
    /// As it is written in the file; two checks are equal when they are written alike.
    source: Node,
    method: Arc<dyn Method>,
    strict: Option<Arc<Check>>,
}

impl PartialEq for KensaCheck {
    fn eq(&self, other: &Self) -> bool {
        self.source == other.source
    }
}

impl KensaCheck {
    /// The name of the method.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The check as it is written in the file.
    pub(crate) fn source(&self) -> &Node {
        &self.source
    }

    /// What has to be collected, for both ways to judge.
    pub fn needs(&self) -> Vec<Need> {
        let mut needs = self.method.needs();
        needs.extend(self.strict.iter().flat_map(|check| check.needs()));
        needs
    }

    /// Judges as Kensa does.
    pub fn judge(&self, facts: &Facts) -> Checked {
        self.method.judge(facts)
    }
}

/// The same check with every part that has a strict counterpart replaced by it; nothing when none has.
pub fn strict_form(check: &Check) -> Option<Check> {
    match check {
        Check::Kensa(one) => one.strict.as_deref().cloned(),
        Check::All(parts) => {
            let strict: Vec<Option<Check>> = parts.iter().map(strict_form).collect();
            strict.iter().any(Option::is_some).then(|| {
                let pairs = strict.into_iter().zip(parts);
                Check::All(
                    pairs
                        .map(|(strict, part)| strict.unwrap_or_else(|| part.clone()))
                        .collect(),
                )
            })
        }
        _ => None,
    }
}

/// What strict semantics would say, where it is something else.
pub fn strict_verdict(check: &Check, facts: &Facts, verdict: Verdict) -> Option<StrictVerdict> {
    let (strict, reason) = match strict_form(check)?.judge(facts) {
        Ok(finding) => {
            let verdict = match finding.outcome {
                Outcome::Holds => Verdict::Pass,
                Outcome::Violated => Verdict::Fail,
                Outcome::NotApplicable => Verdict::NotApplicable,
            };
            (verdict, finding.reason)
        }
        Err(unknown) => (Verdict::Error, unknown.reason),
    };
    (strict != verdict).then(|| StrictVerdict {
        verdict: strict,
        reason: crate::printable::sentence(&reason),
    })
}
