//! Stored ways to log in to hosts. Secrets have no type here.

use async_graphql::{Enum, ID, Object, SimpleObject};
use domain::credential::SshKeyFacts;
use projections::read::CredentialRow;

use crate::schema::id::global;
use crate::schema::scalar::DateTime;

/// A stored way to log in to hosts. Its secret never leaves the vault.
pub(crate) struct Credential(pub(crate) CredentialRow);

/// What is tried to log in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::credential::AuthMethod")]
pub(crate) enum AuthMethod {
    /// A password, also by keyboard-interactive.
    Password,
    /// A private key.
    Key,
    /// A private key, then a password where the host asks for both.
    KeyAndPassword,
    /// A key of the SSH agent of the server process.
    Agent,
}

/// What may be known of a private key.
#[derive(Debug, Clone, SimpleObject)]
pub(crate) struct SshKey {
    /// The algorithm as SSH names it.
    algorithm: String,
    /// The size in bits.
    bits: u32,
    /// The SHA-256 fingerprint.
    fingerprint: String,
}

impl From<SshKeyFacts> for SshKey {
    fn from(key: SshKeyFacts) -> Self {
        Self {
            algorithm: key.algorithm,
            bits: key.bits,
            fingerprint: key.fingerprint,
        }
    }
}

/// A stored way to log in to hosts. Its secret never leaves the vault.
#[Object]
impl Credential {
    /// The global id.
    pub(crate) async fn id(&self) -> ID {
        global(self.0.id)
    }

    /// Its name.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Free text.
    async fn description(&self) -> &str {
        &self.0.description
    }

    /// The account on the hosts.
    async fn username(&self) -> &str {
        &self.0.username
    }

    /// What is tried to log in.
    async fn method(&self) -> AuthMethod {
        self.0.method.into()
    }

    /// What may be known of its private key.
    async fn key(&self) -> Option<SshKey> {
        self.0.key.clone().map(SshKey::from)
    }

    /// Whether hosts without a credential of their own use it.
    async fn is_default(&self) -> bool {
        self.0.is_default
    }

    /// Whether it was thrown away.
    async fn is_removed(&self) -> bool {
        self.0.removed
    }

    /// How many active hosts name it.
    async fn host_count(&self) -> u32 {
        self.0.host_count
    }

    /// When it was made.
    async fn created_at(&self) -> DateTime {
        self.0.created_at.into()
    }

    /// When it was last changed.
    async fn updated_at(&self) -> DateTime {
        self.0.changed_at.into()
    }
}
