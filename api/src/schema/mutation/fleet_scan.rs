//! Scans of many hosts: asking for one, calling one off, trying what failed again.

use std::collections::BTreeSet;

use async_graphql::{Context, ID, InputObject, Object, Result};
use domain::fleet_scan::{
    CancelFleetScan, FleetLimits, FleetScan as FleetScanAggregate, FleetScanCommand, HostChoice,
    HostQuery, MOST_HOSTS, RequestFleetScan,
};
use domain::host::HostStatus;
use domain::id::{FleetScanId, HostId, TypedId as _};
use domain::permission::Permission;
use event_store::Position;
use projections::read::{FleetScanRow, HostFilter as Rows};

use super::payload::{command_of, made, outcome, payloads};
use super::scan::SelectionInput;
use crate::access::{Access, require};
use crate::schema::error::{Fault, Refusal, UserError, UserErrorCode, refusal};
use crate::schema::id::of_input;
use crate::schema::object::fleet_scan::FleetScan;
use crate::schema::query::host::{HostFilter, row_filter};

/// Ids of one question to the tables.
const IDS: usize = 500;
/// One more than is accepted, so that too many are noticed.
const READ: u32 = 50_001;

/// See the module.
#[derive(Default)]
pub(crate) struct FleetScanMutation;

payloads! {
    /// What came of it.
    FleetScanPayload {
        /// The fleet scan.
        fleet_scan: FleetScan
    }
}

/// A scan of many hosts to be asked for: either hosts one by one, or everything that matches.
#[derive(Debug, InputObject)]
pub(crate) struct RequestFleetScanInput {
    /// These hosts.
    hosts: Option<Vec<ID>>,
    /// All hosts under watch that match now; an empty filter is all of them.
    matching: Option<HostFilter>,
    /// Which rules; all of them without a wish.
    selection: Option<SelectionInput>,
    /// How much at a time, below the limits of the installation.
    limits: Option<FleetScanLimitsInput>,
    /// Repeating a mutation with the same key does nothing and gives the first answer.
    idempotency_key: Option<ID>,
}

/// How much a fleet scan may do at a time.
#[derive(Debug, Default, InputObject)]
pub(crate) struct FleetScanLimitsInput {
    /// Hosts that are scanned at the same time; 64 without a wish.
    total: Option<u32>,
    /// Of them in one network: a /24 of IPv4 or a /64 of IPv6; 16 without a wish.
    per_subnet: Option<u32>,
    /// How often a host is tried whose failure may pass by itself; 3 without a wish.
    attempts: Option<u32>,
}

/// A fleet scan.
#[derive(Debug, InputObject)]
pub(crate) struct FleetScanInput {
    /// The fleet scan.
    id: ID,
    /// Repeating a mutation with the same key does nothing and gives the first answer.
    idempotency_key: Option<ID>,
}

#[Object]
impl FleetScanMutation {
    /// Asks for a scan of many hosts. They are chosen now; workers take them up as the limits allow.
    async fn request_fleet_scan(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which hosts, and which rules.")] input: RequestFleetScanInput,
    ) -> Result<FleetScanPayload> {
        let access = require(ctx, Permission::ScanRequest)?;
        let result = request(&access, input).await;
        Ok(outcome(&access, result).await?.into())
    }

    /// Calls a scan of many hosts off: hosts that wait are not scanned, scans that run for it alone are
    /// stopped.
    async fn cancel_fleet_scan(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The fleet scan.")] input: FleetScanInput,
    ) -> Result<FleetScanPayload> {
        let access = require(ctx, Permission::ScanCancel)?;
        let result = cancel(&access, input).await;
        Ok(outcome(&access, result).await?.into())
    }

    /// Asks for a new fleet scan of the hosts that have failed in another, with the same rules and
    /// limits.
    async fn retry_fleet_scan(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The fleet scan whose failed hosts are tried again.")]
        input: FleetScanInput,
    ) -> Result<FleetScanPayload> {
        let access = require(ctx, Permission::ScanRequest)?;
        let result = retry(&access, input).await;
        Ok(outcome(&access, result).await?.into())
    }
}

async fn request(
    access: &Access<'_>,
    input: RequestFleetScanInput,
) -> Result<(FleetScan, Position), Refusal> {
    let (hosts, choice) = match (input.hosts, input.matching) {
        (Some(hosts), None) => (listed(access, &hosts).await?, HostChoice::Listed),
        (None, Some(filter)) => matching(access, filter).await?,
        _ => {
            let message = "give either hosts or matching; an empty matching chooses all hosts";
            return Err(UserError::field(&["hosts"], UserErrorCode::Invalid, message).into());
        }
    };
    let command = RequestFleetScan {
        fleet_scan: FleetScanId::draw(access.store().ids().as_ref()),
        hosts,
        choice,
        selection: input.selection.unwrap_or_default().into(),
        limits: limits(&input.limits.unwrap_or_default()),
        retry_of: None,
    };
    send(access, command, input.idempotency_key.as_ref()).await
}

