//! What groups and settings mean for a host.

use async_graphql::{Context, Result};
use domain::id::HostId;
use domain::permission::Permission;
use domain::verdict::Totals;
use projections::read::HostStanding;

use super::group::Group;
use super::maintenance::Maintenance;
use super::target::EffectiveTarget;
use crate::access::require;
use crate::schema::error::Fault;
use crate::schema::loader::StandingKey;

/// What groups and settings mean for a host, for those who may see hosts.
pub(super) async fn load_standing(ctx: &Context<'_>, host: HostId) -> Result<HostStanding> {
    let access = require(ctx, Permission::HostRead)?;
    let found = access
        .loaders()
        .load_one(StandingKey(host))
        .await
        .map_err(Fault::internal)?;
    found.ok_or_else(|| Fault::internal("a host without a standing").into())
}

/// The groups that a host is in, by name.
pub(super) async fn groups(ctx: &Context<'_>, host: HostId) -> Result<Vec<Group>> {
    require(ctx, Permission::GroupRead)?;
    let standing = load_standing(ctx, host).await?;
    Ok(standing.groups.into_iter().map(Group).collect())
}

/// The target that counts for a host, over all rules or in a framework, and the verdicts that it is held against.
pub(super) async fn effective_target(
    ctx: &Context<'_>,
    host: HostId,
    framework: Option<&str>,
    totals: Option<Totals>,
) -> Result<Option<EffectiveTarget>> {
    let standing = load_standing(ctx, host).await?;
    let target = standing.effective_target(framework);
    Ok(target.map(|target| EffectiveTarget {
        target,
        reached: totals.and_then(|totals| totals.reaches(target.percent)),
    }))
}

/// Every maintenance that a host is in now.
pub(super) async fn maintenance(ctx: &Context<'_>, host: HostId) -> Result<Vec<Maintenance>> {
    let access = require(ctx, Permission::HostRead)?;
    let now = access.store().clock().now();
    let state = load_standing(ctx, host).await?.maintenance_at(now);
    let reasons = state.reasons().iter().cloned();
    Ok(reasons
        .map(|(source, maintenance)| Maintenance(maintenance, source))
        .collect())
}
