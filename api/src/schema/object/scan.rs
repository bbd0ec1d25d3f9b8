//! Scans.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object, Result, SimpleObject};
use domain::catalogue::CataloguePublished;
use domain::id::ScanId;
use domain::permission::Permission;
use projections::read::{ScanRow, ScanStanding};

use super::actor::Actor;
use super::fleet_scan::{FleetScan, load_fleet_scan};
use super::host::{Host, load_host};
use super::platform::Platform;
use super::rule_pack::RulePackReference;
use super::rule_result::RuleResult;
use super::scan_result::{of_scan, scan_result, severities, stored_results};
use super::surroundings::ScanContext;
use super::transition::{ChangeCount, Transition, counted};
use super::verdict::Totals;
use crate::access::require;
use crate::schema::error::Fault;
use crate::schema::id::global;
use crate::schema::loader::CatalogueOf;
use crate::schema::scalar::{DateTime, Digest, Long};

/// One scan of one host.
pub(crate) struct Scan(pub(crate) ScanRow);

/// Where a scan stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "ScanStanding")]
pub(crate) enum ScanStatus {
    /// Asked for; no worker has taken it up yet.
    Requested,
    /// A worker has taken it up.
    Started,
    /// Ended with verdicts.
    Completed,
    /// Ended without verdicts.
    Failed,
    /// Called off.
    Cancelled,
}

/// What set a scan off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::scan::Trigger")]
pub(crate) enum ScanTrigger {
    /// Somebody asked for it.
    OnDemand,
    /// The host was registered.
    Registration,
    /// Somebody scanned from the shell and recorded it.
    CommandLine,
    /// The host is one of a fleet scan.
    FleetScan,
    /// Rules are tried that do not count yet.
    Trial,
}

/// Why a scan has no verdicts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::scan::FailureReason")]
pub(crate) enum ScanFailureReason {
    /// No connection: the name does not resolve, the port is closed, no route, no answer.
    HostUnreachable,
    /// The host refused the user, the key or the password.
    AuthenticationRefused,
    /// The host showed a key that nobody has confirmed.
    HostKeyUnknown,
    /// The host showed another key than the trusted one.
    HostKeyChanged,
    /// Sudo said no.
    SudoRefused,
    /// The first look at the host did not hold.
    CanaryFailed,
    /// The connection broke while the scan ran.
    ConnectionLost,
    /// It took too long.
    DeadlineExceeded,
    /// The host sent too much.
    OutputLimitExceeded,
    /// The answer did not have the agreed form.
    ProtocolViolated,
    /// There is nothing to log in with.
    CredentialMissing,
    /// The stored secret cannot be opened.
    CredentialUnreadable,
    /// Workers died over it.
    WorkerLost,
    /// The host was taken out of watch meanwhile.
    HostRemoved,
    /// A fault of ours.
    Internal,
    /// The rules may not run, or cannot be read any more.
    RulesRefused,
}

/// Why a scan has no verdicts.
#[derive(Debug, Clone, SimpleObject)]
pub(crate) struct ScanFailure {
    /// The reason, of a closed list.
    reason: ScanFailureReason,
    /// The words that help to mend it.
    detail: String,
}

/// What a scan cost.
#[derive(Debug, Clone, SimpleObject)]
pub(crate) struct ScanCost {
    /// Round trips after the log-in.
    round_trips: u32,
    /// Calls of sudo.
    sudo_calls: u32,
    /// Bytes that the host sent.
    bytes_in: Long,
    /// Bytes that were sent to the host.
    bytes_out: Long,
    /// CPU time on the host, in milliseconds.
    remote_cpu_ms: Long,
    /// From the first step to the last, in milliseconds.
    duration_ms: Long,
}

/// One scan of one host.
#[Object]
impl Scan {
    /// The global id.
    pub(crate) async fn id(&self) -> ID {
        global(self.0.id)
    }

    /// The host.
    async fn host(&self, ctx: &Context<'_>) -> Result<Option<Host>> {
        load_host(ctx, self.0.host).await
    }

    /// Where it stands.
    async fn status(&self) -> ScanStatus {
        self.0.status.into()
    }

    /// What set it off.
    async fn trigger(&self) -> ScanTrigger {
        self.0.trigger.into()
    }

    /// The fleet scan that asked for it.
    async fn fleet_scan(&self, ctx: &Context<'_>) -> Result<Option<FleetScan>> {
        match self.0.fleet_scan {
            Some(fleet_scan) => load_fleet_scan(ctx, fleet_scan).await,
            None => Ok(None),
        }
    }

