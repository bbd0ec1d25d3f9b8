//! Settings of the organisation: its target, the frameworks that it looks through.

use async_graphql::{Context, ID, InputObject, Object, Result};
use domain::permission::Permission;
use domain::settings::{
    ORGANISATION, SetEnabledLenses, SetOrganisationTarget, Settings as SettingsAggregate,
    SettingsCommand,
};
use event_store::Position;

use super::group_input::TargetInput;
use super::payload::{command_of, outcome, payloads};
use crate::access::{Access, require};
use crate::schema::error::{Refusal, UserError, UserErrorCode, refusal};
use crate::schema::query::settings::{Settings, load_settings};

/// See the module.
#[derive(Default)]
pub(crate) struct SettingsMutation;

payloads! {
    /// What came of it.
    SettingsPayload {
        /// The settings.
        settings: Settings
    }
}

/// The target of the organisation.
#[derive(Debug, InputObject)]
pub(crate) struct SetOrganisationTargetInput {
    /// The score that hosts have to reach which have no nearer target; without it, none.
    target: Option<TargetInput>,
    /// Repeating a mutation with the same key does nothing and gives the first answer.
    idempotency_key: Option<ID>,
}

/// The frameworks that the organisation looks through.
#[derive(Debug, InputObject)]
pub(crate) struct SetEnabledLensesInput {
    /// `cis`, `stig`, `nist_800_53`, …; without it, all.
    lenses: Option<Vec<String>>,
    /// Repeating a mutation with the same key does nothing and gives the first answer.
    idempotency_key: Option<ID>,
}

#[Object]
impl SettingsMutation {
    /// Sets the score that every host has to reach which has no nearer target.
    async fn set_organisation_target(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The target.")] input: SetOrganisationTargetInput,
    ) -> Result<SettingsPayload> {
        let access = require(ctx, Permission::SettingsWrite)?;
        let result = async {
            let target = input.target.map(TargetInput::into_domain).transpose()?;
            let set = SettingsCommand::SetTarget(SetOrganisationTarget { target });
            send(&access, input.idempotency_key.as_ref(), set).await
        };
        let result = result.await;
        Ok(outcome(&access, result).await?.into())
    }

    /// Chooses the frameworks that are shown. What others say stays known, and is shown again with them.
    async fn set_enabled_lenses(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The frameworks.")] input: SetEnabledLensesInput,
    ) -> Result<SettingsPayload> {
        let access = require(ctx, Permission::SettingsWrite)?;
        let result = set_lenses(&access, input).await;
        Ok(outcome(&access, result).await?.into())
    }
}

/// Only frameworks that rules name are chosen; one that was chosen before may stay.
async fn set_lenses(
    access: &Access<'_>,
    input: SetEnabledLensesInput,
) -> Result<(Settings, Position), Refusal> {
    let known = access.read().lenses().await?;
    let before = access.read().enabled_lenses().await?.unwrap_or_default();
    let is_known =
        |key: &String| before.contains(key) || known.iter().any(|lens| lens.framework == *key);
    if let Some(stray) = input.lenses.iter().flatten().find(|key| !is_known(key)) {
        let keys: Vec<&str> = known.iter().map(|lens| lens.framework.as_str()).collect();
        let message = format!(
            "no rule names a framework {stray:?}; there are {}",
            keys.join(", ")
        );
        return Err(UserError::field(&["lenses"], UserErrorCode::NotFound, message).into());
    }
    let lenses = input.lenses;
    let set = SettingsCommand::SetEnabledLenses(SetEnabledLenses { lenses });
    send(access, input.idempotency_key.as_ref(), set).await
}

/// Sends a command to the settings of the organisation.
pub(super) async fn send(
    access: &Access<'_>,
    key: Option<&ID>,
    command: SettingsCommand,
) -> Result<(Settings, Position), Refusal> {
    let context = access.context(command_of(access, key, "settings"));
    let executed = access
        .execute::<SettingsAggregate>(ORGANISATION, command, context)
        .await
        .map_err(refusal::<SettingsAggregate>)?;
    Ok((load_settings(access).await?, executed.position))
}
