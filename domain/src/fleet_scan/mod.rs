//! The fleet scan: one request to scan many hosts. Its children are ordinary scans of one host each.

mod command;
mod decide;
mod event;
#[cfg(test)]
mod tests;

pub use command::{
    AttachScan, CancelFleetScan, CompleteFleetScan, FleetLimits, FleetScanCommand, FleetTotals,
    HostChoice, HostQuery, RequestFleetScan, SkipHost, SkipReason,
};
pub use decide::{
    FleetScan, FleetScanError, FleetScanState, FleetScanStatus, MOST_HOSTS, retry_after,
};
pub use event::{
    FleetScanCancelled, FleetScanCompleted, FleetScanEvent, FleetScanHostSkipped,
    FleetScanHostsListed, FleetScanRequested, FleetScanScanAttached,
};
