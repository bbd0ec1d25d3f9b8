//! Values of variables of rules, for the organisation, for groups and for hosts.

use async_graphql::{Context, ID, InputObject, Object, Result};
use domain::group::{GroupCommand, SetGroupVariable};
use domain::host::{HostCommand, SetHostVariable};
use domain::permission::Permission;
use domain::settings::{SetOrganisationVariable, SettingsCommand};
use domain::variable::{VariableRefusal, VariableSetting};

use super::group::{GroupInput, GroupPayload};
use super::host::{HostInput, HostPayload};
use super::payload::outcome;
use super::settings::{SettingsPayload, send};
use crate::access::{Access, require};
use crate::schema::error::{Refusal, UserError, UserErrorCode};

/// See the module.
#[derive(Default)]
pub(crate) struct VariableMutation;

/// The value of a variable for the organisation.
#[derive(Debug, InputObject)]
pub(crate) struct SetOrganisationVariableInput {
    /// The variable.
    name: String,
    /// Its value, a list with commas or semicolons; without it, rules have their own again.
    value: Option<String>,
    /// Repeating a mutation with the same key does nothing and gives the first answer.
    idempotency_key: Option<ID>,
}

/// The value of a variable for the hosts of a group.
#[derive(Debug, InputObject)]
pub(crate) struct SetGroupVariableInput {
    /// The group.
    id: ID,
    /// The variable.
    name: String,
    /// Its value, a list with commas or semicolons; without it, that of the organisation counts again.
    value: Option<String>,
    /// Repeating a mutation with the same key does nothing and gives the first answer.
    idempotency_key: Option<ID>,
}

/// The value of a variable for a host.
#[derive(Debug, InputObject)]
pub(crate) struct SetHostVariableInput {
    /// The host.
    id: ID,
    /// The variable.
    name: String,
    /// Its value, a list with commas or semicolons; without it, that of its groups or of the organisation counts again.
    value: Option<String>,
    /// Repeating a mutation with the same key does nothing and gives the first answer.
    idempotency_key: Option<ID>,
}

#[Object]
impl VariableMutation {
    /// Sets the value of a variable for every host without a nearer one. It counts from the next scan on.
    async fn set_organisation_variable(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The variable and its value.")] input: SetOrganisationVariableInput,
    ) -> Result<SettingsPayload> {
        let access = require(ctx, Permission::SettingsWrite)?;
        let result = async {
            let setting = setting(&access, &input.name, input.value.as_deref())?;
            let set = SettingsCommand::SetVariable(SetOrganisationVariable { setting });
            send(&access, input.idempotency_key.as_ref(), set).await
        };
        let result = result.await;
        Ok(outcome(&access, result).await?.into())
    }

    /// Sets the value of a variable for the hosts of a group. Of several groups of a host the value counts that was
    /// set last. It counts from the next scan on.
    async fn set_group_variable(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The group, the variable and its value.")] input: SetGroupVariableInput,
    ) -> Result<GroupPayload> {
        let access = require(ctx, Permission::GroupWrite)?;
        let group = GroupInput {
            id: input.id,
            idempotency_key: input.idempotency_key,
        };
        let result = async {
            let setting = setting(&access, &input.name, input.value.as_deref())?;
            let set = GroupCommand::SetVariable(SetGroupVariable { setting });
            super::group::simple(&access, &group, set).await
        };
        let result = result.await;
        Ok(outcome(&access, result).await?.into())
    }

    /// Sets the value of a variable for one host, whatever its groups and the organisation say. It counts from the
    /// next scan on.
    async fn set_host_variable(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The host, the variable and its value.")] input: SetHostVariableInput,
    ) -> Result<HostPayload> {
        let access = require(ctx, Permission::HostWrite)?;
        let host = HostInput {
            id: input.id,
            idempotency_key: input.idempotency_key,
        };
        let result = async {
            let setting = setting(&access, &input.name, input.value.as_deref())?;
            let set = HostCommand::SetVariable(SetHostVariable { setting });
            super::host::simple(&access, &host, set).await
        };
        let result = result.await;
        Ok(outcome(&access, result).await?.into())
    }
}

fn setting(
    access: &Access<'_>,
    name: &str,
    value: Option<&str>,
) -> Result<VariableSetting, Refusal> {
    let Some(value) = value else {
        return Ok(VariableSetting::take_away(name));
    };
    let variables = access.inner().variables.as_ref();
    VariableSetting::give(variables, name, value).map_err(|error| {
        let (field, code) = match error {
            VariableRefusal::Unknown { .. } => ("name", UserErrorCode::NotFound),
            VariableRefusal::Unfit { .. } => ("value", UserErrorCode::Invalid),
        };
        UserError::field(&[field], code, error.to_string()).into()
    })
}
