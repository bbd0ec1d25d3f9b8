//! What happens, as it happens.

use std::sync::Arc;

use async_graphql::{Context, Result, SimpleObject, Subscription};
use domain::permission::Permission;
use futures::{Stream, StreamExt as _};
use projections::read::ActivityFilter as RowFilter;

use super::feed::{BATCH, FeedMessageKind, Fetch, follow, mark};
use crate::access::{require, state};
use crate::schema::object::activity::Activity;
use crate::schema::position::EventPosition;
use crate::schema::query::activity::ActivityFilter;

/// See the module.
#[derive(Default)]
pub(crate) struct ActivitySubscription;

/// Something that happened, or where the subscription stands.
#[derive(SimpleObject)]
pub(crate) struct ActivityMessage {
    /// What the message is.
    kind: FeedMessageKind,
    /// Hand it back as `after` to go on from here.
    position: EventPosition,
    /// What happened, for `EVENT`.
    activity: Option<Activity>,
}

#[Subscription]
impl ActivitySubscription {
    /// What happens, in the order of the log. Without `after` from now on; with it first what was
    /// missed since.
    async fn activity(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The position of the last message that was received.")] after: Option<
            EventPosition,
        >,
        #[graphql(desc = "Which lines.")] filter: Option<ActivityFilter>,
    ) -> Result<impl Stream<Item = Result<ActivityMessage>> + use<>> {
        let access = require(ctx, Permission::ActivityRead)?;
        let filter: RowFilter = filter.unwrap_or_default().into();
        let (read, mark) = (access.read().clone(), mark(&filter));
        let fetch: Fetch<Activity> = Arc::new(move |after, through| {
            let (read, filter) = (read.clone(), filter.clone());
            Box::pin(async move {
                let rows = read
                    .activity_between(&filter, after, through, BATCH)
                    .await?;
                Ok(rows
                    .into_iter()
                    .map(|row| (row.position, Activity(row)))
                    .collect())
            })
        });
        let inner = state(ctx)?;
        let feed = follow(
            &access,
            inner,
            Permission::ActivityRead,
            after,
            (mark, fetch),
        )
        .await?;
        Ok(feed.map(|message| {
            message.map(|message| ActivityMessage {
                kind: message.kind,
                position: message.position,
                activity: message.item,
            })
        }))
    }
}
