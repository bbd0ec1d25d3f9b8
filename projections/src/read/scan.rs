//! Scans.

use domain::actor::Actor;
use domain::digest::Digest;
use domain::id::{FleetScanId, HostId, ScanId};
use domain::rule_pack::PackVersion;
use domain::scan::{
    CollectionTime, Cost, FailureReason, HostFacts, ScanContext, Selection, Transition, Trigger,
};
use domain::time::Timestamp;
use domain::verdict::Totals;
use event_store::{Position, Row, StoreError};

use super::Read;
use super::column::{json, known, optional_json, optional_parsed, optional_word, parsed, word};
use super::page::{Filter, List, Listing};

/// Where a scan stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScanStanding {
    /// Asked for.
    Requested,
    /// A worker has taken it up.
    Started,
    /// Ended with verdicts.
    Completed,
    /// Ended without.
    Failed,
    /// Called off.
    Cancelled,
}

impl ScanStanding {
    const ALL: [Self; 5] = [
        Self::Requested,
        Self::Started,
        Self::Completed,
        Self::Failed,
        Self::Cancelled,
    ];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Started => "started",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }
}

/// One scan.
#[derive(Debug, Clone, PartialEq)]
pub struct ScanRow {
    /// The scan.
    pub id: ScanId,
    /// Its host.
    pub host: HostId,
    /// Where it stands.
    pub status: ScanStanding,
    /// What set it off.
    pub trigger: Trigger,
    /// Which rules were asked for.
    pub selection: Selection,
    /// The fleet scan that asked for it.
    pub fleet_scan: Option<FleetScanId>,
    /// Who asked.
    pub requested_by: Actor,
    /// When it was asked for.
    pub requested_at: Timestamp,
    /// The event that asked for it.
    pub position: Position,
    /// The newest event that changed it.
    pub changed_position: Position,
    /// When the newest attempt began.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
    /// How often a worker has taken it up.
    pub attempt: u32,
    /// The worker of the newest attempt.
    pub worker: Option<String>,
    /// Why it failed, and the words for a person.
    pub failure: Option<(FailureReason, String)>,
    /// How many rules ended in each verdict.
    pub totals: Option<Totals>,
    /// The rules that it was judged by.
    pub catalogue: Option<Digest>,
    /// The blob with all results.
    pub results: Option<Digest>,
    /// The Merkle root over the evidence.
    pub evidence_root: Option<Digest>,
    /// What was learned of the host.
    pub facts: Option<Box<HostFacts>>,
    /// What it cost.
    pub cost: Option<Cost>,
    /// Verdicts that changed.
    pub transitions: Vec<Transition>,
    /// The blob with what was collected.
    pub stored_facts: Option<Digest>,
    /// What surrounded it, as it was then.
    pub context: Option<Box<ScanContext>>,
    /// Collectors that took their time.
    pub collection_times: Vec<CollectionTime>,
    /// The version of a rule pack that it tries; nothing for a scan that counts.
    pub trial: Option<PackVersion>,
}

/// Which scans.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ScanFilter {
    /// Of this host.
    pub host: Option<HostId>,
    /// In one of these, when there are any.
    pub statuses: Vec<ScanStanding>,
}

const COLUMNS: &str = "scan_id, host_id, status, cause, selection, requested_by, requested_at, position, \
    changed_position, started_at, finished_at, attempt, worker, failure_reason, failure_detail, pass, fail, error, \
    not_applicable, manual, catalogue, results, evidence_root, facts, cost, transitions, \
    stored_facts, context, collection_times, fleet_scan_id, trial";

impl Listing for ScanFilter {
    type Item = ScanRow;

    fn list(&self) -> List<'static> {
        let filter = self;
        let statuses = filter
            .statuses
            .iter()
            .map(|status| status.as_str().into())
            .collect();
        of(Filter::default()
            .maybe(
                "host_id = ?",
                filter.host.map(|host| host.to_string().into()),
            )
            .any_of("status", statuses))
    }

    fn read(row: &Row) -> Result<ScanRow, StoreError> {
        ScanRow::read(row)
    }
}

fn of(filter: Filter) -> List<'static> {
    List {
        columns: COLUMNS,
        from: "scan",
        filter,
        sort: "position",
        key: "scan_id",
        descending: true,
    }
}

impl ScanRow {
    pub(super) fn read(row: &Row) -> Result<Self, StoreError> {
        let status: String = row.get("status")?;
        let reason: Option<FailureReason> = optional_word(row, "failure_reason")?;
        let detail: Option<String> = row.get("failure_detail")?;
        Ok(Self {
            id: parsed(row, "scan_id")?,
            host: parsed(row, "host_id")?,
            status: known(
                ScanStanding::ALL
                    .into_iter()
                    .find(|known| known.as_str() == status),
            )?,
            trigger: word(row, "cause")?,
            selection: json(row, "selection")?,
            fleet_scan: optional_parsed(row, "fleet_scan_id")?,
            requested_by: json(row, "requested_by")?,
            requested_at: row.get("requested_at")?,
            position: row.get("position")?,
            changed_position: row.get("changed_position")?,
            started_at: row.get("started_at")?,
            finished_at: row.get("finished_at")?,
            attempt: row.get("attempt")?,
            worker: row.get("worker")?,
            failure: reason.zip(detail),
            totals: totals(row)?,
            catalogue: optional_parsed(row, "catalogue")?,
            results: optional_parsed(row, "results")?,
            evidence_root: optional_parsed(row, "evidence_root")?,
            facts: optional_json(row, "facts")?,
            cost: optional_json(row, "cost")?,
            transitions: optional_json(row, "transitions")?.unwrap_or_default(),
            stored_facts: optional_parsed(row, "stored_facts")?,
            context: optional_json(row, "context")?,
            collection_times: optional_json(row, "collection_times")?.unwrap_or_default(),
            trial: optional_json(row, "trial")?,
        })
    }
}

fn totals(row: &Row) -> Result<Option<Totals>, StoreError> {
    let Some(pass) = row.get("pass")? else {
        return Ok(None);
    };
    Ok(Some(Totals {
        pass,
        fail: row.get("fail")?,
        error: row.get("error")?,
        not_applicable: row.get("not_applicable")?,
        manual: row.get("manual")?,
    }))
}

impl Read {
    /// The scans with these ids, in any order.
    pub async fn scans_by_id(&self, ids: &[ScanId]) -> Result<Vec<ScanRow>, StoreError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let values = ids.iter().map(|id| id.to_string().into()).collect();
        of(Filter::default().any_of("scan_id", values))
            .all(
                &self.db,
                u32::try_from(ids.len()).unwrap_or(u32::MAX),
                ScanRow::read,
            )
            .await
    }
}
