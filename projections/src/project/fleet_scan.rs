//! Fleet scans and their hosts: who waits, who is scanned, who is done, counted as it changes.

use async_trait::async_trait;
use domain::event::DomainEvent;
use domain::fleet_scan::{FleetLimits, FleetScanEvent, FleetScanRequested, retry_after};
use domain::id::{FleetScanId, HostId, ScanId};
use domain::scan::{ScanEvent, ScanFailed};
use domain::time::Timestamp;
use event_store::{StoreError, Tx, Value};

use super::Projection;
use super::row::{json, text, word};
use crate::event::Event;

/// Rows of one statement.
const ROWS: usize = 200;

/// See the module.
pub(super) struct FleetScanProjection;

#[async_trait]
impl Projection for FleetScanProjection {
    fn name(&self) -> &'static str {
        "fleet_scan"
    }

    fn version(&self) -> i64 {
        1
    }

    fn tables(&self) -> &'static [&'static str] {
        &["fleet_scan", "fleet_scan_host"]
    }

    async fn apply(&self, tx: &mut Tx, event: &Event) -> Result<(), StoreError> {
        match &event.body {
            DomainEvent::FleetScan(fleet_scan) => apply_fleet_scan(tx, fleet_scan, event).await,
            DomainEvent::Scan(scan) => apply_scan(tx, scan, event).await,
            _ => Ok(()),
        }
    }
}

async fn apply_fleet_scan(
    tx: &mut Tx,
    fleet_scan: &FleetScanEvent,
    event: &Event,
) -> Result<(), StoreError> {
    match fleet_scan {
        FleetScanEvent::Requested(requested) => request(tx, requested, event).await,
        FleetScanEvent::HostsListed(listed) => {
            list(tx, listed.fleet_scan, &listed.hosts, event).await
        }
        FleetScanEvent::ScanAttached(attached) => {
            let scan = Some(attached.scan);
            begin(
                tx,
                attached.fleet_scan,
                attached.host,
                (scan, "running"),
                event,
            )
            .await
        }
        FleetScanEvent::HostSkipped(skipped) => {
            let Some(row) = row_of(tx, skipped.fleet_scan, skipped.host).await? else {
                return Ok(());
            };
            let reason = Some((word(&skipped.reason), String::new()));
            row.move_to(
                tx,
                Now {
                    reason,
                    ..Now::at("skipped")
                },
                event,
            )
            .await
        }
        FleetScanEvent::Completed(completed) => {
            end(tx, completed.fleet_scan, "completed", event).await
        }
        FleetScanEvent::Cancelled(cancelled) => {
            end(tx, cancelled.fleet_scan, "cancelled", event).await?;
            call_off(tx, cancelled.fleet_scan, event).await
        }
    }
}

async fn request(
    tx: &mut Tx,
    requested: &FleetScanRequested,
    event: &Event,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO fleet_scan (fleet_scan_id, status, choice, selection, limits, retry_of, \
         requested_by, requested_at, position, changed_position, host_count, waiting, running, \
         completed, failed, skipped, cancelled) \
         VALUES ($1, 'running', $2, $3, $4, $5, $6, $7, $8, $8, $9, $9, 0, 0, 0, 0, 0)",
        &[
            text(requested.fleet_scan),
            json(&requested.choice),
            json(&requested.selection),
            json(&requested.limits),
            requested.retry_of.map(|parent| parent.to_string()).into(),
            json(&event.recorded.metadata.actor),
            event.recorded.recorded_at.into(),
            event.recorded.position.0.into(),
            requested.host_count.into(),
        ],
    )
    .await
    .map(drop)
}

