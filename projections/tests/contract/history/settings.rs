//! Settings of the organisation, and values of variables.

use domain::group::{Group, GroupCommand, SetGroupVariable};
use domain::host::{Host, HostCommand, SetHostVariable};
use domain::settings::{
    ORGANISATION, SetEnabledLenses, SetOrganisationVariable, Settings, SettingsCommand,
};
use domain::variable::{
    DeclaredVariable, ValueSource, VariableDeclarations, VariableRefusal, VariableSetting,
};

use super::World;

/// Takes every value.
struct AnyVariable;

impl VariableDeclarations for AnyVariable {
    fn declared(&self) -> Vec<DeclaredVariable> {
        Vec::new()
    }

    fn accept(&self, _: &str, text: &str) -> Result<String, VariableRefusal> {
        Ok(text.to_owned())
    }
}

impl World {
    pub(super) async fn settings(&self) {
        let host = self.register("valued").await;
        let group = self.group("valued", None, &[host]).await;
        let lenses = SetEnabledLenses {
            lenses: Some(vec!["cis".to_owned(), "test".to_owned()]),
        };
        let set = SettingsCommand::SetEnabledLenses(lenses);
        self.execute::<Settings>(ORGANISATION, set).await;
        self.set_variable(None, "10").await;
        self.set_variable(Some(ValueSource::Group(group)), "20")
            .await;
        self.set_variable(Some(ValueSource::Host(host)), "30").await;
    }

    /// Sets the variable `days` of the organisation, or of another place.
    pub(crate) async fn set_variable(&self, place: Option<ValueSource>, text: &str) {
        let setting = VariableSetting::give(&AnyVariable, "days", text).unwrap();
        match place {
            Some(ValueSource::Host(host)) => {
                let set = HostCommand::SetVariable(SetHostVariable { setting });
                self.execute::<Host>(host, set).await;
            }
            Some(ValueSource::Group(group)) => {
                let set = GroupCommand::SetVariable(SetGroupVariable { setting });
                self.execute::<Group>(group, set).await;
            }
            Some(ValueSource::Organisation) | None => {
                let set = SettingsCommand::SetVariable(SetOrganisationVariable { setting });
                self.execute::<Settings>(ORGANISATION, set).await;
            }
        }
    }
}
