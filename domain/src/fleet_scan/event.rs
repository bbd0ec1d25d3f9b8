//! What has happened to a fleet scan, as it is stored. What happens to its hosts is in their scans.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::command::{FleetLimits, FleetTotals, HostChoice, SkipReason};
use crate::event::EventFacts;
use crate::id::{FleetScanId, HostId, ScanId};
use crate::scan::Selection;

/// A scan of many hosts was asked for. The hosts follow in [`FleetScanHostsListed`].
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase")]
pub struct FleetScanRequested {
    /// The fleet scan.
    #[n(0)]
    pub fleet_scan: FleetScanId,
    /// How the hosts were chosen.
    #[n(1)]
    pub choice: HostChoice,
    /// How many there are.
    #[n(2)]
    pub host_count: u32,
    /// Which rules.
    #[n(3)]
    pub selection: Selection,
    /// How much at a time.
    #[n(4)]
    pub limits: FleetLimits,
    /// The fleet scan whose failed hosts are tried again.
    #[n(5)]
    pub retry_of: Option<FleetScanId>,
}

/// Hosts of a fleet scan, in the order in which they are scanned; as many events as it takes, right
/// behind the request.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase")]
pub struct FleetScanHostsListed {
    /// The fleet scan.
    #[n(0)]
    pub fleet_scan: FleetScanId,
    /// The hosts.
    #[n(1)]
    pub hosts: Vec<HostId>,
}

/// A scan that ran already counts for a host.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase")]
pub struct FleetScanScanAttached {
    /// The fleet scan.
    #[n(0)]
    pub fleet_scan: FleetScanId,
    /// The host.
    #[n(1)]
    pub host: HostId,
    /// The scan.
    #[n(2)]
    pub scan: ScanId,
}

/// A host is not scanned.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase")]
pub struct FleetScanHostSkipped {
    /// The fleet scan.
    #[n(0)]
    pub fleet_scan: FleetScanId,
    /// The host.
    #[n(1)]
    pub host: HostId,
    /// Why.
    #[n(2)]
    pub reason: SkipReason,
}

/// Every host has come to its end.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase")]
pub struct FleetScanCompleted {
    /// The fleet scan.
    #[n(0)]
    pub fleet_scan: FleetScanId,
    /// What became of the hosts.
    #[n(1)]
    pub totals: FleetTotals,
}

/// A fleet scan was stopped.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase")]
pub struct FleetScanCancelled {
    /// The fleet scan.
    #[n(0)]
    pub fleet_scan: FleetScanId,
}

// The hosts of a list are not named beside the event: their scans do that, one by one.
impl EventFacts for FleetScanRequested {}
impl EventFacts for FleetScanHostsListed {}
impl EventFacts for FleetScanCompleted {}
impl EventFacts for FleetScanCancelled {}

impl EventFacts for FleetScanScanAttached {
    fn hosts(&self) -> Vec<HostId> {
        vec![self.host]
    }
}

impl EventFacts for FleetScanHostSkipped {
    fn hosts(&self) -> Vec<HostId> {
        vec![self.host]
    }
}

crate::events! {
    /// Everything that can happen to a fleet scan.
    pub enum FleetScanEvent {
        Requested(Box<FleetScanRequested>) = "fleet_scan.requested" v 1;
        HostsListed(FleetScanHostsListed) = "fleet_scan.hosts_listed" v 1;
        ScanAttached(FleetScanScanAttached) = "fleet_scan.scan_attached" v 1;
        HostSkipped(FleetScanHostSkipped) = "fleet_scan.host_skipped" v 1;
        Completed(FleetScanCompleted) = "fleet_scan.completed" v 1;
        Cancelled(FleetScanCancelled) = "fleet_scan.cancelled" v 1;
    }
}
