//! Scans: asking for one, calling one off.

use async_graphql::{Context, ID, InputObject, Object, Result};
use domain::host::Host as HostAggregate;
use domain::id::{CommandId, HostId, ScanId, TypedId as _};
use domain::permission::Permission;
use domain::scan::{
    CancelScan, RequestScan, Scan as ScanAggregate, ScanCommand, Selection, Trigger,
};
use event_store::Position;

use super::payload::{command_of, made, outcome, payloads};
use crate::access::{Access, require};
use crate::schema::error::{Fault, Refusal, UserError, UserErrorCode, refusal};
use crate::schema::id::of_input;
use crate::schema::object::scan::Scan;

/// See the module.
#[derive(Default)]
pub(crate) struct ScanMutation;

payloads! {
    /// What came of it.
    ScanPayload {
        /// The scan.
        scan: Scan
    }
}

/// A scan to be asked for.
#[derive(Debug, InputObject)]
pub(crate) struct RequestScanInput {
    /// The host.
    host: ID,
    /// Which rules; all of them without a wish.
    selection: Option<SelectionInput>,
    /// Repeating a mutation with the same key does nothing and gives the first answer.
    idempotency_key: Option<ID>,
}

/// Which rules. All that are named must hold for a rule to be chosen.
#[derive(Debug, Default, InputObject)]
pub(crate) struct SelectionInput {
    /// Rules that this framework names: `cis`, `stig`, `nist_800_53`, ….
    framework: Option<String>,
    /// Rules with one of these tags.
    tags: Option<Vec<String>>,
    /// The rules with these ids.
    rules: Option<Vec<String>>,
}

impl From<SelectionInput> for Selection {
    fn from(wish: SelectionInput) -> Self {
        Self {
            framework: wish.framework,
            tags: wish.tags.unwrap_or_default(),
            rules: wish.rules.unwrap_or_default(),
        }
    }
}

/// A scan to be called off.
#[derive(Debug, InputObject)]
pub(crate) struct CancelScanInput {
    /// The scan.
    id: ID,
    /// Repeating a mutation with the same key does nothing and gives the first answer.
    idempotency_key: Option<ID>,
}

#[Object]
impl ScanMutation {
    /// Asks for a scan of a host. A worker takes it up at once, if one is free.
    async fn request_scan(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The host, and which rules.")] input: RequestScanInput,
    ) -> Result<ScanPayload> {
        let access = require(ctx, Permission::ScanRequest)?;
        let command = command_of(&access, input.idempotency_key.as_ref(), "request");
        let selection = input.selection.unwrap_or_default().into();
        let result = match of_input::<HostId>(&input.host, "host") {
            Ok(host) => request_scan(&access, host, Trigger::OnDemand, selection, command).await,
            Err(error) => Err(error.into()),
        };
        Ok(outcome(&access, result).await?.into())
    }

    /// Calls a scan off that has not ended.
    async fn cancel_scan(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The scan.")] input: CancelScanInput,
    ) -> Result<ScanPayload> {
        let access = require(ctx, Permission::ScanCancel)?;
        let result = cancel(&access, input).await;
        Ok(outcome(&access, result).await?.into())
    }
}

/// Asks for a scan of a host that is under watch.
pub(crate) async fn request_scan(
    access: &Access<'_>,
    host: HostId,
    trigger: Trigger,
    selection: Selection,
    command: Option<CommandId>,
) -> Result<(Scan, Position), Refusal> {
    let state = access.store().load::<HostAggregate>(host).await?.state;
    let host = state.scannable().ok_or_else(|| {
        let message = "there is no such host under watch; a removed host can be restored first";
        UserError::field(&["host"], UserErrorCode::NotFound, message)
    })?;
    let drawn = ScanId::draw(access.store().ids().as_ref());
    let request = ScanCommand::Request(RequestScan {
        scan: drawn,
        host,
        trigger,
        selection,
        fleet_scan: None,
    });
    let executed = access
        .execute::<ScanAggregate>(drawn, request, access.context(command))
        .await
        .map_err(refusal::<ScanAggregate>)?;
    let scan = load(access, made(&executed.stream, drawn)).await?;
    Ok((scan, executed.position))
}

async fn cancel(access: &Access<'_>, input: CancelScanInput) -> Result<(Scan, Position), Refusal> {
    let scan: ScanId = of_input(&input.id, "id")?;
    let context = access.context(command_of(access, input.idempotency_key.as_ref(), "cancel"));
    let executed = access
        .execute::<ScanAggregate>(scan, ScanCommand::Cancel(CancelScan), context)
        .await
        .map_err(refusal::<ScanAggregate>)?;
    Ok((load(access, scan).await?, executed.position))
}

pub(super) async fn load(access: &Access<'_>, scan: ScanId) -> Result<Scan, Refusal> {
    let row = access.read().scans_by_id(&[scan]).await?.into_iter().next();
    row.map(Scan)
        .ok_or_else(|| Fault::behind("the scan").into())
}
