//! Who is in which group, now and at an instant, and what that means for a host.

use std::collections::HashMap;

use domain::group::{HostTraits, RuleMatcher};
use domain::id::{GroupId, HostId};
use domain::maintenance::{Maintenance, MaintenanceSource, MaintenanceState};
use domain::target::{EffectiveTarget, Target, TargetSource};
use domain::time::Timestamp;
use event_store::{Position, Row, StoreError, Value};

use super::column::{json, known, optional_json, optional_parsed, parsed};
use super::group::GroupRow;
use super::page::{Filter, Listing as _};
use super::{GroupFilter, Read};

/// What groups and settings mean for a host.
#[derive(Debug, Clone, PartialEq)]
pub struct HostStanding {
    /// The host.
    pub host: HostId,
    /// The groups that it is in, by name.
    pub groups: Vec<GroupRow>,
    /// The target of its own.
    pub target: Option<Target>,
    /// The maintenance of its own that nobody has ended, and when it began.
    pub maintenance: Option<(Maintenance, Timestamp)>,
    /// The target that counts, for each framework that somebody names and, under the empty name, for
    /// all others and over all rules.
    effective: HashMap<String, EffectiveTarget>,
}

/// A host that was in a group from one instant to another.
#[derive(Debug, Clone, PartialEq)]
pub struct Membership {
    /// The group.
    pub group: GroupId,
    /// The host.
    pub host: HostId,
    /// By which event it came in, and when.
    pub from: (Position, Timestamp),
    /// By which event it went out, and when.
    pub to: Option<(Position, Timestamp)>,
}

impl HostStanding {
    /// The target that counts over all rules, or for a framework.
    pub fn effective_target(&self, framework: Option<&str>) -> Option<EffectiveTarget> {
        framework
            .and_then(|framework| self.effective.get(framework))
            .or_else(|| self.effective.get(""))
            .copied()
    }

    /// Whether the host is in maintenance, and why.
    pub fn maintenance_at(&self, now: Timestamp) -> MaintenanceState {
        let own = self
            .maintenance
            .iter()
            .map(|(maintenance, _)| (MaintenanceSource::Host, maintenance.clone()));
        let of_groups = self.groups.iter().filter_map(|group| {
            let (maintenance, _) = group.maintenance.as_ref()?;
            Some((MaintenanceSource::Group(group.id), maintenance.clone()))
        });
        MaintenanceState::at(now, own.chain(of_groups))
    }
}

fn membership(row: &Row) -> Result<Membership, StoreError> {
    let to: (Option<Position>, Option<Timestamp>) = (row.get("to_position")?, row.get("to_at")?);
    Ok(Membership {
        group: parsed(row, "group_id")?,
        host: parsed(row, "host_id")?,
        from: (row.get("from_position")?, row.get("from_at")?),
        to: to.0.zip(to.1),
    })
}

const MEMBERSHIP: &str =
    "SELECT group_id, host_id, from_position, from_at, to_position, to_at FROM group_member";

impl Read {
    /// The hosts that are in a group now. Removed hosts are in none.
    pub async fn hosts_of_group(&self, group: GroupId) -> Result<Vec<HostId>, StoreError> {
        let sql = "SELECT host_id FROM group_member WHERE group_id = $1 AND to_position IS NULL \
            ORDER BY host_id";
        let rows = self.db.fetch_all(sql, &[group.into()]).await?;
        rows.iter().map(|row| parsed(row, "host_id")).collect()
    }

    /// Who was in a group at an instant, with how long.
    pub async fn members_at(
        &self,
        group: GroupId,
        at: Timestamp,
    ) -> Result<Vec<Membership>, StoreError> {
        let sql = format!(
            "{MEMBERSHIP} WHERE group_id = $1 AND from_at <= $2 AND (to_at IS NULL OR to_at > $2) \
             ORDER BY host_id"
        );
        let rows = self.db.fetch_all(&sql, &[group.into(), at.into()]).await?;
        rows.iter().map(membership).collect()
    }

    /// The groups that a host was in when an event happened to it.
    pub async fn groups_of_host_at(
        &self,
        host: HostId,
        at: Position,
    ) -> Result<Vec<Membership>, StoreError> {
        let sql = format!(
            "{MEMBERSHIP} WHERE host_id = $1 AND from_position <= $2 \
             AND (to_position IS NULL OR to_position > $2) ORDER BY group_id"
        );
        let rows = self.db.fetch_all(&sql, &[host.into(), at.0.into()]).await?;
        rows.iter().map(membership).collect()
    }

