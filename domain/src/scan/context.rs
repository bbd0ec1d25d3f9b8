//! What surrounded a scan, as it was then: what the host was called, what it belonged to, who logged in.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::credential::AuthMethod;
use crate::host::SudoMode;
use crate::id::CredentialId;

/// What surrounded a scan. A host may be renamed and regrouped later; the scan keeps what held.
#[derive(Debug, Clone, PartialEq, Eq, Default, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase")]
pub struct ScanContext {
    /// The name of the host.
    #[n(0)]
    pub host: String,
    /// Its environment.
    #[n(1)]
    pub environment: String,
    /// Its tags.
    #[n(2)]
    pub tags: Vec<String>,
    /// The groups that it was in.
    #[n(3)]
    pub groups: Vec<Membership>,
    /// `address:port` of the SSH server; nothing for the machine of the worker itself.
    #[n(4)]
    pub address: Option<String>,
    /// The fingerprint of the host key that the server showed.
    #[n(5)]
    pub host_key: Option<String>,
    /// Who logged in; nobody where no log-in was needed.
    #[n(6)]
    pub login: Option<LoginIdentity>,
    /// How sudo was used.
    #[n(7)]
    pub sudo: Option<SudoMode>,
    /// The version of the program that collected and judged.
    #[n(8)]
    pub engine: String,
}

/// A group that a host was in.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase")]
pub struct Membership {
    /// The id of the group.
    #[n(0)]
    pub group: String,
    /// Its name then.
    #[n(1)]
    pub name: String,
}

/// Who logged in to the host. Never a secret.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase")]
pub struct LoginIdentity {
    /// The stored credential; nothing when the command line brought its own.
    #[n(0)]
    pub credential: Option<CredentialId>,
    /// The name of the credential then.
    #[n(1)]
    pub name: String,
    /// The account on the host.
    #[n(2)]
    pub username: String,
    /// What it proved itself with.
    #[n(3)]
    pub method: AuthMethod,
    /// The fingerprint of the key, where there is one.
    #[n(4)]
    pub fingerprint: Option<String>,
}

/// How long one collector took on the host. Only the slow ones are kept.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase")]
pub struct CollectionTime {
    /// The key of the fact.
    #[n(0)]
    pub fact: String,
    /// In milliseconds, to the next ten.
    #[n(1)]
    pub ms: u32,
}
