//! The inputs that describe a host and how it is reached.

use async_graphql::{ID, InputObject, OneofObject};
use domain::credential::Credential;
use domain::event::StreamId;
use domain::host::{Connection, HostDetails, HostKey as DomainKey, JumpHost, SshConnection};
use domain::id::CredentialId;
use event_store::CommandContext;

use crate::access::Access;
use crate::schema::error::{Refusal, UserError, UserErrorCode};
use crate::schema::id::typed;
use crate::schema::object::host_connection::{HostKeyPolicy, SudoMode};

/// The SSH port (RFC 4250).
const SSH_PORT: u16 = 22;

/// How a host is reached: one of these.
#[derive(Debug, Clone, OneofObject)]
pub(crate) enum ConnectionInput {
    /// It is the machine that OpenWatch runs on; the value does not matter.
    Local(bool),
    /// Over SSH.
    Ssh(SshConnectionInput),
}

/// How a host is reached over SSH.
#[derive(Debug, Clone, InputObject)]
pub(crate) struct SshConnectionInput {
    /// The host name or IP address.
    pub(crate) address: String,
    /// The TCP port; 22 without a wish.
    pub(crate) port: Option<u16>,
    /// How to log in; without it the default credential is used.
    pub(crate) credential: Option<ID>,
    /// How sudo is used; not at all without a wish.
    pub(crate) sudo: Option<SudoMode>,
    /// What happens with a new host key; refused without a wish.
    pub(crate) host_key_policy: Option<HostKeyPolicy>,
    /// The host on the way.
    pub(crate) jump: Option<JumpHostInput>,
}

/// A host on the way to another.
#[derive(Debug, Clone, InputObject)]
pub(crate) struct JumpHostInput {
    /// The host name or IP address.
    address: String,
    /// The TCP port; 22 without a wish.
    port: Option<u16>,
    /// How to log in there.
    credential: ID,
}

/// An SSH host key, as `testConnection` shows it.
#[derive(Debug, Clone, InputObject)]
pub(crate) struct HostKeyInput {
    /// The `address:port` that shows it.
    endpoint: String,
    /// The algorithm as SSH names it.
    algorithm: String,
    /// The key itself, base64.
    public_key: String,
    /// The SHA-256 fingerprint.
    fingerprint: String,
}

impl From<HostKeyInput> for DomainKey {
    fn from(key: HostKeyInput) -> Self {
        Self {
            endpoint: key.endpoint,
            algorithm: key.algorithm,
            public_key: key.public_key,
            fingerprint: key.fingerprint,
        }
    }
}

/// Everything that describes a host.
#[derive(Debug, Clone, InputObject)]
pub(crate) struct HostDetailsInput {
    /// Unique within the environment.
    name: String,
    /// `production`, `staging`, …; production without a wish.
    environment: Option<String>,
    /// Free text.
    description: Option<String>,
    /// For filters.
    tags: Option<Vec<String>>,
    /// How it is reached.
    connection: ConnectionInput,
}

/// A credential that does not exist, where the input names one.
fn no_credential(path: &[&str]) -> UserError {
    UserError::field(
        path,
        UserErrorCode::NotFound,
        "there is no such credential; choose another",
    )
}

impl SshConnectionInput {
    /// The connection of the domain.
    pub(crate) fn into_domain(self) -> Result<SshConnection, UserError> {
        let jump = match self.jump {
            Some(jump) => Some(JumpHost {
                address: jump.address,
                port: jump.port.unwrap_or(SSH_PORT),
                credential: typed(&jump.credential)
                    .ok_or_else(|| no_credential(&["connection", "ssh", "jump", "credential"]))?,
            }),
            None => None,
        };
        let credential = match self.credential {
            Some(id) => Some(
                typed(&id).ok_or_else(|| no_credential(&["connection", "ssh", "credential"]))?,
            ),
            None => None,
        };
        Ok(SshConnection {
            address: self.address,
            port: self.port.unwrap_or(SSH_PORT),
            credential,
            sudo: self.sudo.unwrap_or(SudoMode::None).into(),
            host_key_policy: self.host_key_policy.unwrap_or(HostKeyPolicy::Strict).into(),
            jump,
        })
    }
}

impl HostDetailsInput {
    /// The details of the domain.
    pub(crate) fn into_domain(self) -> Result<HostDetails, UserError> {
        Ok(HostDetails {
            name: self.name,
            environment: self.environment.unwrap_or_else(|| "production".to_owned()),
            description: self.description.unwrap_or_default(),
            tags: self.tags.unwrap_or_default(),
            connection: match self.connection {
                ConnectionInput::Local(_) => Connection::Local,
                ConnectionInput::Ssh(ssh) => Connection::Ssh(ssh.into_domain()?),
            },
        })
    }
}

/// Demands that the credentials which a connection names exist, now and when the command is decided.
pub(crate) async fn guard_credentials(
    access: &Access<'_>,
    connection: &Connection,
    mut context: CommandContext,
) -> Result<CommandContext, Refusal> {
    let Connection::Ssh(ssh) = connection else {
        return Ok(context);
    };
    let own = ssh
        .credential
        .map(|id| (id, ["connection", "ssh", "credential"].as_slice()));
    let jump = ssh.jump.as_ref().map(|jump| {
        (
            jump.credential,
            ["connection", "ssh", "jump", "credential"].as_slice(),
        )
    });
    for (id, path) in own.into_iter().chain(jump) {
        context = guard_credential(access, id, path, context).await?;
    }
    Ok(context)
}

async fn guard_credential(
    access: &Access<'_>,
    id: CredentialId,
    path: &[&str],
    context: CommandContext,
) -> Result<CommandContext, Refusal> {
    let loaded = access.store().load::<Credential>(id).await?;
    if loaded.state.current.is_none() {
        return Err(no_credential(path).into());
    }
    Ok(context.guard(StreamId::new("credential", id), loaded.version))
}
