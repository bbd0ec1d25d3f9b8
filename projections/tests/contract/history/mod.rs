//! A history that holds every kind of event, written through the commands of the domain; one file a noun.

mod fleet_scan;
mod group;
mod host;
mod people;
mod rule;
mod scan;
mod settings;

use std::time::Duration;

use domain::actor::Actor;
use domain::aggregate::Aggregate;
use domain::id::{CommandId, CorrelationId, TypedId as _};
use event_store::{CommandContext, Store};
use projections::Projections;
use tokio_util::sync::CancellationToken;

pub(crate) use group::{group_details, rule, tagged};
pub(crate) use host::details;
pub(crate) use rule::{RULES, content, with_rules};

/// A store with its projections running.
pub(crate) struct World {
    pub(crate) store: Store,
    pub(crate) projections: Projections,
    stop: CancellationToken,
}

impl World {
    pub(crate) async fn new(store: Store) -> Self {
        projections::migrate(store.db()).await.unwrap();
        let stop = CancellationToken::new();
        let (projections, _) = Projections::start(store.clone(), stop.clone())
            .await
            .unwrap();
        Self {
            store,
            projections,
            stop,
        }
    }

    /// Waits until the tables hold everything.
    pub(crate) async fn settle(&self) {
        let head = *self.store.head().borrow();
        self.projections
            .at_least(head, Duration::from_secs(30))
            .await
            .unwrap();
    }

    pub(crate) fn stop(&self) {
        self.stop.cancel();
    }

    pub(crate) fn context(&self) -> CommandContext {
        let ids = self.store.ids().as_ref();
        CommandContext::new(
            CommandId::draw(ids),
            Actor::system("test"),
            CorrelationId::draw(ids),
        )
    }

    pub(crate) async fn execute<A: Aggregate>(
        &self,
        key: impl std::fmt::Display,
        command: A::Command,
    ) where
        A::Error: std::fmt::Debug,
    {
        self.store
            .execute::<A>(key, command, self.context())
            .await
            .unwrap();
    }

    /// At least one event of every kind.
    pub(crate) async fn everything(&self) {
        self.hosts().await;
        self.credentials().await;
        self.people().await;
        self.groups().await;
        self.fleet_scans().await;
        self.rule_sets().await;
        self.rule_packs().await;
        // Last, so that the ids of what was before stay.
        self.settings().await;
        self.rule_bases().await;
    }
}
