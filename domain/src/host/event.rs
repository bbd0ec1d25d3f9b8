//! What has happened to a host, as it is stored.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::command::{HostDetails, HostKey};
use crate::aggregate::Claim;
use crate::event::EventFacts;
use crate::id::HostId;
use crate::maintenance::Maintenance;
use crate::target::Target;

const NAME_SCOPE: &str = "host_name";

fn name_value(details: &HostDetails) -> String {
    format!(
        "{}/{}",
        details.environment.to_lowercase(),
        details.name.to_lowercase()
    )
}

fn take_name(details: &HostDetails) -> Claim {
    Claim::Take {
        scope: NAME_SCOPE,
        value: name_value(details),
    }
}

fn release_name(details: &HostDetails) -> Claim {
    Claim::Release {
        scope: NAME_SCOPE,
        value: name_value(details),
    }
}

/// A machine came under watch.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase")]
pub struct HostRegistered {
    /// The host.
    #[n(0)]
    pub host: HostId,
    /// What it is.
    #[n(1)]
    pub details: HostDetails,
}

/// What is said of a host changed.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase")]
pub struct HostEdited {
    /// The host.
    #[n(0)]
    pub host: HostId,
    /// As it was.
    #[n(1)]
    pub before: HostDetails,
    /// As it is now.
    #[n(2)]
    pub after: HostDetails,
}

/// A host went out of watch.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase")]
pub struct HostRemoved {
    /// The host.
    #[n(0)]
    pub host: HostId,
    /// As it was.
    #[n(1)]
    pub details: HostDetails,
}

/// A removed host came back.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase")]
pub struct HostRestored {
    /// The host.
    #[n(0)]
    pub host: HostId,
    /// As it is again.
    #[n(1)]
    pub details: HostDetails,
}

/// An SSH host key became trusted.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase")]
pub struct HostKeyTrusted {
    /// The host.
    #[n(0)]
    pub host: HostId,
    /// The key.
    #[n(1)]
    pub key: HostKey,
    /// The key of the same endpoint and algorithm that it replaces.
    #[n(2)]
    pub replaced: Option<HostKey>,
    /// Whether it was trusted because it was the first one seen.
    #[n(3)]
    pub first_use: bool,
}

/// An SSH host key is trusted no longer.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase")]
pub struct HostKeyForgotten {
    /// The host.
    #[n(0)]
    pub host: HostId,
    /// The key.
    #[n(1)]
    pub key: HostKey,
}

/// The score that a host has to reach was set or taken away.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase")]
pub struct HostTargetSet {
    /// The host.
    #[n(0)]
    pub host: HostId,
    /// As it was.
    #[n(1)]
    pub before: Option<Target>,
    /// As it is now.
    #[n(2)]
    pub after: Option<Target>,
}

/// A maintenance began, or got another reason or end.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase")]
pub struct HostMaintenanceStarted {
    /// The host.
    #[n(0)]
    pub host: HostId,
    /// Why and until when.
    #[n(1)]
    pub maintenance: Maintenance,
    /// The one that it takes the place of.
    #[n(2)]
    pub replaced: Option<Maintenance>,
}

/// Somebody ended a maintenance.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase")]
pub struct HostMaintenanceEnded {
    /// The host.
    #[n(0)]
    pub host: HostId,
    /// As it was.
    #[n(1)]
    pub maintenance: Maintenance,
}

/// The value of a variable for a host was set or taken away.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase")]
pub struct HostVariableSet {
    /// The host.
    #[n(0)]
    pub host: HostId,
    /// The variable.
    #[n(1)]
    pub name: String,
    /// As it was.
    #[n(2)]
    pub before: Option<String>,
    /// As it is now.
    #[n(3)]
    pub after: Option<String>,
}

impl EventFacts for HostRegistered {
    fn hosts(&self) -> Vec<HostId> {
        vec![self.host]
    }

    fn claims(&self) -> Vec<Claim> {
        vec![take_name(&self.details)]
    }
}

impl EventFacts for HostEdited {
    fn hosts(&self) -> Vec<HostId> {
        vec![self.host]
    }

    fn claims(&self) -> Vec<Claim> {
        if name_value(&self.before) == name_value(&self.after) {
            return Vec::new();
        }
        vec![release_name(&self.before), take_name(&self.after)]
    }
}

impl EventFacts for HostRemoved {
    fn hosts(&self) -> Vec<HostId> {
        vec![self.host]
    }

    fn claims(&self) -> Vec<Claim> {
        vec![release_name(&self.details)]
    }
}

impl EventFacts for HostRestored {
    fn hosts(&self) -> Vec<HostId> {
        vec![self.host]
    }

    fn claims(&self) -> Vec<Claim> {
        vec![take_name(&self.details)]
    }
}

impl EventFacts for HostKeyTrusted {
    fn hosts(&self) -> Vec<HostId> {
        vec![self.host]
    }
}

impl EventFacts for HostKeyForgotten {
    fn hosts(&self) -> Vec<HostId> {
        vec![self.host]
    }
}

impl EventFacts for HostTargetSet {
    fn hosts(&self) -> Vec<HostId> {
        vec![self.host]
    }
}

impl EventFacts for HostMaintenanceStarted {
    fn hosts(&self) -> Vec<HostId> {
        vec![self.host]
    }
}

impl EventFacts for HostMaintenanceEnded {
    fn hosts(&self) -> Vec<HostId> {
        vec![self.host]
    }
}

impl EventFacts for HostVariableSet {
    fn hosts(&self) -> Vec<HostId> {
        vec![self.host]
    }
}

crate::events! {
    /// Everything that can happen to a host.
    pub enum HostEvent {
        Registered(HostRegistered) = "host.registered" v 1;
        Edited(HostEdited) = "host.edited" v 1;
        Removed(HostRemoved) = "host.removed" v 1;
        Restored(HostRestored) = "host.restored" v 1;
        KeyTrusted(HostKeyTrusted) = "host.key_trusted" v 1;
        KeyForgotten(HostKeyForgotten) = "host.key_forgotten" v 1;
        TargetSet(HostTargetSet) = "host.target_set" v 1;
        MaintenanceStarted(HostMaintenanceStarted) = "host.maintenance_started" v 1;
        MaintenanceEnded(HostMaintenanceEnded) = "host.maintenance_ended" v 1;
        VariableSet(HostVariableSet) = "host.variable_set" v 1;
    }
}
