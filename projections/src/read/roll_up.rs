//! What the hosts of a group add up to.

use domain::id::GroupId;
use domain::verdict::{Severity, Totals};
use event_store::{Row, StoreError, Value};

use super::Read;
use super::column::parsed;
use super::page::Filter;
use super::rule::severity;

/// The hosts of a group, added up.
#[derive(Debug, Clone, PartialEq)]
pub struct RollUp {
    /// The group.
    pub group: GroupId,
    /// Hosts in it.
    pub hosts: u32,
    /// Of those, hosts that no scan has judged yet.
    pub unscanned: u32,
    /// The verdicts of all of them.
    pub totals: Totals,
    /// Hosts that were judged and have a target.
    pub targeted: u32,
    /// Of those, hosts whose score does not reach it.
    pub below_target: u32,
}

/// A rule that hosts of a group fail.
#[derive(Debug, Clone, PartialEq)]
pub struct FailedRule {
    /// The rule.
    pub rule: String,
    /// How bad a fail is.
    pub severity: Severity,
    /// How many hosts fail it.
    pub failing: u32,
    /// Of how many that were judged by it.
    pub judged: u32,
}

const ROLL_UP: &str = "SELECT member.group_id, count(*) AS hosts, \
    sum(CASE WHEN posture.host_id IS NULL THEN 1 ELSE 0 END) AS unscanned, \
    CAST(coalesce(sum(posture.pass), 0) AS BIGINT) AS pass, \
    CAST(coalesce(sum(posture.fail), 0) AS BIGINT) AS fail, \
    CAST(coalesce(sum(posture.error), 0) AS BIGINT) AS error, \
    CAST(coalesce(sum(posture.not_applicable), 0) AS BIGINT) AS not_applicable, \
    CAST(coalesce(sum(posture.manual), 0) AS BIGINT) AS manual, \
    sum(CASE WHEN coalesce(own.percent, every.percent) IS NOT NULL AND posture.pass + posture.fail > 0 \
    THEN 1 ELSE 0 END) AS targeted, \
    sum(CASE WHEN posture.pass * 100 < coalesce(own.percent, every.percent) * \
    (posture.pass + posture.fail) THEN 1 ELSE 0 END) AS below_target \
    FROM group_member AS member";

/// The verdicts over all rules, and the target over all rules.
const OVER_ALL: &str = "LEFT JOIN host_posture AS posture ON posture.host_id = member.host_id \
    LEFT JOIN host_target AS own ON own.host_id = member.host_id AND own.framework = '' \
    LEFT JOIN host_target AS every ON every.host_id = member.host_id AND every.framework = ''";

/// The verdicts of one framework, and the target for it, else that over all rules. Hosts that it does not fit, or
/// that were not scanned, have no verdicts.
const BY_LENS: &str = "LEFT JOIN host_lens AS posture ON posture.host_id = member.host_id \
    AND posture.framework = $1 \
    LEFT JOIN host_target AS own ON own.host_id = member.host_id AND own.framework = $1 \
    LEFT JOIN host_target AS every ON every.host_id = member.host_id AND every.framework = ''";

/// The most hosts first, among equals the worst.
const WORST: &str = "SELECT state.rule, state.severity, \
    sum(CASE WHEN state.verdict = 'fail' THEN 1 ELSE 0 END) AS failing, count(*) AS judged \
    FROM group_member AS member JOIN host_rule_state AS state ON state.host_id = member.host_id \
    WHERE member.group_id = $1 AND member.to_position IS NULL \
    AND state.verdict IN ('pass', 'fail') GROUP BY state.rule, state.severity \
    HAVING sum(CASE WHEN state.verdict = 'fail' THEN 1 ELSE 0 END) > 0 \
    ORDER BY failing DESC, state.severity DESC, state.rule";

impl RollUp {
    fn read(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            group: parsed(row, "group_id")?,
            hosts: row.get("hosts")?,
            unscanned: row.get("unscanned")?,
            totals: Totals {
                pass: row.get("pass")?,
                fail: row.get("fail")?,
                error: row.get("error")?,
                not_applicable: row.get("not_applicable")?,
                manual: row.get("manual")?,
            },
            targeted: row.get("targeted")?,
            below_target: row.get("below_target")?,
        })
    }

    /// Of a group without hosts.
    fn empty(group: GroupId) -> Self {
        Self {
            group,
            hosts: 0,
            unscanned: 0,
            totals: Totals::default(),
            targeted: 0,
            below_target: 0,
        }
    }
}

impl Read {
    /// What the hosts of these groups add up to now, over all rules or by one framework.
    pub async fn roll_ups(
        &self,
        groups: &[GroupId],
        lens: Option<&str>,
    ) -> Result<Vec<RollUp>, StoreError> {
        let ids = groups.iter().map(|group| Value::from(*group)).collect();
        let filter = match lens {
            // Binds the first parameter, which the tables are joined by.
            Some(lens) => Filter::default().with("? IS NOT NULL", [lens.into()]),
            None => Filter::default(),
        };
        let (condition, params) = filter
            .with("member.to_position IS NULL", [])
            .any_of("member.group_id", ids)
            .into_sql();
        let tables = if lens.is_some() { BY_LENS } else { OVER_ALL };
        let sql = format!("{ROLL_UP} {tables} WHERE {condition} GROUP BY member.group_id");
        let rows = self.db.fetch_all(&sql, &params).await?;
        let mut found = rows
            .iter()
            .map(RollUp::read)
            .collect::<Result<Vec<_>, _>>()?;
        for group in groups {
            if !found.iter().any(|one| one.group == *group) {
                found.push(RollUp::empty(*group));
            }
        }
        Ok(found)
    }

    /// The rules that most hosts of a group fail, at most `limit`.
    pub async fn worst_rules(
        &self,
        group: GroupId,
        limit: u32,
    ) -> Result<Vec<FailedRule>, StoreError> {
        let sql = format!("{WORST} LIMIT {limit}");
        let rows = self.db.fetch_all(&sql, &[group.into()]).await?;
        rows.iter()
            .map(|row| {
                Ok(FailedRule {
                    rule: row.get("rule")?,
                    severity: severity(row)?,
                    failing: row.get("failing")?,
                    judged: row.get("judged")?,
                })
            })
            .collect()
    }
}
