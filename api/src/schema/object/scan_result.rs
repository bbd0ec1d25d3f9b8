//! What one scan found, rule by rule, as it wrote it down.

use async_graphql::{Context, Result};
use domain::permission::Permission;
use domain::verdict::Severity;
use projections::read::{RuleStateRow, ScanRow};

use super::rule_result::RuleResult;
use crate::access::require;
use crate::schema::error::Fault;
use crate::schema::loader::{Results, ResultsOf, RuleKey};

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
    let access = require(ctx, Permission::ScanRead)?;
    let results = stored_results(ctx, scan).await?;
    let Some(result) = results.as_ref().and_then(|results| results.get(rule)) else {
        return Ok(None);
    };
    let row = access.loaders().load_one(RuleKey(rule.to_owned())).await;
    let severity = row.map_err(Fault::internal)?.map(|row| row.severity);
    Ok(Some(of_scan(scan, result, severity)))
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
    })
}
