//! Maintenance of hosts and groups.

use async_graphql::{Context, ID, InputObject, Object, Result};
use domain::group::GroupCommand;
use domain::host::HostCommand;
use domain::maintenance::{EndMaintenance, Maintenance, StartMaintenance};
use domain::permission::Permission;

use super::group::{GroupInput, GroupPayload};
use super::host::{HostInput, HostPayload};
use super::payload::outcome;
use super::{group, host};
use crate::access::{Access, require};
use crate::schema::scalar::DateTime;

/// See the module.
#[derive(Default)]
pub(crate) struct MaintenanceMutation;

/// A maintenance to be started.
#[derive(Debug, InputObject)]
pub(crate) struct StartMaintenanceInput {
    /// The host, or the group.
    id: ID,
    /// Why.
    reason: String,
    /// When it ends by itself; without it, when somebody ends it.
    until: Option<DateTime>,
    /// Repeating a mutation with the same key does nothing and gives the first answer.
    idempotency_key: Option<ID>,
}

impl StartMaintenanceInput {
    /// The command; also what identifies its subject.
    fn into_parts(self, access: &Access<'_>) -> (ID, Option<ID>, StartMaintenance) {
        let command = StartMaintenance {
            maintenance: Maintenance {
                reason: self.reason,
                until: self.until.map(|until| until.0),
            },
            now: access.store().clock().now(),
        };
        (self.id, self.idempotency_key, command)
    }
}

#[Object]
impl MaintenanceMutation {
    /// Puts a host into maintenance, or changes the reason and the end.
    async fn start_host_maintenance(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The host, why, and until when.")] input: StartMaintenanceInput,
    ) -> Result<HostPayload> {
        let access = require(ctx, Permission::HostWrite)?;
        let (id, idempotency_key, start) = input.into_parts(&access);
        let subject = HostInput {
            id,
            idempotency_key,
        };
        let result = host::simple(&access, &subject, HostCommand::StartMaintenance(start)).await;
        Ok(outcome(&access, result).await?.into())
    }

    /// Ends the maintenance of a host. Those of its groups stay.
    async fn end_host_maintenance(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The host.")] input: HostInput,
    ) -> Result<HostPayload> {
        let access = require(ctx, Permission::HostWrite)?;
        let end = HostCommand::EndMaintenance(EndMaintenance);
        let result = host::simple(&access, &input, end).await;
        Ok(outcome(&access, result).await?.into())
    }

    /// Puts a group and so all its hosts into maintenance, or changes the reason and the end.
    async fn start_group_maintenance(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The group, why, and until when.")] input: StartMaintenanceInput,
    ) -> Result<GroupPayload> {
        let access = require(ctx, Permission::GroupWrite)?;
        let (id, idempotency_key, start) = input.into_parts(&access);
        let subject = GroupInput {
            id,
            idempotency_key,
        };
        let result = group::simple(&access, &subject, GroupCommand::StartMaintenance(start)).await;
        Ok(outcome(&access, result).await?.into())
    }

    /// Ends the maintenance of a group. Those of its hosts stay.
    async fn end_group_maintenance(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The group.")] input: GroupInput,
    ) -> Result<GroupPayload> {
        let access = require(ctx, Permission::GroupWrite)?;
        let end = GroupCommand::EndMaintenance(EndMaintenance);
        let result = group::simple(&access, &input, end).await;
        Ok(outcome(&access, result).await?.into())
    }
}
