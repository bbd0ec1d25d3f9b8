//! From a host in the log to a machine that can be reached: connection, credential, secret.

use domain::credential::{AuthMethod, Credential};
use domain::host::{Connection, HostState, HostStatus, JumpHost, SshConnection};
use domain::id::CredentialId;
use domain::port::{CredentialSecret, Vault, credential_record};
use domain::scan::FailureReason;
use event_store::{Store, StoreError};
use zeroize::Zeroizing;

use super::ScanReactor;
use super::attempt::Stopped;
use crate::failure::Failure;
use crate::reach::Machine;
use crate::ssh::{Endpoint, Hop, Login, SshTarget};

/// The failure of a scan whose host is gone.
pub(super) fn removed() -> Failure {
    Failure::new(
        FailureReason::HostRemoved,
        "the host was taken out of watch",
    )
}

/// How the host is reached now.
pub(super) async fn target(reactor: &ScanReactor, host: &HostState) -> Result<Machine, Stopped> {
    let details = host.details.as_ref().ok_or_else(removed)?;
    if host.status != HostStatus::Active {
        return Err(removed().into());
    }
    let ssh = match &details.connection {
        Connection::Local => return Ok(Machine::Local),
        Connection::Ssh(ssh) => ssh,
    };
    let credential = credential(reactor, host).await?.ok_or_else(|| {
        let detail = "the host has no credential of its own and there is no default one";
        Failure::new(FailureReason::CredentialMissing, detail)
    })?;
    let login = login(&reactor.store, reactor.vault.as_ref(), credential).await?;
    let jump = match &ssh.jump {
        Some(jump) => Some(hop(&reactor.store, reactor.vault.as_ref(), jump).await?),
        None => None,
    };
    let target = ssh_target(ssh, login, jump, host);
    Ok(Machine::Ssh(Box::new(target), ssh.sudo))
}

/// The credential that the host is logged in to with: its own, or the default one.
pub(super) async fn credential(
    reactor: &ScanReactor,
    host: &HostState,
) -> Result<Option<CredentialId>, StoreError> {
    match host.details.as_ref().map(|details| &details.connection) {
        Some(Connection::Ssh(ssh)) => match ssh.credential {
            Some(credential) => Ok(Some(credential)),
            None => reactor.board.default_credential().await,
        },
        _ => Ok(None),
    }
}

fn ssh_target(ssh: &SshConnection, login: Login, jump: Option<Hop>, host: &HostState) -> SshTarget {
    SshTarget {
        host: Hop {
            endpoint: Endpoint {
                address: ssh.address.clone(),
                port: ssh.port,
            },
            login,
        },
        jump,
        policy: ssh.host_key_policy,
        trusted_keys: host.trusted_keys.clone(),
    }
}

/// The host on the way with its log-in.
pub(crate) async fn hop(store: &Store, vault: &dyn Vault, jump: &JumpHost) -> Result<Hop, Stopped> {
    Ok(Hop {
        endpoint: Endpoint {
            address: jump.address.clone(),
            port: jump.port,
        },
        login: login(store, vault, jump.credential).await?,
    })
}

/// A stored credential with its secret, opened.
pub(crate) async fn login(
    store: &Store,
    vault: &dyn Vault,
    credential: CredentialId,
) -> Result<Login, Stopped> {
    let state = store.load::<Credential>(credential).await?.state;
    let Some((_, details)) = state.current else {
        let detail = "the credential of the host was thrown away";
        return Err(Failure::new(FailureReason::CredentialMissing, detail).into());
    };
    let record = credential_record(credential);
    let secret = match store.get_secret(&record).await? {
        Some(sealed) => {
            let opened = vault
                .open(&record, &sealed)
                .map_err(|error| Failure::of(FailureReason::CredentialUnreadable, &error))?;
            parse(&Zeroizing::new(opened), &details.name)?
        }
        None if details.method == AuthMethod::Agent => CredentialSecret::default(),
        None => {
            let detail = format!(
                "the secret of the credential {} is not in the vault",
                details.name
            );
            return Err(Failure::new(FailureReason::CredentialUnreadable, detail).into());
        }
    };
    Ok(Login {
        username: details.username,
        method: details.method,
        secret,
    })
}

fn parse(opened: &[u8], name: &str) -> Result<CredentialSecret, Failure> {
    serde_json::from_slice(opened).map_err(|_| {
        let detail = format!("the secret of the credential {name} does not have the agreed form");
        Failure::new(FailureReason::CredentialUnreadable, detail)
    })
}
