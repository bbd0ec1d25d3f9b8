//! What may be asked of a group, and the values that describe one.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::rule::MembershipRule;
use crate::id::{GroupId, HostId};
use crate::maintenance::{EndMaintenance, StartMaintenance};
use crate::target::Target;
use crate::variable::VariableSetting;

/// The colours of groups: those that can be told apart on a light and on a dark ground.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode, Serialize, Deserialize)]
#[cbor(index_only)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "a colour is its name")]
pub enum GroupColor {
    #[n(0)]
    Gray,
    #[n(1)]
    Red,
    #[n(2)]
    Orange,
    #[n(3)]
    Yellow,
    #[n(4)]
    Green,
    #[n(5)]
    Teal,
    #[n(6)]
    Cyan,
    #[n(7)]
    Blue,
    #[n(8)]
    Violet,
    #[n(9)]
    Pink,
}

/// What a person says of a group.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase")]
pub struct GroupDetails {
    /// The name that people know it by; unique.
    #[n(0)]
    pub name: String,
    /// Free text.
    #[n(1)]
    pub description: String,
    /// Its colour.
    #[n(2)]
    pub color: GroupColor,
    /// Which hosts are members; without a rule, those that people add.
    #[n(3)]
    pub rule: Option<MembershipRule>,
    /// The score that its hosts have to reach.
    #[n(4)]
    pub target: Option<Target>,
}

/// Make a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateGroup {
    /// The new id.
    pub group: GroupId,
    /// What it is.
    pub details: GroupDetails,
    /// Its first members, when it has no rule.
    pub hosts: Vec<HostId>,
}

/// Change what is said of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditGroup {
    /// All details, changed or not.
    pub details: GroupDetails,
}

/// Dissolve a group. Its history stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RemoveGroup;

/// Bring a removed group back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RestoreGroup;

/// Add hosts to a group without a rule. Those that are in it already stay as they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddHosts {
    /// The hosts.
    pub hosts: Vec<HostId>,
}

/// Take hosts out of a group without a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoveHosts {
    /// The hosts.
    pub hosts: Vec<HostId>,
}

/// Set the value that a variable of rules has for the hosts of the group, or take it away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetGroupVariable {
    /// The variable and its value.
    pub setting: VariableSetting,
}

/// Any command to a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GroupCommand {
    /// See [`CreateGroup`].
    Create(CreateGroup),
    /// See [`EditGroup`].
    Edit(EditGroup),
    /// See [`RemoveGroup`].
    Remove(RemoveGroup),
    /// See [`RestoreGroup`].
    Restore(RestoreGroup),
    /// See [`AddHosts`].
    AddHosts(AddHosts),
    /// See [`RemoveHosts`].
    RemoveHosts(RemoveHosts),
    /// See [`StartMaintenance`].
    StartMaintenance(StartMaintenance),
    /// See [`EndMaintenance`].
    EndMaintenance(EndMaintenance),
    /// See [`SetGroupVariable`].
    SetVariable(SetGroupVariable),
}
