//! "What if": what other rules, another framework or other values would have said of a host, from what an earlier
//! scan collected. Nothing is changed by asking. Here are the question, the answer, and what tells a rule that
//! changed from everything else; who judges is not known here.

use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::id::{HostId, ScanId};
use crate::port::Pending;
use crate::results::Source;
use crate::scan::{HostFacts, Selection};
use crate::time::Timestamp;
use crate::variable::EffectiveVariable;
use crate::verdict::{Severity, Totals, Verdict};

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RejudgeQuestion {
    /// The scan whose facts are judged again.
    pub scan: ScanId,
    /// The published catalogue whose rules judge; nothing: the rules that this process scans with.
    pub catalogue: Option<Digest>,
    /// Which of them.
    pub selection: Selection,
    /// Values for variables, as `(name, value)`; the others have those of the scan.
    pub variables: Vec<(String, String)>,
}

/// What other rules say of the same facts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rejudged {
    /// The scan.
    pub scan: ScanId,
    /// Its host.
    pub host: HostId,
    /// What the host was called then.
    pub host_name: String,
    /// What was learned of the host then.
    pub host_facts: HostFacts,
    /// When the facts were collected.
    pub collected_at: Timestamp,
    /// What was said then.
    pub before: Judged,
    /// What is said now.
    pub after: Judged,
    /// Every rule of either side: those of the new side in their order, then those that are gone.
    pub rules: Vec<RejudgedRule>,
}

/// One side of the comparison.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Judged {
    /// The name of the pack.
    pub pack: String,
    /// The hash of its rules in their order.
    pub catalogue: Digest,
    /// Which rules.
    pub selection: Selection,
    /// The version of the program that judged; empty for scans that did not write it down.
    pub engine: String,
    /// How many rules ended in each verdict.
    pub totals: Totals,
}

/// One rule on both sides.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RejudgedRule {
    /// The id of the rule.
    pub rule: String,
    /// Its title, in the newer form.
    pub title: String,
    /// How bad a fail is, in the newer form.
    pub severity: Severity,
    /// What was said then; nothing when the rule was not judged.
    pub before: Option<Judgement>,
    /// What is said now; nothing when the rule is not judged.
    pub after: Option<Judgement>,
    /// Whether the text of the rule is another one, or was not there on one side.
    pub rule_changed: bool,
    /// Why the verdict is another one; nothing when it is the same.
    pub cause: Option<RejudgeCause>,
}

/// What was said of a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judgement {
    /// The verdict.
    pub verdict: Verdict,
    /// Why, in words.
    pub reason: String,
    /// What the rule demands.
    pub expected: Option<String>,
    /// What the host had.
    pub actual: Option<String>,
    /// Where the value that decided comes from.
    pub source: Option<Source>,
    /// The values that the variables of the rule had.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub variables: Vec<EffectiveVariable>,
}

/// Why a verdict differs although the facts are the same. The host is never among the reasons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RejudgeCause {
    /// The text of the rule is another one.
    RuleChanged,
    /// The rule was not in the pack then.
    RuleAdded,
    /// The rule is not in the pack any more.
    RuleRemoved,
    /// The rule is the same, with other values.
    VariableChanged,
    /// The rule was there then, and not chosen.
    Selected,
    /// The rule is still there, and not chosen.
    NotSelected,
    /// Rule and values are the same: the program judges differently now.
    EngineChanged,
}

/// What is known of a rule in a pack, whether it was judged or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Side<'a> {
    /// The text of the rule; nothing when the pack does not hold it.
    pub text: Option<&'a str>,
    /// What was said; nothing when it was not judged.
    pub judgement: Option<&'a Judgement>,
}

