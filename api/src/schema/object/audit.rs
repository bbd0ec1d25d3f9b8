//! Every event with everything that it says.

use async_graphql::{Context, ID, Object, Result, SimpleObject};
use domain::permission::Permission;
use projections::read::AuditRow;

use super::actor::Actor;
use super::host::{Host, load_host};
use crate::access::require;
use crate::schema::error::Fault;
use crate::schema::id::{global, global_text};
use crate::schema::scalar::{DateTime, Json, Long};

/// An event of the log: who did what, from where, and what changed.
pub(crate) struct AuditEntry(pub(crate) AuditRow);

/// One field that an event changed.
#[derive(Debug, Clone, SimpleObject)]
pub(crate) struct AuditChange {
    /// The field, with dots for fields of fields.
    field: String,
    /// What it was; null when it was not set.
    before: Option<Json>,
    /// What it is; null when it is not set any more.
    after: Option<Json>,
}

/// An event of the log: who did what, from where, and what changed.
#[Object]
impl AuditEntry {
    /// The global id.
    pub(crate) async fn id(&self) -> ID {
        global_text("audit", &self.0.position.to_string())
    }

    /// The place in the log, from 1, without gaps.
    async fn position_number(&self) -> Long {
        Long(self.0.position.0)
    }

    /// When it was written to the log.
    async fn recorded_at(&self) -> DateTime {
        self.0.recorded_at.into()
    }

    /// Who did it, and from where.
    async fn actor(&self) -> Actor {
        Actor::of_words(
            &self.0.actor_kind,
            self.0.actor_id.clone(),
            self.0.actor_label.clone(),
            self.0.actor_address.clone(),
        )
    }

    /// The stored type of the event: `host.registered.v1`.
    async fn action(&self) -> &str {
        &self.0.action
    }

    /// The stream that it belongs to: `host/…`.
    async fn subject(&self) -> &str {
        &self.0.subject
    }

    /// The hosts that it concerns.
    #[graphql(complexity = "3 * child_complexity")]
    async fn hosts(&self, ctx: &Context<'_>) -> Result<Vec<Host>> {
        let access = require(ctx, Permission::AuditRead)?;
        let found = access
            .read()
            .audit_hosts(&[self.0.position])
            .await
            .map_err(Fault::from)?;
        let mut hosts = Vec::new();
        for id in found.into_values().flatten() {
            hosts.extend(load_host(ctx, id).await?);
        }
        Ok(hosts)
    }

    /// What changed.
    async fn changes(&self) -> Vec<AuditChange> {
        self.0
            .changes
            .iter()
            .cloned()
            .map(|change| AuditChange {
                field: change.field,
                before: change.before.map(Json),
                after: change.after.map(Json),
            })
            .collect()
    }

    /// The event itself.
    async fn body(&self) -> Json {
        Json(self.0.body.clone())
    }

    /// Shared by everything that one request set in motion.
    async fn correlation(&self) -> ID {
        global(self.0.correlation)
    }

    /// The command that was decided.
    async fn command(&self) -> ID {
        global(self.0.command)
    }
}
