//! What can happen to the settings of the organisation.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::event::EventFacts;
use crate::target::Target;

/// The target of the organisation was set or taken away.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase")]
pub struct OrganisationTargetSet {
    /// As it was.
    #[n(0)]
    pub before: Option<Target>,
    /// As it is now.
    #[n(1)]
    pub after: Option<Target>,
}

/// Another list of frameworks to look through was set; nothing stands for all.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase")]
pub struct EnabledLensesSet {
    /// As it was.
    #[n(0)]
    pub before: Option<Vec<String>>,
    /// As it is now, in the order of their keys.
    #[n(1)]
    pub after: Option<Vec<String>>,
}

/// The value of a variable for the organisation was set or taken away.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase")]
pub struct OrganisationVariableSet {
    /// The variable.
    #[n(0)]
    pub name: String,
    /// As it was.
    #[n(1)]
    pub before: Option<String>,
    /// As it is now.
    #[n(2)]
    pub after: Option<String>,
}

impl EventFacts for OrganisationTargetSet {}
impl EventFacts for EnabledLensesSet {}
impl EventFacts for OrganisationVariableSet {}

crate::events! {
    /// Everything that can happen to the settings of the organisation.
    pub enum SettingsEvent {
        OrganisationTargetSet(OrganisationTargetSet) = "settings.organisation_target_set" v 1;
        EnabledLensesSet(EnabledLensesSet) = "settings.enabled_lenses_set" v 1;
        OrganisationVariableSet(OrganisationVariableSet) = "settings.organisation_variable_set" v 1;
    }
}
