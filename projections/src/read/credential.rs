//! Stored ways to log in.

use domain::credential::{AuthMethod, SshKeyFacts};
use domain::id::CredentialId;
use domain::time::Timestamp;
use event_store::{Row, StoreError};

use super::column::{optional_json, parsed, word};
use super::page::{Filter, List, Listing};
use super::{Everything, Read};

/// One credential, without its secret.
#[derive(Debug, Clone, PartialEq)]
pub struct CredentialRow {
    /// The credential.
    pub id: CredentialId,
    /// Its name.
    pub name: String,
    /// Free text.
    pub description: String,
    /// The account on the hosts.
    pub username: String,
    /// What is tried.
    pub method: AuthMethod,
    /// What may be known of its key.
    pub key: Option<SshKeyFacts>,
    /// Hosts without one of their own use it.
    pub is_default: bool,
    /// Thrown away: only shown where something names it.
    pub removed: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub changed_at: Timestamp,
    /// Active hosts that name it.
    pub host_count: u32,
}

const COLUMNS: &str = "credential.credential_id, credential.name, credential.description, \
    credential.username, credential.method, credential.key_facts, credential.is_default, \
    credential.removed, credential.created_at, credential.changed_at, \
    (SELECT count(*) FROM host WHERE host.credential_id = credential.credential_id \
    AND host.status = 'active') AS host_count";

fn of(filter: Filter) -> List<'static> {
    List {
        columns: COLUMNS,
        from: "credential",
        filter,
        sort: "lower(credential.name)",
        key: "credential.credential_id",
        descending: false,
    }
}

impl Listing for Everything<CredentialRow> {
    type Item = CredentialRow;

    fn list(&self) -> List<'static> {
        of(Filter::default().with("credential.removed = 0", []))
    }

    fn read(row: &Row) -> Result<CredentialRow, StoreError> {
        CredentialRow::read(row)
    }
}

impl CredentialRow {
    pub(super) fn read(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: parsed(row, "credential_id")?,
            name: row.get("name")?,
            description: row.get("description")?,
            username: row.get("username")?,
            method: word(row, "method")?,
            key: optional_json(row, "key_facts")?,
            is_default: row.get("is_default")?,
            removed: row.get("removed")?,
            created_at: row.get("created_at")?,
            changed_at: row.get("changed_at")?,
            host_count: row.get("host_count")?,
        })
    }
}

impl Read {
    /// The credentials with these ids, removed ones as well, in any order.
    pub async fn credentials_by_id(
        &self,
        ids: &[CredentialId],
    ) -> Result<Vec<CredentialRow>, StoreError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let values = ids.iter().map(|id| id.to_string().into()).collect();
        of(Filter::default().any_of("credential.credential_id", values))
            .all(
                &self.db,
                u32::try_from(ids.len()).unwrap_or(u32::MAX),
                CredentialRow::read,
            )
            .await
    }
}
