//! Decisions about a group.

use super::command::{CreateGroup, EditGroup, GroupCommand, GroupDetails, SetGroupVariable};
use super::event::{
    GroupCreated, GroupEdited, GroupEvent, GroupHostsAdded, GroupHostsRemoved,
    GroupMaintenanceEnded, GroupMaintenanceStarted, GroupRemoved, GroupRestored, GroupVariableSet,
};
use super::state::{GroupState, GroupStatus};
use crate::aggregate::Aggregate;
use crate::id::{GroupId, HostId};
use crate::maintenance::StartMaintenance;
use crate::target::Target;
use crate::validate::{self, InvalidField};

/// Hosts that one command adds or takes out at most: an event with more would not fit into the log.
pub const MOST_HOSTS: usize = 1000;

/// The aggregate of hosts that belong together.
#[derive(Debug)]
pub struct Group;

/// Why a command to a group is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GroupError {
    /// The id is taken.
    #[error("the group exists already")]
    AlreadyExists,
    /// There is no such group.
    #[error("there is no such group")]
    NotFound,
    /// The group is dissolved.
    #[error("the group is removed; restore it first")]
    Removed,
    /// The group is in use, so there is nothing to restore.
    #[error("the group is not removed")]
    NotRemoved,
    /// The members follow a rule.
    #[error(
        "the members of the group follow its rule; change the rule, or edit the group to choose hosts"
    )]
    HasRule,
    /// A field does not hold.
    #[error("a field does not hold")]
    Invalid(#[from] InvalidField),
}

impl Aggregate for Group {
    const KIND: &'static str = "group";
    type State = GroupState;
    type Event = GroupEvent;
    type Command = GroupCommand;
    type Error = GroupError;

    fn decide(state: &GroupState, command: GroupCommand) -> Result<Vec<GroupEvent>, GroupError> {
        match command {
            GroupCommand::Create(command) => create(state, command),
            GroupCommand::Edit(command) => edit(state, command),
            GroupCommand::Remove(_) => remove(state),
            GroupCommand::Restore(_) => restore(state),
            GroupCommand::AddHosts(command) => add_hosts(state, command.hosts),
            GroupCommand::RemoveHosts(command) => remove_hosts(state, command.hosts),
            GroupCommand::StartMaintenance(command) => start_maintenance(state, command),
            GroupCommand::EndMaintenance(_) => end_maintenance(state),
            GroupCommand::SetVariable(command) => set_variable(state, command),
        }
    }

    fn evolve(state: GroupState, event: &GroupEvent) -> GroupState {
        state.evolve(event)
    }
}

fn create(state: &GroupState, command: CreateGroup) -> Result<Vec<GroupEvent>, GroupError> {
    if state.status != GroupStatus::Unknown {
        return Err(GroupError::AlreadyExists);
    }
    check(&command.details)?;
    let CreateGroup {
        group,
        details,
        hosts,
    } = command;
    if details.rule.is_some() && !hosts.is_empty() {
        return Err(GroupError::HasRule);
    }
    let hosts = listed(hosts)?;
    let mut events = vec![GroupCreated { group, details }.into()];
    if !hosts.is_empty() {
        events.push(GroupHostsAdded { group, hosts }.into());
    }
    Ok(events)
}

fn edit(state: &GroupState, command: EditGroup) -> Result<Vec<GroupEvent>, GroupError> {
    let (group, before) = active(state)?;
    check(&command.details)?;
    if command.details == *before {
        return Ok(Vec::new());
    }
    Ok(vec![
        GroupEdited {
            group,
            before: before.clone(),
            after: command.details,
        }
        .into(),
    ])
}

fn remove(state: &GroupState) -> Result<Vec<GroupEvent>, GroupError> {
    let (group, details) = active(state)?;
    let details = details.clone();
    Ok(vec![GroupRemoved { group, details }.into()])
}

fn restore(state: &GroupState) -> Result<Vec<GroupEvent>, GroupError> {
    let (group, details) = known(state)?;
    if state.status == GroupStatus::Active {
        return Err(GroupError::NotRemoved);
    }
    let details = details.clone();
    Ok(vec![GroupRestored { group, details }.into()])
}

fn add_hosts(state: &GroupState, hosts: Vec<HostId>) -> Result<Vec<GroupEvent>, GroupError> {
    let group = by_choice(state)?;
    let mut hosts = listed(hosts)?;
    hosts.retain(|host| !state.chosen.contains(host));
    if hosts.is_empty() {
        return Ok(Vec::new());
    }
    Ok(vec![GroupHostsAdded { group, hosts }.into()])
}

fn remove_hosts(state: &GroupState, hosts: Vec<HostId>) -> Result<Vec<GroupEvent>, GroupError> {
    let group = by_choice(state)?;
    let mut hosts = listed(hosts)?;
    hosts.retain(|host| state.chosen.contains(host));
    if hosts.is_empty() {
        return Ok(Vec::new());
    }
    Ok(vec![GroupHostsRemoved { group, hosts }.into()])
}

fn start_maintenance(
    state: &GroupState,
    command: StartMaintenance,
) -> Result<Vec<GroupEvent>, GroupError> {
    let (group, _) = active(state)?;
    let maintenance = command.checked()?;
    let replaced = state.maintenance.clone();
    if replaced.as_ref() == Some(&maintenance) {
        return Ok(Vec::new());
    }
    Ok(vec![
        GroupMaintenanceStarted {
            group,
            maintenance,
            replaced,
        }
        .into(),
    ])
}

fn end_maintenance(state: &GroupState) -> Result<Vec<GroupEvent>, GroupError> {
    let (group, _) = active(state)?;
    let ended = state
        .maintenance
        .clone()
        .map(|maintenance| GroupMaintenanceEnded { group, maintenance }.into());
    Ok(ended.into_iter().collect())
}

fn set_variable(
    state: &GroupState,
    command: SetGroupVariable,
) -> Result<Vec<GroupEvent>, GroupError> {
    let (group, _) = active(state)?;
    let change = command.setting.change(&state.variables)?;
    let event = change.map(|change| {
        GroupVariableSet {
            group,
            name: change.name,
            before: change.before,
            after: change.after,
        }
        .into()
    });
    Ok(event.into_iter().collect())
}

fn known(state: &GroupState) -> Result<(GroupId, &GroupDetails), GroupError> {
    let current = state.current.as_ref();
    current
        .map(|(group, details)| (*group, details))
        .ok_or(GroupError::NotFound)
}

fn active(state: &GroupState) -> Result<(GroupId, &GroupDetails), GroupError> {
    let found = known(state)?;
    if state.status == GroupStatus::Removed {
        return Err(GroupError::Removed);
    }
    Ok(found)
}

fn by_choice(state: &GroupState) -> Result<GroupId, GroupError> {
    let (group, details) = active(state)?;
    if details.rule.is_some() {
        return Err(GroupError::HasRule);
    }
    Ok(group)
}

/// The hosts in order, each once.
fn listed(mut hosts: Vec<HostId>) -> Result<Vec<HostId>, InvalidField> {
    hosts.sort_unstable();
    hosts.dedup();
    if hosts.len() > MOST_HOSTS {
        let reason = format!("must not be more than {MOST_HOSTS} at once; send them in parts");
        return Err(InvalidField::new("hosts", reason));
    }
    Ok(hosts)
}

fn check(details: &GroupDetails) -> Result<(), InvalidField> {
    validate::line("name", &details.name, 128)?;
    validate::optional_line("description", &details.description, 1024)?;
    if let Some(rule) = &details.rule {
        rule.matcher()?;
    }
    details.target.as_ref().map_or(Ok(()), Target::check)
}
