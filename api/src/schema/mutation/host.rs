//! Hosts: registering, changing, taking out of watch, trusting their keys.

use async_graphql::{Context, ID, InputObject, Object, Result};
use domain::host::{
    EditHost, ForgetHostKey, Host as HostAggregate, HostCommand, HostKey as DomainKey,
    RegisterHost, RemoveHost, RestoreHost, TrustHostKey,
};
use domain::id::{HostId, TypedId as _};
use domain::permission::Permission;
use event_store::{CommandContext, Position};

use super::host_input::{HostDetailsInput, HostKeyInput, guard_credentials};
use super::payload::{command_of, made, outcome, payloads};
use super::scan::request_scan;
use crate::access::{Access, require};
use crate::schema::error::{Fault, Refusal, refusal};
use crate::schema::id::of_input;
use crate::schema::object::host::Host;

/// See the module.
#[derive(Default)]
pub(crate) struct HostMutation;

payloads! {
    /// What came of registering a host.
    RegisterHostPayload {
        /// The host.
        host: Host
    }
    /// What came of changing a host.
    HostPayload {
        /// The host.
        host: Host
    }
}

/// A host to be registered.
#[derive(Debug, InputObject)]
pub(crate) struct RegisterHostInput {
    /// Everything that describes it.
    details: HostDetailsInput,
    /// Host keys that a person has confirmed.
    trusted_keys: Option<Vec<HostKeyInput>>,
    /// Whether it is scanned at once.
    scan_now: Option<bool>,
    /// Repeating a mutation with the same key does nothing and gives the first answer.
    idempotency_key: Option<ID>,
}

/// A host to be changed.
#[derive(Debug, InputObject)]
pub(crate) struct EditHostInput {
    /// The host.
    id: ID,
    /// Everything that describes it from now on.
    details: HostDetailsInput,
    /// Repeating a mutation with the same key does nothing and gives the first answer.
    idempotency_key: Option<ID>,
}

/// A host that something is done with.
#[derive(Debug, InputObject)]
pub(crate) struct HostInput {
    /// The host.
    pub(super) id: ID,
    /// Repeating a mutation with the same key does nothing and gives the first answer.
    pub(super) idempotency_key: Option<ID>,
}

/// A host key to be trusted.
#[derive(Debug, InputObject)]
pub(crate) struct TrustHostKeyInput {
    /// The host.
    host: ID,
    /// The key that a person has confirmed.
    key: HostKeyInput,
    /// Repeating a mutation with the same key does nothing and gives the first answer.
    idempotency_key: Option<ID>,
}

/// A host key to be forgotten.
#[derive(Debug, InputObject)]
pub(crate) struct ForgetHostKeyInput {
    /// The host.
    host: ID,
    /// The SHA-256 fingerprint of the key.
    fingerprint: String,
    /// Repeating a mutation with the same key does nothing and gives the first answer.
    idempotency_key: Option<ID>,
}

#[Object]
impl HostMutation {
    /// Puts a machine under watch.
    async fn register_host(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The host.")] input: RegisterHostInput,
    ) -> Result<RegisterHostPayload> {
        let access = require(ctx, Permission::HostWrite)?;
        if input
            .trusted_keys
            .as_ref()
            .is_some_and(|keys| !keys.is_empty())
        {
            require(ctx, Permission::HostTrust)?;
        }
        if input.scan_now == Some(true) {
            require(ctx, Permission::ScanRequest)?;
        }
        let result = register(&access, input).await;
        Ok(outcome(&access, result).await?.into())
    }

    /// Changes what describes a host.
    async fn edit_host(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The host and its new details.")] input: EditHostInput,
    ) -> Result<HostPayload> {
        let access = require(ctx, Permission::HostWrite)?;
        let result = edit(&access, input).await;
        Ok(outcome(&access, result).await?.into())
    }

    /// Takes a host out of watch. Its history stays, and it can be brought back.
    async fn remove_host(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The host.")] input: HostInput,
    ) -> Result<HostPayload> {
        let access = require(ctx, Permission::HostDelete)?;
        let result = simple(&access, &input, HostCommand::Remove(RemoveHost)).await;
        Ok(outcome(&access, result).await?.into())
    }

