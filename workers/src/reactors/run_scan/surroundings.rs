//! What surrounded a scan, written down as it was: the host's name and groups, who logged in. Never a secret.

use domain::credential::Credential;
use domain::host::{Connection, HostDetails, HostKey};
use domain::id::{CredentialId, HostId};
use domain::scan::{LoginIdentity, Membership, ScanContext};
use domain::variable::EffectiveVariable;
use event_store::{Store, StoreError};
use projections::read::Read;

/// Who logs in with a stored credential; nobody when it was thrown away.
pub(super) async fn identity(
    store: &Store,
    credential: CredentialId,
) -> Result<Option<LoginIdentity>, StoreError> {
    let state = store.load::<Credential>(credential).await?.state;
    Ok(state.current.map(|(_, details)| LoginIdentity {
        credential: Some(credential),
        name: details.name,
        username: details.username,
        method: details.method,
        fingerprint: details.key.map(|key| key.fingerprint),
    }))
}

/// The groups that a host is in now, as far as the read tables have come.
pub(super) async fn groups(store: &Store, host: HostId) -> Result<Vec<Membership>, StoreError> {
    let standings = Read::new(store.db().clone()).standings(&[host]).await?;
    let groups = standings.into_iter().flat_map(|standing| standing.groups);
    Ok(groups
        .map(|group| Membership {
            group: group.id.to_string(),
            name: group.name,
        })
        .collect())
}

/// The values that people have set for variables of rules and that count for a host now, as far as the read tables
/// have come: each answer to a change waits for them.
pub(super) async fn values(
    store: &Store,
    host: HostId,
) -> Result<Vec<EffectiveVariable>, StoreError> {
    let standings = Read::new(store.db().clone())
        .variables_of_host(host)
        .await?;
    let counts = standings.values();
    Ok(counts
        .map(|standing| standing.effective.effective())
        .collect())
}

/// The surroundings of a scan of this host.
pub(super) fn context(
    details: &HostDetails,
    groups: Vec<Membership>,
    login: Option<LoginIdentity>,
    presented_keys: &[HostKey],
) -> ScanContext {
    let ssh = match &details.connection {
        Connection::Local => None,
        Connection::Ssh(ssh) => Some(ssh),
    };
    ScanContext {
        host: details.name.clone(),
        environment: details.environment.clone(),
        tags: details.tags.clone(),
        groups,
        address: ssh.map(|ssh| format!("{}:{}", ssh.address, ssh.port)),
        // The host on the way shows its key first.
        host_key: presented_keys.last().map(|key| key.fingerprint.clone()),
        login,
        sudo: ssh.map(|ssh| ssh.sudo),
        engine: engine::VERSION.to_owned(),
    }
}
