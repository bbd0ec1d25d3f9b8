//! What the hosts of a group, or all of them, add up to, now and at an instant.

use std::collections::HashMap;

use domain::id::GroupId;
use domain::time::Timestamp;
use domain::verdict::{Severity, Totals};
use event_store::{Row, StoreError, Value};

use super::Read;
use super::column::parsed;
use super::lens::totals;
use super::rule::severity;

/// Hosts, added up.
#[derive(Debug, Clone, PartialEq)]
pub struct RollUp {
    /// How many they are.
    pub hosts: u32,
    /// Of those, hosts that no scan has judged yet.
    pub unscanned: u32,
    /// The verdicts of all of them.
    pub totals: Totals,
    /// Hosts that were judged and have a target, and of those, hosts whose score does not reach it; nothing for an
    /// instant, because targets of then are not kept.
    pub targets: Option<(u32, u32)>,
}

/// What is added up.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct RollUpKey {
    /// The hosts of a group; without it all hosts under watch.
    pub group: Option<GroupId>,
    /// By a framework; without it over all rules.
    pub lens: Option<String>,
    /// At an instant; without it now.
    pub at: Option<Timestamp>,
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

/// Hosts with their verdicts; those of no scan have none.
const SUMS: &str = "count(*) AS hosts, \
    CAST(coalesce(sum(CASE WHEN posture.host_id IS NULL THEN 1 ELSE 0 END), 0) AS BIGINT) AS unscanned, \
    CAST(coalesce(sum(posture.pass), 0) AS BIGINT) AS pass, \
    CAST(coalesce(sum(posture.fail), 0) AS BIGINT) AS fail, \
    CAST(coalesce(sum(posture.error), 0) AS BIGINT) AS error, \
    CAST(coalesce(sum(posture.not_applicable), 0) AS BIGINT) AS not_applicable, \
    CAST(coalesce(sum(posture.manual), 0) AS BIGINT) AS manual";

const TARGETS: &str = "CAST(coalesce(sum(CASE WHEN coalesce(own.percent, every.percent) IS NOT NULL \
    AND posture.pass + posture.fail > 0 THEN 1 ELSE 0 END), 0) AS BIGINT) AS targeted, \
    CAST(coalesce(sum(CASE WHEN posture.pass * 100 < coalesce(own.percent, every.percent) * \
    (posture.pass + posture.fail) THEN 1 ELSE 0 END), 0) AS BIGINT) AS below_target";

/// The verdicts over all rules now.
const OVER_ALL: &str = "LEFT JOIN host_posture AS posture ON posture.host_id = member.host_id";

/// The verdicts of one framework now. Hosts that it does not fit, or that were not scanned, have none.
const BY_LENS: &str = "LEFT JOIN host_lens AS posture ON posture.host_id = member.host_id \
    AND posture.framework = $1";

/// The target for the framework, else that over all rules.
const WITH_TARGETS: &str = "LEFT JOIN host_target AS own ON own.host_id = member.host_id AND own.framework = $1 \
    LEFT JOIN host_target AS every ON every.host_id = member.host_id AND every.framework = ''";

/// The verdicts that stood at an instant: the row that began last before it, unless it had ended.
const AT: &str = "LEFT JOIN posture_history AS posture ON posture.host_id = member.host_id \
    AND posture.framework = $1 AND posture.from_at = (SELECT max(before.from_at) FROM posture_history AS before \
    WHERE before.host_id = member.host_id AND before.framework = $1 AND before.from_at <= $2) \
    AND coalesce(posture.to_at > $2, TRUE)";

/// The most hosts first, among equals the worst.
const WORST: &str = "SELECT state.rule, state.severity, \
    sum(CASE WHEN state.verdict = 'fail' THEN 1 ELSE 0 END) AS failing, count(*) AS judged \
    FROM group_member AS member JOIN host_rule_state AS state ON state.host_id = member.host_id \
    WHERE member.group_id = $1 AND member.to_position IS NULL \
    AND state.retired = 0 AND state.verdict IN ('pass', 'fail') GROUP BY state.rule, state.severity \
    HAVING sum(CASE WHEN state.verdict = 'fail' THEN 1 ELSE 0 END) > 0 \
    ORDER BY failing DESC, state.severity DESC, state.rule";

