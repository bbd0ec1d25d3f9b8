//! What is known of each rule on each host now, and the verdicts of each host counted, over all rules and
//! by framework.

use std::collections::HashMap;

use async_trait::async_trait;
use domain::catalogue::CatalogueContent;
use domain::event::DomainEvent;
use domain::lens::benchmark_of;
use domain::results::{RuleResult, ScanResults};
use domain::scan::{ScanCompleted, ScanEvent};
use domain::variable::{EffectiveVariable, VariableOrigin};
use domain::verdict::{Totals, Verdict};
use event_store::{StoreError, Tx, Value};

use super::row::{json, text};
use super::{Projection, lens};
use crate::event::{Blobs, Event};

/// See the module.
pub(super) struct HostRuleStateProjection;

#[async_trait]
impl Projection for HostRuleStateProjection {
    fn name(&self) -> &'static str {
        "host_rule_state"
    }

    fn version(&self) -> i64 {
        3
    }

    fn tables(&self) -> &'static [&'static str] {
        &[
            "host_rule_state",
            "host_posture",
            "rule_section",
            "host_lens",
        ]
    }

    async fn apply(&self, tx: &mut Tx, event: &Event) -> Result<(), StoreError> {
        if let Blobs::Rules(content) = &event.blobs {
            return lens::follow_rules(tx, content).await;
        }
        let (DomainEvent::Scan(ScanEvent::Completed(completed)), Blobs::Results(results, rules)) =
            (&event.body, &event.blobs)
        else {
            return Ok(());
        };
        // A scan of every rule leaves nothing of rules that are gone.
        if completed.verdicts.iter().all(|verdict| verdict.is_some()) {
            tx.execute(
                "UPDATE host_rule_state SET scan_id = '' WHERE host_id = $1",
                &[text(completed.host)],
            )
            .await?;
        }
        tx.execute_many(WRITE, &rows(completed, results, rules))
            .await?;
        tx.execute(
            "DELETE FROM host_rule_state WHERE host_id = $1 AND scan_id = ''",
            &[text(completed.host)],
        )
        .await?;
        count(tx, completed).await?;
        lens::count(tx, Some(completed.host)).await
    }
}

/// A verdict that stays keeps the time since when it holds.
const WRITE: &str = "INSERT INTO host_rule_state (host_id, rule, verdict, severity, reason, expected, \
    actual, evidence, since, checked_at, scan_id, variables) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $10, $11) \
    ON CONFLICT (host_id, rule) DO UPDATE SET \
    since = CASE WHEN host_rule_state.verdict = excluded.verdict THEN host_rule_state.since \
    ELSE excluded.since END, \
    verdict = excluded.verdict, severity = excluded.severity, reason = excluded.reason, \
    expected = excluded.expected, actual = excluded.actual, evidence = excluded.evidence, \
    checked_at = excluded.checked_at, scan_id = excluded.scan_id, \
    variables = excluded.variables";

fn rows(
    completed: &ScanCompleted,
    results: &ScanResults,
    rules: &CatalogueContent,
) -> Vec<Vec<Value>> {
    let severities: HashMap<&str, i64> = rules
        .rules
        .iter()
        .map(|rule| (rule.rule.as_str(), rule.severity.rank()))
        .collect();
    let row = |result: &RuleResult| {
        vec![
            text(completed.host),
            result.rule.as_str().into(),
            result.verdict.as_str().into(),
            severities
                .get(result.rule.as_str())
                .copied()
                .unwrap_or(1)
                .into(),
            result.reason.as_str().into(),
            result.expected.clone().into(),
            result.actual.clone().into(),
            text(result.evidence),
            completed.finished_at.into(),
            text(completed.scan),
            set_by_people(&result.variables),
        ]
    };
    results.results.iter().map(row).collect()
}

/// The values that people have set, where there are any.
fn set_by_people(variables: &[EffectiveVariable]) -> Value {
    let set: Vec<&EffectiveVariable> = variables
        .iter()
        .filter(|one| one.origin >= VariableOrigin::Organisation)
        .collect();
    if set.is_empty() {
        return "".into();
    }
    json(&set)
}

async fn count(tx: &mut Tx, completed: &ScanCompleted) -> Result<(), StoreError> {
    let rows = tx
        .fetch_all(
            "SELECT verdict, count(*) AS number FROM host_rule_state WHERE host_id = $1 GROUP BY verdict",
            &[text(completed.host)],
        )
        .await?;
    let mut totals = Totals::default();
    for row in rows {
        let (verdict, number): (String, u32) = (row.get("verdict")?, row.get("number")?);
        match Verdict::ALL
            .into_iter()
            .find(|known| known.as_str() == verdict)
        {
            Some(Verdict::Pass) => totals.pass = number,
            Some(Verdict::Fail) => totals.fail = number,
            Some(Verdict::Error) => totals.error = number,
            Some(Verdict::NotApplicable) => totals.not_applicable = number,
            Some(Verdict::Manual) => totals.manual = number,
            None => {}
        }
    }
    tx.execute(
        "INSERT INTO host_posture (host_id, scan_id, observed_at, pass, fail, error, not_applicable, \
         manual, score, coverage, benchmark) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) \
         ON CONFLICT (host_id) DO UPDATE SET scan_id = excluded.scan_id, \
         observed_at = excluded.observed_at, pass = excluded.pass, fail = excluded.fail, \
         error = excluded.error, not_applicable = excluded.not_applicable, manual = excluded.manual, \
         score = excluded.score, coverage = excluded.coverage, benchmark = excluded.benchmark",
        &[
            text(completed.host),
            text(completed.scan),
            completed.finished_at.into(),
            totals.pass.into(),
            totals.fail.into(),
            totals.error.into(),
            totals.not_applicable.into(),
            totals.manual.into(),
            totals.score().into(),
            totals.coverage().into(),
            benchmark_of(&completed.facts.os_id, &completed.facts.os_version)
                .unwrap_or_default()
                .into(),
        ],
    )
    .await
    .map(drop)
}
