//! What is known of each rule on each host now.

use domain::digest::Digest;
use domain::id::{HostId, ScanId};
use domain::time::Timestamp;
use domain::verdict::{Severity, Verdict};
use event_store::{Row, StoreError};

use super::Read;
use super::column::{known, parsed};
use super::page::{Filter, List, Listing, contains};
use super::rule::{FrameworkPlace, WATCHED, ranks, severity};

/// One rule on one host.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleStateRow {
    /// The host.
    pub host: HostId,
    /// The rule.
    pub rule: String,
    /// What was found.
    pub verdict: Verdict,
    /// How bad a fail is.
    pub severity: Severity,
    /// Why, in words.
    pub reason: String,
    /// What the rule demands.
    pub expected: Option<String>,
    /// What the host has.
    pub actual: Option<String>,
    /// The hash of the blob that the verdict rests on.
    pub evidence: Digest,
    /// When the verdict was first this one without a break.
    pub since: Timestamp,
    /// When it was last looked at.
    pub checked_at: Timestamp,
    /// By which scan.
    pub scan: ScanId,
    /// Whether it is what is known now; otherwise it is what that scan found.
    pub current: bool,
    /// Whether the rule counts no more.
    pub retired: bool,
}

/// Which rules on which hosts.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RuleStateFilter {
    /// On this host only.
    pub host: Option<HostId>,
    /// This rule only.
    pub rule: Option<String>,
    /// These verdicts only, when there are any.
    pub verdicts: Vec<Verdict>,
    /// These severities only, when there are any.
    pub severities: Vec<Severity>,
    /// The category.
    pub category: Option<String>,
    /// In this section of a framework, by the benchmark that fits each host.
    pub place: Option<FrameworkPlace>,
    /// Of hosts under watch alone.
    pub watched: bool,
    /// Of rules that count no more, or of those that do; without it of both.
    pub retired: Option<bool>,
    /// A text in the id or the title of the rule, or in the reason.
    pub search: Option<String>,
}

const COLUMNS: &str = "state.host_id, state.rule, state.verdict, state.severity, state.reason, \
    state.expected, state.actual, state.evidence, state.since, state.checked_at, state.scan_id, \
    state.retired";

/// What needs a look first: fails, errors, what a person has to judge; the worst of each first.
const SORT: &str = "(CASE state.verdict WHEN 'fail' THEN 0 WHEN 'error' THEN 10 WHEN 'manual' THEN 20 \
    WHEN 'pass' THEN 30 ELSE 40 END) + 4 - state.severity";

/// The benchmark that fits the host.
const OWN_BENCHMARK: &str =
    "(SELECT posture.benchmark FROM host_posture AS posture WHERE posture.host_id = state.host_id)";

impl Listing for RuleStateFilter {
    type Item = RuleStateRow;

    fn list(&self) -> List<'static> {
        let filter = self;
        let verdicts = filter
            .verdicts
            .iter()
            .map(|verdict| verdict.as_str().into())
            .collect();
        let conditions = Filter::default()
            .maybe(
                "state.host_id = ?",
                filter.host.map(|host| host.to_string().into()),
            )
            .maybe("state.rule = ?", filter.rule.clone().map(Into::into))
            .maybe("state.retired = ?", filter.retired.map(Into::into))
            .any_of("state.verdict", verdicts)
            .any_of("state.severity", ranks(&filter.severities))
            .maybe("rule.category = ?", filter.category.clone().map(Into::into))
            .maybe(
                "lower(rule.rule || ' ' || rule.title || ' ' || state.reason) LIKE ? ESCAPE '\\'",
                filter.search.as_deref().map(contains),
            );
        let conditions = match &filter.place {
            Some(place) => conditions.placed(place, Some(OWN_BENCHMARK), []),
            None => conditions,
        };
        let conditions = if filter.watched {
            conditions.with(WATCHED, [])
        } else {
            conditions
        };
        List {
            columns: COLUMNS,
            from: "host_rule_state AS state JOIN rule ON rule.rule = state.rule",
            filter: conditions,
            sort: SORT,
            key: "state.rule || '/' || state.host_id",
            descending: false,
        }
    }

    fn read(row: &Row) -> Result<RuleStateRow, StoreError> {
        RuleStateRow::read(row)
    }
}

impl RuleStateRow {
    pub(super) fn read(row: &Row) -> Result<Self, StoreError> {
        let verdict: String = row.get("verdict")?;
        Ok(Self {
            host: parsed(row, "host_id")?,
            rule: row.get("rule")?,
            verdict: known(
                Verdict::ALL
                    .into_iter()
                    .find(|known| known.as_str() == verdict),
            )?,
            severity: severity(row)?,
            reason: row.get("reason")?,
            expected: row.get("expected")?,
            actual: row.get("actual")?,
            evidence: parsed(row, "evidence")?,
            since: row.get("since")?,
            checked_at: row.get("checked_at")?,
            scan: parsed(row, "scan_id")?,
            current: true,
            retired: row.get("retired")?,
        })
    }
}

impl Read {
    /// What is known of one rule on one host.
    pub async fn rule_state(
        &self,
        host: HostId,
        rule: &str,
    ) -> Result<Option<RuleStateRow>, StoreError> {
        let filter = RuleStateFilter {
            host: Some(host),
            rule: Some(rule.to_owned()),
            ..RuleStateFilter::default()
        };
        let found = filter.list().all(&self.db, 1, RuleStateRow::read).await?;
        Ok(found.into_iter().next())
    }
}
