//! How a host is reached, and the keys it shows.

use async_graphql::{Context, Enum, Object, Result, SimpleObject, Union};
use domain::host::SshConnection as DomainSsh;
use domain::id::CredentialId;
use domain::permission::Permission;

use super::credential::Credential;
use crate::access::require;
use crate::schema::error::Fault;

/// How sudo is used on a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::host::SudoMode")]
pub(crate) enum SudoMode {
    /// Not at all.
    None,
    /// Without a password.
    Nopasswd,
    /// With the password of the credential, on standard input.
    Password,
}

/// What happens with a host key that is not trusted yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::host::HostKeyPolicy")]
pub(crate) enum HostKeyPolicy {
    /// The first key of an endpoint is trusted; a changed key is refused.
    TrustOnFirstUse,
    /// Every key must have been confirmed by a person.
    Strict,
}

/// How a host is reached.
#[derive(Union)]
pub(crate) enum HostConnectionSettings {
    /// It is the machine that OpenWatch runs on.
    Local(LocalConnection),
    /// Over SSH.
    Ssh(SshConnection),
}

/// The machine that OpenWatch runs on.
#[derive(Debug, Clone, SimpleObject)]
pub(crate) struct LocalConnection {
    /// Whose machine: that of the worker which scans.
    pub(super) machine: String,
}

/// Over SSH.
pub(crate) struct SshConnection(pub(super) DomainSsh);

/// Over SSH.
#[Object]
impl SshConnection {
    /// The host name or IP address.
    async fn address(&self) -> &str {
        &self.0.address
    }

    /// The TCP port.
    async fn port(&self) -> u16 {
        self.0.port
    }

    /// How to log in; null: with the default credential, or it may not be seen.
    async fn credential(&self, ctx: &Context<'_>) -> Result<Option<Credential>> {
        match self.0.credential {
            Some(credential) => load_credential(ctx, credential).await,
            None => Ok(None),
        }
    }

    /// Whether the host uses the default credential.
    async fn uses_default_credential(&self) -> bool {
        self.0.credential.is_none()
    }

    /// How sudo is used.
    async fn sudo(&self) -> SudoMode {
        self.0.sudo.into()
    }

    /// What happens with a new host key.
    async fn host_key_policy(&self) -> HostKeyPolicy {
        self.0.host_key_policy.into()
    }

    /// The address of the host on the way.
    async fn jump_address(&self) -> Option<&str> {
        self.0.jump.as_ref().map(|jump| jump.address.as_str())
    }

    /// The TCP port of the host on the way.
    async fn jump_port(&self) -> Option<u16> {
        self.0.jump.as_ref().map(|jump| jump.port)
    }

    /// How to log in to the host on the way.
    async fn jump_credential(&self, ctx: &Context<'_>) -> Result<Option<Credential>> {
        match &self.0.jump {
            Some(jump) => load_credential(ctx, jump.credential).await,
            None => Ok(None),
        }
    }
}

/// An SSH host key.
#[derive(Debug, Clone, SimpleObject)]
pub(crate) struct HostKey {
    /// The `address:port` that shows it.
    pub(crate) endpoint: String,
    /// The algorithm as SSH names it.
    pub(crate) algorithm: String,
    /// The SHA-256 fingerprint, as ssh-keygen prints it.
    pub(crate) fingerprint: String,
    /// The key itself, base64.
    pub(crate) public_key: String,
}

impl From<domain::host::HostKey> for HostKey {
    fn from(key: domain::host::HostKey) -> Self {
        Self {
            endpoint: key.endpoint,
            algorithm: key.algorithm,
            fingerprint: key.fingerprint,
            public_key: key.public_key,
        }
    }
}

/// A credential by id; nothing for those who may not see credentials.
async fn load_credential(ctx: &Context<'_>, id: CredentialId) -> Result<Option<Credential>> {
    let Ok(access) = require(ctx, Permission::CredentialRead) else {
        return Ok(None);
    };
    let row = access
        .loaders()
        .load_one(id)
        .await
        .map_err(Fault::internal)?;
    Ok(row.map(Credential))
}
