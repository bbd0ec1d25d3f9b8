//! Every event: who did what, from where, and what changed.

#![expect(
    clippy::too_many_arguments,
    reason = "a field has the arguments that it has, and resolvers are async"
)]

use async_graphql::{Context, ID, InputObject, Object, Result};
use domain::permission::Permission;
use projections::read::AuditFilter as RowFilter;

use super::scan::nobody;
use crate::access::require;
use crate::schema::connection::{Connection, Wish, list_cost, listed};
use crate::schema::id::typed;
use crate::schema::object::audit::AuditEntry;
use crate::schema::position::{EventPosition, at_least as wait};
use crate::schema::scalar::DateTime;

/// See the module.
#[derive(Default)]
pub(crate) struct AuditQuery;

/// Which events.
#[derive(Debug, Clone, Default, InputObject)]
pub(crate) struct AuditFilter {
    /// By the actor with this id, as `Actor.id` gives it.
    actor: Option<String>,
    /// Of this stored type, or a beginning of one: `host.`.
    action: Option<String>,
    /// Of this stream: `host/…`.
    subject: Option<String>,
    /// Concerning this host.
    host: Option<ID>,
    /// Not before this instant.
    since: Option<DateTime>,
    /// Before this instant.
    until: Option<DateTime>,
}

#[Object]
impl AuditQuery {
    /// Every event, newest first.
    #[graphql(complexity = "list_cost(first, last, child_complexity)")]
    async fn audit(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, from the beginning; 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "Only after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end; 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only before this cursor.")] before: Option<String>,
        #[graphql(desc = "Which of them.")] filter: Option<AuditFilter>,
        #[graphql(desc = "Wait until this was taken in.")] at_least: Option<EventPosition>,
    ) -> Result<Connection<AuditEntry>> {
        let access = require(ctx, Permission::AuditRead)?;
        wait(&access, at_least).await?;
        let filter = filter.unwrap_or_default();
        let filter = RowFilter {
            position: None,
            actor: filter.actor,
            action: filter.action,
            subject: filter.subject,
            host: filter.host.map(|id| typed(&id).unwrap_or_else(nobody)),
            since: filter.since.map(|instant| instant.0),
            until: filter.until.map(|instant| instant.0),
        };
        let wish = Wish::new(first, after, last, before);
        listed(&access, filter, wish, AuditEntry).await
    }
}
