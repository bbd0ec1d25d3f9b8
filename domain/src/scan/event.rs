//! What has happened to a scan, as it is stored. `ScanCompleted` alone answers "what was every verdict".

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::command::{Cost, FailureReason, HostFacts, Selection, Transition, Trigger};
use super::context::{CollectionTime, ScanContext};
use super::trial::{ScanTrialCompleted, ScanTrialRequested};
use crate::aggregate::Claim;
use crate::digest::Digest;
use crate::event::EventFacts;
use crate::id::{FleetScanId, HostId, ScanId};
use crate::time::Timestamp;
use crate::verdict::{Totals, VerdictVector};

/// One host has at most one scan that has not ended.
pub(super) const ACTIVE_SCOPE: &str = "active_scan";

pub(super) fn release(host: HostId) -> Vec<Claim> {
    vec![Claim::Release {
        scope: ACTIVE_SCOPE,
        value: host.to_string(),
    }]
}

/// A scan was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase")]
pub struct ScanRequested {
    /// The scan.
    #[n(0)]
    pub scan: ScanId,
    /// The host.
    #[n(1)]
    pub host: HostId,
    /// Why.
    #[n(2)]
    pub trigger: Trigger,
    /// Which rules.
    #[n(3)]
    pub selection: Selection,
    /// The fleet scan that it is part of. Nothing in events of the first form.
    #[n(4)]
    pub fleet_scan: Option<FleetScanId>,
}

/// A worker took a scan up.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase")]
pub struct ScanStarted {
    /// The scan.
    #[n(0)]
    pub scan: ScanId,
    /// The host.
    #[n(1)]
    pub host: HostId,
    /// The name of the worker.
    #[n(2)]
    pub worker: String,
    /// 1 for the first worker, more after a take-over.
    #[n(3)]
    pub attempt: u32,
}

/// A scan has a result.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase")]
pub struct ScanCompleted {
    /// The scan.
    #[n(0)]
    pub scan: ScanId,
    /// The host.
    #[n(1)]
    pub host: HostId,
    /// The totals, first so that lists need not read on.
    #[n(2)]
    pub totals: Totals,
    /// When the first byte of the host was read.
    #[n(3)]
    pub started_at: Timestamp,
    /// When the last one was.
    #[n(4)]
    pub finished_at: Timestamp,
    /// Why it was asked for.
    #[n(5)]
    pub trigger: Trigger,
    /// The catalogue that orders the vector.
    #[n(6)]
    pub catalogue: Digest,
    /// Every verdict.
    #[n(7)]
    pub verdicts: VerdictVector,
    /// The scan that the transitions compare with.
    #[n(8)]
    pub previous: Option<ScanId>,
    /// Every verdict that is not what it was.
    #[n(9)]
    pub transitions: Vec<Transition>,
    /// The Merkle root (RFC 6962) of the evidence hashes in catalogue order.
    #[n(10)]
    pub evidence_root: Digest,
    /// The blob with reason, expected, actual and evidence hashes of every rule.
    #[n(11)]
    pub results: Digest,
    /// What was learned of the host.
    #[n(12)]
    pub facts: HostFacts,
    /// What it cost.
    #[n(13)]
    pub cost: Cost,
    /// The attempt that made it.
    #[n(14)]
    pub attempt: u32,
    /// The blob with what was collected, for judging again. Nothing in events of the first form.
    #[n(15)]
    pub stored_facts: Option<Digest>,
    /// What surrounded it. Nothing in events of the first form.
    #[n(16)]
    pub context: Option<ScanContext>,
    /// Collectors that took their time.
    #[cbor(n(17), default)]
    pub collection_times: Vec<CollectionTime>,
}

/// A scan ended without a result.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase")]
pub struct ScanFailed {
    /// The scan.
    #[n(0)]
    pub scan: ScanId,
    /// The host.
    #[n(1)]
    pub host: HostId,
    /// Why.
    #[n(2)]
    pub reason: FailureReason,
    /// What a person should know to mend it.
    #[n(3)]
    pub detail: String,
}

/// A scan was stopped.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase")]
pub struct ScanCancelled {
    /// The scan.
    #[n(0)]
    pub scan: ScanId,
    /// The host.
    #[n(1)]
    pub host: HostId,
}

impl EventFacts for ScanRequested {
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

impl EventFacts for ScanStarted {
    fn hosts(&self) -> Vec<HostId> {
        vec![self.host]
    }
}

impl EventFacts for ScanCompleted {
    fn hosts(&self) -> Vec<HostId> {
        vec![self.host]
    }

    fn claims(&self) -> Vec<Claim> {
        release(self.host)
    }
}

impl EventFacts for ScanFailed {
    fn hosts(&self) -> Vec<HostId> {
        vec![self.host]
    }

    fn claims(&self) -> Vec<Claim> {
        release(self.host)
    }
}

impl EventFacts for ScanCancelled {
    fn hosts(&self) -> Vec<HostId> {
        vec![self.host]
    }

    fn claims(&self) -> Vec<Claim> {
        release(self.host)
    }
}

/// The first form had no facts, context and times; what it says is read as it is.
fn completed_v1(body: &[u8]) -> Result<Box<ScanCompleted>, minicbor::decode::Error> {
    minicbor::decode(body)
}

/// The first form had no fleet scan; what it says is read as it is.
fn requested_v1(body: &[u8]) -> Result<ScanRequested, minicbor::decode::Error> {
    minicbor::decode(body)
}

crate::events! {
    /// Everything that can happen to a scan.
    pub enum ScanEvent {
        Requested(ScanRequested) = "scan.requested" v 2 from { 1 => requested_v1 };
        TrialRequested(ScanTrialRequested) = "scan.trial_requested" v 1;
        Started(ScanStarted) = "scan.started" v 1;
        Completed(Box<ScanCompleted>) = "scan.completed" v 2 from { 1 => completed_v1 };
        TrialCompleted(Box<ScanTrialCompleted>) = "scan.trial_completed" v 1;
        Failed(ScanFailed) = "scan.failed" v 1;
        Cancelled(ScanCancelled) = "scan.cancelled" v 1;
    }
}
