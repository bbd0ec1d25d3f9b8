//! The stored bytes of every kind of event, committed. What was written once must be read for ever, and
//! what is written today must be what was committed: a change of form needs a new version.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use domain::event::DomainEvent;
use event_store::testing::TestDatabase;
use event_store::{Engine, PageLimit, Position};

use crate::history::World;

/// Set it to write the files that are missing. Files that are there are never written.
const WRITE: &str = "OPENWATCH_WRITE_GOLDEN";

fn path(kind: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden")
        .join(format!("{kind}.hex"))
}

/// The body of the first event of each kind in the history.
async fn written_today() -> BTreeMap<String, Vec<u8>> {
    let database = TestDatabase::new(Engine::Sqlite).await;
    let world = World::new(database.open().await).await;
    world.everything().await;
    let mut bodies = BTreeMap::new();
    let mut position = Position(0);
    loop {
        let page = world
            .store
            .read_after(position, PageLimit::default())
            .await
            .unwrap();
        let Some(last) = page.last() else {
            return bodies;
        };
        position = last.position;
        for event in page {
            bodies.entry(event.type_name()).or_insert(event.body);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_event_is_written_as_it_was_committed() {
    let today = written_today().await;
    for (kind, body) in &today {
        let path = path(kind);
        if !path.exists() && std::env::var(WRITE).is_ok() {
            std::fs::write(&path, format!("{}\n", hex::encode(body))).unwrap();
        }
        let golden = std::fs::read_to_string(&path)
            .unwrap_or_else(|_| panic!("{kind} has no golden file; write it with {WRITE}=1"));
        assert_eq!(
            hex::encode(body),
            golden.trim(),
            "{kind}: a new form needs a new version"
        );
    }
    for (name, version) in DomainEvent::types() {
        assert!(
            today.contains_key(&format!("{name}.v{version}")),
            "{name} is not in the history"
        );
    }
}

#[test]
fn every_event_that_was_ever_committed_is_read() {
    let folder = path("x").parent().unwrap().to_owned();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let kind = path.file_stem().unwrap().to_str().unwrap();
        let (name, version) = kind.rsplit_once(".v").unwrap();
        let body = hex::decode(std::fs::read_to_string(&path).unwrap().trim()).unwrap();
        let event = DomainEvent::decode(name, version.parse().unwrap(), &body);
        assert!(event.is_ok(), "{kind}: {event:?}");
    }
}
