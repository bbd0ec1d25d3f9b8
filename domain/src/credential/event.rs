//! What has happened to a credential, as it is stored. Never a secret.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::command::CredentialDetails;
use crate::aggregate::Claim;
use crate::event::EventFacts;
use crate::id::CredentialId;

const NAME_SCOPE: &str = "credential_name";
const DEFAULT_SCOPE: &str = "default_credential";

fn take(scope: &'static str, value: &str) -> Claim {
    Claim::Take {
        scope,
        value: value.to_lowercase(),
    }
}

fn release(scope: &'static str, value: &str) -> Claim {
    Claim::Release {
        scope,
        value: value.to_lowercase(),
    }
}

/// A way to log in was stored.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase")]
pub struct CredentialCreated {
    /// The credential.
    #[n(0)]
    pub credential: CredentialId,
    /// What it is.
    #[n(1)]
    pub details: CredentialDetails,
}

/// A credential changed.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase")]
pub struct CredentialEdited {
    /// The credential.
    #[n(0)]
    pub credential: CredentialId,
    /// As it was.
    #[n(1)]
    pub before: CredentialDetails,
    /// As it is now.
    #[n(2)]
    pub after: CredentialDetails,
    /// Whether the secret in the vault is a new one.
    #[n(3)]
    pub secret_rotated: bool,
}

/// A credential was thrown away and its secret destroyed.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase")]
pub struct CredentialRemoved {
    /// The credential.
    #[n(0)]
    pub credential: CredentialId,
    /// As it was.
    #[n(1)]
    pub details: CredentialDetails,
}

/// A credential became the default.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase")]
pub struct DefaultCredentialMade {
    /// The credential.
    #[n(0)]
    pub credential: CredentialId,
}

/// A credential is the default no longer.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase")]
pub struct DefaultCredentialCleared {
    /// The credential.
    #[n(0)]
    pub credential: CredentialId,
}

impl EventFacts for CredentialCreated {
    fn claims(&self) -> Vec<Claim> {
        vec![take(NAME_SCOPE, &self.details.name)]
    }
}

impl EventFacts for CredentialEdited {
    fn claims(&self) -> Vec<Claim> {
        if self.before.name.to_lowercase() == self.after.name.to_lowercase() {
            return Vec::new();
        }
        vec![
            release(NAME_SCOPE, &self.before.name),
            take(NAME_SCOPE, &self.after.name),
        ]
    }
}

impl EventFacts for CredentialRemoved {
    fn claims(&self) -> Vec<Claim> {
        vec![release(NAME_SCOPE, &self.details.name)]
    }
}

impl EventFacts for DefaultCredentialMade {
    fn claims(&self) -> Vec<Claim> {
        vec![take(DEFAULT_SCOPE, "organisation")]
    }
}

impl EventFacts for DefaultCredentialCleared {
    fn claims(&self) -> Vec<Claim> {
        vec![release(DEFAULT_SCOPE, "organisation")]
    }
}

crate::events! {
    /// Everything that can happen to a credential.
    pub enum CredentialEvent {
        Created(CredentialCreated) = "credential.created" v 1;
        Edited(CredentialEdited) = "credential.edited" v 1;
        Removed(CredentialRemoved) = "credential.removed" v 1;
        DefaultMade(DefaultCredentialMade) = "credential.default_made" v 1;
        DefaultCleared(DefaultCredentialCleared) = "credential.default_cleared" v 1;
    }
}
