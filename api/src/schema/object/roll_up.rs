//! What the hosts of a group add up to.

use async_graphql::{Context, Object, Result};

use super::node::rule;
use super::rule::Rule;
use super::verdict::{Severity, Totals};

/// What the hosts of a group add up to.
pub(crate) struct RollUp(pub(crate) projections::read::RollUp);

/// A rule that hosts of a group fail.
pub(crate) struct FailedRule(pub(crate) projections::read::FailedRule);

/// What the hosts of a group add up to.
#[Object]
impl RollUp {
    /// Hosts in the group.
    async fn hosts(&self) -> u32 {
        self.0.hosts
    }

    /// Of those, hosts that no scan has judged yet, or that the framework does not fit.
    async fn unscanned(&self) -> u32 {
        self.0.unscanned
    }

    /// The verdicts of all hosts together, with score and coverage over them.
    async fn totals(&self) -> Totals {
        self.0.totals.into()
    }

    /// Hosts that were judged and have a target.
    async fn targeted(&self) -> u32 {
        self.0.targeted
    }

    /// Of those, hosts whose score does not reach it.
    async fn below_target(&self) -> u32 {
        self.0.below_target
    }
}

/// A rule that hosts of a group fail.
#[Object]
impl FailedRule {
    /// The id of the rule as its file names it.
    async fn rule_key(&self) -> &str {
        &self.0.rule
    }

    /// The rule.
    async fn rule(&self, ctx: &Context<'_>) -> Result<Option<Rule>> {
        rule(ctx, &self.0.rule).await
    }

    /// How bad a fail is.
    async fn severity(&self) -> Severity {
        self.0.severity.into()
    }

    /// How many hosts fail it.
    async fn failing(&self) -> u32 {
        self.0.failing
    }

    /// Of how many for which it was judged.
    async fn judged(&self) -> u32 {
        self.0.judged
    }
}