impl RollUp {
    fn read(row: &Row, at: Option<Timestamp>) -> Result<Self, StoreError> {
        Ok(Self {
            hosts: row.get("hosts")?,
            unscanned: row.get("unscanned")?,
            totals: totals(row)?,
            targets: match at {
                Some(_) => None,
                None => Some((row.get("targeted")?, row.get("below_target")?)),
            },
        })
    }

    /// Of no host.
    fn empty(at: Option<Timestamp>) -> Self {
        Self {
            hosts: 0,
            unscanned: 0,
            totals: Totals::default(),
            targets: at.map_or(Some((0, 0)), |_| None),
        }
    }
}

/// Groups or all hosts, by which framework, at which instant.
type View<'k> = (bool, Option<&'k str>, Option<Timestamp>);

/// What is asked of the tables about groups, or about all hosts. The first parameter is the framework, empty for all
/// rules.
fn statement(
    lens: Option<&str>,
    at: Option<Timestamp>,
    groups: &[GroupId],
) -> (String, Vec<Value>) {
    let mut params = vec![Value::from(lens.unwrap_or_default())];
    let (sums, postures, stood) = if let Some(at) = at {
        params.push(at.into());
        let stood = "member.from_at <= $2 AND coalesce(member.to_at > $2, TRUE)";
        (SUMS.to_owned(), AT.to_owned(), stood)
    } else {
        let verdicts = lens.map_or(OVER_ALL, |_| BY_LENS);
        let sums = format!("{SUMS}, {TARGETS}");
        let postures = format!("{verdicts} {WITH_TARGETS}");
        (sums, postures, "member.to_position IS NULL")
    };
    if groups.is_empty() {
        let sql = format!("SELECT {sums} FROM host_watch AS member {postures} WHERE {stood}");
        return (sql, params);
    }
    let mut places = Vec::new();
    for group in groups {
        params.push((*group).into());
        places.push(format!("${}", params.len()));
    }
    let sql = format!(
        "SELECT member.group_id, {sums} FROM group_member AS member {postures} \
         WHERE {stood} AND member.group_id IN ({}) GROUP BY member.group_id",
        places.join(", ")
    );
    (sql, params)
}

impl Read {
    /// What hosts add up to, for each key; one question for all groups that are seen in the same way.
    pub async fn roll_ups(
        &self,
        keys: &[RollUpKey],
    ) -> Result<HashMap<RollUpKey, RollUp>, StoreError> {
        let mut views: HashMap<View<'_>, Vec<GroupId>> = HashMap::new();
        for key in keys {
            let view = (key.group.is_some(), key.lens.as_deref(), key.at);
            views.entry(view).or_default().extend(key.group);
        }
        let mut found: HashMap<RollUpKey, RollUp> = keys
            .iter()
            .map(|key| (key.clone(), RollUp::empty(key.at)))
            .collect();
        for ((of_groups, lens, at), groups) in views {
            let (sql, params) = statement(lens, at, &groups);
            for row in self.db.fetch_all(&sql, &params).await? {
                let group = of_groups.then(|| parsed(&row, "group_id")).transpose()?;
                let lens = lens.map(str::to_owned);
                found.insert(RollUpKey { group, lens, at }, RollUp::read(&row, at)?);
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

#[cfg(test)]
mod tests {
    use domain::id::TypedId as _;
    use event_store::Engine;
    use event_store::testing::TestDatabase;

    use super::*;

    /// `SQLite` plans without looking at how much there is: what it looks through here, it looks through anywhere.
    #[tokio::test]
    async fn an_instant_is_found_by_an_index() {
        let database = TestDatabase::new(Engine::Sqlite).await;
        let store = database.open().await;
        crate::migrate(store.db()).await.expect("tables");
        let at = Some(Timestamp::from_micros(1));
        let group = GroupId::draw(store.ids().as_ref());
        for groups in [&[][..], &[group]] {
            let (sql, params) = statement(Some("cis"), at, groups);
            let sql = format!("EXPLAIN QUERY PLAN {sql}");
            let rows = store.db().fetch_all(&sql, &params).await.expect("a plan");
            let steps: Vec<String> = rows
                .iter()
                .map(|row| row.get("detail").expect("a step"))
                .collect();
            let is_through = |step: &&String| {
                step.starts_with("SCAN") && (step.contains("posture") || step.contains("before"))
            };
            assert!(steps.len() > 2, "{steps:?}");
            assert!(!steps.iter().any(|step| is_through(&step)), "{steps:?}");
        }
    }
}
