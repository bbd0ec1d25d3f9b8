//! Ports: what the API needs done that only the workers' side can do, and the reverse. The binary
//! plugs the adapters in, so neither side knows the other.

use std::future::Future;
use std::pin::Pin;

use serde::{Deserialize, Serialize};

use crate::credential::SshKeyFacts;
use crate::host::{HostKey, SshConnection};
use crate::id::{CredentialId, HostId, ScanId};
use crate::scan::{FailureReason, HostFacts};

/// An answer that takes time.
pub type Pending<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Where a running scan is. Telemetry, not an event: it may be lost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ScanProgress {
    /// The scan.
    pub scan: ScanId,
    /// The host.
    pub host: HostId,
    /// What is being done.
    pub phase: ScanPhase,
    /// How many steps of the phase are done.
    pub done: u32,
    /// How many there are; 0 while unknown.
    pub total: u32,
}

/// The phases of a running scan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ScanPhase {
    /// Reaching the host and logging in.
    Connecting,
    /// Reading facts.
    Collecting,
    /// Judging rules.
    Judging,
}

/// A secret sealed for the vault: AES-256-GCM under the key that `key` names, bound to the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedSecret {
    /// Which master key sealed it.
    pub key: String,
    /// 96 bits, never used twice under one key.
    pub nonce: [u8; 12],
    /// Ciphertext and tag.
    pub ciphertext: Vec<u8>,
}

/// Why a secret could not be sealed or opened.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The record was sealed with a key that this installation does not have.
    #[error("the vault key {key} is not here; restore it from its backup")]
    KeyMissing {
        /// The id of the key.
        key: String,
    },
    /// The record is damaged, was moved, or the key file is not the one it claims to be.
    #[error("the sealed secret does not open with its key")]
    Sealed,
    /// There are no random bytes for a nonce.
    #[error("the operating system gives no random bytes")]
    Entropy,
}

/// Seals and opens secrets. `record` is bound in, so a sealed secret cannot be moved to another record.
pub trait Vault: Send + Sync {
    /// Seals a secret.
    fn seal(&self, record: &str, secret: &[u8]) -> Result<SealedSecret, VaultError>;

    /// Opens a sealed secret.
    fn open(&self, record: &str, sealed: &SealedSecret) -> Result<Vec<u8>, VaultError>;
}

/// The secret parts of a credential in the form that the vault keeps (JSON, sealed).
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CredentialSecret {
    /// The password of the account; sudo may use it.
    pub password: Option<String>,
    /// The private key in OpenSSH or PEM form.
    pub private_key: Option<String>,
    /// The passphrase of the private key.
    pub passphrase: Option<String>,
}

impl std::fmt::Debug for CredentialSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CredentialSecret(redacted)")
    }
}

/// Why a private key could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyRefusal {
    /// Not a private key in a form that is known.
    #[error("not an OpenSSH or PEM private key")]
    Malformed,
    /// The key is encrypted and no passphrase was given.
    #[error("the private key is encrypted; give its passphrase")]
    PassphraseMissing,
    /// The passphrase does not open the key.
    #[error("the passphrase does not open the private key")]
    PassphraseWrong,
}

/// What to try.
#[derive(Debug, Clone)]
pub struct ConnectionAttempt {
    /// How the host is reached.
    pub connection: SshConnection,
    /// Keys that are trusted already.
    pub trusted_keys: Vec<HostKey>,
    /// A secret that is not stored yet, with its account; otherwise the stored credential is used.
    pub draft: Option<CredentialDraft>,
}

/// A credential that a person is typing in.
#[derive(Debug, Clone)]
pub struct CredentialDraft {
    /// The account on the host.
    pub username: String,
    /// The secret.
    pub secret: CredentialSecret,
    /// Whether the agent of the process proves the identity.
    pub agent: bool,
}

/// What came of a try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectionReport {
    /// The keys that the host (and the host on the way) showed.
    pub presented_keys: Vec<HostKey>,
    /// What was learned, when the log-in worked and the first look held.
    pub facts: Option<HostFacts>,
    /// Why it did not work, and the words of the host.
    pub failure: Option<(FailureReason, String)>,
}

/// Tries a connection without recording anything.
pub trait ConnectionProbe: Send + Sync {
    /// Connects, shows the host keys, logs in where the keys are trusted, runs the canary.
    fn probe(&self, attempt: ConnectionAttempt) -> Pending<'_, ConnectionReport>;

    /// Reads what may be known of a private key.
    fn inspect_key(
        &self,
        private_key: &str,
        passphrase: Option<&str>,
    ) -> Result<SshKeyFacts, KeyRefusal>;
}

/// The vault record that holds the secret of a credential.
pub fn credential_record(credential: CredentialId) -> String {
    format!("credential/{credential}")
}