/// Why the verdicts differ; nothing when they do not.
pub fn cause(before: &Side<'_>, after: &Side<'_>) -> Option<RejudgeCause> {
    match (before.judgement, after.judgement) {
        (None, None) => None,
        (None, Some(_)) if before.text.is_some() => Some(RejudgeCause::Selected),
        (None, Some(_)) => Some(RejudgeCause::RuleAdded),
        (Some(_), None) if after.text.is_some() => Some(RejudgeCause::NotSelected),
        (Some(_), None) => Some(RejudgeCause::RuleRemoved),
        (Some(then), Some(now)) if then.verdict == now.verdict => None,
        (Some(then), Some(now)) => Some(if before.text != after.text {
            RejudgeCause::RuleChanged
        } else if then.variables != now.variables {
            RejudgeCause::VariableChanged
        } else {
            RejudgeCause::EngineChanged
        }),
    }
}

/// Why a question has no answer.
#[derive(Debug, thiserror::Error)]
pub enum RejudgeError {
    /// There is no such scan, or it has no result.
    #[error("there is no completed scan {scan}")]
    NoResult {
        /// The scan that was named.
        scan: ScanId,
    },
    /// The scan was made by a version that did not keep facts.
    #[error("the scan kept no facts: it was made before facts were kept; scan the host again")]
    NoFacts,
    /// There is no such catalogue.
    #[error("there is no published catalogue {catalogue}")]
    NoCatalogue {
        /// The hash that was named.
        catalogue: Digest,
    },
    /// The rules of the catalogue cannot be read by this version.
    #[error("the rules of the catalogue cannot be read by this version: {detail}")]
    Unreadable {
        /// What does not hold.
        detail: String,
    },
    /// A value that the rules do not take.
    #[error("the rules do not take the values: {detail}")]
    Variables {
        /// What does not hold.
        detail: String,
    },
    /// No rule is chosen.
    #[error("no rule is selected")]
    NothingSelected,
    /// A fault of the store or of what it holds.
    #[error("the facts of the scan could not be read")]
    Fault(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Judges stored facts again.
pub trait Rejudge: Send + Sync {
    /// Answers the question. Changes nothing.
    fn rejudge(&self, question: RejudgeQuestion) -> Pending<'_, Result<Rejudged, RejudgeError>>;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(verdict: Verdict, value: &str) -> Judgement {
        Judgement {
            verdict,
            reason: String::new(),
            expected: None,
            actual: None,
            source: None,
            variables: vec![EffectiveVariable {
                name: "days".to_owned(),
                value: value.to_owned(),
                origin: crate::variable::VariableOrigin::Default,
                place: String::new(),
            }],
        }
    }

    #[test]
    fn what_differs_names_the_nearest_reason() {
        let (pass, fail) = (judged(Verdict::Pass, "1"), judged(Verdict::Fail, "1"));
        let other = judged(Verdict::Fail, "2");
        let side = |text, judgement| Side { text, judgement };
        let (one, two) = (Some("one"), Some("two"));
        for (before, after, expected) in [
            (side(one, Some(&pass)), side(two, Some(&pass)), None),
            (
                side(one, Some(&pass)),
                side(two, Some(&fail)),
                Some(RejudgeCause::RuleChanged),
            ),
            (
                side(one, Some(&pass)),
                side(one, Some(&other)),
                Some(RejudgeCause::VariableChanged),
            ),
            (
                side(one, Some(&pass)),
                side(one, Some(&fail)),
                Some(RejudgeCause::EngineChanged),
            ),
            (
                side(None, None),
                side(one, Some(&fail)),
                Some(RejudgeCause::RuleAdded),
            ),
            (
                side(one, None),
                side(one, Some(&fail)),
                Some(RejudgeCause::Selected),
            ),
            (
                side(one, Some(&fail)),
                side(None, None),
                Some(RejudgeCause::RuleRemoved),
            ),
            (
                side(one, Some(&fail)),
                side(one, None),
                Some(RejudgeCause::NotSelected),
            ),
        ] {
            assert_eq!(cause(&before, &after), expected);
        }
    }
}
