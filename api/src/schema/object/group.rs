//! Groups of hosts.

#![expect(
    clippy::too_many_arguments,
    clippy::unused_async,
    reason = "a field has the arguments that it has, and resolvers are async"
)]

use async_graphql::{Context, Enum, ID, Object, Result};
use domain::group::GroupStatus as DomainStatus;
use domain::id::GroupId;
use domain::maintenance::{MaintenanceSource, MaintenanceState};
use domain::permission::Permission;
use projections::read::{ActivityFilter, GroupRow, HostFilter};

use super::activity::Activity;
use super::group_rule::GroupRule;
use super::host::Host;
use super::maintenance::Maintenance;
use super::roll_up::{FailedRule, RollUp, load_roll_up};
use super::target::Target;
use crate::access::require;
use crate::schema::connection::{Connection, Wish, list_cost, listed};
use crate::schema::error::{Fault, FaultCode};
use crate::schema::id::global;
use crate::schema::scalar::DateTime;

/// Hosts that belong together.
pub(crate) struct Group(pub(crate) GroupRow);

/// The colour of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::group::GroupColor")]
pub(crate) enum GroupColor {
    /// Gray.
    Gray,
    /// Red.
    Red,
    /// Orange.
    Orange,
    /// Yellow.
    Yellow,
    /// Green.
    Green,
    /// Teal.
    Teal,
    /// Cyan.
    Cyan,
    /// Blue.
    Blue,
    /// Violet.
    Violet,
    /// Pink.
    Pink,
}

/// Whether a group is in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub(crate) enum GroupStatus {
    /// It is in use.
    Active,
    /// It was dissolved; its history stays.
    Removed,
}

impl From<GroupStatus> for DomainStatus {
    fn from(status: GroupStatus) -> Self {
        match status {
            GroupStatus::Active => Self::Active,
            GroupStatus::Removed => Self::Removed,
        }
    }
}

/// Hosts that belong together.
#[Object]
impl Group {
    /// The global id.
    pub(crate) async fn id(&self) -> ID {
        global(self.0.id)
    }

    /// Unique while the group is active.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Free text.
    async fn description(&self) -> &str {
        &self.0.description
    }

    /// Its colour.
    async fn color(&self) -> GroupColor {
        self.0.color.into()
    }

    /// Which hosts are members; null where people choose them.
    async fn rule(&self) -> Option<GroupRule> {
        self.0.rule.clone().map(GroupRule::from)
    }

    /// The score that its hosts have to reach.
    async fn target(&self) -> Option<Target> {
        self.0.target.clone().map(Target::from)
    }

    /// Why and until when it is in maintenance; null when it is not.
    async fn maintenance(&self, ctx: &Context<'_>) -> Result<Option<Maintenance>> {
        let access = require(ctx, Permission::GroupRead)?;
        let now = access.store().clock().now();
        let source = MaintenanceSource::Group(self.0.id);
        let started = self.0.maintenance.iter();
        let started = started.map(|(maintenance, _)| (source, maintenance.clone()));
        let state = MaintenanceState::at(now, started);
        let reason = state.reasons().first().cloned();
        Ok(reason.map(|(source, maintenance)| Maintenance(maintenance, source)))
    }

    /// Whether it is in use.
    async fn status(&self) -> GroupStatus {
        if self.0.status == DomainStatus::Removed {
            GroupStatus::Removed
        } else {
            GroupStatus::Active
        }
    }

    /// When it was made.
    async fn created_at(&self) -> DateTime {
        self.0.created_at.into()
    }

    /// When it was last changed.
    async fn updated_at(&self) -> DateTime {
        self.0.changed_at.into()
    }

    /// What its hosts add up to, over all rules or by one framework: those that are in it now, or were at an instant,
    /// with their verdicts then.
    async fn roll_up(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "By this framework: `cis`, `stig`, ….")] lens: Option<String>,
        #[graphql(desc = "At this instant instead of now.")] at: Option<DateTime>,
    ) -> Result<RollUp> {
        load_roll_up(ctx, Some(self.0.id), lens, at).await
    }

    /// The hosts that are in it, or were at an instant, by name.
    #[graphql(complexity = "list_cost(first, last, child_complexity)")]
    async fn hosts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, from the beginning; 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "Only after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end; 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only before this cursor.")] before: Option<String>,
        #[graphql(desc = "Who was in it at this instant.")] at: Option<DateTime>,
    ) -> Result<Connection<Host>> {
        let access = require(ctx, Permission::HostRead)?;
        let filter = HostFilter {
            group: Some(self.0.id),
            group_at: at.map(|instant| instant.0),
            ..HostFilter::default()
        };
        let wish = Wish::new(first, after, last, before);
        listed(&access, filter, wish, Host).await
    }

    /// The rules that most of its hosts fail.
    #[graphql(complexity = "list_cost(first, None, child_complexity)")]
    async fn worst_rules(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many; 1 to 100, 10 without a wish.")] first: Option<i32>,
    ) -> Result<Vec<FailedRule>> {
        let access = require(ctx, Permission::HostRead)?;
        let Some(limit @ 1..=100) = first
            .or(Some(10))
            .and_then(|first| u32::try_from(first).ok())
        else {
            let message = "first goes from 1 to 100";
            return Err(Fault::new(FaultCode::BadUserInput, message).into());
        };
        let found = access.read().worst_rules(self.0.id, limit).await;
        let found = found.map_err(Fault::from)?;
        Ok(found.into_iter().map(FailedRule).collect())
    }

    /// What happened to it, newest first.
    #[graphql(complexity = "list_cost(first, last, child_complexity)")]
    async fn activity(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, from the beginning; 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "Only after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end; 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only before this cursor.")] before: Option<String>,
    ) -> Result<Connection<Activity>> {
        let filter = ActivityFilter {
            group: Some(self.0.id),
            ..ActivityFilter::default()
        };
        let wish = Wish::new(first, after, last, before);
        crate::schema::query::activity::page(ctx, filter, wish).await
    }
}

/// A group by id, for those who may see groups.
pub(crate) async fn load_group(ctx: &Context<'_>, group: GroupId) -> Result<Option<Group>> {
    let access = require(ctx, Permission::GroupRead)?;
    let row = access
        .loaders()
        .load_one(group)
        .await
        .map_err(Fault::internal)?;
    Ok(row.map(Group))
}
