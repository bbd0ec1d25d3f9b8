//! What changed since the last look: pure.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::catalogue::CatalogueRule;
use domain::digest::Digest;
use domain::scan::{Differences, Transition, TransitionCause, values_differ};
use domain::stored_facts::StoredFrame;
use domain::variable::EffectiveVariable;
use domain::verdict::Verdict;

/// The last verdict of a rule, and the version and values of the rule that gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Before {
    pub(super) verdict: Verdict,
    /// Without the values that people had set.
    pub(super) version: Vec<u8>,
    pub(super) variables: Vec<EffectiveVariable>,
    /// What was collected then, where it was kept.
    pub(super) facts: Option<Arc<BTreeMap<String, StoredFrame>>>,
}

/// The verdict of a rule now, the hash of its evidence, its values, and the facts that it looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Now<'a> {
    pub(super) verdict: Verdict,
    pub(super) evidence: Digest,
    pub(super) variables: &'a [EffectiveVariable],
    pub(super) facts: Vec<(&'a String, &'a StoredFrame)>,
}

/// Every verdict that is not what it was. `rules` are without the values that people have set; `before` is nothing on the first scan of a host.
pub(super) fn transitions(
    rules: &[CatalogueRule],
    now: &[Option<Now<'_>>],
    before: Option<&BTreeMap<String, Before>>,
) -> Vec<Transition> {
    let places = (0u32..).zip(rules).zip(now);
    places
        .filter_map(|((ordinal, rule), now)| {
            let now = now.as_ref()?;
            let last = before.and_then(|before| before.get(&rule.rule));
            let from = last.map(|last| last.verdict);
            if from == Some(now.verdict) {
                return None;
            }
            let cause = match (before, last) {
                (None, _) => TransitionCause::FirstScan,
                (_, None) => TransitionCause::RuleChanged,
                (_, Some(last)) => cause(last, now, last.version != rule.version),
            };
            let evidence = now.evidence.as_bytes().iter().take(16).copied().collect();
            Some(Transition {
                ordinal,
                from,
                to: now.verdict,
                evidence,
                cause,
            })
        })
        .collect()
}

fn cause(last: &Before, now: &Now<'_>, rule: bool) -> TransitionCause {
    let host = last.facts.as_ref().map(|facts| {
        let mut known = now.facts.iter();
        known.any(|(key, frame)| facts.get(*key).is_some_and(|before| before != *frame))
    });
    let value = values_differ(&last.variables, now.variables);
    TransitionCause::of(Differences { host, rule, value })
}
