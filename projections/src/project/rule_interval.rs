//! The history of each rule on each host: from when to when it was judged in the same way, on the same
//! observations. A scan that finds what the one before found writes nothing.

use std::collections::HashMap;

use async_trait::async_trait;
use domain::digest::Digest;
use domain::event::DomainEvent;
use domain::results::{RuleResult, ScanResults};
use domain::scan::{ScanCompleted, ScanEvent};
use event_store::{StoreError, Tx, Value};

use super::Projection;
use super::row::text;
use crate::event::{Blobs, Event};

/// See the module.
pub(super) struct RuleIntervalProjection;

#[async_trait]
impl Projection for RuleIntervalProjection {
    fn name(&self) -> &'static str {
        "rule_interval"
    }

    fn version(&self) -> i64 {
        1
    }

    fn tables(&self) -> &'static [&'static str] {
        &["rule_interval"]
    }

    async fn apply(&self, tx: &mut Tx, event: &Event) -> Result<(), StoreError> {
        let (DomainEvent::Scan(ScanEvent::Completed(completed)), Blobs::Results(results, _)) =
            (&event.body, &event.blobs)
        else {
            return Ok(());
        };
        let open = open(tx, completed).await?;
        let position: Value = event.recorded.position.0.into();
        let (mut ended, mut begun) = (Vec::new(), Vec::new());
        for result in changed(results, &open) {
            if open.contains_key(result.rule.as_str()) {
                ended.push(vec![
                    text(completed.host),
                    result.rule.as_str().into(),
                    completed.finished_at.into(),
                ]);
            }
            begun.push(vec![
                text(completed.host),
                result.rule.as_str().into(),
                position.clone(),
                result.verdict.as_str().into(),
                text(result.evidence),
                text(completed.scan),
                completed.finished_at.into(),
            ]);
        }
        tx.execute_many(END, &ended).await?;
        tx.execute_many(BEGIN, &begun).await.map(drop)
    }
}

const END: &str = "UPDATE rule_interval SET ended_at = $3 \
    WHERE host_id = $1 AND rule = $2 AND ended_at IS NULL";

const BEGIN: &str = "INSERT INTO rule_interval (host_id, rule, position, verdict, evidence, scan_id, began_at) \
    VALUES ($1, $2, $3, $4, $5, $6, $7)";

/// The verdict and the observations of each rule that holds now.
async fn open(
    tx: &mut Tx,
    completed: &ScanCompleted,
) -> Result<HashMap<String, (String, String)>, StoreError> {
    let rows = tx
        .fetch_all(
            "SELECT rule, verdict, evidence FROM rule_interval WHERE host_id = $1 AND ended_at IS NULL",
            &[text(completed.host)],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok((
                row.get("rule")?,
                (row.get("verdict")?, row.get("evidence")?),
            ))
        })
        .collect()
}

fn changed<'r>(
    results: &'r ScanResults,
    open: &HashMap<String, (String, String)>,
) -> impl Iterator<Item = &'r RuleResult> {
    results.results.iter().filter(|result| {
        let known = open.get(result.rule.as_str());
        known.is_none_or(|(verdict, evidence)| {
            verdict != result.verdict.as_str()
                || evidence.parse::<Digest>().ok() != Some(result.evidence)
        })
    })
}