/// The hosts of one event; their places follow those of the event before.
async fn list(
    tx: &mut Tx,
    fleet_scan: FleetScanId,
    hosts: &[HostId],
    event: &Event,
) -> Result<(), StoreError> {
    let sql = "SELECT count(*) AS number FROM fleet_scan_host WHERE fleet_scan_id = $1";
    let row = tx.fetch_optional(sql, &[text(fleet_scan)]).await?;
    let before: u64 = row.map_or(Ok(0), |row| row.get("number"))?;
    let numbered: Vec<(u64, &HostId)> = (before + 1..).zip(hosts).collect();
    for rows in numbered.chunks(ROWS) {
        let mut params = vec![text(fleet_scan), event.recorded.recorded_at.into()];
        let mut values = Vec::new();
        for (ordinal, host) in rows {
            params.extend([text(host), (*ordinal).into()]);
            let last = params.len();
            values.push(format!("($1, ${}, ${last}, 'waiting', 0, $2)", last - 1));
        }
        let sql = format!(
            "INSERT INTO fleet_scan_host (fleet_scan_id, host_id, ordinal, state, attempts, changed_at) \
             VALUES {}",
            values.join(", ")
        );
        tx.execute(&sql, &params).await?;
    }
    touch(tx, fleet_scan, event).await
}

async fn end(
    tx: &mut Tx,
    fleet_scan: FleetScanId,
    status: &str,
    event: &Event,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE fleet_scan SET status = $2, finished_at = $3, changed_position = $4 \
         WHERE fleet_scan_id = $1",
        &[
            text(fleet_scan),
            status.into(),
            event.recorded.recorded_at.into(),
            event.recorded.position.0.into(),
        ],
    )
    .await
    .map(drop)
}

/// Hosts whose turn has not come are called off with the whole.
async fn call_off(tx: &mut Tx, fleet_scan: FleetScanId, event: &Event) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE fleet_scan_host SET state = 'cancelled', retry_at = NULL, changed_at = $2 \
         WHERE fleet_scan_id = $1 AND state = 'waiting'",
        &[text(fleet_scan), event.recorded.recorded_at.into()],
    )
    .await?;
    tx.execute(
        "UPDATE fleet_scan SET cancelled = cancelled + waiting, waiting = 0 WHERE fleet_scan_id = $1",
        &[text(fleet_scan)],
    )
    .await
    .map(drop)
}

async fn touch(tx: &mut Tx, fleet_scan: FleetScanId, event: &Event) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE fleet_scan SET changed_position = $2 WHERE fleet_scan_id = $1",
        &[text(fleet_scan), event.recorded.position.0.into()],
    )
    .await
    .map(drop)
}

async fn apply_scan(tx: &mut Tx, scan: &ScanEvent, event: &Event) -> Result<(), StoreError> {
    match scan {
        ScanEvent::Requested(requested) => match requested.fleet_scan {
            Some(fleet_scan) => {
                let now = (Some(requested.scan), "waiting");
                begin(tx, fleet_scan, requested.host, now, event).await
            }
            None => Ok(()),
        },
        ScanEvent::TrialRequested(_) | ScanEvent::TrialCompleted(_) => Ok(()),
        ScanEvent::Started(started) => move_scan(tx, started.scan, "running", event).await,
        ScanEvent::Completed(completed) => move_scan(tx, completed.scan, "completed", event).await,
        ScanEvent::Cancelled(cancelled) => move_scan(tx, cancelled.scan, "cancelled", event).await,
        ScanEvent::Failed(failed) => fail(tx, failed, event).await,
    }
}