    /// The rules that it tries: its result counts for nothing. Null for a scan that counts.
    async fn trial(&self) -> Option<RulePackReference> {
        self.0.trial.clone().map(RulePackReference)
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

    /// When the newest attempt began.
    async fn started_at(&self) -> Option<DateTime> {
        self.0.started_at.map(DateTime)
    }

    /// When it ended.
    async fn finished_at(&self) -> Option<DateTime> {
        self.0.finished_at.map(DateTime)
    }

    /// How often a worker has taken it up.
    async fn attempt(&self) -> u32 {
        self.0.attempt
    }

    /// The worker of the newest attempt.
    async fn worker(&self) -> Option<&str> {
        self.0.worker.as_deref()
    }

    /// Why it has no verdicts, when it failed.
    async fn failure(&self) -> Option<ScanFailure> {
        self.0.failure.clone().map(|(reason, detail)| ScanFailure {
            reason: reason.into(),
            detail,
        })
    }

    /// How many rules ended in each verdict, when it completed.
    async fn totals(&self) -> Option<Totals> {
        self.0.totals.map(Totals::from)
    }

    /// What was learned of the machine.
    async fn platform(&self) -> Option<Platform> {
        let facts = self.0.facts.clone()?;
        Some(Platform::new(*facts, self.0.finished_at))
    }

    /// What it cost.
    async fn cost(&self) -> Option<ScanCost> {
        self.0.cost.map(|cost| ScanCost {
            round_trips: cost.round_trips,
            sudo_calls: cost.sudo_calls,
            bytes_in: Long(cost.bytes_in),
            bytes_out: Long(cost.bytes_out),
            remote_cpu_ms: Long(cost.remote_cpu_ms),
            duration_ms: Long(cost.duration_ms),
        })
    }

    /// The list of rules that it was judged by.
    async fn catalogue(&self) -> Option<Digest> {
        self.0.catalogue.map(Digest)
    }

    /// The name of the pack that it was judged by.
    async fn pack(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        let published = self.published(ctx).await?;
        Ok(published.map(|published| published.pack.clone()))
    }

    /// The framework whose rules were asked for; null for all.
    async fn framework(&self) -> Option<&str> {
        self.0.selection.framework.as_deref()
    }

    /// What surrounded it, as it was then; null unless it completed, and for scans of old versions.
    async fn context(&self) -> Option<ScanContext> {
        self.0.context.as_deref().cloned().map(ScanContext)
    }

    /// Whether what it collected was kept, so that it can be judged again.
    async fn has_facts(&self) -> bool {
        self.0.stored_facts.is_some()
    }

    /// Verdicts that are not what they were at the scan before, in the order of the rules.
    #[graphql(complexity = "20 * child_complexity")]
    async fn transitions(&self, ctx: &Context<'_>) -> Result<Vec<Transition>> {
        let Some(published) = self.published(ctx).await? else {
            return Ok(Vec::new());
        };
        let transitions = self.0.transitions.iter().filter_map(|change| {
            let place = usize::try_from(change.ordinal).ok()?;
            Some(Transition {
                rule: published.rules.get(place)?.rule.clone(),
                change: change.clone(),
            })
        });
        Ok(transitions.collect())
    }

    /// How many verdicts are not what they were at the scan before, by reason; none for a first scan.
    async fn changes(&self) -> Vec<ChangeCount> {
        counted(&self.0.transitions)
    }

    /// What it found for one rule.
    async fn result(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The id of the rule as its file names it.")] rule: String,
    ) -> Result<Option<RuleResult>> {
        scan_result(ctx, &self.0, &rule).await
    }

    /// The Merkle root over the evidence of all rules.
    async fn evidence_root(&self) -> Option<Digest> {
        self.0.evidence_root.map(Digest)
    }

    /// The place of the request in the log.
    async fn position_number(&self) -> Long {
        Long(self.0.position.0)
    }

    /// What this scan found, rule by rule in the order of their ids; empty unless it completed.
    #[graphql(complexity = "100 * child_complexity")]
    async fn results(&self, ctx: &Context<'_>) -> Result<Vec<RuleResult>> {
        let Some(results) = stored_results(ctx, &self.0).await? else {
            return Ok(Vec::new());
        };
        let severities = severities(ctx, &self.0, results.keys()).await?;
        let mut found: Vec<RuleResult> = results
            .values()
            .map(|result| of_scan(&self.0, result, severities.get(&result.rule).copied()))
            .collect();
        found.sort_by(|one, other| one.0.rule.cmp(&other.0.rule));
        Ok(found)
    }
}

impl Scan {
    /// The list of rules that it was judged by.
    async fn published(&self, ctx: &Context<'_>) -> Result<Option<Arc<CataloguePublished>>> {
        let access = require(ctx, Permission::ScanRead)?;
        let Some(catalogue) = self.0.catalogue else {
            return Ok(None);
        };
        let loaded = access.loaders().load_one(CatalogueOf(catalogue)).await;
        Ok(loaded.map_err(Fault::internal)?)
    }
}

/// A scan by id, for those who may see scans.
pub(crate) async fn load_scan(ctx: &Context<'_>, scan: ScanId) -> Result<Option<Scan>> {
    let access = require(ctx, Permission::ScanRead)?;
    let row = access
        .loaders()
        .load_one(scan)
        .await
        .map_err(Fault::internal)?;
    Ok(row.map(Scan))
}
