//! Machines under watch.

#![expect(
    clippy::too_many_arguments,
    reason = "a field has the arguments that it has, and resolvers are async"
)]

use async_graphql::{Context, Enum, ID, Object, Result};
use domain::host::{Connection as DomainConnection, HostStatus as DomainStatus};
use domain::id::HostId;
use domain::permission::Permission;
use projections::read::{
    ActivityFilter, FrameworkPlace, HostAt, HostLensRow, HostRow, RuleStateFilter, ScanFilter,
};

use super::activity::Activity;
use super::group::Group;
use super::host_connection::{HostConnectionSettings, HostKey, LocalConnection, SshConnection};
use super::lens::HostLens;
use super::maintenance::Maintenance;
use super::platform::Platform;
use super::rule_result::RuleResult;
use super::scan::{Scan, load_scan};
use super::standing;
use super::target::{EffectiveTarget, Target};
use super::verdict::{Severity, Totals, Verdict};
use crate::access::require;
use crate::schema::connection::{Connection, Wish, list_cost, listed};
use crate::schema::error::Fault;
use crate::schema::id::global;
use crate::schema::loader::LensesOf;
use crate::schema::query::host::ResultFilter;
use crate::schema::scalar::DateTime;

/// A machine under watch.
pub(crate) struct Host(pub(crate) HostRow);

/// Whether a host is under watch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub(crate) enum HostStatus {
    /// It is scanned.
    Active,
    /// It was taken out of watch; its history stays.
    Removed,
}

/// How compliant a host is, as far as is known.
pub(crate) struct Posture(projections::read::Posture);

/// How compliant a host is, as far as is known.
#[Object]
impl Posture {
    /// How many rules ended in each verdict.
    async fn totals(&self) -> Totals {
        self.0.totals.into()
    }

    /// When the newest completed scan ended.
    async fn observed_at(&self) -> DateTime {
        self.0.observed_at.into()
    }

    /// That scan.
    async fn scan(&self, ctx: &Context<'_>) -> Result<Option<Scan>> {
        load_scan(ctx, self.0.scan).await
    }
}

/// A machine under watch.
#[Object]
impl Host {
    /// The global id.
    pub(crate) async fn id(&self) -> ID {
        global(self.0.id)
    }

    /// Unique within its environment while the host is active.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// `production`, `staging`, ….
    async fn environment(&self) -> &str {
        &self.0.environment
    }

    /// Free text.
    async fn description(&self) -> &str {
        &self.0.description
    }

    /// For filters.
    async fn tags(&self) -> &[String] {
        &self.0.tags
    }

    /// Whether it is under watch.
    async fn status(&self) -> HostStatus {
        if self.0.status == DomainStatus::Removed {
            HostStatus::Removed
        } else {
            HostStatus::Active
        }
    }

    /// How it is reached.
    async fn connection(&self) -> HostConnectionSettings {
        match &self.0.connection {
            DomainConnection::Local => {
                let machine = "the machine of the worker".to_owned();
                HostConnectionSettings::Local(LocalConnection { machine })
            }
            DomainConnection::Ssh(ssh) => HostConnectionSettings::Ssh(SshConnection(ssh.clone())),
        }
    }

    /// The SSH host keys that are trusted.
    async fn trusted_keys(&self) -> Vec<HostKey> {
        self.0
            .trusted_keys
            .iter()
            .cloned()
            .map(HostKey::from)
            .collect()
    }

    /// When it was registered.
    async fn registered_at(&self) -> DateTime {
        self.0.registered_at.into()
    }

    /// What the newest completed scan learned of the machine.
    async fn platform(&self) -> Option<Platform> {
        self.0
            .facts
            .clone()
            .map(|(facts, at)| Platform::new(facts, Some(at)))
    }

    /// How compliant it is; null before the first scan.
    async fn posture(&self) -> Option<Posture> {
        self.0.posture.clone().map(Posture)
    }

    /// The groups that it is in, by name.
    async fn groups(&self, ctx: &Context<'_>) -> Result<Vec<Group>> {
        standing::groups(ctx, self.0.id).await
    }

    /// The target of its own; null when another one counts.
    async fn target(&self, ctx: &Context<'_>) -> Result<Option<Target>> {
        let standing = standing::load_standing(ctx, self.0.id).await?;
        Ok(standing.target.map(Target::from))
    }

