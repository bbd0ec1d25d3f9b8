//! Claims, take-over, cancelling, stopping: no scan is stuck and none has two results.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use domain::host::{Host, HostCommand, RemoveHost};
use domain::scan::{
    CancelScan, CompleteScan, FailureReason, MAX_ATTEMPTS, Scan, ScanCommand, ScanError, ScanEvent,
    ScanFailed, ScanStatus, StartScan,
};
use domain::verdict::Verdict;
use event_store::{Engine, ExecuteError};

use super::super::{LEASE, ScanSettings};
use super::bench::{Act, Bench, Pretended, within};
use super::on_both;
use crate::failure::Failure;

on_both! {
    failure_of_the_look_is_recorded_with_its_reason;
    cancelled_scan_is_stopped_and_stays_cancelled;
    scan_of_a_removed_host_fails;
    dead_worker_is_replaced_when_its_lease_has_expired;
    scan_that_kills_workers_is_given_up;
    stopped_worker_gives_its_scans_back_at_once;
    two_workers_share_the_work_and_no_scan_is_done_twice;
}

fn passing() -> Arc<Pretended> {
    Pretended::new(&[("a", 1)], [Act::Find(vec![Some(Verdict::Pass)])])
}

fn hanging() -> Arc<Pretended> {
    Pretended::new(&[("a", 1)], [Act::Hang])
}

fn failed(event: ScanEvent) -> ScanFailed {
    match event {
        ScanEvent::Failed(failed) => failed,
        other => panic!("{other:?}"),
    }
}

async fn failure_of_the_look_is_recorded_with_its_reason(engine: Engine) {
    let bench = Bench::new(engine).await;
    let failure = Failure::new(FailureReason::SudoRefused, "sudo refused: no".repeat(1000));
    let scanner = Pretended::new(&[("a", 1)], [Act::Fail(failure)]);
    let running = bench.start(&scanner, Bench::settings("w"));
    let (_, scan) = bench.local_scan("one").await;
    bench.wait_for(scan, ScanStatus::Failed).await;
    let event = failed(bench.last(scan).await);
    assert_eq!(event.reason, FailureReason::SudoRefused);
    assert_eq!(event.detail.len(), 2000);
    running.stop().await;
}

async fn cancelled_scan_is_stopped_and_stays_cancelled(engine: Engine) {
    let bench = Bench::new(engine).await;
    let scanner = hanging();
    let running = bench.start(&scanner, Bench::settings("w"));
    let (_, scan) = bench.local_scan("one").await;
    scanner.wait_running(1).await;
    bench
        .execute::<Scan>(scan, ScanCommand::Cancel(CancelScan))
        .await
        .unwrap();
    scanner.wait_running(0).await;
    running.stop().await;
    assert!(matches!(bench.last(scan).await, ScanEvent::Cancelled(_)));
}

async fn scan_of_a_removed_host_fails(engine: Engine) {
    let bench = Bench::new(engine).await;
    let scanner = hanging();
    let (host, scan) = bench.local_scan("one").await;
    let (gone, never) = bench.local_scan("two").await;
    bench
        .execute::<Host>(gone, HostCommand::Remove(RemoveHost))
        .await
        .unwrap();
    let running = bench.start(&scanner, Bench::settings("w"));
    bench.wait_for(never, ScanStatus::Failed).await;
    assert_eq!(
        failed(bench.last(never).await).reason,
        FailureReason::HostRemoved
    );

    scanner.wait_running(1).await;
    bench
        .execute::<Host>(host, HostCommand::Remove(RemoveHost))
        .await
        .unwrap();
    bench.wait_for(scan, ScanStatus::Failed).await;
    assert_eq!(
        failed(bench.last(scan).await).reason,
        FailureReason::HostRemoved
    );
    running.stop().await;
}

