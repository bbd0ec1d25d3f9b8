//! Frameworks as lenses.

use async_graphql::{Context, Object, Result};
use domain::permission::Permission;

use crate::access::require;
use crate::schema::error::Fault;
use crate::schema::object::lens::Lens;
use crate::schema::object::roll_up::{RollUp, load_roll_up};
use crate::schema::scalar::DateTime;

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

    /// What all hosts under watch add up to, over all rules or by one framework: now, or those of an instant with
    /// their verdicts then.
    async fn roll_up(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "By this framework: `cis`, `stig`, ….")] lens: Option<String>,
        #[graphql(desc = "At this instant instead of now.")] at: Option<DateTime>,
    ) -> Result<RollUp> {
        load_roll_up(ctx, None, lens, at).await
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
