//! Rules of the organisation's own.

#![expect(
    clippy::too_many_arguments,
    reason = "a field has the arguments that it has, and resolvers are async"
)]

use async_graphql::{Context, ID, InputObject, Object, Result};
use domain::permission::Permission;
use projections::read::RulePackFilter as RowFilter;

use crate::access::require;
use crate::schema::connection::{Connection, Wish, list_cost, listed};
use crate::schema::id::typed;
use crate::schema::object::rule_pack::{RulePack, load_rule_pack};
use crate::schema::position::{EventPosition, at_least as wait};

/// See the module.
#[derive(Default)]
pub(crate) struct RulePackQuery;

/// Which rule packs.
#[derive(Debug, Clone, Default, InputObject)]
pub(crate) struct RulePackFilter {
    /// A text in the name.
    search: Option<String>,
    /// Whether those that were removed are wanted too.
    removed: Option<bool>,
}

#[Object]
impl RulePackQuery {
    /// Rule packs by name.
    #[graphql(complexity = "list_cost(first, last, child_complexity)")]
    async fn rule_packs(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, from the beginning; 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "Only after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end; 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only before this cursor.")] before: Option<String>,
        #[graphql(desc = "Which of them.")] filter: Option<RulePackFilter>,
        #[graphql(desc = "Wait until this was taken in.")] at_least: Option<EventPosition>,
    ) -> Result<Connection<RulePack>> {
        let access = require(ctx, Permission::RuleRead)?;
        wait(&access, at_least).await?;
        let filter = filter.unwrap_or_default();
        let filter = RowFilter {
            search: filter.search.filter(|text| !text.trim().is_empty()),
            removed: filter.removed.unwrap_or_default(),
            ids: Vec::new(),
        };
        let wish = Wish::new(first, after, last, before);
        listed(&access, filter, wish, RulePack).await
    }

    /// A rule pack; null when there is none with this id.
    async fn rule_pack(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The global id.")] id: ID,
        #[graphql(desc = "Wait until this was taken in.")] at_least: Option<EventPosition>,
    ) -> Result<Option<RulePack>> {
        let access = require(ctx, Permission::RuleRead)?;
        wait(&access, at_least).await?;
        match typed(&id) {
            Some(pack) => load_rule_pack(ctx, pack).await,
            None => Ok(None),
        }
    }
}