async fn dead_worker_is_replaced_when_its_lease_has_expired(engine: Engine) {
    let bench = Bench::new(engine).await;
    let doomed = hanging();
    let brief = ScanSettings {
        lease: Duration::from_secs(1),
        ..Bench::settings("doomed")
    };
    let first = bench.start(&doomed, brief);
    let (_, scan) = bench.local_scan("one").await;
    doomed.wait_running(1).await;
    first.die().await;

    let heir = passing();
    let second = bench.start(&heir, Bench::settings("heir"));
    bench.wait_for(scan, ScanStatus::Completed).await;
    second.stop().await;
    let ScanEvent::Completed(completed) = bench.last(scan).await else {
        panic!("not completed");
    };
    assert_eq!(completed.attempt, 2);
    // The dead one wakes up and wants to complete what it had begun.
    let late = CompleteScan {
        attempt: 1,
        catalogue: completed.catalogue,
        started_at: completed.started_at,
        finished_at: completed.finished_at,
        verdicts: completed.verdicts.clone(),
        previous: None,
        transitions: Vec::new(),
        evidence_root: completed.evidence_root,
        results: completed.results,
        facts: completed.facts.clone(),
        cost: completed.cost,
        stored_facts: None,
        context: None,
        collection_times: Vec::new(),
    };
    let command = ScanCommand::Complete(Box::new(late));
    let refused = bench.execute::<Scan>(scan, command).await.unwrap_err();
    assert!(
        matches!(refused, ExecuteError::Refused(ScanError::Ended)),
        "{refused}"
    );
}

async fn scan_that_kills_workers_is_given_up(engine: Engine) {
    let bench = Bench::new(engine).await;
    let (_, scan) = bench.local_scan("one").await;
    for _ in 0..MAX_ATTEMPTS {
        let worker = "doomed".to_owned();
        let start = ScanCommand::Start(StartScan { worker });
        bench.execute::<Scan>(scan, start).await.unwrap();
    }
    let running = bench.start(&passing(), Bench::settings("w"));
    bench.wait_for(scan, ScanStatus::Failed).await;
    assert_eq!(
        failed(bench.last(scan).await).reason,
        FailureReason::WorkerLost
    );
    running.stop().await;
}

async fn stopped_worker_gives_its_scans_back_at_once(engine: Engine) {
    let bench = Bench::new(engine).await;
    let first = hanging();
    let running = bench.start(&first, Bench::settings("first"));
    let (_, scan) = bench.local_scan("one").await;
    first.wait_running(1).await;
    running.stop().await;
    first.wait_running(0).await;
    let state = bench.wait_for(scan, ScanStatus::Started).await;
    assert_eq!(state.attempt, 1);
    let second = bench.start(&passing(), Bench::settings("second"));
    assert_eq!(bench.wait_for(scan, ScanStatus::Completed).await.attempt, 2);
    second.stop().await;
    let key = scan.to_string();
    let lease = bench
        .store
        .acquire_lease(LEASE, &key, "test", Duration::from_secs(1))
        .await;
    assert!(lease.unwrap().is_some(), "the lease was given back");
}

async fn two_workers_share_the_work_and_no_scan_is_done_twice(engine: Engine) {
    let bench = Bench::new(engine).await;
    let scanner = hanging();
    let mut scans = Vec::new();
    for number in 0..12 {
        scans.push(bench.local_scan(&format!("host-{number}")).await.1);
    }
    let workers = ["first", "second"].map(|name| bench.start(&scanner, Bench::settings(name)));
    scanner.wait_running(8).await;
    let finishing = async {
        for scan in &scans {
            loop {
                scanner.go_on.notify_waiters();
                let state = bench.store.load::<Scan>(scan).await.unwrap().state;
                if state.status == ScanStatus::Completed {
                    assert_eq!(state.attempt, 1);
                    break;
                }
                tokio::task::yield_now().await;
            }
        }
    };
    within(finishing).await;
    for worker in workers {
        worker.stop().await;
    }
    assert_eq!(scanner.scans.load(Ordering::SeqCst), scans.len());
    assert!(
        scanner.most.load(Ordering::SeqCst) <= 8,
        "four for each worker"
    );
}
