//! Scenarios of a scan.

use proptest::prelude::*;

use super::*;
use crate::aggregate::Aggregate;
use crate::digest::Digest;
use crate::host::{Connection, Host, HostDetails, HostRegistered, ScannableHost};
use crate::id::{HostId, ScanId};
use crate::spec::{given, id};
use crate::time::Timestamp;
use crate::verdict::{Totals, Verdict, VerdictVector};

fn scan() -> ScanId {
    id(2)
}

fn host() -> HostId {
    id(1)
}

fn scannable() -> ScannableHost {
    let details = HostDetails {
        name: "here".to_owned(),
        environment: "production".to_owned(),
        description: String::new(),
        tags: Vec::new(),
        connection: Connection::Local,
    };
    Host::fold(&[HostRegistered {
        host: host(),
        details,
    }
    .into()])
    .scannable()
    .unwrap()
}

fn requested() -> ScanEvent {
    ScanRequested {
        scan: scan(),
        host: host(),
        trigger: Trigger::OnDemand,
        selection: Selection::default(),
        fleet_scan: None,
    }
    .into()
}

fn started(attempt: u32) -> ScanEvent {
    ScanStarted {
        scan: scan(),
        host: host(),
        worker: "w".to_owned(),
        attempt,
    }
    .into()
}

fn failed(reason: FailureReason) -> ScanEvent {
    ScanFailed {
        scan: scan(),
        host: host(),
        reason,
        detail: String::new(),
    }
    .into()
}

fn cancelled() -> ScanEvent {
    ScanCancelled {
        scan: scan(),
        host: host(),
    }
    .into()
}

fn start() -> ScanCommand {
    ScanCommand::Start(StartScan {
        worker: "w".to_owned(),
    })
}

fn fail(attempt: Option<u32>, reason: FailureReason) -> ScanCommand {
    ScanCommand::Fail(FailScan {
        attempt,
        reason,
        detail: String::new(),
    })
}

fn result(attempt: u32) -> CompleteScan {
    let verdicts = [
        Some(Verdict::Pass),
        Some(Verdict::Fail),
        None,
        Some(Verdict::Error),
    ];
    CompleteScan {
        attempt,
        catalogue: Digest::of(b"catalogue"),
        started_at: Timestamp::from_micros(1),
        finished_at: Timestamp::from_micros(2),
        verdicts: VerdictVector::pack(&verdicts),
        previous: None,
        transitions: Vec::new(),
        evidence_root: Digest::of(b"root"),
        results: Digest::of(b"results"),
        facts: HostFacts::default(),
        cost: Cost::default(),
        stored_facts: None,
        context: None,
        collection_times: Vec::new(),
    }
}

fn complete(attempt: u32) -> ScanCommand {
    ScanCommand::Complete(Box::new(result(attempt)))
}

fn completed() -> ScanEvent {
    let events = Scan::decide(&Scan::fold(&[requested(), started(1)]), complete(1)).unwrap();
    events.into_iter().next().unwrap()
}

#[test]
fn a_scan_is_requested_with_proof_that_the_host_may_be_scanned() {
    let request = || {
        ScanCommand::Request(RequestScan {
            scan: scan(),
            host: scannable(),
            trigger: Trigger::OnDemand,
            selection: Selection::default(),
            fleet_scan: None,
        })
    };
    given::<Scan>([]).when(request()).then([requested()]);
    given::<Scan>([requested()])
        .when(request())
        .refused(ScanError::AlreadyRequested);
}

#[test]
fn a_scan_is_taken_over_at_most_as_often_as_allowed() {
    given::<Scan>([requested()])
        .when(start())
        .then([started(1)]);
    given::<Scan>([requested(), started(1)])
        .when(start())
        .then([started(2)]);
    given::<Scan>([requested(), started(1), started(2), started(MAX_ATTEMPTS)])
        .when(start())
        .refused(ScanError::TooManyAttempts);
}

#[test]
fn a_worker_that_was_overtaken_can_neither_complete_nor_fail() {
    let history = || [requested(), started(1), started(2)];
    let overtaken = || ScanError::Overtaken {
        given: 1,
        current: 2,
    };
    given::<Scan>(history())
        .when(complete(1))
        .refused(overtaken());
    given::<Scan>(history())
        .when(fail(Some(1), FailureReason::ConnectionLost))
        .refused(overtaken());
}

#[test]
fn a_result_counts_its_own_verdicts() {
    let ScanEvent::Completed(event) = completed() else {
        unreachable!()
    };
    assert_eq!(
        event.totals,
        Totals {
            pass: 1,
            fail: 1,
            error: 1,
            ..Totals::default()
        }
    );
    assert_eq!(event.totals.score(), Some(0.5));
}

#[test]
fn a_scan_that_has_ended_stays_ended() {
    for end in [
        completed(),
        failed(FailureReason::HostUnreachable),
        cancelled(),
    ] {
        let history = || [requested(), started(1), end.clone()];
        given::<Scan>(history())
            .when(start())
            .refused(ScanError::Ended);
        given::<Scan>(history())
            .when(complete(1))
            .refused(ScanError::Ended);
        let late = fail(Some(1), FailureReason::Internal);
        given::<Scan>(history())
            .when(late)
            .refused(ScanError::Ended);
    }
    given::<Scan>([requested(), cancelled()])
        .when(ScanCommand::Cancel(CancelScan))
        .then([]);
}

#[test]
fn a_scan_without_a_worker_can_fail_but_not_complete() {
    given::<Scan>([requested()])
        .when(fail(None, FailureReason::HostRemoved))
        .then([failed(FailureReason::HostRemoved)]);
    given::<Scan>([requested()])
        .when(complete(0))
        .refused(ScanError::NotStarted);
    given::<Scan>([]).when(start()).refused(ScanError::NotFound);
}

proptest! {
    #[test]
    fn no_sequence_of_events_panics(picks in prop::collection::vec(0_usize..6, 0..40)) {
        let pool = [
            requested(),
            started(1),
            started(3),
            completed(),
            failed(FailureReason::WorkerLost),
            cancelled(),
        ];
        let events: Vec<ScanEvent> = picks.into_iter().map(|at| pool[at].clone()).collect();
        let state = Scan::fold(&events);
        let _ = Scan::decide(&state, start());
        let _ = Scan::decide(&state, complete(1));
    }

    #[test]
    fn a_vector_unpacks_to_what_was_packed(codes in prop::collection::vec(0_u8..6, 0..600)) {
        let verdicts: Vec<_> = codes.into_iter().map(Verdict::from_code).collect();
        let vector = VerdictVector::pack(&verdicts);
        prop_assert_eq!(vector.iter().collect::<Vec<_>>(), verdicts);
        let bytes = crate::event::to_cbor(&vector);
        prop_assert_eq!(minicbor::decode::<VerdictVector>(&bytes).unwrap(), vector);
    }
}
