//! The part of `host_rule_state` that knows which rules count: those that processes are started with and those of
//! enabled rule packs. What was found for the others stays, marked, and counts for nothing.

use std::collections::BTreeSet;

use domain::catalogue::{CatalogueEvent, RuleContent};
use domain::event::DomainEvent;
use domain::id::HostId;
use domain::rule_base::{RuleBaseAnnounced, RuleBaseEvent};
use domain::rule_pack::RulePackEvent;
use event_store::{StoreError, Tx, Value};

use super::row::text;
use crate::event::{Blobs, Event};

/// Takes in what an event says of the rules that count; tells whether another number of results counts now.
pub(super) async fn follow(tx: &mut Tx, event: &Event) -> Result<bool, StoreError> {
    match (&event.body, &event.blobs) {
        (DomainEvent::Catalogue(CatalogueEvent::Published(published)), Blobs::Rules(content)) => {
            list(tx, &published.pack, &content.rules).await?;
            return Ok(false);
        }
        (DomainEvent::RuleBase(RuleBaseEvent::Announced(announced)), _) => {
            announce(tx, announced).await?;
        }
        (DomainEvent::RulePack(RulePackEvent::VersionEnabled(enabled)), Blobs::Rules(content)) => {
            let pack = text(enabled.pack);
            take_back(tx, &pack).await?;
            give(tx, &enabled.name, &pack, &content.rules).await?;
        }
        (DomainEvent::RulePack(RulePackEvent::Disabled(disabled)), _) => {
            take_back(tx, &text(disabled.pack)).await?;
        }
        (DomainEvent::RulePack(RulePackEvent::Removed(removed)), _) => {
            take_back(tx, &text(removed.pack)).await?;
        }
        _ => return Ok(false),
    }
    settle(tx, event).await
}

/// The rules of which an event does not tell what they say: those of the rule base, unless it is of the rule base.
pub(super) async fn told_by_base(
    tx: &mut Tx,
    event: &Event,
) -> Result<BTreeSet<String>, StoreError> {
    if matches!(event.body, DomainEvent::RuleBase(_)) {
        return Ok(BTreeSet::new());
    }
    let sql = "SELECT rule FROM rule_force WHERE shipped = 1";
    let rows = tx.fetch_all(sql, &[]).await?;
    rows.iter().map(|row| row.get("rule")).collect()
}

/// Marks what a scan found for rules that do not count any more: its worker was of an older version. A scan of every
/// rule leaves nothing of rules that never counted here and are not among its own.
pub(super) async fn mark(
    tx: &mut Tx,
    host: HostId,
    scan: Value,
    is_complete: bool,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE host_rule_state SET retired = 1 WHERE host_id = $1 AND rule IN \
         (SELECT rule FROM rule_retirement WHERE to_position IS NULL)",
        &[text(host)],
    )
    .await?;
    if !is_complete {
        return Ok(());
    }
    tx.execute(
        "DELETE FROM host_rule_state WHERE host_id = $1 AND scan_id <> $2 AND retired = 0 AND rule NOT IN \
         (SELECT rule FROM rule_force WHERE shipped = 1 OR pack_id IS NOT NULL)",
        &[text(host), scan],
    )
    .await
    .map(drop)
}

/// `openwatch` of `openwatch + own rules`: sets are joined in this way.
fn base(name: &str) -> Value {
    name.split(" + ").next().unwrap_or_default().into()
}

/// That a rule is listed says only where it comes from.
async fn list(tx: &mut Tx, name: &str, rules: &[RuleContent]) -> Result<(), StoreError> {
    let rows = rules
        .iter()
        .map(|rule| vec![Value::from(&*rule.rule), base(name)]);
    tx.execute_many(
        "INSERT INTO rule_force (rule, name, shipped, pack_id, counted) VALUES ($1, $2, 0, NULL, 0) \
         ON CONFLICT (rule) DO UPDATE SET name = excluded.name",
        &rows.collect::<Vec<_>>(),
    )
    .await
    .map(drop)
}

async fn announce(tx: &mut Tx, announced: &RuleBaseAnnounced) -> Result<(), StoreError> {
    let name = base(&announced.name);
    let went = announced
        .dropped
        .iter()
        .map(|rule| vec![Value::from(&**rule)]);
    tx.execute_many(
        "UPDATE rule_force SET shipped = 0 WHERE rule = $1",
        &went.collect::<Vec<_>>(),
    )
    .await?;
    let came = announced
        .added
        .iter()
        .map(|rule| vec![Value::from(&**rule), name.clone()]);
    tx.execute_many(
        "INSERT INTO rule_force (rule, name, shipped, pack_id, counted) VALUES ($1, $2, 1, NULL, 1) \
         ON CONFLICT (rule) DO UPDATE SET name = excluded.name, shipped = 1, counted = 1",
        &came.collect::<Vec<_>>(),
    )
    .await?;
    // Versions from before there were announcements published their rules under the same name.
    tx.execute("UPDATE rule_force SET counted = 1 WHERE name = $1", &[name])
        .await
        .map(drop)
}

async fn take_back(tx: &mut Tx, pack: &Value) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE rule_force SET pack_id = NULL WHERE pack_id = $1",
        std::slice::from_ref(pack),
    )
    .await
    .map(drop)
}

async fn give(
    tx: &mut Tx,
    name: &str,
    pack: &Value,
    rules: &[RuleContent],
) -> Result<(), StoreError> {
    let rows = rules
        .iter()
        .map(|rule| vec![Value::from(&*rule.rule), name.into(), pack.clone()]);
    tx.execute_many(
        "INSERT INTO rule_force (rule, name, shipped, pack_id, counted) VALUES ($1, $2, 0, $3, 1) \
         ON CONFLICT (rule) DO UPDATE SET pack_id = excluded.pack_id, counted = 1",
        &rows.collect::<Vec<_>>(),
    )
    .await
    .map(drop)
}

/// Rules that stand on nothing any more are retired, those that stand on something again come back.
async fn settle(tx: &mut Tx, event: &Event) -> Result<bool, StoreError> {
    let at = [
        Value::from(event.recorded.position.0),
        event.recorded.recorded_at.into(),
    ];
    tx.execute(
        "INSERT INTO rule_retirement (rule, from_position, from_at) SELECT rule, $1, $2 FROM rule_force \
         WHERE shipped = 0 AND pack_id IS NULL AND counted = 1 AND NOT EXISTS (SELECT 1 FROM rule_retirement \
         AS known WHERE known.rule = rule_force.rule AND known.to_position IS NULL)",
        &at,
    )
    .await?;
    tx.execute(
        "UPDATE rule_retirement SET to_position = $1, to_at = $2 WHERE to_position IS NULL AND rule IN \
         (SELECT rule FROM rule_force WHERE shipped = 1 OR pack_id IS NOT NULL)",
        &at,
    )
    .await?;
    let gone = "(SELECT rule FROM rule_retirement WHERE to_position IS NULL)";
    let went =
        format!("UPDATE host_rule_state SET retired = 1 WHERE retired = 0 AND rule IN {gone}");
    let came =
        format!("UPDATE host_rule_state SET retired = 0 WHERE retired = 1 AND rule NOT IN {gone}");
    Ok(tx.execute(&went, &[]).await? + tx.execute(&came, &[]).await? > 0)
}
