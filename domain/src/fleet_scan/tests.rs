//! Scenarios of a fleet scan.

use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::aggregate::Aggregate;
use crate::id::{FleetScanId, HostId};
use crate::scan::{FailureReason, Selection};
use crate::spec::{given, id};

fn fleet_scan() -> FleetScanId {
    id(1)
}

fn request(hosts: Vec<HostId>) -> FleetScanCommand {
    FleetScanCommand::Request(Box::new(RequestFleetScan {
        fleet_scan: fleet_scan(),
        hosts,
        choice: HostChoice::Listed,
        selection: Selection::default(),
        limits: FleetLimits::default(),
        retry_of: None,
    }))
}

fn requested(hosts: Vec<HostId>) -> Vec<FleetScanEvent> {
    FleetScan::decide(&FleetScanState::default(), request(hosts)).unwrap()
}

fn totals(completed: u32, failed: u32) -> FleetTotals {
    FleetTotals {
        completed,
        failed,
        ..FleetTotals::default()
    }
}

fn complete(totals: FleetTotals) -> FleetScanCommand {
    FleetScanCommand::Complete(CompleteFleetScan { totals })
}

fn cancel() -> FleetScanCommand {
    FleetScanCommand::Cancel(CancelFleetScan)
}

fn skip(host: u128) -> FleetScanCommand {
    FleetScanCommand::Skip(SkipHost {
        host: id(host),
        reason: SkipReason::HostRemoved,
    })
}

#[test]
fn each_host_is_listed_once_in_the_order_that_was_asked_for() {
    let events = requested(vec![id(5), id(3), id(5)]);
    let FleetScanEvent::Requested(first) = &events[0] else {
        panic!("{events:?}");
    };
    assert_eq!(first.host_count, 2);
    let listed = FleetScanHostsListed {
        fleet_scan: fleet_scan(),
        hosts: vec![id(5), id(3)],
    };
    assert_eq!(events[1..], [listed.into()]);
}

#[test]
fn many_hosts_take_several_events_and_none_is_larger_than_the_log_accepts() {
    use crate::event::EventBody as _;
    let hosts: Vec<HostId> = (1..=5_000).map(id).collect();
    let events = requested(hosts.clone());
    assert_eq!(events.len(), 4);
    assert!(events.iter().all(|event| event.encode().len() < 60_000));
    assert_eq!(FleetScan::fold(&events).hosts.len(), hosts.len());
}

#[test]
fn nothing_and_too_much_are_refused() {
    given::<FleetScan>([])
        .when(request(Vec::new()))
        .refused(FleetScanError::NoHosts);
    let chosen = MOST_HOSTS + 1;
    let hosts = (0..u128::try_from(chosen).unwrap()).map(id).collect();
    given::<FleetScan>([])
        .when(request(hosts))
        .refused(FleetScanError::TooManyHosts { chosen });
    given::<FleetScan>(requested(vec![id(3)]))
        .when(request(vec![id(3)]))
        .refused(FleetScanError::AlreadyRequested);
}

#[test]
fn a_limit_of_nothing_is_refused() {
    let FleetScanCommand::Request(mut command) = request(vec![id(3)]) else {
        panic!("a request");
    };
    command.limits.per_subnet = 0;
    let refused = FleetScan::decide(
        &FleetScanState::default(),
        FleetScanCommand::Request(command),
    );
    assert!(
        matches!(&refused, Err(FleetScanError::Invalid(error)) if error.field == "perSubnet"),
        "{refused:?}"
    );
}

#[test]
fn only_hosts_of_its_own_are_skipped_and_attached_and_each_once() {
    let events = requested(vec![id(3)]);
    given::<FleetScan>(events.clone())
        .when(skip(4))
        .refused(FleetScanError::ForeignHost);
    let attach = FleetScanCommand::Attach(AttachScan {
        host: id(3),
        scan: id(9),
    });
    let mut after = events;
    for command in [skip(3), attach] {
        let done = FleetScan::decide(&FleetScan::fold(&after), command.clone()).unwrap();
        assert_eq!(done.len(), 1);
        after.extend(done);
        given::<FleetScan>(after.clone()).when(command).then([]);
    }
}

#[test]
fn it_is_complete_when_every_host_is() {
    let events = requested(vec![id(3), id(4)]);
    given::<FleetScan>(events.clone())
        .when(complete(totals(1, 0)))
        .refused(FleetScanError::HostsMissing { ended: 1, hosts: 2 });
    let completed = FleetScanCompleted {
        fleet_scan: fleet_scan(),
        totals: totals(1, 1),
    };
    given::<FleetScan>(events)
        .when(complete(totals(1, 1)))
        .then([completed.into()]);
}

#[test]
fn what_has_ended_stays_ended() {
    let mut events = requested(vec![id(3)]);
    let cancelled = FleetScanCancelled {
        fleet_scan: fleet_scan(),
    };
    given::<FleetScan>(events.clone())
        .when(cancel())
        .then([cancelled.clone().into()]);
    events.push(cancelled.into());
    given::<FleetScan>(events.clone()).when(cancel()).then([]);
    given::<FleetScan>(events)
        .when(complete(totals(1, 0)))
        .refused(FleetScanError::Ended);
    given::<FleetScan>([])
        .when(cancel())
        .refused(FleetScanError::NotFound);
}

#[test]
fn what_passes_by_itself_is_tried_again_later_and_what_somebody_has_to_mend_is_not() {
    let limits = FleetLimits::default();
    let wait = |reason, attempt| retry_after(reason, attempt, &limits);
    let minutes = |minutes: u64| Some(Duration::from_mins(minutes));
    assert_eq!(wait(FailureReason::HostUnreachable, 1), minutes(1));
    assert_eq!(wait(FailureReason::HostUnreachable, 2), minutes(4));
    assert_eq!(wait(FailureReason::HostUnreachable, 3), None);
    for mended in [
        FailureReason::AuthenticationRefused,
        FailureReason::HostKeyChanged,
        FailureReason::SudoRefused,
    ] {
        assert_eq!(wait(mended, 1), None, "{mended:?}");
    }
}

fn any_command() -> impl Strategy<Value = FleetScanCommand> {
    prop_oneof![
        Just(request(vec![id(3), id(4)])),
        Just(skip(3)),
        Just(skip(7)),
        Just(complete(totals(2, 0))),
        Just(cancel()),
    ]
}

proptest! {
    #[test]
    fn it_ends_at_most_once(commands in prop::collection::vec(any_command(), 0..12)) {
        let mut events: Vec<FleetScanEvent> = Vec::new();
        for command in commands {
            if let Ok(new) = FleetScan::decide(&FleetScan::fold(&events), command) {
                events.extend(new);
            }
        }
        let ends = events.iter().filter(|event| {
            matches!(event, FleetScanEvent::Completed(_) | FleetScanEvent::Cancelled(_))
        });
        prop_assert!(ends.count() <= 1);
    }
}
