//! What has happened to a group, as it is stored.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::command::GroupDetails;
use crate::aggregate::Claim;
use crate::event::EventFacts;
use crate::id::{GroupId, HostId};
use crate::maintenance::Maintenance;

const NAME_SCOPE: &str = "group_name";

fn take_name(details: &GroupDetails) -> Claim {
    Claim::Take {
        scope: NAME_SCOPE,
        value: details.name.to_lowercase(),
    }
}

fn release_name(details: &GroupDetails) -> Claim {
    Claim::Release {
        scope: NAME_SCOPE,
        value: details.name.to_lowercase(),
    }
}

/// A group was made.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase")]
pub struct GroupCreated {
    /// The group.
    #[n(0)]
    pub group: GroupId,
    /// What it is.
    #[n(1)]
    pub details: GroupDetails,
}

/// What is said of a group changed.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase")]
pub struct GroupEdited {
    /// The group.
    #[n(0)]
    pub group: GroupId,
    /// As it was.
    #[n(1)]
    pub before: GroupDetails,
    /// As it is now.
    #[n(2)]
    pub after: GroupDetails,
}

/// A group was dissolved.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase")]
pub struct GroupRemoved {
    /// The group.
    #[n(0)]
    pub group: GroupId,
    /// As it was.
    #[n(1)]
    pub details: GroupDetails,
}

/// A removed group came back.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase")]
pub struct GroupRestored {
    /// The group.
    #[n(0)]
    pub group: GroupId,
    /// As it is again.
    #[n(1)]
    pub details: GroupDetails,
}

/// Hosts were added.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase")]
pub struct GroupHostsAdded {
    /// The group.
    #[n(0)]
    pub group: GroupId,
    /// The hosts that were not in it.
    #[n(1)]
    pub hosts: Vec<HostId>,
}

/// Hosts were taken out.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase")]
pub struct GroupHostsRemoved {
    /// The group.
    #[n(0)]
    pub group: GroupId,
    /// The hosts that were in it.
    #[n(1)]
    pub hosts: Vec<HostId>,
}

/// A maintenance began, or got another reason or end.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase")]
pub struct GroupMaintenanceStarted {
    /// The group.
    #[n(0)]
    pub group: GroupId,
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
pub struct GroupMaintenanceEnded {
    /// The group.
    #[n(0)]
    pub group: GroupId,
    /// As it was.
    #[n(1)]
    pub maintenance: Maintenance,
}

/// The value of a variable for the hosts of a group was set or taken away.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase")]
pub struct GroupVariableSet {
    /// The group.
    #[n(0)]
    pub group: GroupId,
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

impl EventFacts for GroupCreated {
    fn claims(&self) -> Vec<Claim> {
        vec![take_name(&self.details)]
    }
}

impl EventFacts for GroupEdited {
    fn claims(&self) -> Vec<Claim> {
        if self.before.name.to_lowercase() == self.after.name.to_lowercase() {
            return Vec::new();
        }
        vec![release_name(&self.before), take_name(&self.after)]
    }
}

impl EventFacts for GroupRemoved {
    fn claims(&self) -> Vec<Claim> {
        vec![release_name(&self.details)]
    }
}

impl EventFacts for GroupRestored {
    fn claims(&self) -> Vec<Claim> {
        vec![take_name(&self.details)]
    }
}

impl EventFacts for GroupHostsAdded {
    fn hosts(&self) -> Vec<HostId> {
        self.hosts.clone()
    }
}

impl EventFacts for GroupHostsRemoved {
    fn hosts(&self) -> Vec<HostId> {
        self.hosts.clone()
    }
}

impl EventFacts for GroupMaintenanceStarted {}

impl EventFacts for GroupMaintenanceEnded {}

impl EventFacts for GroupVariableSet {}

crate::events! {
    /// Everything that can happen to a group.
    pub enum GroupEvent {
        Created(GroupCreated) = "group.created" v 1;
        Edited(GroupEdited) = "group.edited" v 1;
        Removed(GroupRemoved) = "group.removed" v 1;
        Restored(GroupRestored) = "group.restored" v 1;
        HostsAdded(GroupHostsAdded) = "group.hosts_added" v 1;
        HostsRemoved(GroupHostsRemoved) = "group.hosts_removed" v 1;
        MaintenanceStarted(GroupMaintenanceStarted) = "group.maintenance_started" v 1;
        MaintenanceEnded(GroupMaintenanceEnded) = "group.maintenance_ended" v 1;
        VariableSet(GroupVariableSet) = "group.variable_set" v 1;
    }
}
