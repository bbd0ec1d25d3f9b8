//! Keys that an SSH agent holds. The agent signs; the keys never come to us.

use russh::client::Handle;
use russh::keys::agent::AgentIdentity;
use russh::keys::agent::client::AgentClient;
use tokio::net::UnixStream;

use super::auth::{Answer, signature_hashes};
use super::client::Client;
use super::{Login, SshError, SshOptions};

/// OpenSSH ends a connection after six failed attempts (`MaxAuthTries`).
const MAX_KEYS: usize = 5;

/// Offers the keys of the agent, one after another.
pub(super) async fn try_agent(
    handle: &mut Handle<Client>,
    login: &Login,
    options: &SshOptions,
) -> Result<Answer, SshError> {
    let socket = options
        .agent_socket
        .as_ref()
        .ok_or(SshError::AgentMissing)?;
    let mut agent = AgentClient::connect_uds(socket).await.map_err(failed)?;
    if let Some(binding) = handle.agent_session_binding() {
        // Agents older than OpenSSH 8.9 do not know it; their keys have no destination constraints.
        let _ = agent.bind_session(binding, false).await;
    }
    let identities = agent.request_identities().await.map_err(failed)?;
    if identities.is_empty() {
        return Ok(Answer::Refused("the SSH agent holds no keys".to_owned()));
    }
    let offered = identities.len().min(MAX_KEYS);
    for identity in identities.into_iter().take(MAX_KEYS) {
        match offer(handle, login, identity, &mut agent).await? {
            Answer::Refused(_) if handle.is_closed() => break,
            Answer::Refused(_) => {}
            answer => return Ok(answer),
        }
    }
    Ok(Answer::Refused(format!(
        "none of {offered} keys of the SSH agent is accepted"
    )))
}

fn failed(error: russh::keys::Error) -> SshError {
    SshError::AgentFailed(Box::new(error))
}

async fn offer(
    handle: &mut Handle<Client>,
    login: &Login,
    identity: AgentIdentity,
    agent: &mut AgentClient<UnixStream>,
) -> Result<Answer, SshError> {
    let algorithm = identity.public_key().algorithm();
    for hash in signature_hashes(handle, &algorithm).await? {
        let user = login.username.clone();
        let result = match &identity {
            AgentIdentity::PublicKey { key, .. } => {
                handle
                    .authenticate_publickey_with(user, key.clone(), hash, agent)
                    .await
            }
            AgentIdentity::Certificate { certificate, .. } => {
                handle
                    .authenticate_certificate_with(user, certificate.clone(), hash, agent)
                    .await
            }
        };
        // A key that the agent will not sign with (locked, not confirmed) is a refusal of that key.
        let Ok(result) = result else { break };
        match result.into() {
            Answer::Refused(_) => {}
            answer => return Ok(answer),
        }
    }
    Ok(Answer::Refused(String::new()))
}
