//! What can be asked of the settings of the organisation.

use crate::target::Target;
use crate::variable::VariableSetting;

/// Set the score that every host has to reach which has no nearer target; nothing takes it away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetOrganisationTarget {
    /// The target.
    pub target: Option<Target>,
}

/// Say through which frameworks the organisation looks at its hosts; nothing: through all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetEnabledLenses {
    /// The keys of the frameworks: `cis`, `stig`, ….
    pub lenses: Option<Vec<String>>,
}

/// Set the value that a variable of rules has for every host without a nearer one, or take it away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetOrganisationVariable {
    /// The variable and its value.
    pub setting: VariableSetting,
}

/// Any command to the settings of the organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SettingsCommand {
    /// See [`SetOrganisationTarget`].
    SetTarget(SetOrganisationTarget),
    /// See [`SetEnabledLenses`].
    SetEnabledLenses(SetEnabledLenses),
    /// See [`SetOrganisationVariable`].
    SetVariable(SetOrganisationVariable),
}
