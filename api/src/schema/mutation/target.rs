//! Targets of hosts. That of a group is one of its details, that of the organisation one of its settings.

use async_graphql::{Context, ID, InputObject, Object, Result};
use domain::host::{HostCommand, SetHostTarget};
use domain::permission::Permission;
use event_store::Position;

use super::group_input::TargetInput;
use super::host::{HostInput, HostPayload, simple};
use super::payload::outcome;
use crate::access::{Access, require};
use crate::schema::error::Refusal;
use crate::schema::object::host::Host;

/// See the module.
#[derive(Default)]
pub(crate) struct TargetMutation;

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
