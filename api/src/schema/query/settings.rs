//! What holds for the whole organisation.

use async_graphql::{Context, Object, Result, SimpleObject};
use domain::permission::Permission;

use crate::access::{Access, require};
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
    /// The frameworks that are shown, by their keys; null for all.
    pub(crate) enabled_lenses: Option<Vec<String>>,
}

#[Object]
impl SettingsQuery {
    /// What holds for the whole organisation.
    async fn settings(&self, ctx: &Context<'_>) -> Result<Settings> {
        let access = require(ctx, Permission::SettingsRead)?;
        Ok(load_settings(&access).await?)
    }
}

/// The settings as the tables hold them.
pub(crate) async fn load_settings(access: &Access<'_>) -> Result<Settings, Fault> {
    let target = access.read().organisation_target().await?;
    Ok(Settings {
        target: target.map(Target::from),
        enabled_lenses: access.read().enabled_lenses().await?,
    })
}