/// A scan of a host was asked for, or one that runs counts for it.
async fn begin(
    tx: &mut Tx,
    fleet_scan: FleetScanId,
    host: HostId,
    (scan, state): (Option<ScanId>, &'static str),
    event: &Event,
) -> Result<(), StoreError> {
    let Some(row) = row_of(tx, fleet_scan, host).await? else {
        return Ok(());
    };
    tx.execute(
        "UPDATE fleet_scan_host SET scan_id = $3, attempts = attempts + 1 \
         WHERE fleet_scan_id = $1 AND host_id = $2",
        &[
            text(fleet_scan),
            text(host),
            scan.map(|scan| scan.to_string()).into(),
        ],
    )
    .await?;
    row.move_to(tx, Now::at(state), event).await
}

async fn move_scan(
    tx: &mut Tx,
    scan: ScanId,
    state: &'static str,
    event: &Event,
) -> Result<(), StoreError> {
    for row in rows_of(tx, scan).await? {
        row.move_to(tx, Now::at(state), event).await?;
    }
    Ok(())
}

async fn fail(tx: &mut Tx, failed: &ScanFailed, event: &Event) -> Result<(), StoreError> {
    for row in rows_of(tx, failed.scan).await? {
        let wait = (row.status == "running")
            .then(|| retry_after(failed.reason, row.attempts, &row.limits))
            .flatten();
        let reason = Some((word(&failed.reason), failed.detail.clone()));
        let (state, retry_at) = match wait {
            Some(wait) => {
                let seconds = i64::try_from(wait.as_secs()).unwrap_or(i64::MAX);
                let retry_at = event.recorded.recorded_at.plus_seconds(seconds);
                ("waiting", Some(retry_at))
            }
            None => ("failed", None),
        };
        let now = Now {
            state,
            reason,
            retry_at,
        };
        row.move_to(tx, now, event).await?;
    }
    Ok(())
}

/// A host of a fleet scan as the tables have it.
struct HostInFleetScan {
    fleet_scan: FleetScanId,
    host: HostId,
    state: String,
    attempts: u32,
    status: String,
    limits: FleetLimits,
}

/// Where a host stands from now on, why, and when it is tried again.
struct Now {
    state: &'static str,
    reason: Option<(String, String)>,
    retry_at: Option<Timestamp>,
}

impl Now {
    fn at(state: &'static str) -> Self {
        Self {
            state,
            reason: None,
            retry_at: None,
        }
    }
}

const SELECT: &str = "SELECT h.fleet_scan_id, h.host_id, h.state, h.attempts, f.status, f.limits \
    FROM fleet_scan_host h JOIN fleet_scan f ON f.fleet_scan_id = h.fleet_scan_id";

async fn row_of(
    tx: &mut Tx,
    fleet_scan: FleetScanId,
    host: HostId,
) -> Result<Option<HostInFleetScan>, StoreError> {
    let sql = format!("{SELECT} WHERE h.fleet_scan_id = $1 AND h.host_id = $2");
    let row = tx
        .fetch_optional(&sql, &[text(fleet_scan), text(host)])
        .await?;
    row.map(|row| HostInFleetScan::read(&row)).transpose()
}

/// A scan counts for the fleet scan that asked for it, and for those that it is attached to.
async fn rows_of(tx: &mut Tx, scan: ScanId) -> Result<Vec<HostInFleetScan>, StoreError> {
    let sql = format!("{SELECT} WHERE h.scan_id = $1");
    let rows = tx.fetch_all(&sql, &[text(scan)]).await?;
    rows.iter().map(HostInFleetScan::read).collect()
}

impl HostInFleetScan {
    fn read(row: &event_store::Row) -> Result<Self, StoreError> {
        let broken = || StoreError::Inconsistent {
            what: "read a host of a fleet scan",
        };
        let fleet_scan: String = row.get("fleet_scan_id")?;
        let host: String = row.get("host_id")?;
        let limits: String = row.get("limits")?;
        Ok(Self {
            fleet_scan: fleet_scan.parse().map_err(|_| broken())?,
            host: host.parse().map_err(|_| broken())?,
            state: row.get("state")?,
            attempts: row.get("attempts")?,
            status: row.get("status")?,
            limits: serde_json::from_str(&limits).map_err(|_| broken())?,
        })
    }

    /// Writes a new state, and counts it.
    async fn move_to(self, tx: &mut Tx, now: Now, event: &Event) -> Result<(), StoreError> {
        let state = now.state;
        let (reason, detail): (Value, Value) = match now.reason {
            Some((reason, detail)) => (reason.into(), detail.into()),
            None => (Value::Null, Value::Null),
        };
        tx.execute(
            "UPDATE fleet_scan_host SET state = $3, reason = $4, detail = $5, retry_at = $6, \
             changed_at = $7 WHERE fleet_scan_id = $1 AND host_id = $2",
            &[
                text(self.fleet_scan),
                text(self.host),
                state.into(),
                reason,
                detail,
                now.retry_at.map_or(Value::Null, Into::into),
                event.recorded.recorded_at.into(),
            ],
        )
        .await?;
        let mut counts = String::new();
        if self.state != state {
            let was = self.state;
            counts = format!(", {was} = {was} - 1, {state} = {state} + 1");
        }
        let sql =
            format!("UPDATE fleet_scan SET changed_position = $2{counts} WHERE fleet_scan_id = $1");
        let params = [text(self.fleet_scan), event.recorded.position.0.into()];
        tx.execute(&sql, &params).await.map(drop)
    }
}
