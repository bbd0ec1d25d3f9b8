//! What the hosts of a group, or all of them, add up to.

use async_graphql::{Context, Object, Result};
use domain::id::GroupId;
use domain::permission::Permission;
use projections::read::RollUpKey;

use super::node::rule;
use super::rule::Rule;
use super::verdict::{Severity, Totals};
use crate::access::require;
use crate::schema::error::Fault;
use crate::schema::scalar::DateTime;

/// What hosts add up to.
pub(crate) struct RollUp(pub(crate) projections::read::RollUp);

/// A rule that hosts of a group fail.
pub(crate) struct FailedRule(pub(crate) projections::read::FailedRule);

/// What hosts add up to.
#[Object]
impl RollUp {
    /// How many hosts there are.
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

    /// Hosts that were judged and have a target; null for an instant, because the targets of then are not kept.
    async fn targeted(&self) -> Option<u32> {
        self.0.targets.map(|(targeted, _)| targeted)
    }

    /// Of those, hosts whose score does not reach it; null for an instant.
    async fn below_target(&self) -> Option<u32> {
        self.0.targets.map(|(_, below)| below)
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

/// What the hosts of a group, or all under watch, add up to, for those who may see hosts.
pub(crate) async fn load_roll_up(
    ctx: &Context<'_>,
    group: Option<GroupId>,
    lens: Option<String>,
    at: Option<DateTime>,
) -> Result<RollUp> {
    let access = require(ctx, Permission::HostRead)?;
    let at = at.map(|at| at.0);
    let key = RollUpKey { group, lens, at };
    let found = access.loaders().load_one(key).await;
    let found = found.map_err(Fault::internal)?;
    found
        .map(RollUp)
        .ok_or_else(|| Fault::internal("hosts without a sum").into())
}
