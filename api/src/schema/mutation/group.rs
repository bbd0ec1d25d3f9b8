//! Groups: making, changing, dissolving, choosing their hosts.

use async_graphql::{Context, ID, InputObject, Object, Result};
use domain::group::{
    AddHosts, CreateGroup, EditGroup, Group as GroupAggregate, GroupCommand, RemoveGroup,
    RemoveHosts, RestoreGroup,
};
use domain::host::HostStatus;
use domain::id::{GroupId, HostId, TypedId as _};
use domain::permission::Permission;
use event_store::Position;

use super::group_input::GroupDetailsInput;
use super::payload::{command_of, made, outcome, payloads};
use crate::access::{Access, require};
use crate::schema::error::{Fault, Refusal, UserError, UserErrorCode, refusal};
use crate::schema::id::of_input;
use crate::schema::object::group::Group;

/// See the module.
#[derive(Default)]
pub(crate) struct GroupMutation;

payloads! {
    /// What came of it.
    GroupPayload {
        /// The group.
        group: Group
    }
}

/// A group to be made.
#[derive(Debug, InputObject)]
pub(crate) struct CreateGroupInput {
    /// Everything that describes it.
    details: GroupDetailsInput,
    /// Its first hosts, when it has no rule; 1000 at most.
    hosts: Option<Vec<ID>>,
    /// Repeating a mutation with the same key does nothing and gives the first answer.
    idempotency_key: Option<ID>,
}

/// A group to be changed.
#[derive(Debug, InputObject)]
pub(crate) struct EditGroupInput {
    /// The group.
    id: ID,
    /// Everything that describes it from now on.
    details: GroupDetailsInput,
    /// Repeating a mutation with the same key does nothing and gives the first answer.
    idempotency_key: Option<ID>,
}

/// A group that something is done with.
#[derive(Debug, InputObject)]
pub(crate) struct GroupInput {
    /// The group.
    pub(super) id: ID,
    /// Repeating a mutation with the same key does nothing and gives the first answer.
    pub(super) idempotency_key: Option<ID>,
}

/// Hosts that come into a group or go out of it.
#[derive(Debug, InputObject)]
pub(crate) struct GroupHostsInput {
    /// The group; one without a rule.
    group: ID,
    /// The hosts; 1000 at most.
    hosts: Vec<ID>,
    /// Repeating a mutation with the same key does nothing and gives the first answer.
    idempotency_key: Option<ID>,
}

#[Object]
impl GroupMutation {
    /// Makes a group, of hosts that are chosen or by a rule.
    async fn create_group(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The group.")] input: CreateGroupInput,
    ) -> Result<GroupPayload> {
        let access = require(ctx, Permission::GroupWrite)?;
        let result = create(&access, input).await;
        Ok(outcome(&access, result).await?.into())
    }

    /// Changes what describes a group. Without a rule, the hosts count that were chosen for it.
    async fn edit_group(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The group and its new details.")] input: EditGroupInput,
    ) -> Result<GroupPayload> {
        let access = require(ctx, Permission::GroupWrite)?;
        let result = edit(&access, input).await;
        Ok(outcome(&access, result).await?.into())
    }

    /// Dissolves a group: nobody is in it any more. Its history stays, and it can be brought back.
    async fn remove_group(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The group.")] input: GroupInput,
    ) -> Result<GroupPayload> {
        let access = require(ctx, Permission::GroupDelete)?;
        let result = simple(&access, &input, GroupCommand::Remove(RemoveGroup)).await;
        Ok(outcome(&access, result).await?.into())
    }

    /// Brings a dissolved group back, with the hosts that were chosen for it or that its rule finds now.
    async fn restore_group(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The group.")] input: GroupInput,
    ) -> Result<GroupPayload> {
        let access = require(ctx, Permission::GroupDelete)?;
        let result = simple(&access, &input, GroupCommand::Restore(RestoreGroup)).await;
        Ok(outcome(&access, result).await?.into())
    }

