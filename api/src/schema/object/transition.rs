//! A verdict that is not what it was at the scan before.

use async_graphql::{Context, Enum, Object, Result};
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
