//! Scans of many hosts.

#![expect(
    clippy::too_many_arguments,
    reason = "a field has the arguments that it has, and resolvers are async"
)]

use async_graphql::{Context, Enum, ID, Object, Result, SimpleObject};
use domain::fleet_scan::HostChoice;
use domain::id::FleetScanId;
use domain::permission::Permission;
use projections::read::{
    FleetScanFilter, FleetScanHostFilter, FleetScanHostRow, FleetScanHostState as RowState,
    FleetScanRow, FleetScanStanding, HostReason, Window,
};

use super::actor::Actor;
use super::group::{Group, load_group};
use super::host::{Host, load_host};
use super::scan::{Scan, ScanFailureReason, load_scan};
use crate::access::require;
use crate::schema::connection::{Connection, Wish, list_cost, listed};
use crate::schema::error::Fault;
use crate::schema::id::global;
use crate::schema::scalar::DateTime;

/// Fleet scans that try the failed hosts of one again, at most as many are shown.
const RETRIES: u32 = 20;

/// One request to scan many hosts.
pub(crate) struct FleetScan(pub(crate) FleetScanRow);

/// Where a fleet scan stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "FleetScanStanding")]
pub(crate) enum FleetScanStatus {
    /// Hosts wait or are scanned.
    Running,
    /// Every host has come to its end.
    Completed,
    /// Called off.
    Cancelled,
}

/// Where a host of a fleet scan stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "RowState")]
pub(crate) enum FleetScanHostState {
    /// Its turn has not come, or comes again.
    Waiting,
    /// It is scanned now.
    Running,
    /// It has verdicts.
    Completed,
    /// It has none after the last attempt.
    Failed,
    /// It was not tried.
    Skipped,
    /// It was called off.
    Cancelled,
}

/// Why a host of a fleet scan was not tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::fleet_scan::SkipReason")]
pub(crate) enum FleetScanSkipReason {
    /// It was taken out of watch before its turn came.
    HostRemoved,
}

/// How the hosts of a fleet scan were chosen.
#[derive(SimpleObject)]
pub(crate) struct FleetScanChoice {
    /// Whether they were chosen one by one.
    is_listed: bool,
    /// Whether they are those that had failed in another fleet scan.
    is_retry: bool,
    /// A text in the name, the description or the address.
    search: Option<String>,
    /// The environment.
    environment: Option<String>,
    /// A tag.
    tag: Option<String>,
    /// `ID` of os-release: `debian`.
    os: Option<String>,
    /// The group that they were in.
    group: Option<Group>,
    /// What else they had to be, in words.
    also: Vec<String>,
}

/// How many hosts of a fleet scan stand where.
#[derive(Debug, Clone, SimpleObject)]
pub(crate) struct FleetScanCounts {
    /// All of them.
    hosts: u32,
    /// Their turn has not come, or comes again.
    waiting: u32,
    /// They are scanned now.
    running: u32,
    /// They have verdicts.
    completed: u32,
    /// They have none after the last attempt.
    failed: u32,
    /// They were not tried.
    skipped: u32,
    /// They were called off.
    cancelled: u32,
}

/// How much a fleet scan may do at a time.
#[derive(Debug, Clone, SimpleObject)]
pub(crate) struct FleetScanLimits {
    /// Hosts that are scanned at the same time.
    total: u32,
    /// Of them in one network: a /24 of IPv4 or a /64 of IPv6.
    per_subnet: u32,
    /// How often a host is tried whose failure may pass by itself.
    attempts: u32,
}

/// How many hosts failed for one reason.
#[derive(Debug, Clone, SimpleObject)]
pub(crate) struct FleetScanFailureCount {
    /// The reason.
    reason: ScanFailureReason,
    /// How many hosts.
    hosts: u32,
}

/// One request to scan many hosts.
#[Object]
impl FleetScan {
    /// The global id.
    pub(crate) async fn id(&self) -> ID {
        global(self.0.id)
    }

    /// Where it stands.
    async fn status(&self) -> FleetScanStatus {
        self.0.status.into()
    }

    /// How the hosts were chosen, when it was asked for.
    async fn choice(&self, ctx: &Context<'_>) -> Result<FleetScanChoice> {
        let query = match &self.0.choice {
            HostChoice::Matching(query) => query.clone(),
            HostChoice::Listed | HostChoice::Failed => domain::fleet_scan::HostQuery::default(),
        };
        let group = match query.group {
            Some(group) => load_group(ctx, group).await?,
            None => None,
        };
        Ok(FleetScanChoice {
            is_listed: self.0.choice == HostChoice::Listed,
            is_retry: self.0.choice == HostChoice::Failed,
            search: query.search,
            environment: query.environment,
            tag: query.tag,
            os: query.os,
            group,
            also: query.also,
        })
    }

    /// How much it may do at a time.
    async fn limits(&self) -> FleetScanLimits {
        let limits = &self.0.limits;
        FleetScanLimits {
            total: limits.total,
            per_subnet: limits.per_subnet,
            attempts: limits.attempts,
        }
    }

    /// Who asked for it.
    async fn requested_by(&self) -> Actor {
        let mut actor = self.0.requested_by.clone();
        // Where people are is for those who may see the audit log.
        actor.address = None;
        actor.into()
    }

