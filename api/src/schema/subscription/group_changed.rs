//! Groups that change: details, maintenance, hosts that come and go.

use std::sync::Arc;

use async_graphql::{Context, Result, SimpleObject, Subscription};
use domain::id::GroupId;
use domain::permission::Permission;
use event_store::Position;
use futures::{Stream, StreamExt as _};

use super::feed::{BATCH, FeedMessageKind, Fetch, follow, mark};
use crate::access::{require, state};
use crate::schema::object::group::Group;
use crate::schema::position::EventPosition;

/// See the module.
#[derive(Default)]
pub(crate) struct GroupChangedSubscription;

/// A group that changed, or where the subscription stands.
#[derive(SimpleObject)]
pub(crate) struct GroupChanged {
    /// What the message is.
    kind: FeedMessageKind,
    /// Hand it back as `after` to go on from here.
    position: EventPosition,
    /// The group as it is now, for `EVENT`.
    group: Option<Group>,
}

#[Subscription]
impl GroupChangedSubscription {
    /// Groups that change, and groups that hosts come into or go out of, in the order of the log. Without
    /// `after` from now on; with it first what was missed since.
    async fn group_changed(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The position of the last message that was received.")] after: Option<
            EventPosition,
        >,
    ) -> Result<impl Stream<Item = Result<GroupChanged>> + use<>> {
        let access = require(ctx, Permission::GroupRead)?;
        let read = access.read().clone();
        let fetch: Fetch<Group> = Arc::new(move |after, through| {
            let read = read.clone();
            Box::pin(async move {
                let changes = read.group_changes(after, through, BATCH).await?;
                let mut ids: Vec<GroupId> = changes.iter().map(|(_, group)| *group).collect();
                ids.sort_unstable();
                ids.dedup();
                let rows = read.groups_by_id(&ids).await?;
                let row = |(position, id): (Position, GroupId)| {
                    let row = rows.iter().find(|row| row.id == id)?;
                    Some((position, Group(row.clone())))
                };
                Ok(changes.into_iter().filter_map(row).collect())
            })
        });
        let inner = state(ctx)?;
        let what = (mark(&"groups"), fetch);
        let feed = follow(&access, inner, Permission::GroupRead, after, what).await?;
        Ok(feed.map(|message| {
            message.map(|message| GroupChanged {
                kind: message.kind,
                position: message.position,
                group: message.item,
            })
        }))
    }
}
