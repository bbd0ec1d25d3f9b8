//! A verdict that is not what it was at the scan before.

use std::collections::BTreeMap;

use async_graphql::{Context, Enum, Object, Result, SimpleObject};
use domain::permission::Permission;

use super::rule::Rule;
use super::verdict::Verdict;
use crate::access::require;
use crate::schema::error::Fault;
use crate::schema::loader::RuleKey;

/// A verdict that is not what it was at the scan before.
pub(crate) struct Transition {
    /// The id of the rule.
    pub(crate) rule: String,
    /// What changed.
    pub(crate) change: domain::scan::Transition,
}

/// Why a verdict is not what it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::scan::TransitionCause")]
pub(crate) enum TransitionCause {
    /// The rule is the same and the facts are others.
    HostChanged,
    /// The rule changed or is new, and the facts are the same as far as is known.
    RuleChanged,
    /// It is the first scan of the host.
    FirstScan,
    /// The rule and the facts that it looks at both changed.
    HostAndRuleChanged,
    /// Rule and facts are the same: the product judges differently now.
    EngineChanged,
    /// A variable of the rule has another value, and the facts are the same as far as is known.
    ValueChanged,
    /// A variable of the rule has another value, and the facts are others.
    HostAndValueChanged,
    /// The rule changed, and a variable of it has another value.
    RuleAndValueChanged,
    /// The rule, the value of a variable of it and the facts all changed.
    HostRuleAndValueChanged,
}

/// How many verdicts changed at a scan for one reason.
#[derive(Debug, Clone, SimpleObject)]
pub(crate) struct ChangeCount {
    /// The reason.
    pub(crate) cause: TransitionCause,
    /// How many.
    pub(crate) rules: u32,
}

/// Verdicts that changed, counted by their reasons; those of a first scan are no changes.
pub(super) fn counted(transitions: &[domain::scan::Transition]) -> Vec<ChangeCount> {
    let mut counts = BTreeMap::new();
    for transition in transitions {
        if transition.cause != domain::scan::TransitionCause::FirstScan {
            *counts.entry(transition.cause).or_default() += 1;
        }
    }
    let count = |(cause, rules): (domain::scan::TransitionCause, u32)| ChangeCount {
        cause: cause.into(),
        rules,
    };
    counts.into_iter().map(count).collect()
}

/// A verdict that is not what it was at the scan before.
#[Object]
impl Transition {
    /// The id of the rule as its file and people name it.
    async fn rule_key(&self) -> &str {
        &self.rule
    }

    /// The rule, in its newest form.
    async fn rule(&self, ctx: &Context<'_>) -> Result<Option<Rule>> {
        let access = require(ctx, Permission::RuleRead)?;
        let key = RuleKey(self.rule.clone());
        let row = access
            .loaders()
            .load_one(key)
            .await
            .map_err(Fault::internal)?;
        Ok(row.map(Rule))
    }

    /// As it was; null when there was no verdict.
    async fn from(&self) -> Option<Verdict> {
        self.change.from.map(Verdict::from)
    }

    /// As it is now.
    async fn to(&self) -> Verdict {
        self.change.to.into()
    }

    /// Why.
    async fn cause(&self) -> TransitionCause {
        self.change.cause.into()
    }
}