fn limits(wish: &FleetScanLimitsInput) -> FleetLimits {
    let usual = FleetLimits::default();
    FleetLimits {
        total: wish.total.unwrap_or(usual.total),
        per_subnet: wish.per_subnet.unwrap_or(usual.per_subnet),
        attempts: wish.attempts.unwrap_or(usual.attempts),
    }
}

/// Hosts that were named. One that has been removed stays in: that it was skipped is said where
/// everybody looks.
async fn listed(access: &Access<'_>, ids: &[ID]) -> Result<Vec<HostId>, Refusal> {
    let unknown = || {
        let message = "one of these is not the id of a host; choose again";
        UserError::field(&["hosts"], UserErrorCode::NotFound, message)
    };
    if ids.len() > MOST_HOSTS {
        let message = format!("a fleet scan takes at most {MOST_HOSTS} hosts");
        return Err(UserError::field(&["hosts"], UserErrorCode::Invalid, message).into());
    }
    let hosts = ids
        .iter()
        .map(|id| of_input::<HostId>(id, "hosts"))
        .collect::<Result<Vec<_>, _>>()?;
    for some in hosts.chunks(IDS) {
        let distinct: BTreeSet<&HostId> = some.iter().collect();
        let filter = Rows {
            ids: some.to_vec(),
            ..Rows::default()
        };
        let found = access.read().host_ids(&filter, READ).await?;
        if found.len() < distinct.len() {
            return Err(unknown().into());
        }
    }
    Ok(hosts)
}

async fn matching(
    access: &Access<'_>,
    filter: HostFilter,
) -> Result<(Vec<HostId>, HostChoice), Refusal> {
    let rows = Rows {
        status: Some(HostStatus::Active),
        ..row_filter(filter, None, access.store().clock().now())
    };
    let hosts = access.read().host_ids(&rows, READ).await?;
    let also = [
        rows.grouped.map(|grouped| {
            let words = if grouped { "in a group" } else { "in no group" };
            words.to_owned()
        }),
        rows.score_below
            .map(|score| format!("with a score below {:.0} %", score * 100.0)),
        rows.below_target.map(|below| {
            let words = if below { "below" } else { "at" };
            format!("{words} their target")
        }),
        rows.maintenance.map(|(wanted, _)| {
            let words = if wanted {
                "in maintenance"
            } else {
                "not in maintenance"
            };
            words.to_owned()
        }),
    ];
    let choice = HostChoice::Matching(HostQuery {
        search: rows.search,
        environment: rows.environment,
        tag: rows.tag,
        os: rows.os,
        group: rows.group,
        also: also.into_iter().flatten().collect(),
    });
    Ok((hosts, choice))
}

async fn cancel(
    access: &Access<'_>,
    input: FleetScanInput,
) -> Result<(FleetScan, Position), Refusal> {
    let fleet_scan: FleetScanId = of_input(&input.id, "id")?;
    let context = access.context(command_of(access, input.idempotency_key.as_ref(), "cancel"));
    let command = FleetScanCommand::Cancel(CancelFleetScan);
    let executed = access
        .execute::<FleetScanAggregate>(fleet_scan, command, context)
        .await
        .map_err(refusal::<FleetScanAggregate>)?;
    Ok((load(access, fleet_scan).await?, executed.position))
}

async fn retry(
    access: &Access<'_>,
    input: FleetScanInput,
) -> Result<(FleetScan, Position), Refusal> {
    let parent: FleetScanId = of_input(&input.id, "id")?;
    let drawn = FleetScanId::draw(access.store().ids().as_ref());
    let again = access.read().fleet_scan_again(parent, drawn).await?;
    let command = again.ok_or_else(|| {
        UserError::field(
            &["id"],
            UserErrorCode::NotFound,
            "there is no such fleet scan",
        )
    })?;
    if command.hosts.is_empty() {
        let message = "no host has failed in this fleet scan, so there is nothing to try again";
        return Err(UserError::conflict(UserErrorCode::Conflict, message).into());
    }
    send(access, command, input.idempotency_key.as_ref()).await
}

async fn send(
    access: &Access<'_>,
    command: RequestFleetScan,
    key: Option<&ID>,
) -> Result<(FleetScan, Position), Refusal> {
    let drawn = command.fleet_scan;
    let context = access.context(command_of(access, key, "request"));
    let executed = access
        .execute::<FleetScanAggregate>(drawn, FleetScanCommand::Request(Box::new(command)), context)
        .await
        .map_err(refusal::<FleetScanAggregate>)?;
    let fleet_scan = load(access, made(&executed.stream, drawn)).await?;
    Ok((fleet_scan, executed.position))
}

async fn row(
    access: &Access<'_>,
    fleet_scan: FleetScanId,
) -> Result<Option<FleetScanRow>, Refusal> {
    let rows = access.read().fleet_scans_by_id(&[fleet_scan]).await?;
    Ok(rows.into_iter().next())
}

async fn load(access: &Access<'_>, fleet_scan: FleetScanId) -> Result<FleetScan, Refusal> {
    let row = row(access, fleet_scan).await?;
    row.map(FleetScan)
        .ok_or_else(|| Fault::behind("the fleet scan").into())
}
