//! What is known of each rule on each host now, and the verdicts of each host counted, over all rules and
//! by framework.

use std::collections::HashMap;

use async_trait::async_trait;
use domain::catalogue::CatalogueContent;
use domain::event::DomainEvent;
use domain::id::HostId;
use domain::lens::benchmark_of;
use domain::results::{RuleResult, ScanResults};
use domain::scan::{ScanCompleted, ScanEvent};
use domain::variable::{EffectiveVariable, VariableOrigin};
use domain::verdict::Verdict;
use event_store::{StoreError, Tx, Value};

use super::row::{json, text};
use super::{Projection, force, lens, posture_history};
use crate::event::{Blobs, Event};

/// See the module.
pub(super) struct HostRuleStateProjection;

#[async_trait]
impl Projection for HostRuleStateProjection {
    fn name(&self) -> &'static str {
        "host_rule_state"
    }

    fn version(&self) -> i64 {
        4
    }

    fn tables(&self) -> &'static [&'static str] {
        &[
            "host_rule_state",
            "host_posture",
            "rule_section",
            "host_lens",
            "host_watch",
            "posture_history",
            "rule_force",
            "rule_retirement",
        ]
    }

    async fn apply(&self, tx: &mut Tx, event: &Event) -> Result<(), StoreError> {
        let other_rules = force::follow(tx, event).await?;
        if let Blobs::Rules(content) = &event.blobs {
            let of_base = force::told_by_base(tx, event).await?;
            lens::follow_rules(tx, content, &of_base).await?;
        }
        if other_rules {
            count(tx, None).await?;
        }
        if other_rules || matches!(event.blobs, Blobs::Rules(_)) {
            lens::count(tx, None).await?;
            return posture_history::remember(tx, None, event).await;
        }
        if let DomainEvent::Host(host) = &event.body {
            return posture_history::watch(tx, host, event).await;
        }
        let (DomainEvent::Scan(ScanEvent::Completed(completed)), Blobs::Results(results, rules)) =
            (&event.body, &event.blobs)
        else {
            return Ok(());
        };
        tx.execute_many(WRITE, &rows(completed, results, rules))
            .await?;
        let is_complete = completed.verdicts.iter().all(|verdict| verdict.is_some());
        force::mark(tx, completed.host, text(completed.scan), is_complete).await?;
        observe(tx, completed).await?;
        count(tx, Some(completed.host)).await?;
        lens::count(tx, Some(completed.host)).await?;
        posture_history::remember(tx, Some(completed.host), event).await
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

/// When and by which scan a host was last judged, and the benchmark that fits it.
async fn observe(tx: &mut Tx, completed: &ScanCompleted) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO host_posture (host_id, scan_id, observed_at, pass, fail, error, not_applicable, \
         manual, benchmark) VALUES ($1, $2, $3, 0, 0, 0, 0, 0, $4) \
         ON CONFLICT (host_id) DO UPDATE SET scan_id = excluded.scan_id, \
         observed_at = excluded.observed_at, benchmark = excluded.benchmark",
        &[
            text(completed.host),
            text(completed.scan),
            completed.finished_at.into(),
            benchmark_of(&completed.facts.os_id, &completed.facts.os_version)
                .unwrap_or_default()
                .into(),
        ],
    )
    .await
    .map(drop)
}

/// Counts the verdicts of one host, or of all, that count.
async fn count(tx: &mut Tx, host: Option<HostId>) -> Result<(), StoreError> {
    let of_one = host.map(|_| "WHERE host_id = $1").unwrap_or_default();
    let params: Vec<Value> = host.map(text).into_iter().collect();
    let counted = Verdict::ALL.map(|verdict| {
        let verdict = verdict.as_str();
        format!(
            "{verdict} = (SELECT count(*) FROM host_rule_state AS state \
             WHERE state.host_id = host_posture.host_id AND state.verdict = '{verdict}' AND state.retired = 0)"
        )
    });
    let sql = format!("UPDATE host_posture SET {} {of_one}", counted.join(", "));
    tx.execute(&sql, &params).await?;
    let sql = format!(
        "UPDATE host_posture SET \
         score = CASE WHEN pass + fail > 0 THEN CAST(pass AS DOUBLE PRECISION) / (pass + fail) END, \
         coverage = CASE WHEN pass + fail + error + manual > 0 \
         THEN CAST(pass + fail AS DOUBLE PRECISION) / (pass + fail + error + manual) END {of_one}"
    );
    tx.execute(&sql, &params).await.map(drop)
}
