//! Which master keys belong to the database. Knows their ids only; the keys are the vault's.

use std::collections::BTreeSet;

use crate::db::{Engine, Tx};
use crate::error::StoreError;
use crate::row::Row;
use crate::store::Store;

/// Ids of keys that were registered, and of keys that sealed something before keys were registered.
const KNOWN: &str = "SELECT key_id FROM vault_key UNION SELECT key_id FROM vault_secret";

impl Store {
    /// The ids of the master keys that belong to this database.
    pub async fn vault_keys(&self) -> Result<BTreeSet<String>, StoreError> {
        ids(&self.db().fetch_all(KNOWN, &[]).await?)
    }

    /// Registers the keys of a vault, unless the database has other keys and none of these. Of several
    /// processes with different keys only the first succeeds. Returns the keys that the database then has.
    pub async fn register_vault_keys(
        &self,
        keys: &[String],
    ) -> Result<BTreeSet<String>, StoreError> {
        let mut tx = self.db().begin().await?;
        take_turns(&mut tx).await?;
        let mut known = ids(&tx.fetch_all(KNOWN, &[]).await?)?;
        if known.is_empty() || keys.iter().any(|key| known.contains(key)) {
            let now = self.clock().now().as_micros();
            for key in keys {
                let sql = "INSERT INTO vault_key (key_id, registered_at) VALUES ($1, $2) \
                    ON CONFLICT (key_id) DO NOTHING";
                tx.execute(sql, &[key.as_str().into(), now.into()]).await?;
            }
            known.extend(keys.iter().cloned());
            tx.commit().await?;
        }
        Ok(known)
    }
}

/// On `SQLite` only one transaction writes anyway.
async fn take_turns(tx: &mut Tx) -> Result<(), StoreError> {
    if tx.engine() == Engine::Postgres {
        let sql = "SELECT position FROM log_head WHERE id = 1 FOR UPDATE";
        tx.fetch_all(sql, &[]).await?;
    }
    Ok(())
}

fn ids(rows: &[Row]) -> Result<BTreeSet<String>, StoreError> {
    rows.iter().map(|row| row.get("key_id")).collect()
}
