//! What may be asked of a scan, and the values of its result.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::cause::TransitionCause;
use super::context::{CollectionTime, ScanContext};
use crate::digest::Digest;
use crate::host::ScannableHost;
use crate::id::{FleetScanId, ScanId};
use crate::rule_pack::RunnableVersion;
use crate::time::Timestamp;
use crate::verdict::{Verdict, VerdictVector};

/// Why a scan was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode, Serialize, Deserialize)]
#[cbor(index_only)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Trigger {
    /// A person or a script asked.
    #[n(0)]
    OnDemand,
    /// The host had just been registered.
    #[n(1)]
    Registration,
    /// The command line recorded a scan of its own.
    #[n(2)]
    CommandLine,
    /// The host is one of a fleet scan.
    #[n(3)]
    FleetScan,
    /// Rules are tried that do not count yet.
    #[n(4)]
    Trial,
}

/// Which rules are judged. Empty lists select everything.
#[derive(Debug, Clone, PartialEq, Eq, Default, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase", default)]
pub struct Selection {
    /// A framework: `cis`, `stig`, `nist_800_53`, ….
    #[n(0)]
    pub framework: Option<String>,
    /// Rules with one of these tags.
    #[n(1)]
    pub tags: Vec<String>,
    /// Rules with one of these ids.
    #[n(2)]
    pub rules: Vec<String>,
}

/// Why a scan ended without verdicts. Closed: a reader can list what may go wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode, Serialize, Deserialize)]
#[cbor(index_only)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum FailureReason {
    /// No connection: the name does not resolve, the port is closed, no route, no answer.
    #[n(0)]
    HostUnreachable,
    /// The host refused the user, the key or the password.
    #[n(1)]
    AuthenticationRefused,
    /// The policy is strict and the host's key is not trusted.
    #[n(2)]
    HostKeyUnknown,
    /// The host shows another key than the trusted one.
    #[n(3)]
    HostKeyChanged,
    /// sudo is not allowed, wants a password, or refused it.
    #[n(4)]
    SudoRefused,
    /// The first look at the host did not hold: no shell, no os-release.
    #[n(5)]
    CanaryFailed,
    /// The connection ended in the middle.
    #[n(6)]
    ConnectionLost,
    /// The whole took too long.
    #[n(7)]
    DeadlineExceeded,
    /// The host sent more than is accepted.
    #[n(8)]
    OutputLimitExceeded,
    /// The host's answer does not have the agreed form.
    #[n(9)]
    ProtocolViolated,
    /// There is no credential for the host.
    #[n(10)]
    CredentialMissing,
    /// The secret of the credential cannot be opened with the key of this installation.
    #[n(11)]
    CredentialUnreadable,
    /// Workers took it up several times and never ended it.
    #[n(12)]
    WorkerLost,
    /// The host was taken out of watch meanwhile.
    #[n(13)]
    HostRemoved,
    /// A fault of the product itself; the detail refers to the log.
    #[n(14)]
    Internal,
    /// The rules may not run, or cannot be read any more.
    #[n(15)]
    RulesRefused,
}

/// One rule whose verdict is not what it was.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase")]
pub struct Transition {
    /// The place of the rule in the catalogue, from 0.
    #[n(0)]
    pub ordinal: u32,
    /// As it was; nothing when there was no verdict.
    #[n(1)]
    pub from: Option<Verdict>,
    /// As it is now.
    #[n(2)]
    pub to: Verdict,
    /// The first 16 bytes of the hash of the evidence.
    #[cbor(n(3), with = "minicbor::bytes")]
    #[serde(skip)]
    pub evidence: Vec<u8>,
    /// Why.
    #[n(4)]
    pub cause: TransitionCause,
}

