//! Groups.

#![expect(
    clippy::too_many_arguments,
    reason = "a field has the arguments that it has, and resolvers are async"
)]

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use domain::group::MembershipRule;
use domain::permission::Permission;
use projections::read::GroupFilter as RowFilter;

use crate::access::require;
use crate::schema::connection::{Connection, Wish, list_cost, listed};
use crate::schema::error::{Fault, UserError};
use crate::schema::id::typed;
use crate::schema::mutation::group_input::GroupRuleInput;
use crate::schema::object::group::{Group, GroupStatus, load_group};
use crate::schema::object::host::Host;
use crate::schema::position::{EventPosition, at_least as wait};

/// See the module.
#[derive(Default)]
pub(crate) struct GroupQuery;

/// Which groups.
#[derive(Debug, Clone, Default, InputObject)]
pub(crate) struct GroupFilter {
    /// A text in the name or the description.
    search: Option<String>,
    /// In use or not; without it both.
    status: Option<GroupStatus>,
}

/// The hosts that a rule would take in.
#[derive(SimpleObject)]
pub(crate) struct GroupPreview {
    /// What is wrong with the rule; empty when it holds.
    errors: Vec<UserError>,
    /// How many hosts it would take in now.
    host_count: u32,
    /// The first of them by name.
    hosts: Vec<Host>,
}

/// Hosts that a preview shows.
const SHOWN: usize = 25;

#[Object]
impl GroupQuery {
    /// Groups by name.
    #[graphql(complexity = "list_cost(first, last, child_complexity)")]
    async fn groups(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, from the beginning; 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "Only after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end; 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only before this cursor.")] before: Option<String>,
        #[graphql(desc = "Which of them.")] filter: Option<GroupFilter>,
        #[graphql(desc = "Wait until this was taken in.")] at_least: Option<EventPosition>,
    ) -> Result<Connection<Group>> {
        let access = require(ctx, Permission::GroupRead)?;
        wait(&access, at_least).await?;
        let filter = filter.unwrap_or_default();
        let filter = RowFilter {
            search: filter.search.filter(|text| !text.trim().is_empty()),
            status: filter.status.map(Into::into),
            ids: Vec::new(),
        };
        let wish = Wish::new(first, after, last, before);
        listed(&access, filter, wish, Group).await
    }

    /// A group; null when there is none with this id.
    async fn group(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The global id.")] id: ID,
        #[graphql(desc = "Wait until this was taken in.")] at_least: Option<EventPosition>,
    ) -> Result<Option<Group>> {
        let access = require(ctx, Permission::GroupRead)?;
        wait(&access, at_least).await?;
        match typed(&id) {
            Some(group) => load_group(ctx, group).await,
            None => Ok(None),
        }
    }

    /// The hosts that a rule would take in, before it is saved. Shows the first 25.
    #[graphql(complexity = "list_cost(Some(25), None, child_complexity)")]
    async fn group_preview(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The rule.")] rule: GroupRuleInput,
    ) -> Result<GroupPreview> {
        let access = require(ctx, Permission::GroupRead)?;
        require(ctx, Permission::HostRead)?;
        let matcher = match MembershipRule::from(rule).matcher() {
            Ok(matcher) => matcher,
            Err(error) => {
                return Ok(GroupPreview {
                    errors: vec![UserError::invalid(&["rule"], &error)],
                    host_count: 0,
                    hosts: Vec::new(),
                });
            }
        };
        let found = access.read().hosts_matching(&matcher).await;
        let found = found.map_err(Fault::from)?;
        let shown: Vec<_> = found.iter().copied().take(SHOWN).collect();
        let mut rows = access
            .read()
            .hosts_by_id(&shown)
            .await
            .map_err(Fault::from)?;
        rows.sort_by_key(|row| shown.iter().position(|host| *host == row.id));
        Ok(GroupPreview {
            errors: Vec::new(),
            host_count: u32::try_from(found.len()).unwrap_or(u32::MAX),
            hosts: rows.into_iter().map(Host).collect(),
        })
    }
}
