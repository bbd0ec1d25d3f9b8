//! The values that people have set for variables of rules, and which of them counts for a host.

use std::collections::BTreeMap;

use domain::id::{GroupId, HostId};
use domain::variable::{
    EffectiveVariable, ValueSource, VariableStanding, VariableValue, standings,
};
use event_store::{Position, Row, StoreError, Value};

use super::Read;
use super::column::{json, parsed};
use super::page::Filter;

/// Which values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VariableScope {
    /// All of them, in every place.
    Everywhere,
    /// Those that may concern the hosts of a group: of the organisation and its own.
    Group(GroupId),
    /// Those that may concern a host: of the organisation, its groups, and its own.
    Host(HostId),
}

/// A rule that was judged on a host with values that people have set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValuedRule {
    /// The rule.
    pub rule: String,
    /// The values.
    pub variables: Vec<EffectiveVariable>,
}

const VALUES: &str = "SELECT variable_value.source, variable_value.source_id, variable_value.name, \
    variable_value.value, variable_value.set_by, variable_value.set_at, variable_value.position, \
    coalesce(host_group.name, group_host.name, '') AS place FROM variable_value \
    LEFT JOIN host_group ON variable_value.source = 'GROUP' \
    AND host_group.group_id = variable_value.source_id \
    LEFT JOIN group_host ON variable_value.source = 'HOST' \
    AND group_host.host_id = variable_value.source_id";

/// Values of hosts that are out of watch and of groups that are dissolved concern nobody.
const IN_USE: &str = "(variable_value.source = 'ORGANISATION' OR host_group.status = 'active' \
    OR group_host.active = 1)";

const OF_MEMBER: &str = "variable_value.source <> 'GROUP' OR variable_value.source_id IN \
    (SELECT group_id FROM group_member WHERE host_id = ? AND to_position IS NULL)";

fn value(row: &Row) -> Result<VariableValue, StoreError> {
    let source: String = row.get("source")?;
    Ok(VariableValue {
        name: row.get("name")?,
        value: row.get("value")?,
        source: match source.as_str() {
            "HOST" => ValueSource::Host(parsed(row, "source_id")?),
            "GROUP" => ValueSource::Group(parsed(row, "source_id")?),
            _ => ValueSource::Organisation,
        },
        place: row.get("place")?,
        set_by: row.get("set_by")?,
        set_at: row.get("set_at")?,
        position: row.get::<Position>("position")?,
    })
}

impl Read {
    /// The values that people have set, by variable, those of the organisation first.
    pub async fn variable_values(
        &self,
        scope: VariableScope,
    ) -> Result<Vec<VariableValue>, StoreError> {
        let filter = Filter::default().with(IN_USE, []);
        let filter = match scope {
            VariableScope::Everywhere => filter,
            VariableScope::Group(group) => filter.with(
                "(variable_value.source = 'ORGANISATION' \
                 OR (variable_value.source = 'GROUP' AND variable_value.source_id = ?))",
                [group.into()],
            ),
            VariableScope::Host(host) => {
                filter.with(&format!("({OF_MEMBER})"), [host.into()]).with(
                    "(variable_value.source <> 'HOST' OR variable_value.source_id = ?)",
                    [host.into()],
                )
            }
        };
        let (condition, params) = filter.into_sql();
        let sql = format!(
            "{VALUES} WHERE {condition} ORDER BY variable_value.name, \
             CASE variable_value.source WHEN 'ORGANISATION' THEN 0 WHEN 'GROUP' THEN 1 ELSE 2 END, \
             variable_value.position"
        );
        let rows = self.db.fetch_all(&sql, &params).await?;
        rows.iter().map(value).collect()
    }

    /// What counts for a host, for each variable that somebody has set.
    pub async fn variables_of_host(
        &self,
        host: HostId,
    ) -> Result<BTreeMap<String, VariableStanding>, StoreError> {
        let values = self.variable_values(VariableScope::Host(host)).await?;
        Ok(standings(values))
    }

    /// The rules of a framework that were judged on a host with values that people have set.
    pub async fn valued_rules(
        &self,
        host: HostId,
        framework: &str,
    ) -> Result<Vec<ValuedRule>, StoreError> {
        let params: [Value; 2] = [host.into(), framework.into()];
        let rows = self
            .db
            .fetch_all(
                "SELECT DISTINCT state.rule, state.variables FROM host_rule_state AS state \
                 JOIN host_posture AS posture ON posture.host_id = state.host_id \
                 JOIN rule_section AS place ON place.rule = state.rule AND place.framework = $2 \
                 AND place.benchmark IN ('', posture.benchmark) \
                 WHERE state.host_id = $1 AND state.variables <> '' AND state.retired = 0 ORDER BY state.rule",
                &params,
            )
            .await?;
        let read = |row: &Row| {
            Ok(ValuedRule {
                rule: row.get("rule")?,
                variables: json(row, "variables")?,
            })
        };
        rows.iter().map(read).collect()
    }
}
