//! Stored ways to log in, without their secrets.

use async_trait::async_trait;
use domain::credential::{CredentialDetails, CredentialEvent};
use domain::event::DomainEvent;
use domain::id::CredentialId;
use event_store::{StoreError, Tx, Value};

use super::Projection;
use super::row::{json, text, word};
use crate::event::Event;

/// See the module.
pub(super) struct CredentialProjection;

#[async_trait]
impl Projection for CredentialProjection {
    fn name(&self) -> &'static str {
        "credential"
    }

    fn version(&self) -> i64 {
        1
    }

    fn tables(&self) -> &'static [&'static str] {
        &["credential"]
    }

    async fn apply(&self, tx: &mut Tx, event: &Event) -> Result<(), StoreError> {
        let DomainEvent::Credential(body) = &event.body else {
            return Ok(());
        };
        let at: Value = event.recorded.recorded_at.into();
        let (sql, values) = match body {
            CredentialEvent::Created(created) => {
                let mut values = vec![text(created.credential), at];
                values.extend(details(&created.details));
                let sql = "INSERT INTO credential (credential_id, created_at, changed_at, name, \
                    description, username, method, key_facts, is_default, removed) \
                    VALUES ($1, $2, $2, $3, $4, $5, $6, $7, 0, 0)";
                (sql, values)
            }
            CredentialEvent::Edited(edited) => {
                let mut values = vec![text(edited.credential), at];
                values.extend(details(&edited.after));
                let sql = "UPDATE credential SET changed_at = $2, name = $3, description = $4, \
                    username = $5, method = $6, key_facts = $7 WHERE credential_id = $1";
                (sql, values)
            }
            CredentialEvent::Removed(removed) => {
                let sql = "UPDATE credential SET changed_at = $2, removed = 1, is_default = 0 \
                    WHERE credential_id = $1";
                (sql, vec![text(removed.credential), at])
            }
            CredentialEvent::DefaultMade(made) => set_default(made.credential, 1, at),
            CredentialEvent::DefaultCleared(cleared) => set_default(cleared.credential, 0, at),
        };
        tx.execute(sql, &values).await.map(drop)
    }
}

fn set_default(credential: CredentialId, default: i64, at: Value) -> (&'static str, Vec<Value>) {
    let sql = "UPDATE credential SET changed_at = $2, is_default = $3 WHERE credential_id = $1";
    (sql, vec![text(credential), at, default.into()])
}

fn details(details: &CredentialDetails) -> [Value; 5] {
    [
        details.name.as_str().into(),
        details.description.as_str().into(),
        details.username.as_str().into(),
        word(&details.method).into(),
        details.key.as_ref().map_or(Value::Null, json),
    ]
}
