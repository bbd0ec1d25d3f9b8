//! A trial: a real scan of a real host by rules that do not count yet. Its events have names of their own, so that
//! whatever looks for results that count cannot take it for one.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::command::{CompleteScan, Cost, HostFacts, RequestTrial};
use super::context::{CollectionTime, ScanContext};
use super::decide::{ScanError, ScanState, ScanStatus};
use super::event::{ACTIVE_SCOPE, ScanEvent, release};
use crate::aggregate::Claim;
use crate::digest::Digest;
use crate::event::EventFacts;
use crate::id::{HostId, ScanId};
use crate::rule_pack::PackVersion;
use crate::time::Timestamp;
use crate::verdict::{Totals, VerdictVector};

/// A trial was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase")]
pub struct ScanTrialRequested {
    /// The scan.
    #[n(0)]
    pub scan: ScanId,
    /// The host.
    #[n(1)]
    pub host: HostId,
    /// The rules that are tried.
    #[n(2)]
    pub version: PackVersion,
}

/// A trial has a result, which counts for nothing.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase")]
pub struct ScanTrialCompleted {
    /// The scan.
    #[n(0)]
    pub scan: ScanId,
    /// The host.
    #[n(1)]
    pub host: HostId,
    /// The rules that were tried.
    #[n(2)]
    pub version: PackVersion,
    /// The totals.
    #[n(3)]
    pub totals: Totals,
    /// When the first byte of the host was read.
    #[n(4)]
    pub started_at: Timestamp,
    /// When the last one was.
    #[n(5)]
    pub finished_at: Timestamp,
    /// Every verdict, in the order of the rules of the version.
    #[n(6)]
    pub verdicts: VerdictVector,
    /// The Merkle root (RFC 6962) of the evidence hashes in that order.
    #[n(7)]
    pub evidence_root: Digest,
    /// The blob with reason, expected, actual and evidence hashes of every rule.
    #[n(8)]
    pub results: Digest,
    /// What was learned of the host.
    #[n(9)]
    pub facts: HostFacts,
    /// What it cost.
    #[n(10)]
    pub cost: Cost,
    /// The attempt that made it.
    #[n(11)]
    pub attempt: u32,
    /// The blob with what was collected.
    #[n(12)]
    pub stored_facts: Option<Digest>,
    /// What surrounded it.
    #[n(13)]
    pub context: Option<ScanContext>,
    /// Collectors that took their time.
    #[n(14)]
    pub collection_times: Vec<CollectionTime>,
}

impl EventFacts for ScanTrialRequested {
    fn hosts(&self) -> Vec<HostId> {
        vec![self.host]
    }

    fn claims(&self) -> Vec<Claim> {
        vec![Claim::Take {
            scope: ACTIVE_SCOPE,
            value: self.host.to_string(),
        }]
    }
}

impl EventFacts for ScanTrialCompleted {
    fn hosts(&self) -> Vec<HostId> {
        vec![self.host]
    }

    fn claims(&self) -> Vec<Claim> {
        release(self.host)
    }
}

/// The proof that a version was tried to the end. Only [`ScanState::completed_trial`] gives one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompletedTrial {
    scan: ScanId,
    version: PackVersion,
}

impl CompletedTrial {
    /// The scan.
    pub const fn scan(&self) -> ScanId {
        self.scan
    }

    /// The version.
    pub const fn version(&self) -> &PackVersion {
        &self.version
    }
}

impl ScanState {
    /// The proof that this was a trial which came to its end with a result.
    pub fn completed_trial(&self) -> Option<CompletedTrial> {
        let (scan, _) = self.subject?;
        let version = self.trial.clone()?;
        (self.status == ScanStatus::Completed).then_some(CompletedTrial { scan, version })
    }
}

pub(super) fn request(
    state: &ScanState,
    command: &RequestTrial,
) -> Result<Vec<ScanEvent>, ScanError> {
    if state.status != ScanStatus::Unknown {
        return Err(ScanError::AlreadyRequested);
    }
    Ok(vec![
        ScanTrialRequested {
            scan: command.scan,
            host: command.host.id(),
            version: command.version.version().clone(),
        }
        .into(),
    ])
}

/// What changed since the scan before is left out: a trial has none before it.
pub(super) fn completed(
    scan: ScanId,
    host: HostId,
    version: &PackVersion,
    command: CompleteScan,
) -> ScanEvent {
    Box::new(ScanTrialCompleted {
        scan,
        host,
        version: version.clone(),
        totals: Totals::of(&command.verdicts),
        started_at: command.started_at,
        finished_at: command.finished_at,
        verdicts: command.verdicts,
        evidence_root: command.evidence_root,
        results: command.results,
        facts: command.facts,
        cost: command.cost,
        attempt: command.attempt,
        stored_facts: command.stored_facts,
        context: command.context,
        collection_times: command.collection_times,
    })
    .into()
}
