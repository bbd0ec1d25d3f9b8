//! An event with everything that a projection may need of it, fetched before the transaction begins:
//! inside it nothing but rows is read and written.

use std::collections::HashMap;
use std::sync::Arc;

use domain::catalogue::{Catalogue, CatalogueContent, CatalogueEvent};
use domain::digest::Digest;
use domain::event::{DomainEvent, RecordedEvent};
use domain::results::ScanResults;
use domain::rule_base::RuleBaseEvent;
use domain::rule_pack::RulePackEvent;
use domain::scan::ScanEvent;
use event_store::{Store, StoreError};
use serde::de::DeserializeOwned;

/// One event, decoded.
pub(crate) struct Event {
    /// As the log holds it.
    pub(crate) recorded: RecordedEvent,
    /// What it says.
    pub(crate) body: DomainEvent,
    /// The blobs beside it.
    pub(crate) blobs: Blobs,
}

/// What stands beside an event.
pub(crate) enum Blobs {
    /// Nothing.
    None,
    /// The texts of the rules, beside a published catalogue, the rule base, and a version of a rule pack that was
    /// enabled.
    Rules(Arc<CatalogueContent>),
    /// The results and the rules that they were judged by, beside a completed scan.
    Results(ScanResults, Arc<CatalogueContent>),
}

/// Decodes events and fetches their blobs; remembers catalogues.
#[derive(Default)]
pub(crate) struct EventReader {
    /// The content of each catalogue: those that differ in values alone share one.
    catalogues: HashMap<Digest, Digest>,
    contents: HashMap<Digest, Arc<CatalogueContent>>,
}

impl EventReader {
    /// One event with its blobs.
    pub(crate) async fn read(
        &mut self,
        store: &Store,
        recorded: RecordedEvent,
    ) -> Result<Event, StoreError> {
        let body = recorded.decode().map_err(|source| StoreError::Decode {
            position: recorded.position,
            source,
        })?;
        let blobs = match &body {
            // What rules say is in the catalogue that has no other values.
            DomainEvent::Catalogue(CatalogueEvent::Published(published))
                if published.base.is_none() =>
            {
                Blobs::Rules(self.content(store, published.content).await?)
            }
            DomainEvent::Scan(ScanEvent::Completed(completed)) => {
                let results = blob(store, &completed.results).await?;
                Blobs::Results(results, self.catalogue(store, completed.catalogue).await?)
            }
            DomainEvent::RuleBase(RuleBaseEvent::Announced(announced)) => {
                Blobs::Rules(self.content(store, announced.content).await?)
            }
            DomainEvent::RulePack(RulePackEvent::VersionEnabled(enabled)) => {
                Blobs::Rules(self.content(store, enabled.content).await?)
            }
            _ => Blobs::None,
        };
        Ok(Event {
            recorded,
            body,
            blobs,
        })
    }

    async fn catalogue(
        &mut self,
        store: &Store,
        catalogue: Digest,
    ) -> Result<Arc<CatalogueContent>, StoreError> {
        if let Some(content) = self.catalogues.get(&catalogue) {
            return self.content(store, *content).await;
        }
        let published = store.load::<Catalogue>(catalogue).await?.state;
        let published = published.ok_or(StoreError::Inconsistent {
            what: "find the catalogue of a scan",
        })?;
        self.catalogues.insert(catalogue, published.content);
        self.content(store, published.content).await
    }

    async fn content(
        &mut self,
        store: &Store,
        hash: Digest,
    ) -> Result<Arc<CatalogueContent>, StoreError> {
        if let Some(known) = self.contents.get(&hash) {
            return Ok(Arc::clone(known));
        }
        let content: Arc<CatalogueContent> = Arc::new(blob(store, &hash).await?);
        self.contents.insert(hash, Arc::clone(&content));
        Ok(content)
    }
}

async fn blob<T: DeserializeOwned>(store: &Store, hash: &Digest) -> Result<T, StoreError> {
    let bytes = store
        .get_blob(hash)
        .await?
        .ok_or(StoreError::Inconsistent {
            what: "find a blob that an event names",
        })?;
    serde_json::from_slice(&bytes).map_err(|_| StoreError::Inconsistent {
        what: "read a blob that an event names",
    })
}