    /// The target that counts; null when nobody has set one.
    async fn effective_target(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "For this framework instead of all rules: `cis`, `stig`, ….")]
        framework: Option<String>,
    ) -> Result<Option<EffectiveTarget>> {
        let totals = match &framework {
            None => self.0.posture.as_ref().map(|posture| posture.totals),
            Some(framework) => {
                let lenses = enabled_lenses(ctx, self.0.id).await?;
                let mut lenses = lenses.into_iter();
                let lens = lenses.find(|row| row.framework == *framework);
                lens.map(|row| row.totals)
            }
        };
        standing::effective_target(ctx, self.0.id, framework.as_deref(), totals).await
    }

    /// Every maintenance that it is in now, of its own and of its groups; empty when it is in none.
    async fn maintenance(&self, ctx: &Context<'_>) -> Result<Vec<Maintenance>> {
        standing::maintenance(ctx, self.0.id).await
    }

    /// It, seen by each framework that fits it; none before the first scan.
    #[graphql(complexity = "5 * child_complexity")]
    async fn lenses(&self, ctx: &Context<'_>) -> Result<Vec<HostLens>> {
        let rows = enabled_lenses(ctx, self.0.id).await?;
        Ok(rows.into_iter().map(HostLens).collect())
    }

    /// It, seen by one framework; null when the framework does not fit it.
    async fn lens(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The framework: `cis`, `stig`, `nist_800_53`, ….")] key: String,
    ) -> Result<Option<HostLens>> {
        let rows = enabled_lenses(ctx, self.0.id).await?;
        Ok(rows
            .into_iter()
            .find(|row| row.framework == key)
            .map(HostLens))
    }

    /// The newest scan, whatever came of it.
    async fn latest_scan(&self, ctx: &Context<'_>) -> Result<Option<Scan>> {
        match self.0.latest_scan {
            Some(scan) => load_scan(ctx, scan).await,
            None => Ok(None),
        }
    }

    /// The completed scan that was the newest at an instant: what was known of the host then, with its evidence. Null
    /// when no scan had judged it yet.
    async fn scan_at(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The instant.")] at: DateTime,
    ) -> Result<Option<Scan>> {
        let access = require(ctx, Permission::ScanRead)?;
        let (host, at) = (self.0.id, at.0);
        let scan = access.loaders().load_one(HostAt { host, at }).await;
        match scan.map_err(Fault::internal)? {
            Some(scan) => load_scan(ctx, scan).await,
            None => Ok(None),
        }
    }

    /// The scan that is requested or running.
    async fn active_scan(&self, ctx: &Context<'_>) -> Result<Option<Scan>> {
        match self.0.active_scan {
            Some(scan) => load_scan(ctx, scan).await,
            None => Ok(None),
        }
    }

    /// What is known of each rule that counts, what needs a look first.
    #[graphql(complexity = "list_cost(first, last, child_complexity)")]
    async fn results(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, from the beginning; 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "Only after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end; 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only before this cursor.")] before: Option<String>,
        #[graphql(desc = "Which of them.")] filter: Option<ResultFilter>,
    ) -> Result<Connection<RuleResult>> {
        let access = require(ctx, Permission::HostRead)?;
        let filter = filter.unwrap_or_default().into_state_filter(self.0.id);
        let wish = Wish::new(first, after, last, before);
        listed(&access, filter, wish, RuleResult).await
    }

    /// What is known of one rule.
    async fn result(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The id of the rule as its file names it.")] rule: String,
    ) -> Result<Option<RuleResult>> {
        let access = require(ctx, Permission::HostRead)?;
        let row = access
            .read()
            .rule_state(self.0.id, &rule)
            .await
            .map_err(Fault::from)?;
        Ok(row.map(RuleResult))
    }

    /// Its scans, newest first.
    #[graphql(complexity = "list_cost(first, last, child_complexity)")]
    async fn scans(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, from the beginning; 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "Only after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end; 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only before this cursor.")] before: Option<String>,
    ) -> Result<Connection<Scan>> {
        let filter = ScanFilter {
            host: Some(self.0.id),
            ..ScanFilter::default()
        };
        crate::schema::query::scan::page(ctx, filter, Wish::new(first, after, last, before)).await
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
            host: Some(self.0.id),
            ..ActivityFilter::default()
        };
        crate::schema::query::activity::page(ctx, filter, Wish::new(first, after, last, before))
            .await
    }
}

/// A host by each framework that fits it and that the organisation looks through.
async fn enabled_lenses(ctx: &Context<'_>, host: HostId) -> Result<Vec<HostLensRow>> {
    let access = require(ctx, Permission::HostRead)?;
    let found = access.loaders().load_one(LensesOf(host)).await;
    Ok(found.map_err(Fault::internal)?.unwrap_or_default())
}

/// A host by id, for those who may see hosts.
pub(crate) async fn load_host(ctx: &Context<'_>, host: HostId) -> Result<Option<Host>> {
    let access = require(ctx, Permission::HostRead)?;
    let row = access
        .loaders()
        .load_one(host)
        .await
        .map_err(Fault::internal)?;
    Ok(row.map(Host))
}

impl ResultFilter {
    fn into_state_filter(self, host: HostId) -> RuleStateFilter {
        RuleStateFilter {
            host: Some(host),
            rule: None,
            verdicts: self
                .verdicts
                .unwrap_or_default()
                .into_iter()
                .map(Verdict::into)
                .collect(),
            severities: self
                .severities
                .unwrap_or_default()
                .into_iter()
                .map(Severity::into)
                .collect(),
            category: self.category,
            place: self.lens.map(|framework| FrameworkPlace {
                framework,
                benchmark: None,
                section: self.section,
            }),
            watched: false,
            retired: Some(self.is_retired.unwrap_or_default()),
            search: self.search,
        }
    }
}