    /// Adds hosts to a group without a rule. Those that are in it already stay.
    async fn add_hosts_to_group(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The group and the hosts.")] input: GroupHostsInput,
    ) -> Result<GroupPayload> {
        let access = require(ctx, Permission::GroupWrite)?;
        let result = add_hosts(&access, input).await;
        Ok(outcome(&access, result).await?.into())
    }

    /// Takes hosts out of a group without a rule.
    async fn remove_hosts_from_group(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The group and the hosts.")] input: GroupHostsInput,
    ) -> Result<GroupPayload> {
        let access = require(ctx, Permission::GroupWrite)?;
        let result = remove_hosts(&access, input).await;
        Ok(outcome(&access, result).await?.into())
    }
}

async fn create(
    access: &Access<'_>,
    input: CreateGroupInput,
) -> Result<(Group, Position), Refusal> {
    let drawn = GroupId::draw(access.store().ids().as_ref());
    let command = GroupCommand::Create(CreateGroup {
        group: drawn,
        details: input.details.into_domain()?,
        hosts: under_watch(access, &input.hosts.unwrap_or_default()).await?,
    });
    let context = access.context(command_of(access, input.idempotency_key.as_ref(), "create"));
    let executed = access
        .execute::<GroupAggregate>(drawn, command, context)
        .await
        .map_err(refusal::<GroupAggregate>)?;
    let group = made(&executed.stream, drawn);
    Ok((load(access, group).await?, executed.position))
}

async fn edit(access: &Access<'_>, input: EditGroupInput) -> Result<(Group, Position), Refusal> {
    let details = input.details.into_domain()?;
    let group = GroupInput {
        id: input.id,
        idempotency_key: input.idempotency_key,
    };
    simple(access, &group, GroupCommand::Edit(EditGroup { details })).await
}

async fn add_hosts(
    access: &Access<'_>,
    input: GroupHostsInput,
) -> Result<(Group, Position), Refusal> {
    let hosts = under_watch(access, &input.hosts).await?;
    let group = GroupInput {
        id: input.group,
        idempotency_key: input.idempotency_key,
    };
    simple(access, &group, GroupCommand::AddHosts(AddHosts { hosts })).await
}

async fn remove_hosts(
    access: &Access<'_>,
    input: GroupHostsInput,
) -> Result<(Group, Position), Refusal> {
    let hosts = ids(&input.hosts)?;
    let group = GroupInput {
        id: input.group,
        idempotency_key: input.idempotency_key,
    };
    let command = GroupCommand::RemoveHosts(RemoveHosts { hosts });
    simple(access, &group, command).await
}

/// Sends a command to a group that exists.
pub(super) async fn simple(
    access: &Access<'_>,
    input: &GroupInput,
    command: GroupCommand,
) -> Result<(Group, Position), Refusal> {
    let group: GroupId = of_input(&input.id, "id")?;
    let context = access.context(command_of(access, input.idempotency_key.as_ref(), "group"));
    let executed = access
        .execute::<GroupAggregate>(group, command, context)
        .await
        .map_err(refusal::<GroupAggregate>)?;
    Ok((load(access, group).await?, executed.position))
}

fn ids(hosts: &[ID]) -> Result<Vec<HostId>, UserError> {
    hosts.iter().map(|id| of_input(id, "hosts")).collect()
}

/// Hosts that are named, if all of them are under watch.
async fn under_watch(access: &Access<'_>, hosts: &[ID]) -> Result<Vec<HostId>, Refusal> {
    let mut hosts = ids(hosts)?;
    hosts.sort_unstable();
    hosts.dedup();
    let rows = access.read().hosts_by_id(&hosts).await?;
    let active = rows
        .iter()
        .filter(|row| row.status == HostStatus::Active)
        .count();
    if active < hosts.len() {
        let message = format!(
            "{} of these hosts are not under watch; look at the list again",
            hosts.len() - active
        );
        return Err(UserError::field(&["hosts"], UserErrorCode::NotFound, message).into());
    }
    Ok(hosts)
}

async fn load(access: &Access<'_>, group: GroupId) -> Result<Group, Refusal> {
    let row = access
        .read()
        .groups_by_id(&[group])
        .await?
        .into_iter()
        .next();
    row.map(Group)
        .ok_or_else(|| Fault::behind("the group").into())
}
