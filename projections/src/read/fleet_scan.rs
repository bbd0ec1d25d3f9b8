//! Scans of many hosts.

use domain::actor::Actor;
use domain::fleet_scan::{FleetLimits, HostChoice, MOST_HOSTS, RequestFleetScan};
use domain::id::FleetScanId;
use domain::scan::Selection;
use domain::time::Timestamp;
use event_store::{Position, Row, StoreError};

use super::column::{json, known, optional_parsed, parsed};
use super::page::{Filter, List, Listing};
use super::{FleetScanHostFilter, FleetScanHostState, Read};

/// Where a fleet scan stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FleetScanStanding {
    /// Hosts wait or are scanned.
    Running,
    /// Every host has come to its end.
    Completed,
    /// Called off.
    Cancelled,
}

impl FleetScanStanding {
    const ALL: [Self; 3] = [Self::Running, Self::Completed, Self::Cancelled];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Completed => "completed",
            Self::Cancelled => "cancelled",
        }
    }
}

/// One fleet scan.
#[derive(Debug, Clone, PartialEq)]
pub struct FleetScanRow {
    /// The fleet scan.
    pub id: FleetScanId,
    /// Where it stands.
    pub status: FleetScanStanding,
    /// How the hosts were chosen.
    pub choice: HostChoice,
    /// Which rules were asked for.
    pub selection: Selection,
    /// How much at a time.
    pub limits: FleetLimits,
    /// The fleet scan whose failed hosts are tried again.
    pub retry_of: Option<FleetScanId>,
    /// Who asked.
    pub requested_by: Actor,
    /// When it was asked for.
    pub requested_at: Timestamp,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
    /// The event that asked for it.
    pub position: Position,
    /// The newest event that changed it or one of its hosts.
    pub changed_position: Position,
    /// How many hosts it has.
    pub host_count: u32,
    /// Hosts whose turn has not come, or comes again.
    pub waiting: u32,
    /// Hosts that are scanned now.
    pub running: u32,
    /// Hosts with verdicts.
    pub completed: u32,
    /// Hosts without, after the last attempt.
    pub failed: u32,
    /// Hosts that were not tried.
    pub skipped: u32,
    /// Hosts that were called off.
    pub cancelled: u32,
}

/// Which fleet scans.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FleetScanFilter {
    /// These only, when there are any.
    pub ids: Vec<FleetScanId>,
    /// In one of these places, when there are any.
    pub statuses: Vec<FleetScanStanding>,
    /// That try the failed hosts of this one again.
    pub retry_of: Option<FleetScanId>,
}

const COLUMNS: &str = "fleet_scan_id, status, choice, selection, limits, retry_of, requested_by, \
    requested_at, finished_at, position, changed_position, host_count, waiting, running, completed, \
    failed, skipped, cancelled";

fn conditions(filter: &FleetScanFilter) -> Filter {
    let statuses = filter.statuses.iter();
    Filter::default()
        .any_of(
            "fleet_scan_id",
            filter.ids.iter().map(|id| id.to_string().into()).collect(),
        )
        .any_of(
            "status",
            statuses.map(|status| status.as_str().into()).collect(),
        )
        .maybe(
            "retry_of = ?",
            filter.retry_of.map(|parent| parent.to_string().into()),
        )
}

impl Listing for FleetScanFilter {
    type Item = FleetScanRow;

    fn list(&self) -> List<'static> {
        let filter = self;
        List {
            columns: COLUMNS,
            from: "fleet_scan",
            filter: conditions(filter),
            sort: "position",
            key: "fleet_scan_id",
            descending: true,
        }
    }

    fn read(row: &Row) -> Result<FleetScanRow, StoreError> {
        FleetScanRow::read(row)
    }
}

impl FleetScanRow {
    pub(super) fn read(row: &Row) -> Result<Self, StoreError> {
        let status: String = row.get("status")?;
        let mut statuses = FleetScanStanding::ALL.into_iter();
        Ok(Self {
            id: parsed(row, "fleet_scan_id")?,
            status: known(statuses.find(|known| known.as_str() == status))?,
            choice: json(row, "choice")?,
            selection: json(row, "selection")?,
            limits: json(row, "limits")?,
            retry_of: optional_parsed(row, "retry_of")?,
            requested_by: json(row, "requested_by")?,
            requested_at: row.get("requested_at")?,
            finished_at: row.get("finished_at")?,
            position: row.get("position")?,
            changed_position: row.get("changed_position")?,
            host_count: row.get("host_count")?,
            waiting: row.get("waiting")?,
            running: row.get("running")?,
            completed: row.get("completed")?,
            failed: row.get("failed")?,
            skipped: row.get("skipped")?,
            cancelled: row.get("cancelled")?,
        })
    }
}

impl Read {
    /// The fleet scans with these ids, in any order.
    pub async fn fleet_scans_by_id(
        &self,
        ids: &[FleetScanId],
    ) -> Result<Vec<FleetScanRow>, StoreError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let filter = FleetScanFilter {
            ids: ids.to_vec(),
            ..FleetScanFilter::default()
        };
        let limit = u32::try_from(ids.len()).unwrap_or(u32::MAX);
        filter.list().all(&self.db, limit, FleetScanRow::read).await
    }

    /// What asks for the failed hosts of a fleet scan once more, by the same rules and within the same limits;
    /// nothing when there is no such fleet scan. It names no host when none has failed.
    pub async fn fleet_scan_again(
        &self,
        retry_of: FleetScanId,
        fleet_scan: FleetScanId,
    ) -> Result<Option<RequestFleetScan>, StoreError> {
        let Some(row) = self.fleet_scans_by_id(&[retry_of]).await?.pop() else {
            return Ok(None);
        };
        let failed = FleetScanHostFilter {
            fleet_scan: retry_of,
            states: vec![FleetScanHostState::Failed],
        };
        let most = u32::try_from(MOST_HOSTS).unwrap_or(u32::MAX);
        Ok(Some(RequestFleetScan {
            fleet_scan,
            hosts: self.fleet_scan_host_ids(&failed, most).await?,
            choice: HostChoice::Failed,
            selection: row.selection,
            limits: row.limits,
            retry_of: Some(retry_of),
        }))
    }

    /// Fleet scans whose newest change lies after one position and not after another, the oldest
    /// change first, at most `limit`. What changed several times is there once, as it is now.
    pub async fn fleet_scan_changes(
        &self,
        filter: &FleetScanFilter,
        after: Position,
        through: Position,
        limit: u32,
    ) -> Result<Vec<FleetScanRow>, StoreError> {
        let changed = List {
            filter: conditions(filter)
                .with("changed_position > ?", [after.0.into()])
                .with("changed_position <= ?", [through.0.into()]),
            sort: "changed_position",
            descending: false,
            ..filter.list()
        };
        changed.all(&self.db, limit, FleetScanRow::read).await
    }
}
