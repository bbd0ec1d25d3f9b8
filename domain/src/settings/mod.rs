//! Settings of the whole organisation: one stream, one event a setting.

mod command;
mod decide;
mod event;
#[cfg(test)]
mod tests;

pub use command::{
    SetEnabledLenses, SetOrganisationTarget, SetOrganisationVariable, SettingsCommand,
};
pub use decide::{Settings, SettingsError, SettingsState};
pub use event::{EnabledLensesSet, OrganisationTargetSet, OrganisationVariableSet, SettingsEvent};

/// The key of the one stream.
pub const ORGANISATION: &str = "organisation";
