//! Every scan that was ever asked for, from the request to its end.

use async_trait::async_trait;
use domain::event::DomainEvent;
use domain::rule_pack::PackVersion;
use domain::scan::{
    ScanCompleted, ScanEvent, ScanTrialCompleted, ScanTrialRequested, Selection, Transition,
    Trigger,
};
use event_store::{StoreError, Tx, Value};

use super::Projection;
use super::row::{json, text, word};
use crate::event::Event;

/// See the module.
pub(super) struct ScanProjection;

#[async_trait]
impl Projection for ScanProjection {
    fn name(&self) -> &'static str {
        "scan"
    }

    fn version(&self) -> i64 {
        4
    }

    fn tables(&self) -> &'static [&'static str] {
        &["scan"]
    }

    async fn apply(&self, tx: &mut Tx, event: &Event) -> Result<(), StoreError> {
        let DomainEvent::Scan(scan) = &event.body else {
            return Ok(());
        };
        let at: Value = event.recorded.recorded_at.into();
        let position: Value = event.recorded.position.0.into();
        let (sql, values) = match scan {
            ScanEvent::Requested(requested) => (
                "INSERT INTO scan (scan_id, host_id, status, cause, selection, requested_by, \
                 requested_at, changed_at, position, changed_position, fleet_scan_id, attempt) \
                 VALUES ($1, $2, 'requested', $3, $4, $5, $6, $6, $7, $7, $8, 0)",
                vec![
                    text(requested.scan),
                    text(requested.host),
                    word(&requested.trigger).into(),
                    json(&requested.selection),
                    json(&event.recorded.metadata.actor),
                    at,
                    position,
                    requested.fleet_scan.map(|parent| parent.to_string()).into(),
                ],
            ),
            ScanEvent::TrialRequested(requested) => (REQUEST_TRIAL, trial_values(requested, event)),
            ScanEvent::Started(started) => (
                "UPDATE scan SET status = 'started', started_at = $2, changed_at = $2, attempt = $3, \
                 worker = $4, changed_position = $5 WHERE scan_id = $1",
                vec![
                    text(started.scan),
                    at,
                    started.attempt.into(),
                    started.worker.as_str().into(),
                    position,
                ],
            ),
            ScanEvent::Completed(completed) => {
                (COMPLETE, completed_values(completed, at, position))
            }
            ScanEvent::TrialCompleted(completed) => {
                (COMPLETE, tried_values(completed, at, position))
            }
            ScanEvent::Failed(failed) => (
                "UPDATE scan SET status = 'failed', finished_at = $2, changed_at = $2, \
                 failure_reason = $3, failure_detail = $4, changed_position = $5 WHERE scan_id = $1",
                vec![
                    text(failed.scan),
                    at,
                    word(&failed.reason).into(),
                    failed.detail.as_str().into(),
                    position,
                ],
            ),
            ScanEvent::Cancelled(cancelled) => (
                "UPDATE scan SET status = 'cancelled', finished_at = $2, changed_at = $2, \
                 changed_position = $3 WHERE scan_id = $1",
                vec![text(cancelled.scan), at, position],
            ),
        };
        tx.execute(sql, &values).await.map(drop)
    }
}

const REQUEST_TRIAL: &str = "INSERT INTO scan (scan_id, host_id, status, cause, selection, requested_by, \
    requested_at, changed_at, position, changed_position, attempt, trial, trial_key) \
    VALUES ($1, $2, 'requested', $3, $4, $5, $6, $6, $7, $7, 0, $8, $9)";

fn trial_values(requested: &ScanTrialRequested, event: &Event) -> Vec<Value> {
    let PackVersion { pack, version, .. } = &requested.version;
    vec![
        text(requested.scan),
        text(requested.host),
        word(&Trigger::Trial).into(),
        json(&Selection::default()),
        json(&event.recorded.metadata.actor),
        event.recorded.recorded_at.into(),
        event.recorded.position.0.into(),
        json(&requested.version),
        format!("{pack}/{version}").into(),
    ]
}

const COMPLETE: &str = "UPDATE scan SET status = 'completed', started_at = $2, finished_at = $3, \
    changed_at = $4, pass = $5, fail = $6, error = $7, not_applicable = $8, manual = $9, \
    catalogue = $10, results = $11, evidence_root = $12, facts = $13, cost = $14, transitions = $15, \
    stored_facts = $16, context = $17, collection_times = $18, changed_position = $19 \
    WHERE scan_id = $1";

fn completed_values(completed: &ScanCompleted, at: Value, position: Value) -> Vec<Value> {
    let totals = &completed.totals;
    vec![
        text(completed.scan),
        completed.started_at.into(),
        completed.finished_at.into(),
        at,
        totals.pass.into(),
        totals.fail.into(),
        totals.error.into(),
        totals.not_applicable.into(),
        totals.manual.into(),
        text(completed.catalogue),
        text(completed.results),
        text(completed.evidence_root),
        json(&completed.facts),
        json(&completed.cost),
        json(&completed.transitions),
        completed.stored_facts.map(|hash| hash.to_string()).into(),
        completed.context.as_ref().map_or(Value::Null, json),
        json(&completed.collection_times),
        position,
    ]
}

/// A trial is judged by no list of rules that was published, and compared with nothing.
fn tried_values(completed: &ScanTrialCompleted, at: Value, position: Value) -> Vec<Value> {
    let totals = &completed.totals;
    vec![
        text(completed.scan),
        completed.started_at.into(),
        completed.finished_at.into(),
        at,
        totals.pass.into(),
        totals.fail.into(),
        totals.error.into(),
        totals.not_applicable.into(),
        totals.manual.into(),
        Value::Null,
        text(completed.results),
        text(completed.evidence_root),
        json(&completed.facts),
        json(&completed.cost),
        json(&Vec::<Transition>::new()),
        completed.stored_facts.map(|hash| hash.to_string()).into(),
        completed.context.as_ref().map_or(Value::Null, json),
        json(&completed.collection_times),
        position,
    ]
}
