//! Tries a connection for a person who is about to register a host: shows the host keys, logs in where
//! they are trusted, looks at the host once. Records nothing.

use std::sync::Arc;

use domain::credential::{AuthMethod, SshKeyFacts};
use domain::host::{HostKeyPolicy, SshConnection};
use domain::port::{
    ConnectionAttempt, ConnectionProbe, ConnectionReport, CredentialDraft, CredentialSecret,
    KeyRefusal, Pending, Vault,
};
use domain::scan::{FailureReason, HostFacts, Selection};
use engine::rule::RuleBase;
use engine::scan::{ScanOptions, ScanStep};
use event_store::{Store, StoreError};

use crate::failure::Failure;
use crate::pack_scanner::failure;
use crate::reach::{Machine, Reached, Unreached, reach};
use crate::reactors::board::Board;
use crate::reactors::run_scan::{Stopped, hop, login};
use crate::ssh::{Endpoint, Hop, Login, SshOptions, SshTarget, inspect_key};

/// The probe of an installation.
pub struct SshProbe {
    store: Store,
    board: Arc<dyn Board>,
    vault: Arc<dyn Vault>,
    ssh: SshOptions,
}

impl SshProbe {
    /// A probe that finds stored credentials in this log and vault.
    pub fn new(
        store: Store,
        board: Arc<dyn Board>,
        vault: Arc<dyn Vault>,
        ssh: SshOptions,
    ) -> Self {
        Self {
            store,
            board,
            vault,
            ssh,
        }
    }

    async fn try_connection(&self, attempt: ConnectionAttempt) -> ConnectionReport {
        let target = match self.target(attempt).await {
            Ok(target) => target,
            Err(stopped) => return refused(Vec::new(), stopped_failure(stopped)),
        };
        let reached = match reach(&target, &self.ssh).await {
            Ok(reached) => reached,
            Err(Unreached {
                presented_keys,
                failure,
            }) => return refused(presented_keys, failure),
        };
        let presented_keys = reached.presented_keys.clone();
        let looked = self.look(&reached).await;
        reached.close().await;
        match looked {
            Ok(facts) => ConnectionReport {
                presented_keys,
                facts: Some(facts),
                failure: None,
            },
            Err(failure) => refused(presented_keys, failure),
        }
    }

    /// Where to go. Nobody has confirmed a first key yet, so none is accepted unseen.
    async fn target(&self, attempt: ConnectionAttempt) -> Result<Machine, Stopped> {
        let ConnectionAttempt {
            connection,
            trusted_keys,
            draft,
        } = attempt;
        let (store, vault) = (&self.store, self.vault.as_ref());
        let login = match draft {
            Some(draft) => draft_login(draft),
            None => self.stored_login(&connection).await?,
        };
        let jump = match &connection.jump {
            Some(jump) => Some(hop(store, vault, jump).await?),
            None => None,
        };
        let sudo = connection.sudo;
        let target = SshTarget {
            host: Hop {
                endpoint: Endpoint {
                    address: connection.address,
                    port: connection.port,
                },
                login,
            },
            jump,
            policy: HostKeyPolicy::Strict,
            trusted_keys,
        };
        Ok(Machine::Ssh(Box::new(target), sudo))
    }

    async fn stored_login(&self, connection: &SshConnection) -> Result<Login, Stopped> {
        let credential = match connection.credential {
            Some(credential) => credential,
            None => self.board.default_credential().await?.ok_or_else(|| {
                let detail = "no credential was chosen and there is no default one";
                Failure::new(FailureReason::CredentialMissing, detail)
            })?,
        };
        login(&self.store, self.vault.as_ref(), credential).await
    }

    /// The first look of a scan, without any rule.
    async fn look(&self, reached: &Reached) -> Result<HostFacts, Failure> {
        let base = RuleBase::empty();
        let options = ScanOptions::new(self.store.ids().next().as_u128());
        let mut tell = |_: ScanStep| {};
        let clock = self.store.clock().as_ref();
        let selection = Selection::default();
        engine::scan::scan(
            reached.host(),
            &base,
            &selection,
            &options,
            (clock, &mut tell),
        )
        .await
        .map(|outcome| outcome.host)
        .map_err(|error| failure(&error))
    }
}

impl ConnectionProbe for SshProbe {
    fn probe(&self, attempt: ConnectionAttempt) -> Pending<'_, ConnectionReport> {
        Box::pin(self.try_connection(attempt))
    }

    fn inspect_key(
        &self,
        private_key: &str,
        passphrase: Option<&str>,
    ) -> Result<SshKeyFacts, KeyRefusal> {
        inspect_key(private_key, passphrase)
    }
}

fn refused(presented_keys: Vec<domain::host::HostKey>, failure: Failure) -> ConnectionReport {
    ConnectionReport {
        presented_keys,
        facts: None,
        failure: Some((failure.reason, failure.detail)),
    }
}

fn stopped_failure(stopped: Stopped) -> Failure {
    match stopped {
        Stopped::Failed(failure) => failure,
        Stopped::Store(error) => store_failure(&error),
        Stopped::Moot => Failure::new(FailureReason::Internal, "the try was given up"),
    }
}

fn store_failure(error: &StoreError) -> Failure {
    Failure::of(FailureReason::Internal, error)
}

/// A credential that is being typed in, as something to log in with.
fn draft_login(draft: CredentialDraft) -> Login {
    let CredentialDraft {
        username,
        secret,
        agent,
    } = draft;
    let method = method_of(&secret, agent);
    Login {
        username,
        method,
        secret,
    }
}

/// What a set of secrets is good for.
pub fn method_of(secret: &CredentialSecret, agent: bool) -> AuthMethod {
    match (&secret.private_key, &secret.password) {
        _ if agent => AuthMethod::Agent,
        (Some(_), Some(_)) => AuthMethod::KeyAndPassword,
        (Some(_), None) => AuthMethod::Key,
        (None, _) => AuthMethod::Password,
    }
}
