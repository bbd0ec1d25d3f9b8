//! What happened, in words for people.

#![expect(
    clippy::too_many_arguments,
    reason = "a field has the arguments that it has, and resolvers are async"
)]

use async_graphql::{Context, ID, InputObject, Object, Result};
use domain::permission::Permission;
use projections::read::ActivityFilter as RowFilter;

use super::scan::{nobody, nothing};
use crate::access::require;
use crate::schema::connection::{Connection, Wish, list_cost, listed};
use crate::schema::id::typed;
use crate::schema::object::activity::{Activity, ActivityKind};
use crate::schema::position::{EventPosition, at_least as wait};
use crate::schema::scalar::DateTime;

/// See the module.
#[derive(Default)]
pub(crate) struct ActivityQuery;

/// Which lines.
#[derive(Debug, Clone, Default, InputObject)]
pub(crate) struct ActivityFilter {
    /// Concerning this host.
    host: Option<ID>,
    /// Concerning this group.
    group: Option<ID>,
    /// Of these kinds.
    kinds: Option<Vec<ActivityKind>>,
    /// Not before this instant.
    since: Option<DateTime>,
    /// Before this instant.
    until: Option<DateTime>,
}

impl From<ActivityFilter> for RowFilter {
    fn from(filter: ActivityFilter) -> Self {
        let kinds = filter.kinds.unwrap_or_default();
        Self {
            host: filter.host.map(|id| typed(&id).unwrap_or_else(nobody)),
            group: filter.group.map(|id| typed(&id).unwrap_or_else(nothing)),
            kinds: kinds
                .into_iter()
                .map(|kind| kind.word().to_owned())
                .collect(),
            since: filter.since.map(|instant| instant.0),
            until: filter.until.map(|instant| instant.0),
        }
    }
}

#[Object]
impl ActivityQuery {
    /// What happened, newest first.
    #[graphql(complexity = "list_cost(first, last, child_complexity)")]
    async fn activity(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, from the beginning; 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "Only after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end; 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only before this cursor.")] before: Option<String>,
        #[graphql(desc = "Which of them.")] filter: Option<ActivityFilter>,
        #[graphql(desc = "Wait until this was taken in.")] at_least: Option<EventPosition>,
    ) -> Result<Connection<Activity>> {
        let access = require(ctx, Permission::ActivityRead)?;
        wait(&access, at_least).await?;
        let wish = Wish::new(first, after, last, before);
        page(ctx, filter.unwrap_or_default().into(), wish).await
    }
}

/// A page of the activity.
pub(crate) async fn page(
    ctx: &Context<'_>,
    filter: RowFilter,
    wish: Wish,
) -> Result<Connection<Activity>> {
    let access = require(ctx, Permission::ActivityRead)?;
    listed(&access, filter, wish, Activity).await
}
