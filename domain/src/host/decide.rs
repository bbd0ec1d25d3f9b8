//! Decisions about a host.

use super::command::{
    Connection, EditHost, ForgetHostKey, HostCommand, HostDetails, HostKey, RegisterHost,
    SetHostTarget, SetHostVariable, TrustHostKey,
};
use super::event::{
    HostEdited, HostEvent, HostKeyForgotten, HostKeyTrusted, HostMaintenanceEnded,
    HostMaintenanceStarted, HostRegistered, HostRemoved, HostRestored, HostTargetSet,
    HostVariableSet,
};
use super::state::{HostState, HostStatus, same_slot};
use crate::aggregate::Aggregate;
use crate::id::HostId;
use crate::maintenance::StartMaintenance;
use crate::target::Target;
use crate::validate::{self, InvalidField};

/// The aggregate of a machine under watch.
#[derive(Debug)]
pub struct Host;

/// Why a command to a host is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HostError {
    /// The id is taken.
    #[error("the host is registered already")]
    AlreadyRegistered,
    /// There is no such host.
    #[error("there is no such host")]
    NotFound,
    /// The host is out of watch.
    #[error("the host is removed; restore it first")]
    Removed,
    /// The host is under watch, so there is nothing to restore.
    #[error("the host is not removed")]
    NotRemoved,
    /// No trusted key has this fingerprint.
    #[error("no trusted host key has the fingerprint {fingerprint}")]
    KeyNotTrusted {
        /// What was asked for.
        fingerprint: String,
    },
    /// A key of this algorithm is trusted for the endpoint and differs. First use never replaces it.
    #[error("the host key of {endpoint} changed: trusted {trusted}, presented {presented}")]
    KeyChanged {
        /// `address:port`.
        endpoint: String,
        /// The trusted fingerprint.
        trusted: String,
        /// The fingerprint that was shown.
        presented: String,
    },
    /// A field does not hold.
    #[error("a field does not hold")]
    Invalid(#[from] InvalidField),
}

impl Aggregate for Host {
    const KIND: &'static str = "host";
    type State = HostState;
    type Event = HostEvent;
    type Command = HostCommand;
    type Error = HostError;

    fn decide(state: &HostState, command: HostCommand) -> Result<Vec<HostEvent>, HostError> {
        match command {
            HostCommand::Register(command) => register(state, command),
            HostCommand::Edit(command) => edit(state, command),
            HostCommand::Remove(_) => remove(state),
            HostCommand::Restore(_) => restore(state),
            HostCommand::TrustKey(command) => trust_key(state, command),
            HostCommand::ForgetKey(command) => forget_key(state, &command),
            HostCommand::SetTarget(command) => set_target(state, command),
            HostCommand::StartMaintenance(command) => start_maintenance(state, command),
            HostCommand::EndMaintenance(_) => end_maintenance(state),
            HostCommand::SetVariable(command) => set_variable(state, command),
        }
    }

    fn evolve(state: HostState, event: &HostEvent) -> HostState {
        state.evolve(event)
    }
}

fn register(state: &HostState, command: RegisterHost) -> Result<Vec<HostEvent>, HostError> {
    if state.status != HostStatus::Unknown {
        return Err(HostError::AlreadyRegistered);
    }
    let details = checked(command.details)?;
    let mut events = vec![
        HostRegistered {
            host: command.host,
            details,
        }
        .into(),
    ];
    for key in command.trusted_keys {
        events.push(trusted(command.host, key, None, false));
    }
    Ok(events)
}

fn edit(state: &HostState, command: EditHost) -> Result<Vec<HostEvent>, HostError> {
    let (host, before) = active(state)?;
    let after = checked(command.details)?;
    if after == *before {
        return Ok(Vec::new());
    }
    Ok(vec![
        HostEdited {
            host,
            before: before.clone(),
            after,
        }
        .into(),
    ])
}

fn remove(state: &HostState) -> Result<Vec<HostEvent>, HostError> {
    let (host, details) = active(state)?;
    Ok(vec![
        HostRemoved {
            host,
            details: details.clone(),
        }
        .into(),
    ])
}

fn restore(state: &HostState) -> Result<Vec<HostEvent>, HostError> {
    let (host, details) = known(state)?;
    if state.status == HostStatus::Active {
        return Err(HostError::NotRemoved);
    }
    Ok(vec![
        HostRestored {
            host,
            details: details.clone(),
        }
        .into(),
    ])
}

