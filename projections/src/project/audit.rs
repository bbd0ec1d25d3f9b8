//! Every event: who did what, from where, and what changed. A new kind of event needs nothing here.

use async_trait::async_trait;
use event_store::{StoreError, Tx};
use serde::Serialize;
use serde_json::{Map, Value as Json};

use super::Projection;
use super::row::{json, text, word};
use crate::event::Event;

/// See the module.
pub(super) struct AuditProjection;

#[async_trait]
impl Projection for AuditProjection {
    fn name(&self) -> &'static str {
        "audit"
    }

    fn version(&self) -> i64 {
        1
    }

    fn tables(&self) -> &'static [&'static str] {
        &["audit", "audit_host"]
    }

    async fn apply(&self, tx: &mut Tx, event: &Event) -> Result<(), StoreError> {
        let recorded = &event.recorded;
        let (actor, body) = (&recorded.metadata.actor, event.body.to_json());
        tx.execute(
            "INSERT INTO audit (position, recorded_at, action, subject_kind, subject_key, actor_kind, \
             actor_id, actor_label, actor_address, changes, body, correlation, command) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
            &[
                recorded.position.0.into(),
                recorded.recorded_at.into(),
                recorded.type_name().into(),
                recorded.stream.kind.as_str().into(),
                recorded.stream.key.as_str().into(),
                word(&actor.kind).into(),
                actor.id.as_str().into(),
                actor.label.as_str().into(),
                actor.address.clone().into(),
                json(&changes(&body)),
                json(&body),
                text(recorded.metadata.correlation),
                text(recorded.metadata.command),
            ],
        )
        .await?;
        for host in &recorded.metadata.hosts {
            tx.execute(
                "INSERT INTO audit_host (host_id, position) VALUES ($1, $2) \
                 ON CONFLICT (host_id, position) DO NOTHING",
                &[text(host), recorded.position.0.into()],
            )
            .await?;
        }
        Ok(())
    }
}

/// One field that an event changed.
#[derive(Debug, PartialEq, Serialize)]
struct Change {
    field: String,
    before: Option<Json>,
    after: Option<Json>,
}

/// Lists longer than this are told by their length: the event itself holds them.
const LISTED: usize = 20;

/// What an event changed: `before` against `after` where it has both, otherwise what it says.
fn changes(body: &Json) -> Vec<Change> {
    let Json::Object(fields) = body else {
        return Vec::new();
    };
    match (fields.get("before"), fields.get("after")) {
        (Some(Json::Object(before)), Some(Json::Object(after))) => {
            let mut found = Vec::new();
            differences("", before, after, &mut found);
            found
        }
        (Some(before), Some(after)) => {
            let field = fields
                .get("key")
                .and_then(Json::as_str)
                .unwrap_or("value")
                .to_owned();
            vec![Change {
                field,
                before: some(before),
                after: some(after),
            }]
        }
        _ => {
            let mut found = Vec::new();
            differences("", &Map::new(), fields, &mut found);
            found
        }
    }
}

fn differences(
    path: &str,
    before: &Map<String, Json>,
    after: &Map<String, Json>,
    found: &mut Vec<Change>,
) {
    let empty = Map::new();
    let mut names: Vec<&String> = before.keys().chain(after.keys()).collect();
    names.sort();
    names.dedup();
    for name in names {
        let (old, new) = (before.get(name), after.get(name));
        if old == new {
            continue;
        }
        let field = if path.is_empty() {
            name.clone()
        } else {
            format!("{path}.{name}")
        };
        match (old, new) {
            (Some(Json::Object(old)), Some(Json::Object(new))) => {
                differences(&field, old, new, found);
            }
            (None, Some(Json::Object(new))) => differences(&field, &empty, new, found),
            _ => found.push(Change {
                field,
                before: old.and_then(some),
                after: new.and_then(some),
            }),
        }
    }
    found.retain(|change| change.before.is_some() || change.after.is_some());
}

fn some(value: &Json) -> Option<Json> {
    match value {
        Json::Null => None,
        Json::Array(items) if items.len() > LISTED => {
            Some(Json::String(format!("{} entries", items.len())))
        }
        value => Some(value.clone()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_edit_names_the_fields_that_differ_and_no_others() {
        let body = json!({
            "host": "1",
            "before": {"name": "a", "tags": [], "connection": {"ssh": {"port": 22, "address": "x"}}},
            "after": {"name": "a", "tags": ["db"], "connection": {"ssh": {"port": 2222, "address": "x"}}},
        });
        let found: Vec<_> = changes(&body)
            .into_iter()
            .map(|change| change.field)
            .collect();
        assert_eq!(found, ["connection.ssh.port", "tags"]);
    }

    #[test]
    fn a_creation_has_no_old_values() {
        let body = json!({"host": "1", "details": {"name": "a", "description": null}});
        let found = changes(&body);
        assert_eq!(found.len(), 2);
        assert!(found.iter().all(|change| change.before.is_none()));
    }
}