    /// The hosts under watch that a rule would take in.
    pub async fn hosts_matching(&self, rule: &RuleMatcher) -> Result<Vec<HostId>, StoreError> {
        let sql = "SELECT host_id, name, environment, tags, os_id, os_version FROM group_host \
            WHERE active = 1 ORDER BY lower(name), host_id";
        let mut found = Vec::new();
        for row in self.db.fetch_all(sql, &[]).await? {
            let (name, environment): (String, String) = (row.get("name")?, row.get("environment")?);
            let tags: Vec<String> = json(&row, "tags")?;
            let os: (Option<String>, Option<String>) = (row.get("os_id")?, row.get("os_version")?);
            let traits = HostTraits {
                name: &name,
                environment: &environment,
                tags: &tags,
                os: os.0.as_deref().zip(os.1.as_deref()),
            };
            if rule.matches(&traits) {
                found.push(parsed(&row, "host_id")?);
            }
        }
        Ok(found)
    }

    /// What groups and settings mean for these hosts, in any order.
    pub async fn standings(&self, hosts: &[HostId]) -> Result<Vec<HostStanding>, StoreError> {
        if hosts.is_empty() {
            return Ok(Vec::new());
        }
        let own = self
            .of_hosts(
                "host_id, target, maintenance, maintenance_since",
                "group_host",
                hosts,
                Filter::default(),
            )
            .await?;
        let in_groups = Filter::default().with("to_position IS NULL", []);
        let pairs = self
            .of_hosts("host_id, group_id", "group_member", hosts, in_groups)
            .await?
            .iter()
            .map(|row| Ok((parsed(row, "host_id")?, parsed(row, "group_id")?)))
            .collect::<Result<Vec<(HostId, GroupId)>, StoreError>>()?;
        let groups = self.groups_named(&pairs).await?;
        let mut targets = self.targets(hosts).await?;
        own.iter()
            .map(|row| {
                let host: HostId = parsed(row, "host_id")?;
                let since: Option<Timestamp> = row.get("maintenance_since")?;
                let is_in = |group: &&GroupRow| pairs.contains(&(host, group.id));
                Ok(HostStanding {
                    host,
                    groups: groups.iter().filter(is_in).cloned().collect(),
                    target: optional_json(row, "target")?,
                    maintenance: optional_json(row, "maintenance")?.zip(since),
                    effective: targets.remove(&host).unwrap_or_default(),
                })
            })
            .collect()
    }

    /// The groups of these pairs by name.
    async fn groups_named(&self, pairs: &[(HostId, GroupId)]) -> Result<Vec<GroupRow>, StoreError> {
        let mut ids: Vec<GroupId> = pairs.iter().map(|(_, group)| *group).collect();
        ids.sort_unstable();
        ids.dedup();
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let limit = u32::try_from(ids.len()).unwrap_or(u32::MAX);
        let filter = GroupFilter {
            ids,
            ..GroupFilter::default()
        };
        filter.list().all(&self.db, limit, GroupRow::read).await
    }

    async fn targets(
        &self,
        hosts: &[HostId],
    ) -> Result<HashMap<HostId, HashMap<String, EffectiveTarget>>, StoreError> {
        let columns = "host_id, framework, percent, source, group_id";
        let rows = self
            .of_hosts(columns, "host_target", hosts, Filter::default())
            .await?;
        let mut found: HashMap<HostId, HashMap<String, EffectiveTarget>> = HashMap::new();
        for row in &rows {
            let source: String = row.get("source")?;
            let group: Option<GroupId> = optional_parsed(row, "group_id")?;
            let source = match source.as_str() {
                "HOST" => TargetSource::Host,
                "ORGANISATION" => TargetSource::Organisation,
                _ => TargetSource::Group(known(group)?),
            };
            let target = EffectiveTarget {
                percent: row.get("percent")?,
                source,
            };
            found
                .entry(parsed(row, "host_id")?)
                .or_default()
                .insert(row.get("framework")?, target);
        }
        Ok(found)
    }

    async fn of_hosts(
        &self,
        columns: &str,
        table: &str,
        hosts: &[HostId],
        filter: Filter,
    ) -> Result<Vec<Row>, StoreError> {
        let ids = hosts.iter().map(|host| Value::from(*host)).collect();
        let (condition, params) = filter.any_of("host_id", ids).into_sql();
        let sql = format!("SELECT {columns} FROM {table} WHERE {condition}");
        self.db.fetch_all(&sql, &params).await
    }
}
