//! What may be asked of a credential, and the values that describe one.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::id::CredentialId;

/// What a credential proves itself with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode, Serialize, Deserialize)]
#[cbor(index_only)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AuthMethod {
    /// A password, by `password` or `keyboard-interactive`.
    #[n(0)]
    Password,
    /// A private key.
    #[n(1)]
    Key,
    /// A private key first, then the password; sudo may use the password.
    #[n(2)]
    KeyAndPassword,
    /// The SSH agent of the process that scans.
    #[n(3)]
    Agent,
}

/// What may be known of a private key.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase")]
pub struct SshKeyFacts {
    /// The algorithm as SSH names it: `ssh-ed25519`, `ssh-rsa`, `ecdsa-sha2-nistp256`.
    #[n(0)]
    pub algorithm: String,
    /// The size of the key in bits.
    #[n(1)]
    pub bits: u32,
    /// `SHA256:…` of the public key.
    #[n(2)]
    pub fingerprint: String,
}

/// What a person says of a credential.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase")]
pub struct CredentialDetails {
    /// The name that people know it by; unique.
    #[n(0)]
    pub name: String,
    /// Free text.
    #[n(1)]
    pub description: String,
    /// The account on the host.
    #[n(2)]
    pub username: String,
    /// What it proves itself with.
    #[n(3)]
    pub method: AuthMethod,
    /// What is known of the key, when there is one.
    #[n(4)]
    pub key: Option<SshKeyFacts>,
}

/// Store a new way to log in. The sealed secret travels beside the command, not in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateCredential {
    /// The new id; the vault record has the same one.
    pub credential: CredentialId,
    /// What it is.
    pub details: CredentialDetails,
    /// Whether hosts without a credential of their own use it.
    pub default: bool,
}

/// Change a credential.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditCredential {
    /// All details, changed or not.
    pub details: CredentialDetails,
    /// Whether a new secret goes with the change.
    pub secret_rotated: bool,
}

/// Throw a credential away. The secret is destroyed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RemoveCredential;

/// Make a credential the one that hosts without their own use, or stop that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MakeDefaultCredential {
    /// Whether it is the default from now on.
    pub default: bool,
}

/// Any command to a credential.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CredentialCommand {
    /// See [`CreateCredential`].
    Create(CreateCredential),
    /// See [`EditCredential`].
    Edit(EditCredential),
    /// See [`RemoveCredential`].
    Remove(RemoveCredential),
    /// See [`MakeDefaultCredential`].
    MakeDefault(MakeDefaultCredential),
}
