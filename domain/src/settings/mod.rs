//! Settings of the whole organisation: one stream, one event a setting.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::aggregate::Aggregate;
use crate::event::EventFacts;
use crate::target::Target;
use crate::validate::InvalidField;

/// The key of the one stream.
pub const ORGANISATION: &str = "organisation";

/// Set the score that every host has to reach which has no nearer target; nothing takes it away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetOrganisationTarget {
    /// The target.
    pub target: Option<Target>,
}

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

impl EventFacts for OrganisationTargetSet {}

crate::events! {
    /// Everything that can happen to the settings of the organisation.
    pub enum SettingsEvent {
        OrganisationTargetSet(OrganisationTargetSet) = "settings.organisation_target_set" v 1;
    }
}

/// The aggregate of the settings of the organisation.
#[derive(Debug)]
pub struct Settings;

/// What the settings add up to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SettingsState {
    /// The target of the organisation.
    pub target: Option<Target>,
}

/// Why a setting is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// A field does not hold.
    #[error("a field does not hold")]
    Invalid(#[from] InvalidField),
}

impl Aggregate for Settings {
    const KIND: &'static str = "settings";
    type State = SettingsState;
    type Event = SettingsEvent;
    type Command = SetOrganisationTarget;
    type Error = SettingsError;

    fn decide(
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

    fn evolve(mut state: SettingsState, event: &SettingsEvent) -> SettingsState {
        let SettingsEvent::OrganisationTargetSet(set) = event;
        state.target.clone_from(&set.after);
        state
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::given;

    fn target(score: u8) -> Target {
        Target {
            score: Some(score),
            ..Target::default()
        }
    }

    fn set(before: Option<Target>, after: Option<Target>) -> SettingsEvent {
        OrganisationTargetSet { before, after }.into()
    }

    #[test]
    fn the_target_of_the_organisation_is_set_and_taken_away() {
        let command = |target| SetOrganisationTarget { target };
        given::<Settings>([])
            .when(command(Some(target(80))))
            .then([set(None, Some(target(80)))]);
        let history = || [set(None, Some(target(80)))];
        given::<Settings>(history())
            .when(command(Some(target(80))))
            .then([]);
        given::<Settings>(history())
            .when(command(None))
            .then([set(Some(target(80)), None)]);
        given::<Settings>([])
            .when(command(Some(target(101))))
            .refused(InvalidField::new(
                "target",
                "must be a whole number of percent from 1 to 100",
            ));
    }
}
