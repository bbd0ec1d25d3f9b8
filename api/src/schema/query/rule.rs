//! Rules.

#![expect(
    clippy::too_many_arguments,
    reason = "a field has the arguments that it has, and resolvers are async"
)]

use async_graphql::{Context, InputObject, Object, Result};
use domain::permission::Permission;
use projections::read::RuleFilter as RowFilter;

use crate::access::require;
use crate::schema::connection::{Connection, Wish, connect, list_cost};
use crate::schema::error::Fault;
use crate::schema::object::node::rule;
use crate::schema::object::rule::Rule;
use crate::schema::object::verdict::Severity;

/// See the module.
#[derive(Default)]
pub(crate) struct RuleQuery;

/// Which rules.
#[derive(Debug, Clone, Default, InputObject)]
pub(crate) struct RuleFilter {
    /// A text in the id, the title or the description.
    search: Option<String>,
    /// With one of these severities.
    severities: Option<Vec<Severity>>,
    /// Of this category.
    category: Option<String>,
    /// That this framework names: `cis`, `stig`, `nist_800_53`, ….
    framework: Option<String>,
}

#[Object]
impl RuleQuery {
    /// Rules by id.
    #[graphql(complexity = "list_cost(first, last, child_complexity)")]
    async fn rules(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, from the beginning; 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "Only after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end; 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only before this cursor.")] before: Option<String>,
        #[graphql(desc = "Which of them.")] filter: Option<RuleFilter>,
    ) -> Result<Connection<Rule>> {
        let access = require(ctx, Permission::RuleRead)?;
        let filter = filter.unwrap_or_default();
        let severities = filter.severities.unwrap_or_default();
        let filter = RowFilter {
            search: filter.search,
            severities: severities.into_iter().map(Severity::into).collect(),
            category: filter.category,
            framework: filter.framework,
        };
        let window = Wish {
            first,
            after,
            last,
            before,
        }
        .window()?;
        let read = access.read().clone();
        let page = read.rules(&filter, &window).await.map_err(Fault::from)?;
        Ok(connect(page, Rule, move || {
            let (read, filter) = (read.clone(), filter.clone());
            async move { read.count_rules(&filter).await }
        }))
    }

    /// A rule; null when there is none with this id.
    async fn rule(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The id as its file names it.")] key: String,
    ) -> Result<Option<Rule>> {
        rule(ctx, &key).await
    }
}
