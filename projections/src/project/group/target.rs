//! Which target counts for a host, as the domain decides it.

use std::collections::HashMap;

use domain::id::{GroupId, HostId};
use domain::target::{EffectiveTarget, Target, TargetSource, Targets};
use event_store::{Row, StoreError, Tx, Value};

use super::super::row::text;
use super::list;

/// Hosts that one statement names at most.
const CHUNK: usize = 500;

fn read(row: &Row, column: &str) -> Result<Option<Target>, StoreError> {
    let text: Option<String> = row.get(column)?;
    text.map(|text| serde_json::from_str(&text))
        .transpose()
        .map_err(|_| StoreError::Inconsistent {
            what: "read a target",
        })
}

/// The organisation has another target: every host may.
pub(super) async fn settle_all(tx: &mut Tx) -> Result<(), StoreError> {
    let sql = "SELECT host_id FROM group_host WHERE active = 1";
    let hosts = tx.fetch_all(sql, &[]).await?;
    let hosts = hosts
        .iter()
        .map(|row| row.get("host_id"))
        .collect::<Result<Vec<HostId>, _>>()?;
    settle(tx, &hosts).await
}

/// Decides anew which target counts for these hosts.
pub(super) async fn settle(tx: &mut Tx, hosts: &[HostId]) -> Result<(), StoreError> {
    if hosts.is_empty() {
        return Ok(());
    }
    let sql = "SELECT value FROM organisation WHERE name = 'target'";
    let organisation = match tx.fetch_optional(sql, &[]).await? {
        Some(row) => read(&row, "value")?,
        None => None,
    };
    for chunk in hosts.chunks(CHUNK) {
        settle_chunk(tx, chunk, organisation.as_ref()).await?;
    }
    Ok(())
}

async fn settle_chunk(
    tx: &mut Tx,
    hosts: &[HostId],
    organisation: Option<&Target>,
) -> Result<(), StoreError> {
    let (places, ids) = list(hosts, 1);
    let sql = format!(
        "SELECT host_id, target FROM group_host WHERE active = 1 AND host_id IN ({places}) ORDER BY host_id"
    );
    let own = tx.fetch_all(&sql, &ids).await?;
    let sql = format!(
        "SELECT group_member.host_id, host_group.group_id, host_group.target FROM group_member \
         JOIN host_group ON host_group.group_id = group_member.group_id \
         WHERE group_member.to_position IS NULL AND host_group.target IS NOT NULL \
         AND group_member.host_id IN ({places}) ORDER BY host_group.group_id DESC"
    );
    let mut of_groups: HashMap<HostId, Vec<(GroupId, Target)>> = HashMap::new();
    for row in tx.fetch_all(&sql, &ids).await? {
        if let Some(target) = read(&row, "target")? {
            let groups = of_groups.entry(row.get("host_id")?).or_default();
            groups.push((row.get("group_id")?, target));
        }
    }
    let mut rows = Vec::new();
    for row in &own {
        let host: HostId = row.get("host_id")?;
        let target = read(row, "target")?;
        let groups = of_groups.remove(&host).unwrap_or_default();
        let targets = Targets {
            host: target.as_ref(),
            groups: groups
                .iter()
                .map(|(group, target)| (*group, target))
                .collect(),
            organisation,
        };
        rows.extend(effective(host, &targets));
    }
    let sql = format!("DELETE FROM host_target WHERE host_id IN ({places})");
    tx.execute(&sql, &ids).await?;
    tx.execute_many(
        "INSERT INTO host_target (host_id, framework, percent, source, group_id) \
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT (host_id, framework) DO NOTHING",
        &rows,
    )
    .await
    .map(drop)
}

/// A row over all rules, and one for each framework that somebody names.
fn effective(host: HostId, targets: &Targets<'_>) -> Vec<Vec<Value>> {
    let row = |framework: &str, target: EffectiveTarget| {
        let (source, group) = match target.source {
            TargetSource::Host => ("HOST", None),
            TargetSource::Group(group) => ("GROUP", Some(group)),
            TargetSource::Organisation => ("ORGANISATION", None),
        };
        vec![
            text(host),
            framework.into(),
            target.percent.into(),
            source.into(),
            group.into(),
        ]
    };
    let overall = targets.effective(None).map(|target| row("", target));
    let single = targets.frameworks().into_iter().filter_map(|framework| {
        let target = targets.effective(Some(framework))?;
        Some(row(framework, target))
    });
    overall.into_iter().chain(single).collect()
}
