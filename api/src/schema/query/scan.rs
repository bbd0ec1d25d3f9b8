//! Scans.

#![expect(
    clippy::too_many_arguments,
    reason = "a field has the arguments that it has, and resolvers are async"
)]

use async_graphql::{Context, ID, InputObject, Object, Result};
use domain::permission::Permission;
use projections::read::ScanFilter as RowFilter;

use crate::access::require;
use crate::schema::connection::{Connection, Wish, list_cost, listed};
use crate::schema::id::typed;
use crate::schema::object::scan::{Scan, ScanStatus, load_scan};
use crate::schema::position::{EventPosition, at_least as wait};

/// See the module.
#[derive(Default)]
pub(crate) struct ScanQuery;

/// Which scans.
#[derive(Debug, Clone, Default, InputObject)]
pub(crate) struct ScanFilter {
    /// Of this host.
    host: Option<ID>,
    /// That stand in one of these places.
    statuses: Option<Vec<ScanStatus>>,
}

#[Object]
impl ScanQuery {
    /// Scans, newest first.
    #[graphql(complexity = "list_cost(first, last, child_complexity)")]
    async fn scans(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, from the beginning; 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "Only after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end; 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only before this cursor.")] before: Option<String>,
        #[graphql(desc = "Which of them.")] filter: Option<ScanFilter>,
        #[graphql(desc = "Wait until this was taken in.")] at_least: Option<EventPosition>,
    ) -> Result<Connection<Scan>> {
        let access = require(ctx, Permission::ScanRead)?;
        wait(&access, at_least).await?;
        let filter = filter.unwrap_or_default();
        let statuses = filter.statuses.unwrap_or_default();
        let rows = RowFilter {
            // An id of another kind belongs to no host, so nothing is found.
            host: filter.host.map(|id| typed(&id).unwrap_or_else(nobody)),
            statuses: statuses.into_iter().map(ScanStatus::into).collect(),
        };
        page(ctx, rows, Wish::new(first, after, last, before)).await
    }

    /// A scan; null when there is none with this id.
    async fn scan(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The global id.")] id: ID,
        #[graphql(desc = "Wait until this was taken in.")] at_least: Option<EventPosition>,
    ) -> Result<Option<Scan>> {
        let access = require(ctx, Permission::ScanRead)?;
        wait(&access, at_least).await?;
        match typed(&id) {
            Some(scan) => load_scan(ctx, scan).await,
            None => Ok(None),
        }
    }
}

/// The id of no host.
pub(crate) fn nobody() -> domain::id::HostId {
    domain::id::TypedId::from_uuid(uuid::Uuid::nil())
}

/// The id of nothing, in a filter that no row passes.
pub(crate) fn nothing<T: domain::id::TypedId>() -> T {
    T::from_uuid(uuid::Uuid::nil())
}

/// A page of scans.
pub(crate) async fn page(
    ctx: &Context<'_>,
    filter: RowFilter,
    wish: Wish,
) -> Result<Connection<Scan>> {
    let access = require(ctx, Permission::ScanRead)?;
    listed(&access, filter, wish, Scan).await
}
