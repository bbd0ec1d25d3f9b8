//! What holds for the whole organisation.

use async_graphql::{Context, Object, Result, SimpleObject};
use domain::permission::Permission;

use crate::access::require;
use crate::schema::error::Fault;
use crate::schema::object::target::Target;

/// See the module.
#[derive(Default)]
pub(crate) struct SettingsQuery;

/// What holds for the whole organisation.
#[derive(Debug, Clone, SimpleObject)]
pub(crate) struct Settings {
    /// The score that every host has to reach which has no nearer target.
    pub(crate) target: Option<Target>,
}

#[Object]
impl SettingsQuery {
    /// What holds for the whole organisation.
    async fn settings(&self, ctx: &Context<'_>) -> Result<Settings> {
        let access = require(ctx, Permission::SettingsRead)?;
        let target = access
            .read()
            .organisation_target()
            .await
            .map_err(Fault::from)?;
        Ok(Settings {
            target: target.map(Target::from),
        })
    }
}
