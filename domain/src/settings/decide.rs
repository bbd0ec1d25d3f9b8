//! Decisions about the settings of the organisation.

use super::command::{
    SetEnabledLenses, SetOrganisationTarget, SetOrganisationVariable, SettingsCommand,
};
use super::event::{
    EnabledLensesSet, OrganisationTargetSet, OrganisationVariableSet, SettingsEvent,
};
use crate::aggregate::Aggregate;
use crate::target::Target;
use crate::validate::{self, InvalidField};
use crate::variable::{VariableValues, changed};

/// The aggregate of the settings of the organisation.
#[derive(Debug)]
pub struct Settings;

/// What the settings add up to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SettingsState {
    /// The target of the organisation.
    pub target: Option<Target>,
    /// The frameworks to look through; nothing: all.
    pub lenses: Option<Vec<String>>,
    /// The values of variables.
    pub variables: VariableValues,
}

/// Why a setting is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// A field does not hold.
    #[error("a field does not hold")]
    Invalid(#[from] InvalidField),
}

/// Frameworks that a list names, at most.
const LENSES: usize = 64;

impl Aggregate for Settings {
    const KIND: &'static str = "settings";
    type State = SettingsState;
    type Event = SettingsEvent;
    type Command = SettingsCommand;
    type Error = SettingsError;

    fn decide(
        state: &SettingsState,
        command: SettingsCommand,
    ) -> Result<Vec<SettingsEvent>, SettingsError> {
        match command {
            SettingsCommand::SetTarget(command) => set_target(state, command),
            SettingsCommand::SetEnabledLenses(command) => set_lenses(state, command),
            SettingsCommand::SetVariable(command) => set_variable(state, command),
        }
    }

    fn evolve(mut state: SettingsState, event: &SettingsEvent) -> SettingsState {
        match event {
            SettingsEvent::OrganisationTargetSet(set) => state.target.clone_from(&set.after),
            SettingsEvent::EnabledLensesSet(set) => state.lenses.clone_from(&set.after),
            SettingsEvent::OrganisationVariableSet(set) => {
                changed(&mut state.variables, &set.name, set.after.as_deref());
            }
        }
        state
    }
}

fn set_target(
    state: &SettingsState,
    command: SetOrganisationTarget,
) -> Result<Vec<SettingsEvent>, SettingsError> {
    command.target.as_ref().map_or(Ok(()), Target::check)?;
    if command.target == state.target {
        return Ok(Vec::new());
    }
    Ok(vec![
        OrganisationTargetSet {
            before: state.target.clone(),
            after: command.target,
        }
        .into(),
    ])
}

fn set_lenses(
    state: &SettingsState,
    command: SetEnabledLenses,
) -> Result<Vec<SettingsEvent>, SettingsError> {
    let after = command.lenses.map(listed).transpose()?;
    if after == state.lenses {
        return Ok(Vec::new());
    }
    Ok(vec![
        EnabledLensesSet {
            before: state.lenses.clone(),
            after,
        }
        .into(),
    ])
}

/// The frameworks in order, each once.
fn listed(mut lenses: Vec<String>) -> Result<Vec<String>, InvalidField> {
    if lenses.is_empty() {
        let reason = "must name a framework; to look through all of them, leave the list out";
        return Err(InvalidField::new("lenses", reason));
    }
    if lenses.len() > LENSES {
        let reason = format!("must not name more than {LENSES} frameworks");
        return Err(InvalidField::new("lenses", reason));
    }
    for lens in &lenses {
        validate::line("lenses", lens, 64)?;
    }
    lenses.sort_unstable();
    lenses.dedup();
    Ok(lenses)
}

fn set_variable(
    state: &SettingsState,
    command: SetOrganisationVariable,
) -> Result<Vec<SettingsEvent>, SettingsError> {
    let change = command.setting.change(&state.variables)?;
    let event = change.map(|change| {
        OrganisationVariableSet {
            name: change.name,
            before: change.before,
            after: change.after,
        }
        .into()
    });
    Ok(event.into_iter().collect())
}
