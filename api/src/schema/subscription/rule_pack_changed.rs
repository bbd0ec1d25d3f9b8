//! Rule packs that change: new versions, trust, trials, what counts.

use std::sync::Arc;

use async_graphql::{Context, Result, SimpleObject, Subscription};
use domain::id::RulePackId;
use domain::permission::Permission;
use event_store::Position;
use futures::{Stream, StreamExt as _};

use super::feed::{BATCH, FeedMessageKind, Fetch, follow, mark};
use crate::access::{require, state};
use crate::schema::object::rule_pack::RulePack;
use crate::schema::position::EventPosition;

/// See the module.
#[derive(Default)]
pub(crate) struct RulePackChangedSubscription;

/// A rule pack that changed, or where the subscription stands.
#[derive(SimpleObject)]
pub(crate) struct RulePackChanged {
    /// What the message is.
    kind: FeedMessageKind,
    /// Hand it back as `after` to go on from here.
    position: EventPosition,
    /// The rule pack as it is now, for `EVENT`.
    rule_pack: Option<RulePack>,
}

#[Subscription]
impl RulePackChangedSubscription {
    /// Rule packs that change, and those of which a trial goes on, in the order of the log. Without
    /// `after` from now on; with it first what was missed since.
    async fn rule_pack_changed(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The position of the last message that was received.")] after: Option<
            EventPosition,
        >,
    ) -> Result<impl Stream<Item = Result<RulePackChanged>> + use<>> {
        let access = require(ctx, Permission::RuleRead)?;
        let read = access.read().clone();
        let fetch: Fetch<RulePack> = Arc::new(move |after, through| {
            let read = read.clone();
            Box::pin(async move {
                let changes = read.rule_pack_changes(after, through, BATCH).await?;
                let mut ids: Vec<RulePackId> = changes.iter().map(|(_, pack)| *pack).collect();
                ids.sort_unstable();
                ids.dedup();
                let rows = read.rule_packs_by_id(&ids).await?;
                let row = |(position, id): (Position, RulePackId)| {
                    let row = rows.iter().find(|row| row.id == id)?;
                    Some((position, RulePack(row.clone())))
                };
                Ok(changes.into_iter().filter_map(row).collect())
            })
        });
        let inner = state(ctx)?;
        let what = (mark(&"rule packs"), fetch);
        let feed = follow(&access, inner, Permission::RuleRead, after, what).await?;
        Ok(feed.map(|message| {
            message.map(|message| RulePackChanged {
                kind: message.kind,
                position: message.position,
                rule_pack: message.item,
            })
        }))
    }
}
