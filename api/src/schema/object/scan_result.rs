//! What one scan found, rule by rule, as it wrote it down.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use async_graphql::{Context, Result};
use domain::permission::Permission;
use domain::verdict::Severity;
use projections::read::{RuleRow, RuleStateRow, ScanRow};

use super::rule_result::RuleResult;
use crate::access::require;
use crate::schema::error::Fault;
use crate::schema::loader::{Results, ResultsOf, RuleKey, RulesOfVersion};

/// The results of a scan; nothing unless it completed.
pub(crate) async fn stored_results(ctx: &Context<'_>, scan: &ScanRow) -> Result<Option<Results>> {
    let access = require(ctx, Permission::ScanRead)?;
    let Some(hash) = scan.results else {
        return Ok(None);
    };
    let results = access.loaders().load_one(ResultsOf(hash)).await;
    let results = results.map_err(Fault::internal)?;
    let lost = || Fault::internal("the results are not in the store");
    Ok(Some(results.ok_or_else(lost)?))
}

/// What a scan found for one rule.
pub(crate) async fn scan_result(
    ctx: &Context<'_>,
    scan: &ScanRow,
    rule: &str,
) -> Result<Option<RuleResult>> {
    let results = stored_results(ctx, scan).await?;
    let Some(result) = results.as_ref().and_then(|results| results.get(rule)) else {
        return Ok(None);
    };
    let severities = severities(ctx, scan, [&result.rule]).await?;
    let severity = severities.get(rule).copied();
    Ok(Some(of_scan(scan, result, severity)))
}

/// How bad fails of these rules are: as the rules say now, or as those say that are tried.
pub(crate) async fn severities(
    ctx: &Context<'_>,
    scan: &ScanRow,
    rules: impl IntoIterator<Item = &String>,
) -> Result<HashMap<String, Severity>> {
    if let Some(rules) = tried_rules(ctx, scan).await? {
        let severity = |(rule, row): (&String, &RuleRow)| (rule.clone(), row.severity);
        return Ok(rules.iter().map(severity).collect());
    }
    let access = require(ctx, Permission::ScanRead)?;
    let keys = rules.into_iter().cloned().map(RuleKey);
    let rows = access.loaders().load_many(keys).await;
    let severity = |(key, row): (RuleKey, RuleRow)| (key.0, row.severity);
    Ok(rows
        .map_err(Fault::internal)?
        .into_iter()
        .map(severity)
        .collect())
}

/// What the rules say that a scan tries; nothing for a scan that counts.
pub(crate) async fn tried_rules(
    ctx: &Context<'_>,
    scan: &ScanRow,
) -> Result<Option<Arc<BTreeMap<String, RuleRow>>>> {
    let Some(trial) = &scan.trial else {
        return Ok(None);
    };
    let access = require(ctx, Permission::ScanRead)?;
    let key = RulesOfVersion(trial.pack, trial.version);
    let rules = access.loaders().load_one(key).await;
    Ok(Some(rules.map_err(Fault::internal)?.unwrap_or_default()))
}

/// A result of a scan, as it was then.
pub(crate) fn of_scan(
    scan: &ScanRow,
    result: &domain::results::RuleResult,
    severity: Option<Severity>,
) -> RuleResult {
    let at = scan.finished_at.unwrap_or(scan.requested_at);
    RuleResult(RuleStateRow {
        host: scan.host,
        severity: severity.unwrap_or(Severity::Medium),
        rule: result.rule.clone(),
        verdict: result.verdict,
        reason: result.reason.clone(),
        expected: result.expected.clone(),
        actual: result.actual.clone(),
        evidence: result.evidence,
        since: at,
        checked_at: at,
        scan: scan.id,
        current: false,
        retired: false,
    })
}
