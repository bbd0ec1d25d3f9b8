//! Scans of many hosts.

#![expect(
    clippy::too_many_arguments,
    reason = "a field has the arguments that it has, and resolvers are async"
)]

use async_graphql::{Context, ID, Object, Result};
use domain::permission::Permission;
use projections::read::FleetScanFilter;

use crate::access::require;
use crate::schema::connection::{Connection, Wish, list_cost, listed};
use crate::schema::id::typed;
use crate::schema::object::fleet_scan::{FleetScan, FleetScanStatus, load_fleet_scan};
use crate::schema::position::{EventPosition, at_least as wait};

/// See the module.
#[derive(Default)]
pub(crate) struct FleetScanQuery;

#[Object]
impl FleetScanQuery {
    /// Scans of many hosts, newest first.
    #[graphql(complexity = "list_cost(first, last, child_complexity)")]
    async fn fleet_scans(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, from the beginning; 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "Only after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end; 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only before this cursor.")] before: Option<String>,
        #[graphql(desc = "That stand in one of these places.")] statuses: Option<
            Vec<FleetScanStatus>,
        >,
        #[graphql(desc = "Wait until this was taken in.")] at_least: Option<EventPosition>,
    ) -> Result<Connection<FleetScan>> {
        let access = require(ctx, Permission::ScanRead)?;
        wait(&access, at_least).await?;
        let statuses = statuses.unwrap_or_default();
        let filter = FleetScanFilter {
            statuses: statuses.into_iter().map(FleetScanStatus::into).collect(),
            ..FleetScanFilter::default()
        };
        let wish = Wish::new(first, after, last, before);
        listed(&access, filter, wish, FleetScan).await
    }

    /// A scan of many hosts; null when there is none with this id.
    async fn fleet_scan(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The global id.")] id: ID,
        #[graphql(desc = "Wait until this was taken in.")] at_least: Option<EventPosition>,
    ) -> Result<Option<FleetScan>> {
        let access = require(ctx, Permission::ScanRead)?;
        wait(&access, at_least).await?;
        match typed(&id) {
            Some(fleet_scan) => load_fleet_scan(ctx, fleet_scan).await,
            None => Ok(None),
        }
    }
}
