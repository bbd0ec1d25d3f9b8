//! Verdicts, severities and their counts.

use async_graphql::{Enum, SimpleObject};

/// What was found for a rule on a host. "Could not tell" is never a pass and never a fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::verdict::Verdict")]
pub(crate) enum Verdict {
    /// The host is as the rule demands.
    Pass,
    /// The host is not as the rule demands.
    Fail,
    /// It could not be told.
    Error,
    /// The rule does not concern the host.
    NotApplicable,
    /// A person has to judge.
    Manual,
}

/// How bad a fail is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::verdict::Severity")]
pub(crate) enum Severity {
    /// Worth knowing.
    Low,
    /// Should be fixed.
    Medium,
    /// Fix soon.
    High,
    /// Fix now.
    Critical,
}

/// How many rules ended in each verdict.
#[derive(Debug, Clone, Copy, SimpleObject)]
pub(crate) struct Totals {
    /// Rules that pass.
    pass: u32,
    /// Rules that fail.
    fail: u32,
    /// Rules of which it could not be told.
    error: u32,
    /// Rules that do not concern the host.
    not_applicable: u32,
    /// Rules that a person has to judge.
    manual: u32,
    /// Passed among judged (pass and fail), 0 to 1; null when none was judged.
    score: Option<f64>,
    /// Judged among applicable, 0 to 1; null when none applies.
    coverage: Option<f64>,
}

impl From<domain::verdict::Totals> for Totals {
    fn from(totals: domain::verdict::Totals) -> Self {
        Self {
            pass: totals.pass,
            fail: totals.fail,
            error: totals.error,
            not_applicable: totals.not_applicable,
            manual: totals.manual,
            score: totals.score(),
            coverage: totals.coverage(),
        }
    }
}