fn trust_key(state: &HostState, command: TrustHostKey) -> Result<Vec<HostEvent>, HostError> {
    let (host, _) = active(state)?;
    let replaced = state
        .trusted_keys
        .iter()
        .find(|key| same_slot(key, &command.key));
    match replaced {
        Some(key) if *key == command.key => Ok(Vec::new()),
        Some(key) if command.first_use => Err(HostError::KeyChanged {
            endpoint: key.endpoint.clone(),
            trusted: key.fingerprint.clone(),
            presented: command.key.fingerprint,
        }),
        replaced => Ok(vec![trusted(
            host,
            command.key,
            replaced.cloned(),
            command.first_use,
        )]),
    }
}

fn forget_key(state: &HostState, command: &ForgetHostKey) -> Result<Vec<HostEvent>, HostError> {
    let (host, _) = active(state)?;
    let events: Vec<HostEvent> = state
        .trusted_keys
        .iter()
        .filter(|key| key.fingerprint == command.fingerprint)
        .map(|key| {
            HostKeyForgotten {
                host,
                key: key.clone(),
            }
            .into()
        })
        .collect();
    if events.is_empty() {
        return Err(HostError::KeyNotTrusted {
            fingerprint: command.fingerprint.clone(),
        });
    }
    Ok(events)
}

fn trusted(host: HostId, key: HostKey, replaced: Option<HostKey>, first_use: bool) -> HostEvent {
    HostKeyTrusted {
        host,
        key,
        replaced,
        first_use,
    }
    .into()
}

fn set_target(state: &HostState, command: SetHostTarget) -> Result<Vec<HostEvent>, HostError> {
    let (host, _) = active(state)?;
    command.target.as_ref().map_or(Ok(()), Target::check)?;
    if command.target == state.target {
        return Ok(Vec::new());
    }
    Ok(vec![
        HostTargetSet {
            host,
            before: state.target.clone(),
            after: command.target,
        }
        .into(),
    ])
}

fn start_maintenance(
    state: &HostState,
    command: StartMaintenance,
) -> Result<Vec<HostEvent>, HostError> {
    let (host, _) = active(state)?;
    let maintenance = command.checked()?;
    let replaced = state.maintenance.clone();
    if replaced.as_ref() == Some(&maintenance) {
        return Ok(Vec::new());
    }
    Ok(vec![
        HostMaintenanceStarted {
            host,
            maintenance,
            replaced,
        }
        .into(),
    ])
}

fn end_maintenance(state: &HostState) -> Result<Vec<HostEvent>, HostError> {
    let (host, _) = active(state)?;
    let ended = state
        .maintenance
        .clone()
        .map(|maintenance| HostMaintenanceEnded { host, maintenance }.into());
    Ok(ended.into_iter().collect())
}

fn set_variable(state: &HostState, command: SetHostVariable) -> Result<Vec<HostEvent>, HostError> {
    let (host, _) = active(state)?;
    let change = command.setting.change(&state.variables)?;
    let event = change.map(|change| {
        HostVariableSet {
            host,
            name: change.name,
            before: change.before,
            after: change.after,
        }
        .into()
    });
    Ok(event.into_iter().collect())
}

fn known(state: &HostState) -> Result<(HostId, &HostDetails), HostError> {
    state
        .host
        .zip(state.details.as_ref())
        .ok_or(HostError::NotFound)
}

fn active(state: &HostState) -> Result<(HostId, &HostDetails), HostError> {
    let found = known(state)?;
    match state.status {
        HostStatus::Active => Ok(found),
        HostStatus::Unknown => Err(HostError::NotFound),
        HostStatus::Removed => Err(HostError::Removed),
    }
}

/// Checks the details and brings the tags into their one order.
fn checked(mut details: HostDetails) -> Result<HostDetails, InvalidField> {
    validate::line("name", &details.name, 256)?;
    validate::line("environment", &details.environment, 64)?;
    validate::optional_line("description", &details.description, 1024)?;
    if details.tags.len() > 64 {
        return Err(InvalidField::new("tags", "must not be more than 64"));
    }
    for tag in &details.tags {
        validate::line("tags", tag, 64)?;
    }
    details.tags.sort();
    details.tags.dedup();
    if let Connection::Ssh(ssh) = &details.connection {
        endpoint("address", &ssh.address, "port", ssh.port)?;
        if let Some(jump) = &ssh.jump {
            endpoint("jump.address", &jump.address, "jump.port", jump.port)?;
        }
    }
    Ok(details)
}

fn endpoint(
    address_field: &'static str,
    address: &str,
    port_field: &'static str,
    port: u16,
) -> Result<(), InvalidField> {
    validate::address(address_field, address)?;
    if port == 0 {
        return Err(InvalidField::new(port_field, "must be between 1 and 65535"));
    }
    Ok(())
}
