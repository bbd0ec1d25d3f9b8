//! The folded state of a group.

use std::collections::BTreeSet;

use super::command::GroupDetails;
use super::event::GroupEvent;
use crate::id::{GroupId, HostId};
use crate::maintenance::Maintenance;
use crate::variable::{VariableValues, changed};

/// Where a group is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum GroupStatus {
    /// No event yet.
    #[default]
    Unknown,
    /// In use.
    Active,
    /// Dissolved; history stays.
    Removed,
}

/// What the events of a group add up to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GroupState {
    /// Where it is in its life.
    pub status: GroupStatus,
    /// The id and what it is, once made.
    pub current: Option<(GroupId, GroupDetails)>,
    /// The hosts that people have chosen. They count while the group has no rule.
    pub chosen: BTreeSet<HostId>,
    /// The maintenance that was started and not ended; it may have come to its end by itself.
    pub maintenance: Option<Maintenance>,
    /// The values that variables of rules have for its hosts.
    pub variables: VariableValues,
}

impl GroupState {
    pub(super) fn evolve(mut self, event: &GroupEvent) -> Self {
        match event {
            GroupEvent::Created(event) => {
                self.status = GroupStatus::Active;
                self.current = Some((event.group, event.details.clone()));
            }
            GroupEvent::Edited(event) => self.current = Some((event.group, event.after.clone())),
            GroupEvent::Removed(_) => self.status = GroupStatus::Removed,
            GroupEvent::Restored(_) => self.status = GroupStatus::Active,
            GroupEvent::HostsAdded(event) => self.chosen.extend(&event.hosts),
            GroupEvent::HostsRemoved(event) => {
                self.chosen.retain(|host| !event.hosts.contains(host));
            }
            GroupEvent::MaintenanceStarted(event) => {
                self.maintenance = Some(event.maintenance.clone());
            }
            GroupEvent::MaintenanceEnded(_) => self.maintenance = None,
            GroupEvent::VariableSet(event) => {
                changed(&mut self.variables, &event.name, event.after.as_deref());
            }
        }
        self
    }
}
