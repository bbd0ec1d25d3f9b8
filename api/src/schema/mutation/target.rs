//! Targets of hosts and of the organisation. That of a group is one of its details.

use async_graphql::{Context, ID, InputObject, Object, Result};
use domain::host::{HostCommand, SetHostTarget};
use domain::permission::Permission;
use domain::settings::{ORGANISATION, SetOrganisationTarget, Settings as SettingsAggregate};
use event_store::Position;

use super::group_input::TargetInput;
use super::host::{HostInput, HostPayload, simple};
use super::payload::{command_of, outcome, payloads};
use crate::access::{Access, require};
use crate::schema::error::{Refusal, refusal};
use crate::schema::object::host::Host;
use crate::schema::object::target::Target;
use crate::schema::query::settings::Settings;

/// See the module.
#[derive(Default)]
pub(crate) struct TargetMutation;

payloads! {
    /// What came of it.
    SettingsPayload {
        /// The settings.
        settings: Settings
    }
}

/// The target of a host.
#[derive(Debug, InputObject)]
pub(crate) struct SetHostTargetInput {
    /// The host.
    id: ID,
    /// The score that it has to reach; without it, that of its groups or of the organisation counts.
    target: Option<TargetInput>,
    /// Repeating a mutation with the same key does nothing and gives the first answer.
    idempotency_key: Option<ID>,
}

/// The target of the organisation.
#[derive(Debug, InputObject)]
pub(crate) struct SetOrganisationTargetInput {
    /// The score that hosts have to reach which have no nearer target; without it, none.
    target: Option<TargetInput>,
    /// Repeating a mutation with the same key does nothing and gives the first answer.
    idempotency_key: Option<ID>,
}

#[Object]
impl TargetMutation {
    /// Sets the score that a host has to reach, whatever its groups and the organisation say.
    async fn set_host_target(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The host and its target.")] input: SetHostTargetInput,
    ) -> Result<HostPayload> {
        let access = require(ctx, Permission::HostWrite)?;
        let result = of_host(&access, input).await;
        Ok(outcome(&access, result).await?.into())
    }

    /// Sets the score that every host has to reach which has no nearer target.
    async fn set_organisation_target(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The target.")] input: SetOrganisationTargetInput,
    ) -> Result<SettingsPayload> {
        let access = require(ctx, Permission::SettingsWrite)?;
        let result = of_organisation(&access, input).await;
        Ok(outcome(&access, result).await?.into())
    }
}

async fn of_host(
    access: &Access<'_>,
    input: SetHostTargetInput,
) -> Result<(Host, Position), Refusal> {
    let target = input.target.map(TargetInput::into_domain).transpose()?;
    let host = HostInput {
        id: input.id,
        idempotency_key: input.idempotency_key,
    };
    let command = HostCommand::SetTarget(SetHostTarget { target });
    simple(access, &host, command).await
}

async fn of_organisation(
    access: &Access<'_>,
    input: SetOrganisationTargetInput,
) -> Result<(Settings, Position), Refusal> {
    let target = input.target.map(TargetInput::into_domain).transpose()?;
    let context = access.context(command_of(access, input.idempotency_key.as_ref(), "target"));
    let command = SetOrganisationTarget { target };
    let executed = access
        .execute::<SettingsAggregate>(ORGANISATION, command, context)
        .await
        .map_err(refusal::<SettingsAggregate>)?;
    let target = access.read().organisation_target().await?;
    let settings = Settings {
        target: target.map(Target::from),
    };
    Ok((settings, executed.position))
}
