//! What can go wrong while something is written out.

use domain::id::{FleetScanId, ScanId};
use event_store::StoreError;

/// A format could not be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// As JSON.
    #[error("could not write JSON")]
    Json(#[from] serde_json::Error),
    /// As a table.
    #[error("could not write CSV")]
    Csv(#[from] csv::Error),
    /// As XML.
    #[error("could not write XML")]
    Xml(#[from] std::io::Error),
}

/// A stored scan could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// There is no such scan.
    #[error("there is no scan {0}")]
    NoScan(ScanId),
    /// There is no such scan of many hosts.
    #[error("there is no fleet scan {0}")]
    NoFleetScan(FleetScanId),
    /// It has no end yet.
    #[error("the scan {0} has not ended; it can be exported when it has")]
    NotEnded(ScanId),
    /// It tried rules that do not count.
    #[error("the scan {0} is a trial of rules: it counts for nothing and is not exported")]
    Trial(ScanId),
    /// What an event names is not there, or does not have the agreed form.
    #[error("the log names {what} of the scan {scan} that cannot be read")]
    Broken {
        /// The scan.
        scan: ScanId,
        /// What it names.
        what: &'static str,
    },
    /// The database failed.
    #[error("the log cannot be read")]
    Store(#[from] StoreError),
}
