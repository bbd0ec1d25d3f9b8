//! The scan: one look at one host, from the request to the one event that holds every verdict.

mod cause;
mod command;
mod context;
mod decide;
mod event;
#[cfg(test)]
mod tests;
mod trial;

pub use cause::{Differences, TransitionCause, values_differ};
pub use command::{
    CancelScan, CompleteScan, Cost, FailScan, FailureReason, HostFacts, RequestScan, RequestTrial,
    ScanCommand, Selection, StartScan, Transition, Trigger,
};
pub use context::{CollectionTime, LoginIdentity, Membership, ScanContext};
pub use decide::{MAX_ATTEMPTS, Scan, ScanError, ScanState, ScanStatus};
pub use event::{ScanCancelled, ScanCompleted, ScanEvent, ScanFailed, ScanRequested, ScanStarted};
pub use trial::{CompletedTrial, ScanTrialCompleted, ScanTrialRequested};
