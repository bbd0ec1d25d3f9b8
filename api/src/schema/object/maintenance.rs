//! Work that is being done on hosts.

use async_graphql::{Context, Enum, Object, Result};
use domain::maintenance::{Maintenance as DomainMaintenance, MaintenanceSource};

use super::group::{Group, load_group};
use crate::schema::scalar::DateTime;

/// Where a maintenance comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(name = "MaintenanceSource")]
pub(crate) enum Source {
    /// The host itself.
    Host,
    /// A group.
    Group,
}

/// Work is being done: scans that are due by a schedule wait, those that somebody asks for do not.
pub(crate) struct Maintenance(pub(crate) DomainMaintenance, pub(crate) MaintenanceSource);

/// Work is being done: scans that are due by a schedule wait, those that somebody asks for do not.
#[Object]
impl Maintenance {
    /// Why.
    async fn reason(&self) -> &str {
        &self.0.reason
    }

    /// When it ends by itself; null when somebody has to end it.
    async fn until(&self) -> Option<DateTime> {
        self.0.until.map(DateTime::from)
    }

    /// Where it comes from.
    async fn source(&self) -> Source {
        match self.1 {
            MaintenanceSource::Host => Source::Host,
            MaintenanceSource::Group(_) => Source::Group,
        }
    }

    /// The group, when it is of one.
    async fn group(&self, ctx: &Context<'_>) -> Result<Option<Group>> {
        match self.1 {
            MaintenanceSource::Group(group) => load_group(ctx, group).await,
            MaintenanceSource::Host => Ok(None),
        }
    }
}
