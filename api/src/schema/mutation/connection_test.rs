//! Trying a connection before a host is registered. Records nothing.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject};
use domain::host::HostKey as DomainKey;
use domain::permission::Permission;
use domain::port::{ConnectionAttempt, ConnectionReport, CredentialDraft, CredentialSecret};

use super::host_input::{HostKeyInput, SshConnectionInput};
use crate::access::require;
use crate::schema::error::UserError;
use crate::schema::object::host_connection::HostKey;
use crate::schema::object::platform::Platform;
use crate::schema::object::scan::ScanFailureReason;

/// See the module.
#[derive(Default)]
pub(crate) struct ConnectionTestMutation;

/// A connection to be tried.
#[derive(Debug, InputObject)]
pub(crate) struct TestConnectionInput {
    /// How the host is reached.
    ssh: SshConnectionInput,
    /// Secrets that are not stored yet; without them the credential of the connection is used.
    draft: Option<CredentialDraftInput>,
    /// Host keys that a person has confirmed.
    trusted_keys: Option<Vec<HostKeyInput>>,
}

/// Secrets that a person is typing in.
#[derive(InputObject)]
pub(crate) struct CredentialDraftInput {
    /// The account on the host.
    username: String,
    /// The password.
    #[graphql(secret)]
    password: Option<String>,
    /// The private key.
    #[graphql(secret)]
    private_key: Option<String>,
    /// The passphrase of the private key.
    #[graphql(secret)]
    passphrase: Option<String>,
    /// Whether a key of the SSH agent of the server is used.
    agent: Option<bool>,
}

impl std::fmt::Debug for CredentialDraftInput {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CredentialDraftInput(redacted)")
    }
}

/// A host key that was shown.
#[derive(Debug, SimpleObject)]
pub(crate) struct PresentedKey {
    /// The key.
    key: HostKey,
    /// Whether it is among the keys that were given as confirmed.
    is_trusted: bool,
}

/// Why a connection did not come about.
#[derive(Debug, SimpleObject)]
pub(crate) struct ConnectionFailure {
    /// The reason, of a closed list.
    reason: ScanFailureReason,
    /// The words that help to mend it.
    detail: String,
}

/// What came of trying a connection.
#[derive(SimpleObject)]
pub(crate) struct ConnectionTest {
    /// The host keys that were shown, the host on the way first.
    presented_keys: Vec<PresentedKey>,
    /// What was learned of the machine, when it worked.
    platform: Option<Platform>,
    /// Why it did not work.
    failure: Option<ConnectionFailure>,
}

/// What came of trying a connection.
#[derive(SimpleObject)]
pub(crate) struct TestConnectionPayload {
    /// The report; null when the input does not hold.
    report: Option<ConnectionTest>,
    /// What is wrong with the input.
    errors: Vec<UserError>,
}

#[Object]
impl ConnectionTestMutation {
    /// Tries a connection and records nothing: shows the host keys, logs in where they were confirmed,
    /// looks at the host once.
    async fn test_connection(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The connection.")] input: TestConnectionInput,
    ) -> Result<TestConnectionPayload> {
        let access = require(ctx, Permission::HostWrite)?;
        let trusted_keys: Vec<DomainKey> = input
            .trusted_keys
            .unwrap_or_default()
            .into_iter()
            .map(DomainKey::from)
            .collect();
        let connection = match input.ssh.into_domain() {
            Ok(connection) => connection,
            Err(error) => {
                return Ok(TestConnectionPayload {
                    report: None,
                    errors: vec![error],
                });
            }
        };
        let attempt = ConnectionAttempt {
            connection,
            trusted_keys: trusted_keys.clone(),
            draft: input.draft.map(draft),
        };
        let report = access.inner().probe.probe(attempt).await;
        let report = Some(describe(report, &trusted_keys));
        Ok(TestConnectionPayload {
            report,
            errors: Vec::new(),
        })
    }
}

fn draft(draft: CredentialDraftInput) -> CredentialDraft {
    CredentialDraft {
        username: draft.username,
        secret: CredentialSecret {
            password: draft.password,
            private_key: draft.private_key,
            passphrase: draft.passphrase,
        },
        agent: draft.agent.unwrap_or_default(),
    }
}

fn describe(report: ConnectionReport, trusted: &[DomainKey]) -> ConnectionTest {
    ConnectionTest {
        presented_keys: report
            .presented_keys
            .into_iter()
            .map(|key| PresentedKey {
                is_trusted: trusted
                    .iter()
                    .any(|one| one.endpoint == key.endpoint && one.public_key == key.public_key),
                key: key.into(),
            })
            .collect(),
        platform: report.facts.map(|facts| Platform::new(facts, None)),
        failure: report.failure.map(|(reason, detail)| ConnectionFailure {
            reason: reason.into(),
            detail,
        }),
    }
}
