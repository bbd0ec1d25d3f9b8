//! Frameworks as lenses.

use async_graphql::{Context, Object, Result};
use domain::permission::Permission;

use crate::access::require;
use crate::schema::error::Fault;
use crate::schema::object::lens::Lens;

/// See the module.
#[derive(Default)]
pub(crate) struct LensQuery;

#[Object]
impl LensQuery {
    /// The frameworks that rules name and the organisation looks through, with what they say of the hosts under watch.
    #[graphql(complexity = "1 + 10 * child_complexity")]
    async fn lenses(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Also those that the organisation does not look through.",
            default
        )]
        all: bool,
    ) -> Result<Vec<Lens>> {
        let access = require(ctx, Permission::RuleRead)?;
        let rows = access.read().lenses().await.map_err(Fault::from)?;
        let shown = rows.into_iter().filter(|row| all || row.is_enabled);
        Ok(shown.map(Lens).collect())
    }

    /// One of them; null when no rule names it.
    async fn lens(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The framework: `cis`, `stig`, `nist_800_53`, ….")] key: String,
    ) -> Result<Option<Lens>> {
        let access = require(ctx, Permission::RuleRead)?;
        let rows = access.read().lenses().await.map_err(Fault::from)?;
        Ok(rows.into_iter().find(|row| row.framework == key).map(Lens))
    }
}