/// What the scan cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "snake_case")]
pub struct Cost {
    /// Round trips after authentication.
    #[n(0)]
    pub round_trips: u32,
    /// Calls of sudo on the host.
    #[n(1)]
    pub sudo_calls: u32,
    /// Bytes that came from the host.
    #[n(2)]
    pub bytes_in: u64,
    /// Bytes that went to the host.
    #[n(3)]
    pub bytes_out: u64,
    /// CPU time on the host, in milliseconds.
    #[n(4)]
    pub remote_cpu_ms: u64,
    /// From the first to the last step, in milliseconds.
    #[n(5)]
    pub duration_ms: u64,
}

/// What the scan learned of the host.
#[derive(Debug, Clone, PartialEq, Eq, Default, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase")]
pub struct HostFacts {
    /// The host's own name.
    #[n(0)]
    pub hostname: String,
    /// `ID` of os-release: `debian`.
    #[n(1)]
    pub os_id: String,
    /// `VERSION_ID` of os-release: `12`.
    #[n(2)]
    pub os_version: String,
    /// `PRETTY_NAME` of os-release.
    #[n(3)]
    pub os_name: String,
    /// `uname -r`.
    #[n(4)]
    pub kernel: String,
    /// `uname -m`.
    #[n(5)]
    pub architecture: String,
    /// How far the host's clock is ahead of ours, in milliseconds.
    #[n(6)]
    pub clock_skew_ms: i64,
    /// Whether the scan had the rights of root.
    #[n(7)]
    pub privileged: bool,
}

/// Ask for a scan. Needs the proof that the host may be scanned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestScan {
    /// The new id.
    pub scan: ScanId,
    /// The host.
    pub host: ScannableHost,
    /// Why.
    pub trigger: Trigger,
    /// Which rules.
    pub selection: Selection,
    /// The fleet scan that it is part of.
    pub fleet_scan: Option<FleetScanId>,
}

/// Ask for a trial of rules that do not count yet. Needs the proofs that the host may be scanned and that the rules
/// may run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestTrial {
    /// The new id.
    pub scan: ScanId,
    /// The host.
    pub host: ScannableHost,
    /// The version that is tried.
    pub version: RunnableVersion,
}

/// A worker that holds the lease takes the scan up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartScan {
    /// The name of the worker.
    pub worker: String,
}

/// The result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompleteScan {
    /// The attempt that made it, as `ScanStarted` said; a result of an earlier one is refused.
    pub attempt: u32,
    /// The catalogue that orders the vector.
    pub catalogue: Digest,
    /// When the first byte of the host was read.
    pub started_at: Timestamp,
    /// When the last one was.
    pub finished_at: Timestamp,
    /// Every verdict.
    pub verdicts: VerdictVector,
    /// The scan that the transitions compare with.
    pub previous: Option<ScanId>,
    /// Every verdict that is not what it was.
    pub transitions: Vec<Transition>,
    /// The Merkle root (RFC 6962) of the evidence hashes in catalogue order.
    pub evidence_root: Digest,
    /// The blob with reason, expected, actual and evidence hashes of every rule.
    pub results: Digest,
    /// What was learned of the host.
    pub facts: HostFacts,
    /// What it cost.
    pub cost: Cost,
    /// The blob with what was collected, for judging again; see [`FactsManifest`](crate::stored_facts::FactsManifest).
    pub stored_facts: Option<Digest>,
    /// What surrounded it.
    pub context: Option<ScanContext>,
    /// Collectors that took their time.
    pub collection_times: Vec<CollectionTime>,
}

/// There is no result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailScan {
    /// The attempt that failed; nothing when no worker took it up.
    pub attempt: Option<u32>,
    /// Why.
    pub reason: FailureReason,
    /// What a person should know to mend it: the address, the fingerprint, the words of sudo.
    pub detail: String,
}

/// Stop the scan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CancelScan;

/// Any command to a scan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScanCommand {
    /// See [`RequestScan`].
    Request(RequestScan),
    /// See [`RequestTrial`].
    RequestTrial(RequestTrial),
    /// See [`StartScan`].
    Start(StartScan),
    /// See [`CompleteScan`].
    Complete(Box<CompleteScan>),
    /// See [`FailScan`].
    Fail(FailScan),
    /// See [`CancelScan`].
    Cancel(CancelScan),
}