    /// When it was asked for.
    async fn requested_at(&self) -> DateTime {
        self.0.requested_at.into()
    }

    /// When it ended.
    async fn finished_at(&self) -> Option<DateTime> {
        self.0.finished_at.map(DateTime)
    }

    /// How many hosts stand where.
    async fn counts(&self) -> FleetScanCounts {
        let row = &self.0;
        FleetScanCounts {
            hosts: row.host_count,
            waiting: row.waiting,
            running: row.running,
            completed: row.completed,
            failed: row.failed,
            skipped: row.skipped,
            cancelled: row.cancelled,
        }
    }

    /// Why hosts failed, the most frequent reason first.
    #[graphql(complexity = 10)]
    async fn failures(&self, ctx: &Context<'_>) -> Result<Vec<FleetScanFailureCount>> {
        let access = require(ctx, Permission::ScanRead)?;
        let found = access.read().fleet_scan_failures(self.0.id).await;
        let count = |(reason, hosts): (domain::scan::FailureReason, u32)| FleetScanFailureCount {
            reason: reason.into(),
            hosts,
        };
        Ok(found.map_err(Fault::from)?.into_iter().map(count).collect())
    }

    /// The fleet scan whose failed hosts it tries again.
    async fn retry_of(&self, ctx: &Context<'_>) -> Result<Option<FleetScan>> {
        match self.0.retry_of {
            Some(parent) => load_fleet_scan(ctx, parent).await,
            None => Ok(None),
        }
    }

    /// Fleet scans that try its failed hosts again, the newest first; at most 20.
    #[graphql(complexity = "10 + 20 * child_complexity")]
    async fn retries(&self, ctx: &Context<'_>) -> Result<Vec<FleetScan>> {
        let access = require(ctx, Permission::ScanRead)?;
        let filter = FleetScanFilter {
            retry_of: Some(self.0.id),
            ..FleetScanFilter::default()
        };
        let page = access
            .read()
            .page(&filter, &Window::first(RETRIES))
            .await
            .map_err(Fault::from)?;
        Ok(page
            .rows
            .into_iter()
            .map(|(_, row)| FleetScan(row))
            .collect())
    }

    /// Its hosts in the order in which they are scanned.
    #[graphql(complexity = "list_cost(first, last, child_complexity)")]
    async fn hosts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, from the beginning; 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "Only after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end; 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only before this cursor.")] before: Option<String>,
        #[graphql(desc = "That stand in one of these places.")] states: Option<
            Vec<FleetScanHostState>,
        >,
    ) -> Result<Connection<FleetScanHost>> {
        let access = require(ctx, Permission::ScanRead)?;
        let states = states.unwrap_or_default();
        let filter = FleetScanHostFilter {
            fleet_scan: self.0.id,
            states: states.into_iter().map(FleetScanHostState::into).collect(),
        };
        let wish = Wish::new(first, after, last, before);
        listed(&access, filter, wish, FleetScanHost).await
    }
}

/// One host of a fleet scan.
pub(crate) struct FleetScanHost(FleetScanHostRow);

/// One host of a fleet scan.
#[Object]
impl FleetScanHost {
    /// The host.
    async fn host(&self, ctx: &Context<'_>) -> Result<Option<Host>> {
        load_host(ctx, self.0.host).await
    }

    /// Where it stands.
    async fn state(&self) -> FleetScanHostState {
        self.0.state.into()
    }

    /// Its newest scan.
    async fn scan(&self, ctx: &Context<'_>) -> Result<Option<Scan>> {
        match self.0.scan {
            Some(scan) => load_scan(ctx, scan).await,
            None => Ok(None),
        }
    }

    /// How often it was tried.
    async fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// Why the newest attempt failed.
    async fn failure_reason(&self) -> Option<ScanFailureReason> {
        match &self.0.reason {
            Some(HostReason::Failure(reason, _)) => Some((*reason).into()),
            _ => None,
        }
    }

    /// The words that help to mend it.
    async fn failure_detail(&self) -> Option<&str> {
        match &self.0.reason {
            Some(HostReason::Failure(_, detail)) => Some(detail),
            _ => None,
        }
    }

    /// Why it was not tried.
    async fn skip_reason(&self) -> Option<FleetScanSkipReason> {
        match &self.0.reason {
            Some(HostReason::Skip(reason)) => Some((*reason).into()),
            _ => None,
        }
    }

    /// When it is tried again.
    async fn retry_at(&self) -> Option<DateTime> {
        self.0.retry_at.map(DateTime)
    }

    /// When anything of this last changed.
    async fn changed_at(&self) -> DateTime {
        self.0.changed_at.into()
    }
}

/// A fleet scan by id, for those who may see scans.
pub(crate) async fn load_fleet_scan(
    ctx: &Context<'_>,
    fleet_scan: FleetScanId,
) -> Result<Option<FleetScan>> {
    let access = require(ctx, Permission::ScanRead)?;
    let row = access
        .loaders()
        .load_one(fleet_scan)
        .await
        .map_err(Fault::internal)?;
    Ok(row.map(FleetScan))
}
