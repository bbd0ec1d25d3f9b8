//! The reports of a fleet scan, one host after the other and one in memory at a time, in the order in which its
//! hosts were listed. Which hosts there are is asked of the read tables; what was found comes from the log.

use domain::fleet_scan::SkipReason;
use domain::id::FleetScanId;
use event_store::Store;
use projections::read::{
    Cursor, FleetScanHostFilter, FleetScanHostRow, FleetScanHostState, Read, Window,
};

use crate::error::ReadError;
use crate::report::{NoVerdicts, Report};
use crate::stored::{host_name, stored};

/// Hosts that are asked for together.
const PAGE: u32 = 200;

/// The reports of one fleet scan.
pub struct FleetReports {
    store: Store,
    read: Read,
    filter: FleetScanHostFilter,
    page: std::vec::IntoIter<FleetScanHostRow>,
    after: Option<Cursor>,
    has_next: bool,
}

impl FleetReports {
    /// The reports of a fleet scan, as far as the read tables have come.
    pub async fn open(store: Store, fleet_scan: FleetScanId) -> Result<Self, ReadError> {
        let read = Read::new(store.db().clone());
        if read.fleet_scans_by_id(&[fleet_scan]).await?.is_empty() {
            return Err(ReadError::NoFleetScan(fleet_scan));
        }
        Ok(Self {
            store,
            read,
            filter: FleetScanHostFilter {
                fleet_scan,
                states: Vec::new(),
            },
            page: Vec::new().into_iter(),
            after: None,
            has_next: true,
        })
    }

    /// The next report; nothing when every host has had its turn.
    pub async fn next(&mut self) -> Result<Option<Report>, ReadError> {
        loop {
            if let Some(row) = self.page.next() {
                return self.report(&row).await.map(Some);
            }
            if !self.has_next {
                return Ok(None);
            }
            let window = Window {
                after: self.after.take(),
                ..Window::first(PAGE)
            };
            let page = self.read.page(&self.filter, &window).await?;
            self.has_next = page.has_next;
            self.after = page.rows.last().map(|(cursor, _)| cursor.clone());
            let rows: Vec<FleetScanHostRow> = page.rows.into_iter().map(|(_, row)| row).collect();
            self.page = rows.into_iter();
        }
    }

    async fn report(&self, row: &FleetScanHostRow) -> Result<Report, ReadError> {
        use FleetScanHostState as State;
        if let (State::Completed | State::Failed, Some(scan)) = (row.state, row.scan) {
            return stored(&self.store, scan).await;
        }
        let (reason, detail) = match row.state {
            State::Skipped => (
                NoVerdicts::Skipped(SkipReason::HostRemoved),
                "the host was taken out of watch before its turn came",
            ),
            State::Cancelled => (NoVerdicts::CANCELLED, "the scan was called off"),
            State::Waiting | State::Running | State::Completed | State::Failed => (
                NoVerdicts::NOT_ENDED,
                "the scan of the host has not ended yet",
            ),
        };
        let name = host_name(&self.store, row.host).await?;
        Ok(Report::failed(&name, row.changed_at, reason, detail))
    }
}
