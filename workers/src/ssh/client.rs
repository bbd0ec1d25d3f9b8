//! Our side of one SSH connection: judges the host key before anything else is said, and remembers
//! what the server showed and how it said goodbye.

use std::sync::{Arc, Mutex, PoisonError};

use domain::host::{HostKey, HostKeyPolicy};
use russh::client::{DisconnectReason, Handler};
use russh::keys::PublicKeyOrCertificate;

use super::host_key::{self, HostKeyTrust};
use super::{Endpoint, SshError};

/// What the server showed and said.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// The key that it showed.
    pub(super) presented: Option<HostKey>,
    /// Whether it was accepted as the first one.
    pub(super) first_use: bool,
    /// Its last words.
    pub(super) farewell: Option<String>,
    /// Whether it took no further method of logging in, which ends the connection on our side.
    pub(super) no_method_left: bool,
}

/// Shared between the connection task and the one that waits for it.
#[derive(Debug, Clone, Default)]
pub(super) struct Observed(Arc<Mutex<Seen>>);

impl Observed {
    pub(super) fn with<T>(&self, look: impl FnOnce(&mut Seen) -> T) -> T {
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The callbacks of one connection.
pub(super) struct Client {
    pub(super) endpoint: Endpoint,
    pub(super) trusted: Vec<HostKey>,
    pub(super) revoked: Vec<String>,
    pub(super) policy: HostKeyPolicy,
    pub(super) observed: Observed,
}

impl Handler for Client {
    type Error = SshError;

    async fn check_server_key(&mut self, key: &PublicKeyOrCertificate) -> Result<bool, SshError> {
        let presented = host_key::describe(&self.endpoint, &key.public_key());
        self.observed
            .with(|seen| seen.presented = Some(presented.clone()));
        host_key::refuse_revoked(&presented, &self.revoked)?;
        let standing = host_key::judge(&presented, &self.trusted, self.policy)?;
        self.observed
            .with(|seen| seen.first_use = standing == HostKeyTrust::FirstUse);
        Ok(true)
    }

    async fn disconnected(&mut self, reason: DisconnectReason<SshError>) -> Result<(), SshError> {
        match reason {
            DisconnectReason::ReceivedDisconnect(farewell) => {
                let words: String = farewell
                    .message
                    .chars()
                    .filter(|c| !c.is_control())
                    .take(300)
                    .collect();
                self.observed.with(|seen| seen.farewell = Some(words));
                Ok(())
            }
            DisconnectReason::Error(error) => {
                if let SshError::Protocol(cause) = &error {
                    let out = matches!(**cause, russh::Error::NoAuthMethod);
                    self.observed.with(|seen| seen.no_method_left = out);
                }
                Err(error)
            }
        }
    }
}
