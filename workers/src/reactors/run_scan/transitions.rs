//! What changed since the last look: pure.

use std::collections::BTreeMap;

use domain::catalogue::CatalogueRule;
use domain::digest::Digest;
use domain::scan::{Transition, TransitionCause};
use domain::verdict::Verdict;

/// The last verdict of a rule, and the version of the rule that gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Before {
    pub(super) verdict: Verdict,
    pub(super) version: Vec<u8>,
}

/// The verdict of a rule now, and the hash of its evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Now {
    pub(super) verdict: Verdict,
    pub(super) evidence: Digest,
}

/// Every verdict that is not what it was. `before` is nothing on the first scan of a host.
pub(super) fn transitions(
    rules: &[CatalogueRule],
    now: &[Option<Now>],
    before: Option<&BTreeMap<String, Before>>,
) -> Vec<Transition> {
    let places = (0u32..).zip(rules).zip(now);
    places
        .filter_map(|((ordinal, rule), now)| {
            let now = (*now)?;
            let last = before.and_then(|before| before.get(&rule.rule));
            let from = last.map(|last| last.verdict);
            if from == Some(now.verdict) {
                return None;
            }
            let cause = match (before, last) {
                (None, _) => TransitionCause::FirstScan,
                (_, Some(last)) if last.version == rule.version => TransitionCause::HostChanged,
                _ => TransitionCause::RuleChanged,
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
