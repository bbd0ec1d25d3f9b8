//! What may be asked of a fleet scan, and the values that describe one.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::id::{FleetScanId, GroupId, HostId, ScanId};
use crate::scan::Selection;

/// How the hosts were chosen. They are resolved when the scan is asked for: a host that comes later is
/// not part of it.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum HostChoice {
    /// One by one.
    #[n(0)]
    Listed,
    /// Everything that matched.
    #[n(1)]
    Matching(#[n(0)] HostQuery),
    /// Those that failed in the fleet scan that this one tries again.
    #[n(2)]
    Failed,
}

/// What hosts had to match. Empty: all that are under watch.
#[derive(Debug, Clone, PartialEq, Eq, Default, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase", default)]
pub struct HostQuery {
    /// A text in the name, the description or the address.
    #[n(0)]
    pub search: Option<String>,
    /// The environment.
    #[n(1)]
    pub environment: Option<String>,
    /// A tag.
    #[n(2)]
    pub tag: Option<String>,
    /// `ID` of os-release: `debian`.
    #[n(3)]
    pub os: Option<String>,
    /// The group that they were in.
    #[n(4)]
    pub group: Option<GroupId>,
    /// What else they had to be, in words.
    #[cbor(n(5), default)]
    pub also: Vec<String>,
}

/// How much a fleet scan may do at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase")]
pub struct FleetLimits {
    /// Hosts that are scanned at the same time.
    #[n(0)]
    pub total: u32,
    /// Of them in one network: a /24 of IPv4 or a /64 of IPv6.
    #[n(1)]
    pub per_subnet: u32,
    /// How often a host is tried whose failure may pass by itself.
    #[n(2)]
    pub attempts: u32,
}

impl Default for FleetLimits {
    fn default() -> Self {
        Self {
            total: 64,
            per_subnet: 16,
            attempts: 3,
        }
    }
}

/// Why a host of a fleet scan is not scanned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode, Serialize, Deserialize)]
#[cbor(index_only)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SkipReason {
    /// It was taken out of watch before its turn came.
    #[n(0)]
    HostRemoved,
}

/// What became of the hosts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase")]
pub struct FleetTotals {
    /// Scanned, with verdicts.
    #[n(0)]
    pub completed: u32,
    /// Without verdicts after the last attempt.
    #[n(1)]
    pub failed: u32,
    /// Not tried.
    #[n(2)]
    pub skipped: u32,
    /// Called off one by one.
    #[n(3)]
    pub cancelled: u32,
}

impl FleetTotals {
    /// All of them.
    pub const fn sum(&self) -> u32 {
        self.completed + self.failed + self.skipped + self.cancelled
    }
}

/// Ask for a scan of many hosts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestFleetScan {
    /// The new id.
    pub fleet_scan: FleetScanId,
    /// The hosts, in the order in which they are scanned.
    pub hosts: Vec<HostId>,
    /// How they were chosen.
    pub choice: HostChoice,
    /// Which rules.
    pub selection: Selection,
    /// How much at a time.
    pub limits: FleetLimits,
    /// The fleet scan whose failed hosts are tried again.
    pub retry_of: Option<FleetScanId>,
}

/// A host of the fleet scan was being scanned already, with the same rules: that scan counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AttachScan {
    /// The host.
    pub host: HostId,
    /// The scan that runs.
    pub scan: ScanId,
}

/// A host cannot be scanned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SkipHost {
    /// The host.
    pub host: HostId,
    /// Why.
    pub reason: SkipReason,
}

/// Every host has come to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CompleteFleetScan {
    /// What became of them.
    pub totals: FleetTotals,
}

/// Stop it: no further host is scanned, and scans that run for it are stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CancelFleetScan;

/// Any command to a fleet scan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FleetScanCommand {
    /// See [`RequestFleetScan`].
    Request(Box<RequestFleetScan>),
    /// See [`AttachScan`].
    Attach(AttachScan),
    /// See [`SkipHost`].
    Skip(SkipHost),
    /// See [`CompleteFleetScan`].
    Complete(CompleteFleetScan),
    /// See [`CancelFleetScan`].
    Cancel(CancelFleetScan),
}
