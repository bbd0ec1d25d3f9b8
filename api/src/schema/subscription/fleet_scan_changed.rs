//! Fleet scans that change: hosts that are taken up, that end, that fail.

use std::sync::Arc;

use async_graphql::{Context, ID, Result, SimpleObject, Subscription};
use domain::id::{FleetScanId, TypedId as _};
use domain::permission::Permission;
use futures::{Stream, StreamExt as _};
use projections::read::FleetScanFilter;

use super::feed::{BATCH, FeedMessageKind, Fetch, follow, mark};
use crate::access::{require, state};
use crate::schema::id::typed;
use crate::schema::object::fleet_scan::FleetScan;
use crate::schema::position::EventPosition;

/// See the module.
#[derive(Default)]
pub(crate) struct FleetScanChangedSubscription;

/// A fleet scan that changed, or where the subscription stands.
#[derive(SimpleObject)]
pub(crate) struct FleetScanChanged {
    /// What the message is.
    kind: FeedMessageKind,
    /// Hand it back as `after` to go on from here.
    position: EventPosition,
    /// The fleet scan as it is now, for `EVENT`.
    fleet_scan: Option<FleetScan>,
}

#[Subscription]
impl FleetScanChangedSubscription {
    /// Fleet scans that change, in the order of the log. Without `after` from now on; with it first
    /// what was missed since. What changed several times meanwhile comes once, as it is now.
    async fn fleet_scan_changed(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The position of the last message that was received.")] after: Option<
            EventPosition,
        >,
        #[graphql(desc = "These fleet scans only.")] fleet_scans: Option<Vec<ID>>,
    ) -> Result<impl Stream<Item = Result<FleetScanChanged>> + use<>> {
        let access = require(ctx, Permission::ScanRead)?;
        let ids = fleet_scans.unwrap_or_default();
        let nothing = || FleetScanId::from_uuid(uuid::Uuid::nil());
        let filter = FleetScanFilter {
            ids: ids
                .iter()
                .map(|id| typed(id).unwrap_or_else(nothing))
                .collect(),
            ..FleetScanFilter::default()
        };
        let (read, mark) = (access.read().clone(), mark(&filter));
        let fetch: Fetch<FleetScan> = Arc::new(move |after, through| {
            let (read, filter) = (read.clone(), filter.clone());
            Box::pin(async move {
                let rows = read
                    .fleet_scan_changes(&filter, after, through, BATCH)
                    .await?;
                let placed =
                    |row: projections::read::FleetScanRow| (row.changed_position, FleetScan(row));
                Ok(rows.into_iter().map(placed).collect())
            })
        });
        let inner = state(ctx)?;
        let feed = follow(&access, inner, Permission::ScanRead, after, (mark, fetch)).await?;
        Ok(feed.map(|message| {
            message.map(|message| FleetScanChanged {
                kind: message.kind,
                position: message.position,
                fleet_scan: message.item,
            })
        }))
    }
}
