//! Appending and following, against one bare row in one transaction of the same database.

use std::time::Instant;

use domain::actor::Actor;
use domain::id::{CommandId, CorrelationId, TypedId as _, UserId};
use domain::preference::{ChangePreference, Preference, PreferenceKey};
use event_store::testing::TestDatabase;
use event_store::{CommandContext, Engine, PageLimit, Position, Store};
use futures::StreamExt as _;
use tokio::task::JoinSet;

use crate::Figure;

/// Commands of one measurement.
const COMMANDS: usize = 1600;

/// Figures for both databases.
pub(crate) async fn measure() -> Vec<Figure> {
    let mut figures = Vec::new();
    for (engine, name) in [(Engine::Sqlite, "sqlite"), (Engine::Postgres, "postgres")] {
        let database = TestDatabase::new(engine).await;
        let store = database.open().await;
        let bare = bare_rows(&store).await;
        for writers in [1, 16] {
            figures.push(Figure {
                name: format!("append {name}, {writers} writers"),
                value: append(&store, writers).await,
                unit: "events/s",
                baseline: ("bare rows, one a transaction", bare),
                limit: "fsync of the database",
            });
        }
        figures.push(Figure {
            name: format!("follow {name}"),
            value: follow(&store).await,
            unit: "events/s",
            baseline: ("bare rows, one a transaction", bare),
            limit: "CPU: decoding",
        });
    }
    figures
}

/// Rows a second when each is a transaction of its own.
async fn bare_rows(store: &Store) -> f64 {
    let mut tx = store.db().begin().await.unwrap();
    tx.execute(
        "CREATE TABLE bare (number BIGINT PRIMARY KEY, text TEXT NOT NULL)",
        &[],
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    let rows = 400_i64;
    let begun = Instant::now();
    for number in 0..rows {
        let mut tx = store.db().begin().await.unwrap();
        tx.execute(
            "INSERT INTO bare (number, text) VALUES ($1, $2)",
            &[number.into(), "x".into()],
        )
        .await
        .unwrap();
        tx.commit().await.unwrap();
    }
    rows as f64 / begun.elapsed().as_secs_f64()
}

/// Commands a second, each decided against its stream and answered when it is durable.
async fn append(store: &Store, writers: usize) -> f64 {
    let begun = Instant::now();
    let mut writing = JoinSet::new();
    for _ in 0..writers {
        let store = store.clone();
        writing.spawn(async move {
            let ids = store.ids().clone();
            for _ in 0..COMMANDS / writers {
                // A stream of its own: what is measured is the log, not the folding of a long stream.
                let user = UserId::draw(ids.as_ref());
                let command = ChangePreference {
                    user,
                    key: PreferenceKey::ColorScheme,
                    value: "dark".to_owned(),
                };
                let context = CommandContext::new(
                    CommandId::draw(ids.as_ref()),
                    Actor::system("bench"),
                    CorrelationId::draw(ids.as_ref()),
                );
                store
                    .execute::<Preference>(user, command, context)
                    .await
                    .unwrap();
            }
        });
    }
    while let Some(done) = writing.join_next().await {
        done.unwrap();
    }
    COMMANDS as f64 / begun.elapsed().as_secs_f64()
}

/// Events a second from the beginning of the log.
async fn follow(store: &Store) -> f64 {
    let head = *store.head().borrow();
    let begun = Instant::now();
    let mut pages = std::pin::pin!(store.follow(Position(0), PageLimit::default()));
    let mut position = Position(0);
    while position < head {
        let page = pages.next().await.unwrap().unwrap();
        for event in &page.events {
            event.decode().unwrap();
        }
        position = page.position;
    }
    head.0 as f64 / begun.elapsed().as_secs_f64()
}
