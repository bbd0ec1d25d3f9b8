//! Hosts that change: details, keys, scans, verdicts.

use std::sync::Arc;

use async_graphql::{Context, ID, Result, SimpleObject, Subscription};
use domain::id::HostId;
use domain::permission::Permission;
use event_store::Position;
use futures::{Stream, StreamExt as _};

use super::feed::{BATCH, FeedMessageKind, Fetch, follow, mark};
use crate::access::{require, state};
use crate::schema::id::typed;
use crate::schema::object::host::Host;
use crate::schema::position::EventPosition;

/// See the module.
#[derive(Default)]
pub(crate) struct HostChangedSubscription;

/// A host that changed, or where the subscription stands.
#[derive(SimpleObject)]
pub(crate) struct HostChanged {
    /// What the message is.
    kind: FeedMessageKind,
    /// Hand it back as `after` to go on from here.
    position: EventPosition,
    /// The host as it is now, for `EVENT`.
    host: Option<Host>,
}

#[Subscription]
impl HostChangedSubscription {
    /// Hosts that change, in the order of the log. Without `after` from now on; with it first what was
    /// missed since.
    async fn host_changed(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The position of the last message that was received.")] after: Option<
            EventPosition,
        >,
        #[graphql(desc = "These hosts only.")] hosts: Option<Vec<ID>>,
    ) -> Result<impl Stream<Item = Result<HostChanged>> + use<>> {
        let access = require(ctx, Permission::HostRead)?;
        let hosts: Vec<HostId> = hosts
            .unwrap_or_default()
            .iter()
            .map(|id| typed(id).unwrap_or_else(crate::schema::query::scan::nobody))
            .collect();
        let (read, mark) = (access.read().clone(), mark(&hosts));
        let fetch: Fetch<Host> = Arc::new(move |after, through| {
            let (read, hosts) = (read.clone(), hosts.clone());
            Box::pin(async move {
                let changes = read.host_changes(&hosts, after, through, BATCH).await?;
                let mut ids: Vec<HostId> = changes.iter().map(|(_, host)| *host).collect();
                ids.sort_unstable();
                ids.dedup();
                let rows = read.hosts_by_id(&ids).await?;
                let row = |(position, id): (Position, HostId)| {
                    let row = rows.iter().find(|row| row.id == id)?;
                    Some((position, Host(row.clone())))
                };
                Ok(changes.into_iter().filter_map(row).collect())
            })
        });
        let inner = state(ctx)?;
        let feed = follow(&access, inner, Permission::HostRead, after, (mark, fetch)).await?;
        Ok(feed.map(|message| {
            message.map(|message| HostChanged {
                kind: message.kind,
                position: message.position,
                host: message.item,
            })
        }))
    }
}
