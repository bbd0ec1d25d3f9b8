//! Completed scans of each host in the order of the log: what was known at an instant is in the last
//! one before it.

use async_trait::async_trait;
use domain::event::DomainEvent;
use domain::scan::ScanEvent;
use event_store::{StoreError, Tx};

use super::Projection;
use super::row::text;
use crate::event::Event;

/// See the module.
pub(super) struct HostScanProjection;

#[async_trait]
impl Projection for HostScanProjection {
    fn name(&self) -> &'static str {
        "host_scan"
    }

    fn version(&self) -> i64 {
        1
    }

    fn tables(&self) -> &'static [&'static str] {
        &["host_scan"]
    }

    async fn apply(&self, tx: &mut Tx, event: &Event) -> Result<(), StoreError> {
        let DomainEvent::Scan(ScanEvent::Completed(completed)) = &event.body else {
            return Ok(());
        };
        let complete = completed.verdicts.iter().all(|verdict| verdict.is_some());
        tx.execute(
            "INSERT INTO host_scan (host_id, position, recorded_at, scan_id, catalogue, results, complete) \
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
            &[
                text(completed.host),
                event.recorded.position.0.into(),
                event.recorded.recorded_at.into(),
                text(completed.scan),
                text(completed.catalogue),
                text(completed.results),
                complete.into(),
            ],
        )
        .await
        .map(drop)
    }
}
