//! Who is in which group: what should be against what is, and the difference as intervals.

use std::collections::BTreeSet;

use domain::group::{MembershipRule, RuleMatcher};
use domain::id::{GroupId, HostId};
use domain::time::Timestamp;
use event_store::{Position, Row, StoreError, Tx, Value};

use super::super::row::text;
use super::traits::{COLUMNS, Known};

/// Pairs that one statement names at most.
const CHUNK: usize = 500;

/// When something happened, by order and by clock.
#[derive(Clone, Copy)]
pub(super) struct Instant {
    pub(super) position: Position,
    pub(super) recorded_at: Timestamp,
}

/// A rule as it stands in the table; nothing where people choose.
fn matcher(row: &Row) -> Result<Option<RuleMatcher>, StoreError> {
    let broken = StoreError::Inconsistent {
        what: "read the rule of a group",
    };
    let Some(rule) = row.get::<Option<String>>("rule")? else {
        return Ok(None);
    };
    match serde_json::from_str::<MembershipRule>(&rule).map(|rule| rule.matcher()) {
        Ok(Ok(matcher)) => Ok(Some(matcher)),
        _ => Err(broken),
    }
}

pub(super) async fn choose(
    tx: &mut Tx,
    group: GroupId,
    hosts: &[HostId],
) -> Result<(), StoreError> {
    let rows: Vec<Vec<Value>> = hosts
        .iter()
        .map(|host| vec![text(group), text(host)])
        .collect();
    tx.execute_many(
        "INSERT INTO group_choice (group_id, host_id) VALUES ($1, $2) \
         ON CONFLICT (group_id, host_id) DO NOTHING",
        &rows,
    )
    .await
    .map(drop)
}

pub(super) async fn drop_choice(
    tx: &mut Tx,
    group: GroupId,
    hosts: &[HostId],
) -> Result<(), StoreError> {
    let rows: Vec<Vec<Value>> = hosts
        .iter()
        .map(|host| vec![text(group), text(host)])
        .collect();
    tx.execute_many(
        "DELETE FROM group_choice WHERE group_id = $1 AND host_id = $2",
        &rows,
    )
    .await
    .map(drop)
}

/// The members of a group as they stand in the table.
pub(super) async fn now(tx: &mut Tx, group: GroupId) -> Result<Vec<HostId>, StoreError> {
    let sql = "SELECT host_id FROM group_member WHERE group_id = $1 AND to_position IS NULL";
    let rows = tx.fetch_all(sql, &[text(group)]).await?;
    rows.iter().map(|row| row.get("host_id")).collect()
}

/// Brings the members of a group up to date; those who came or went.
pub(super) async fn of_group(
    tx: &mut Tx,
    group: GroupId,
    at: Instant,
) -> Result<Vec<HostId>, StoreError> {
    let wanted = wanted(tx, group).await?;
    let present: BTreeSet<HostId> = now(tx, group).await?.into_iter().collect();
    let pair = |host: &HostId| (group, *host);
    let came: Vec<_> = wanted.difference(&present).map(pair).collect();
    let went: Vec<_> = present.difference(&wanted).map(pair).collect();
    open(tx, &came, at).await?;
    close(tx, &went, at).await?;
    Ok(came.into_iter().chain(went).map(|(_, host)| host).collect())
}

async fn wanted(tx: &mut Tx, group: GroupId) -> Result<BTreeSet<HostId>, StoreError> {
    let sql = "SELECT rule FROM host_group WHERE group_id = $1 AND status = 'active'";
    let Some(row) = tx.fetch_optional(sql, &[text(group)]).await? else {
        return Ok(BTreeSet::new());
    };
    let Some(matcher) = matcher(&row)? else {
        let sql = "SELECT group_choice.host_id FROM group_choice \
            JOIN group_host ON group_host.host_id = group_choice.host_id \
            WHERE group_choice.group_id = $1 AND group_host.active = 1";
        let rows = tx.fetch_all(sql, &[text(group)]).await?;
        return rows.iter().map(|row| row.get("host_id")).collect();
    };
    let sql = format!("SELECT {COLUMNS} FROM group_host WHERE active = 1");
    let mut found = BTreeSet::new();
    for row in tx.fetch_all(&sql, &[]).await? {
        let known = Known::read(&row)?;
        if matcher.matches(&known.traits()) {
            found.insert(known.host);
        }
    }
    Ok(found)
}

/// Brings the groups of a host up to date; whether it came into one or went out.
pub(super) async fn of_host(tx: &mut Tx, host: HostId, at: Instant) -> Result<bool, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM group_host WHERE host_id = $1");
    let Some(row) = tx.fetch_optional(&sql, &[text(host)]).await? else {
        return Ok(false);
    };
    let known = Known::read(&row)?;
    let sql = "SELECT host_group.group_id, host_group.rule, group_choice.host_id AS chosen \
        FROM host_group LEFT JOIN group_choice ON group_choice.group_id = host_group.group_id \
        AND group_choice.host_id = $1 WHERE host_group.status = 'active'";
    let mut wanted = BTreeSet::new();
    for row in tx.fetch_all(sql, &[text(host)]).await? {
        let chosen: Option<String> = row.get("chosen")?;
        let belongs = match matcher(&row)? {
            Some(matcher) => matcher.matches(&known.traits()),
            None => chosen.is_some(),
        };
        if known.active && belongs {
            wanted.insert(row.get::<GroupId>("group_id")?);
        }
    }
    let sql = "SELECT group_id FROM group_member WHERE host_id = $1 AND to_position IS NULL";
    let rows = tx.fetch_all(sql, &[text(host)]).await?;
    let present = rows
        .iter()
        .map(|row| row.get("group_id"))
        .collect::<Result<BTreeSet<GroupId>, _>>()?;
    let pair = |group: &GroupId| (*group, host);
    let came: Vec<_> = wanted.difference(&present).map(pair).collect();
    let went: Vec<_> = present.difference(&wanted).map(pair).collect();
    open(tx, &came, at).await?;
    close(tx, &went, at).await?;
    Ok(wanted != present)
}

async fn open(tx: &mut Tx, pairs: &[(GroupId, HostId)], at: Instant) -> Result<(), StoreError> {
    for chunk in pairs.chunks(CHUNK) {
        let (rows, params) = rows(chunk, at, ", $1, $2");
        let sql = format!(
            "INSERT INTO group_member (group_id, host_id, from_position, from_at) VALUES {rows}"
        );
        tx.execute(&sql, &params).await?;
    }
    Ok(())
}

async fn close(tx: &mut Tx, pairs: &[(GroupId, HostId)], at: Instant) -> Result<(), StoreError> {
    for chunk in pairs.chunks(CHUNK) {
        let (rows, params) = rows(chunk, at, "");
        let sql = format!(
            "UPDATE group_member SET to_position = $1, to_at = $2 \
             WHERE to_position IS NULL AND (group_id, host_id) IN (VALUES {rows})"
        );
        tx.execute(&sql, &params).await?;
    }
    Ok(())
}

/// Pairs as the rows of a statement, each followed by `more`; the first two parameters are the instant.
fn rows(pairs: &[(GroupId, HostId)], at: Instant, more: &str) -> (String, Vec<Value>) {
    let instant: [Value; 2] = at.into();
    let mut params = Vec::from(instant);
    let mut rows = Vec::with_capacity(pairs.len());
    for (group, host) in pairs {
        let next = params.len() + 1;
        rows.push(format!("(${next}, ${}{more})", next + 1));
        params.extend([text(group), text(host)]);
    }
    (rows.join(", "), params)
}
