//! Judging from facts, and judging stored scans again: against the time that is allowed, and against judging alone.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::digest::Digest;
use domain::scan::Selection;
use domain::time::Clock;
use engine::facts::{Facts, Frame};
use engine::rule::RuleBase;
use engine::scan::{ScanOptions, ScanStep, judge_all, scan};
use engine::stored;
use event_store::testing::{ManualClock, TestDatabase};
use event_store::{Engine, Store};
use futures::StreamExt as _;
use workers::local::LocalHost;
use workers::recall;

use crate::Figure;

/// What judging all rules of one host may take, in milliseconds.
const ALLOWED: f64 = 20.0;
/// Stored scans that are judged again; ten thousand take as much longer as they are more.
const SCANS: usize = 400;

/// Figures of judging this machine.
pub(crate) async fn measure() -> Vec<Figure> {
    let base = Arc::new(RuleBase::builtin().unwrap());
    let facts = Arc::new(collect(&base).await);
    let rules = base.rules().len();
    let one = best(&base, &facts);
    let mut figures = vec![Figure {
        name: format!("judge {rules} rules"),
        value: one.as_secs_f64() * 1000.0,
        unit: "ms",
        baseline: ("what is allowed", ALLOWED),
        limit: "CPU",
    }];
    let alone = rate(from_memory(&base, &facts).await);
    for (name, engine) in [("SQLite", Engine::Sqlite), ("PostgreSQL", Engine::Postgres)] {
        let database = TestDatabase::new(engine).await;
        let store = database.open().await;
        let manifests = keep(&store, &facts).await;
        let stored = rate(from_store(&base, &store, &manifests).await);
        figures.push(Figure {
            name: format!("rejudge {SCANS} scans, {name}"),
            value: stored,
            unit: "scans/s",
            baseline: ("judging alone, all cores", alone),
            limit: "CPU: reading facts, judging",
        });
        store.close().await;
    }
    figures
}

/// The best of ten. What one judging makes of the facts would serve the next: each has a copy, as each scan has.
fn best(base: &RuleBase, facts: &Facts) -> Duration {
    let times = (0..10).map(|_| {
        let facts = facts.clone();
        let begun = Instant::now();
        judge(base, &facts);
        begun.elapsed()
    });
    times.min().unwrap()
}

fn rate(took: Duration) -> f64 {
    SCANS as f64 / took.as_secs_f64()
}

async fn collect(base: &RuleBase) -> Facts {
    let options = ScanOptions::new(7);
    let clock = ManualClock::new();
    let mut nobody = |_: ScanStep| {};
    let watch: (&dyn Clock, &mut (dyn FnMut(ScanStep) + Send)) = (&clock, &mut nobody);
    let selection = Selection::default();
    scan(&LocalHost, base, &selection, &options, watch)
        .await
        .unwrap()
        .facts
}

fn judge(base: &RuleBase, facts: &Facts) {
    let results = judge_all(base, &Selection::default(), facts, &mut |_| {});
    assert!(results.iter().all(Option::is_some));
}

fn cores() -> usize {
    std::thread::available_parallelism().unwrap().get()
}

/// The same facts again and again, without a store.
async fn from_memory(base: &Arc<RuleBase>, facts: &Arc<Facts>) -> Duration {
    let begun = Instant::now();
    let work = (0..SCANS).map(|_| {
        let (base, facts) = (Arc::clone(base), Facts::clone(facts));
        tokio::task::spawn_blocking(move || judge(&base, &facts))
    });
    let work = futures::stream::iter(work).buffer_unordered(cores());
    work.for_each(|done| async move { done.unwrap() }).await;
    begun.elapsed()
}

/// Scans that differ as scans of one host do: most of what is collected stays, something changes each time.
async fn keep(store: &Store, facts: &Facts) -> Vec<Digest> {
    let mut manifests = Vec::new();
    for number in 0..SCANS {
        let mut facts = facts.clone();
        let changed = Frame::ok(format!("/proc/{number}/exe -> /usr/bin/sh\n"));
        facts
            .frames
            .extend(BTreeMap::from([("processes".to_owned(), changed)]));
        let stored = stored::store(&facts).unwrap();
        store.put_blobs(&stored.blobs).await.unwrap();
        manifests.push(stored.manifest);
    }
    manifests
}

async fn from_store(base: &Arc<RuleBase>, store: &Store, manifests: &[Digest]) -> Duration {
    let begun = Instant::now();
    let work = manifests.iter().map(|manifest| {
        let (base, store, manifest) = (Arc::clone(base), store.clone(), *manifest);
        tokio::spawn(async move {
            let facts = recall::facts(&store, manifest).await.unwrap();
            tokio::task::spawn_blocking(move || judge(&base, &facts))
                .await
                .unwrap();
        })
    });
    let work = futures::stream::iter(work).buffer_unordered(2 * cores());
    work.for_each(|done| async move { done.unwrap() }).await;
    begun.elapsed()
}
