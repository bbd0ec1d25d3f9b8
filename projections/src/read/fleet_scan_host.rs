//! Hosts of a fleet scan.

use domain::fleet_scan::SkipReason;
use domain::id::{FleetScanId, HostId, ScanId};
use domain::scan::FailureReason;
use domain::time::Timestamp;
use event_store::{Row, StoreError};

use super::Read;
use super::column::{known, optional_parsed, optional_word, parsed, word};
use super::page::{Filter, List, Listing};

/// Where a host of a fleet scan stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FleetScanHostState {
    /// Its turn has not come, or comes again.
    Waiting,
    /// It is scanned now.
    Running,
    /// It has verdicts.
    Completed,
    /// It has none after the last attempt.
    Failed,
    /// It was not tried.
    Skipped,
    /// It was called off.
    Cancelled,
}

impl FleetScanHostState {
    const ALL: [Self; 6] = [
        Self::Waiting,
        Self::Running,
        Self::Completed,
        Self::Failed,
        Self::Skipped,
        Self::Cancelled,
    ];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
            Self::Cancelled => "cancelled",
        }
    }
}

/// Why a host is where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HostReason {
    /// The newest attempt failed; with the words for a person.
    Failure(FailureReason, String),
    /// It was not tried.
    Skip(SkipReason),
}

/// One host of a fleet scan.
#[derive(Debug, Clone, PartialEq)]
pub struct FleetScanHostRow {
    /// The fleet scan.
    pub fleet_scan: FleetScanId,
    /// The host.
    pub host: HostId,
    /// Where it stands.
    pub state: FleetScanHostState,
    /// Its newest scan.
    pub scan: Option<ScanId>,
    /// How many scans of it were asked for or attached.
    pub attempts: u32,
    /// Why it stands there.
    pub reason: Option<HostReason>,
    /// When it is tried again.
    pub retry_at: Option<Timestamp>,
    /// When anything of this last changed.
    pub changed_at: Timestamp,
}

/// Which hosts.
#[derive(Debug, Clone, PartialEq)]
pub struct FleetScanHostFilter {
    /// Of this fleet scan.
    pub fleet_scan: FleetScanId,
    /// In one of these places, when there are any.
    pub states: Vec<FleetScanHostState>,
}

impl Listing for FleetScanHostFilter {
    type Item = FleetScanHostRow;

    fn list(&self) -> List<'static> {
        let filter = self;
        let states = filter.states.iter();
        List {
            columns: "fleet_scan_id, host_id, state, scan_id, attempts, reason, detail, retry_at, changed_at",
            from: "fleet_scan_host",
            filter: Filter::default()
                .with("fleet_scan_id = ?", [filter.fleet_scan.to_string().into()])
                .any_of("state", states.map(|state| state.as_str().into()).collect()),
            sort: "ordinal",
            key: "host_id",
            descending: false,
        }
    }

    fn read(row: &Row) -> Result<FleetScanHostRow, StoreError> {
        FleetScanHostRow::read(row)
    }
}

impl FleetScanHostRow {
    pub(super) fn read(row: &Row) -> Result<Self, StoreError> {
        let state: String = row.get("state")?;
        let mut states = FleetScanHostState::ALL.into_iter();
        let state = known(states.find(|known| known.as_str() == state))?;
        Ok(Self {
            fleet_scan: parsed(row, "fleet_scan_id")?,
            host: parsed(row, "host_id")?,
            state,
            scan: optional_parsed(row, "scan_id")?,
            attempts: row.get("attempts")?,
            reason: reason(row, state)?,
            retry_at: row.get("retry_at")?,
            changed_at: row.get("changed_at")?,
        })
    }
}

fn reason(row: &Row, state: FleetScanHostState) -> Result<Option<HostReason>, StoreError> {
    if state == FleetScanHostState::Skipped {
        return Ok(optional_word(row, "reason")?.map(HostReason::Skip));
    }
    let detail: Option<String> = row.get("detail")?;
    let reason: Option<FailureReason> = optional_word(row, "reason")?;
    Ok(reason.map(|reason| HostReason::Failure(reason, detail.unwrap_or_default())))
}

impl Read {
    /// How many hosts of a fleet scan failed, by reason, the most frequent first.
    pub async fn fleet_scan_failures(
        &self,
        fleet_scan: FleetScanId,
    ) -> Result<Vec<(FailureReason, u32)>, StoreError> {
        let sql = "SELECT reason, count(*) AS number FROM fleet_scan_host \
            WHERE fleet_scan_id = $1 AND state = 'failed' GROUP BY reason ORDER BY number DESC, reason";
        let rows = self
            .db
            .fetch_all(sql, &[fleet_scan.to_string().into()])
            .await?;
        rows.iter()
            .map(|row| Ok((word(row, "reason")?, row.get("number")?)))
            .collect()
    }

    /// The hosts of a fleet scan in one state, in their order, at most `limit`.
    pub async fn fleet_scan_host_ids(
        &self,
        filter: &FleetScanHostFilter,
        limit: u32,
    ) -> Result<Vec<HostId>, StoreError> {
        let rows = filter
            .list()
            .all(&self.db, limit, FleetScanHostRow::read)
            .await?;
        Ok(rows.into_iter().map(|row| row.host).collect())
    }
}
