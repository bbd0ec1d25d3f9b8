//! Scenarios of the settings of the organisation.

use super::*;
use crate::spec::given;
use crate::target::Target;
use crate::validate::InvalidField;
use crate::variable::VariableSetting;
use crate::variable::tests::Days;

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
    let command = |target| SettingsCommand::SetTarget(SetOrganisationTarget { target });
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

#[test]
fn frameworks_are_chosen_and_all_come_back() {
    let words = |words: &[&str]| {
        words
            .iter()
            .map(|one| (*one).to_owned())
            .collect::<Vec<_>>()
    };
    let command = |lenses: Option<&[&str]>| {
        SettingsCommand::SetEnabledLenses(SetEnabledLenses {
            lenses: lenses.map(words),
        })
    };
    let set = |before: Option<&[&str]>, after: Option<&[&str]>| -> SettingsEvent {
        EnabledLensesSet {
            before: before.map(words),
            after: after.map(words),
        }
        .into()
    };
    given::<Settings>([])
        .when(command(Some(&["stig", "cis", "stig"])))
        .then([set(None, Some(&["cis", "stig"]))]);
    let history = || [set(None, Some(&["cis", "stig"]))];
    given::<Settings>(history())
        .when(command(Some(&["stig", "cis"])))
        .then([]);
    given::<Settings>(history())
        .when(command(None))
        .then([set(Some(&["cis", "stig"]), None)]);
    given::<Settings>([])
        .when(command(Some(&[])))
        .refused(InvalidField::new(
            "lenses",
            "must name a framework; to look through all of them, leave the list out",
        ));
}

#[test]
fn a_variable_is_set_and_taken_away_with_what_was_before() {
    let command = |setting| SettingsCommand::SetVariable(SetOrganisationVariable { setting });
    let give = |text| command(VariableSetting::give(&Days, "days", text).unwrap());
    let set = |before: Option<&str>, after: Option<&str>| -> SettingsEvent {
        OrganisationVariableSet {
            name: "days".to_owned(),
            before: before.map(str::to_owned),
            after: after.map(str::to_owned),
        }
        .into()
    };
    given::<Settings>([])
        .when(give("30"))
        .then([set(None, Some("30"))]);
    given::<Settings>([set(None, Some("30"))])
        .when(give("30"))
        .then([]);
    given::<Settings>([set(None, Some("30"))])
        .when(give("60"))
        .then([set(Some("30"), Some("60"))]);
    given::<Settings>([set(None, Some("30"))])
        .when(command(VariableSetting::take_away("days")))
        .then([set(Some("30"), None)]);
    given::<Settings>([])
        .when(command(VariableSetting::take_away("days")))
        .then([]);
}
