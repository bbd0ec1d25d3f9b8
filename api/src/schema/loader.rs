//! Rows by id, gathered so that a list of things asks once for all that they name.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use domain::id::{CredentialId, HostId, ScanId, UserId};
use event_store::StoreError;
use projections::read::{CredentialRow, HostRow, Read, RuleRow, ScanRow, UserRow};

/// Loads rows of every kind.
pub(crate) struct Loaders {
    read: Read,
}

impl Loaders {
    /// Loads from these read models.
    pub(crate) fn new(read: Read) -> Self {
        Self { read }
    }
}

/// The key of a rule.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct RuleKey(pub(crate) String);

macro_rules! loads {
    ($($key:ty => $row:ty, $ask:ident, |$one:ident| $id:expr;)+) => {$(
        impl Loader<$key> for Loaders {
            type Value = $row;
            type Error = Arc<StoreError>;

            async fn load(&self, keys: &[$key]) -> Result<HashMap<$key, $row>, Arc<StoreError>> {
                let rows = self.read.$ask(keys).await?;
                Ok(rows.into_iter().map(|$one| ($id, $one)).collect())
            }
        }
    )+};
}

loads! {
    HostId => HostRow, hosts_by_id, |row| row.id;
    ScanId => ScanRow, scans_by_id, |row| row.id;
    CredentialId => CredentialRow, credentials_by_id, |row| row.id;
    UserId => UserRow, users_by_id, |row| row.id;
}

impl Loader<RuleKey> for Loaders {
    type Value = RuleRow;
    type Error = Arc<StoreError>;

    async fn load(&self, keys: &[RuleKey]) -> Result<HashMap<RuleKey, RuleRow>, Arc<StoreError>> {
        let ids: Vec<String> = keys.iter().map(|key| key.0.clone()).collect();
        let rows = self.read.rules_by_id(&ids).await?;
        Ok(rows
            .into_iter()
            .map(|row| (RuleKey(row.rule.clone()), row))
            .collect())
    }
}
