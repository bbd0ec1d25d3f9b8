//! What may be asked of a host, and the values that describe one.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::id::{CredentialId, HostId};
use crate::maintenance::{EndMaintenance, StartMaintenance};
use crate::target::Target;
use crate::variable::VariableSetting;

/// How sudo is used on the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode, Serialize, Deserialize)]
#[cbor(index_only)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SudoMode {
    /// The login is used as it is.
    #[n(0)]
    None,
    /// `sudo -n`: the account may use sudo without a password.
    #[n(1)]
    Nopasswd,
    /// The password of the credential is given to sudo on standard input.
    #[n(2)]
    Password,
}

/// What happens when a host shows an SSH host key that is not trusted yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode, Serialize, Deserialize)]
#[cbor(index_only)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum HostKeyPolicy {
    /// The first key that is seen is trusted and stored; a changed key is refused.
    #[n(0)]
    TrustOnFirstUse,
    /// Only keys that a person has confirmed are accepted.
    #[n(1)]
    Strict,
}

/// A host on the way, as in `ssh -J`.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase")]
pub struct JumpHost {
    /// Host name or IP address.
    #[n(0)]
    pub address: String,
    /// TCP port.
    #[n(1)]
    pub port: u16,
    /// How to log in there.
    #[n(2)]
    pub credential: CredentialId,
}

/// How a host is reached over SSH.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase")]
pub struct SshConnection {
    /// Host name or IP address.
    #[n(0)]
    pub address: String,
    /// TCP port.
    #[n(1)]
    pub port: u16,
    /// How to log in; without one the default credential is used.
    #[n(2)]
    pub credential: Option<CredentialId>,
    /// How sudo is used.
    #[n(3)]
    pub sudo: SudoMode,
    /// What happens with a new host key.
    #[n(4)]
    pub host_key_policy: HostKeyPolicy,
    /// The host on the way.
    #[n(5)]
    pub jump: Option<JumpHost>,
}

/// How a host is reached.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Connection {
    /// The machine that the worker runs on.
    #[n(0)]
    Local,
    /// Over SSH.
    #[n(1)]
    Ssh(#[n(0)] SshConnection),
}

/// What a person says of a host.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase")]
pub struct HostDetails {
    /// The name that people know it by; unique within the environment.
    #[n(0)]
    pub name: String,
    /// `production`, `staging`, ….
    #[n(1)]
    pub environment: String,
    /// Free text.
    #[n(2)]
    pub description: String,
    /// Labels for filters and groups; sorted, without repeats.
    #[n(3)]
    pub tags: Vec<String>,
    /// How it is reached.
    #[n(4)]
    pub connection: Connection,
}

/// An SSH host key that belongs to an endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase")]
pub struct HostKey {
    /// `address:port` of the SSH server that showed it.
    #[n(0)]
    pub endpoint: String,
    /// The algorithm as SSH names it (RFC 4253 section 6.6, RFC 8709): `ssh-ed25519`.
    #[n(1)]
    pub algorithm: String,
    /// The public key in OpenSSH's base64, without algorithm and comment.
    #[n(2)]
    pub public_key: String,
    /// `SHA256:` and the unpadded base64 of the digest, as `ssh-keygen -l` prints it.
    #[n(3)]
    pub fingerprint: String,
}

/// Put a machine under watch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterHost {
    /// The new id.
    pub host: HostId,
    /// What it is.
    pub details: HostDetails,
    /// Keys that a person has confirmed while adding it.
    pub trusted_keys: Vec<HostKey>,
}

/// Change what is said of a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditHost {
    /// All details, changed or not.
    pub details: HostDetails,
}

/// Take a host out of watch. Its history stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RemoveHost;

/// Bring a removed host back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RestoreHost;

/// Trust a host key. Replaces trusted keys of the same endpoint and algorithm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustHostKey {
    /// The key.
    pub key: HostKey,
    /// Whether nobody confirmed it: trusted because it was the first one seen.
    pub first_use: bool,
}

/// Forget a trusted host key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForgetHostKey {
    /// The fingerprint as in [`HostKey`].
    pub fingerprint: String,
}

/// Set the score that the host has to reach; nothing takes it away, so that another one counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetHostTarget {
    /// The target.
    pub target: Option<Target>,
}

/// Set the value that a variable of rules has for the host, or take it away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetHostVariable {
    /// The variable and its value.
    pub setting: VariableSetting,
}

/// Any command to a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HostCommand {
    /// See [`RegisterHost`].
    Register(RegisterHost),
    /// See [`EditHost`].
    Edit(EditHost),
    /// See [`RemoveHost`].
    Remove(RemoveHost),
    /// See [`RestoreHost`].
    Restore(RestoreHost),
    /// See [`TrustHostKey`].
    TrustKey(TrustHostKey),
    /// See [`ForgetHostKey`].
    ForgetKey(ForgetHostKey),
    /// See [`SetHostTarget`].
    SetTarget(SetHostTarget),
    /// See [`StartMaintenance`].
    StartMaintenance(StartMaintenance),
    /// See [`EndMaintenance`].
    EndMaintenance(EndMaintenance),
    /// See [`SetHostVariable`].
    SetVariable(SetHostVariable),
}
