//! Hosts.

#![expect(
    clippy::too_many_arguments,
    reason = "a field has the arguments that it has, and resolvers are async"
)]

use async_graphql::{Context, Enum, ID, InputObject, Object, Result};
use domain::host::HostStatus as DomainStatus;
use domain::permission::Permission;
use domain::time::Timestamp;
use projections::read::{HostFilter as RowFilter, HostOrder as RowOrder};

use super::scan::nothing;
use crate::access::require;
use crate::schema::connection::{Connection, Wish, list_cost, listed};
use crate::schema::id::typed;
use crate::schema::object::host::{Host, HostStatus, load_host};
use crate::schema::object::verdict::{Severity, Verdict};
use crate::schema::position::{EventPosition, at_least as wait};

/// See the module.
#[derive(Default)]
pub(crate) struct HostQuery;

/// Which hosts.
#[derive(Debug, Clone, Default, InputObject)]
pub(crate) struct HostFilter {
    /// A text in the name, the description or the address.
    search: Option<String>,
    /// Under watch or not; without it both.
    status: Option<HostStatus>,
    /// The environment.
    environment: Option<String>,
    /// A tag.
    tag: Option<String>,
    /// In this group.
    group: Option<ID>,
    /// In any group, or in none.
    is_grouped: Option<bool>,
    /// `ID` of os-release: `debian`, `rhel`.
    os: Option<String>,
    /// With a score below this, 0 to 1.
    score_below: Option<f64>,
    /// With a score that does not reach the target which counts for the host, or with one that does; with a lens,
    /// by its score and its target.
    is_below_target: Option<bool>,
    /// In maintenance now, of their own or of a group, or not.
    is_in_maintenance: Option<bool>,
    /// Which this framework fits, by what their scans learned; they are then in the order of its score.
    lens: Option<String>,
}

/// The order of hosts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub(crate) enum HostOrder {
    /// By name.
    Name,
    /// The worst score first; hosts without one before all.
    Score,
    /// The newest first.
    Registered,
}

/// Which results of a host.
#[derive(Debug, Clone, Default, InputObject)]
pub(crate) struct ResultFilter {
    /// With one of these verdicts.
    pub(crate) verdicts: Option<Vec<Verdict>>,
    /// With one of these severities.
    pub(crate) severities: Option<Vec<Severity>>,
    /// Of rules of this category.
    pub(crate) category: Option<String>,
    /// Of rules that this framework names for the system of the host: `cis`, `stig`, `nist_800_53`, ….
    pub(crate) lens: Option<String>,
    /// Of this section of the lens.
    pub(crate) section: Option<String>,
    /// A text in the id or title of the rule, or in the reason.
    pub(crate) search: Option<String>,
    /// Of rules that count no more, instead of those that do.
    pub(crate) is_retired: Option<bool>,
}

#[Object]
impl HostQuery {
    /// Machines under watch.
    #[graphql(complexity = "list_cost(first, last, child_complexity)")]
    async fn hosts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, from the beginning; 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "Only after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end; 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only before this cursor.")] before: Option<String>,
        #[graphql(desc = "Which of them.")] filter: Option<HostFilter>,
        #[graphql(desc = "In which order.")] order_by: Option<HostOrder>,
        #[graphql(desc = "Wait until this was taken in.")] at_least: Option<EventPosition>,
    ) -> Result<Connection<Host>> {
        let access = require(ctx, Permission::HostRead)?;
        wait(&access, at_least).await?;
        let now = access.store().clock().now();
        let filter = row_filter(filter.unwrap_or_default(), order_by, now);
        let wish = Wish::new(first, after, last, before);
        listed(&access, filter, wish, Host).await
    }

    /// A machine under watch; null when there is none with this id.
    async fn host(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The global id.")] id: ID,
        #[graphql(desc = "Wait until this was taken in.")] at_least: Option<EventPosition>,
    ) -> Result<Option<Host>> {
        let access = require(ctx, Permission::HostRead)?;
        wait(&access, at_least).await?;
        match typed(&id) {
            Some(host) => load_host(ctx, host).await,
            None => Ok(None),
        }
    }
}

/// The filter in the words of the tables.
pub(crate) fn row_filter(
    filter: HostFilter,
    order: Option<HostOrder>,
    now: Timestamp,
) -> RowFilter {
    RowFilter {
        search: filter.search.filter(|text| !text.trim().is_empty()),
        status: filter.status.map(|status| match status {
            HostStatus::Active => DomainStatus::Active,
            HostStatus::Removed => DomainStatus::Removed,
        }),
        environment: filter.environment,
        tag: filter.tag,
        group: filter.group.map(|id| typed(&id).unwrap_or_else(nothing)),
        group_at: None,
        grouped: filter.is_grouped,
        maintenance: filter.is_in_maintenance.map(|wanted| (wanted, now)),
        os: filter.os,
        score_below: filter.score_below,
        below_target: filter.is_below_target,
        lens: filter.lens,
        ids: Vec::new(),
        order: match order {
            None | Some(HostOrder::Name) => RowOrder::Name,
            Some(HostOrder::Score) => RowOrder::Score,
            Some(HostOrder::Registered) => RowOrder::Registered,
        },
    }
}