    /// Brings a removed host back.
    async fn restore_host(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The host.")] input: HostInput,
    ) -> Result<HostPayload> {
        let access = require(ctx, Permission::HostDelete)?;
        let result = simple(&access, &input, HostCommand::Restore(RestoreHost)).await;
        Ok(outcome(&access, result).await?.into())
    }

    /// Trusts an SSH host key that a person has confirmed. Replaces another of the same algorithm.
    async fn trust_host_key(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The host and its key.")] input: TrustHostKeyInput,
    ) -> Result<HostPayload> {
        let access = require(ctx, Permission::HostTrust)?;
        let host = HostInput {
            id: input.host,
            idempotency_key: input.idempotency_key,
        };
        let trust = TrustHostKey {
            key: input.key.into(),
            first_use: false,
        };
        let result = simple(&access, &host, HostCommand::TrustKey(trust)).await;
        Ok(outcome(&access, result).await?.into())
    }

    /// Forgets an SSH host key.
    async fn forget_host_key(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The host and the fingerprint.")] input: ForgetHostKeyInput,
    ) -> Result<HostPayload> {
        let access = require(ctx, Permission::HostTrust)?;
        let host = HostInput {
            id: input.host,
            idempotency_key: input.idempotency_key,
        };
        let forget = ForgetHostKey {
            fingerprint: input.fingerprint,
        };
        let result = simple(&access, &host, HostCommand::ForgetKey(forget)).await;
        Ok(outcome(&access, result).await?.into())
    }
}

async fn register(
    access: &Access<'_>,
    input: RegisterHostInput,
) -> Result<(Host, Position), Refusal> {
    let drawn = HostId::draw(access.store().ids().as_ref());
    let key = input.idempotency_key.as_ref();
    let details = input.details.into_domain()?;
    let context = access.context(command_of(access, key, "register"));
    let context = guard_credentials(access, &details.connection, context).await?;
    let command = HostCommand::Register(RegisterHost {
        host: drawn,
        details,
        trusted_keys: input
            .trusted_keys
            .unwrap_or_default()
            .into_iter()
            .map(DomainKey::from)
            .collect(),
    });
    let executed = access
        .execute::<HostAggregate>(drawn, command, context)
        .await
        .map_err(refusal::<HostAggregate>)?;
    let (host, mut position) = (made(&executed.stream, drawn), executed.position);
    if input.scan_now == Some(true) && !executed.repeated {
        let command = command_of(access, key, "scan");
        let trigger = domain::scan::Trigger::Registration;
        let scan = request_scan(
            access,
            host,
            trigger,
            domain::scan::Selection::default(),
            command,
        );
        position = scan.await?.1;
    }
    Ok((load(access, host).await?, position))
}

async fn edit(access: &Access<'_>, input: EditHostInput) -> Result<(Host, Position), Refusal> {
    let host: HostId = of_input(&input.id, "id")?;
    let details = input.details.into_domain()?;
    let context = access.context(command_of(access, input.idempotency_key.as_ref(), "edit"));
    let context = guard_credentials(access, &details.connection, context).await?;
    send(
        access,
        host,
        HostCommand::Edit(EditHost { details }),
        context,
    )
    .await
}

/// Sends a command to a host that exists.
pub(super) async fn simple(
    access: &Access<'_>,
    input: &HostInput,
    command: HostCommand,
) -> Result<(Host, Position), Refusal> {
    let host: HostId = of_input(&input.id, "id")?;
    let context = access.context(command_of(access, input.idempotency_key.as_ref(), "host"));
    send(access, host, command, context).await
}

async fn send(
    access: &Access<'_>,
    host: HostId,
    command: HostCommand,
    context: CommandContext,
) -> Result<(Host, Position), Refusal> {
    let executed = access
        .execute::<HostAggregate>(host, command, context)
        .await
        .map_err(refusal::<HostAggregate>)?;
    Ok((load(access, host).await?, executed.position))
}

async fn load(access: &Access<'_>, host: HostId) -> Result<Host, Refusal> {
    let row = access.read().hosts_by_id(&[host]).await?.into_iter().next();
    row.map(Host)
        .ok_or_else(|| Fault::behind("the host").into())
}
