//! The part of `host_rule_state` that remembers what the verdicts of each host added up to, over all rules and by
//! framework, and which hosts were under watch: what groups and the fleet added up to at an instant is a look-up.

use domain::host::HostEvent;
use domain::id::HostId;
use event_store::{StoreError, Tx, Value};

use super::row::text;
use crate::event::Event;

/// What hosts add up to now, in the form of the history.
const NOW: &str = "(SELECT host_id, '' AS framework, pass, fail, error, not_applicable, manual FROM host_posture \
    UNION ALL SELECT host_id, framework, pass, fail, error, not_applicable, manual FROM host_lens)";

/// Takes in that a host came under watch, or was taken out.
pub(super) async fn watch(tx: &mut Tx, host: &HostEvent, event: &Event) -> Result<(), StoreError> {
    let begin = "INSERT INTO host_watch (host_id, from_position, from_at) VALUES ($1, $2, $3)";
    let (host, sql) = match host {
        HostEvent::Registered(registered) => (registered.host, begin),
        HostEvent::Restored(restored) => (restored.host, begin),
        HostEvent::Removed(removed) => (
            removed.host,
            "UPDATE host_watch SET to_position = $2, to_at = $3 WHERE host_id = $1 AND to_position IS NULL",
        ),
        _ => return Ok(()),
    };
    let mut values = vec![text(host)];
    values.extend(at(event));
    tx.execute(sql, &values).await.map(drop)
}

/// Writes down what one host, or all of them, add up to since an event, where it is something else than before.
pub(super) async fn remember(
    tx: &mut Tx,
    host: Option<HostId>,
    event: &Event,
) -> Result<(), StoreError> {
    let of_one = host.map(|_| "AND host_id = $3").unwrap_or_default();
    let mut values = at(event).to_vec();
    values.extend(host.map(text));
    let end = format!(
        "UPDATE posture_history SET to_position = $1, to_at = $2 WHERE to_position IS NULL {of_one} \
         AND NOT EXISTS (SELECT 1 FROM {NOW} AS now WHERE now.host_id = posture_history.host_id \
         AND now.framework = posture_history.framework AND now.pass = posture_history.pass \
         AND now.fail = posture_history.fail AND now.error = posture_history.error \
         AND now.not_applicable = posture_history.not_applicable AND now.manual = posture_history.manual)"
    );
    tx.execute(&end, &values).await?;
    let begin = format!(
        "INSERT INTO posture_history (host_id, framework, from_position, from_at, pass, fail, error, \
         not_applicable, manual) SELECT host_id, framework, $1, $2, pass, fail, error, not_applicable, manual \
         FROM {NOW} AS now WHERE NOT EXISTS (SELECT 1 FROM posture_history AS known \
         WHERE known.host_id = now.host_id AND known.framework = now.framework \
         AND known.to_position IS NULL) {of_one}"
    );
    tx.execute(&begin, &values).await.map(drop)
}

fn at(event: &Event) -> [Value; 2] {
    [
        event.recorded.position.0.into(),
        event.recorded.recorded_at.into(),
    ]
}
