//! What is to be done next for fleet scans, from what is known. Pure: the same view gives the same plan.

use std::collections::HashMap;

use domain::event::Position;
use domain::fleet_scan::{FleetLimits, FleetTotals, SkipReason};
use domain::id::{CorrelationId, FleetScanId, HostId, ScanId};
use domain::scan::Selection;
use domain::time::Timestamp;

use crate::reactors::board::View;
use crate::reactors::board::fleet::{Batch, Turn};
use crate::subnet::{Known, Names, Subnet};

/// Names that are looked up together.
const NAMES: usize = 64;
/// Steps of one plan at most: then the log is read again.
const STEPS: usize = 256;

/// Which fleet scan a step is for, and the request that set it in motion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Of {
    pub(crate) fleet_scan: FleetScanId,
    pub(crate) correlation: CorrelationId,
    pub(crate) requested_at: Position,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    /// Ask for a scan.
    Request {
        of: Of,
        host: HostId,
        attempt: u32,
        selection: Selection,
    },
    /// Count a scan that runs already.
    Attach { of: Of, host: HostId, scan: ScanId },
    /// Leave a host out.
    Skip {
        of: Of,
        host: HostId,
        reason: SkipReason,
    },
    /// Stop a scan of a fleet scan that was stopped.
    Cancel { of: Of, scan: ScanId },
    /// Say that every host has come to its end.
    Complete { of: Of, totals: FleetTotals },
}

/// The steps, and what has to be known before there can be more.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Plan {
    pub(crate) steps: Vec<Step>,
    pub(crate) names: Vec<String>,
}

/// What is to be done now. `most` bounds all fleet scans together.
pub(crate) fn plan(view: &View, names: &Names, most: &FleetLimits, now: Timestamp) -> Plan {
    let mut planner = Planner {
        view,
        names,
        most,
        now,
        plan: Plan::default(),
        subnets: HashMap::new(),
        shares: HashMap::new(),
        total: 0,
    };
    planner.count();
    let mut queues = Vec::new();
    for batch in view.fleet.batches() {
        let of = of(batch);
        if batch.cancelled {
            let steps = batch.open().map(|scan| Step::Cancel { of, scan });
            planner.plan.steps.extend(steps);
        } else if usize::try_from(batch.totals.sum()) == Ok(batch.hosts.len()) {
            let totals = batch.totals;
            planner.plan.steps.push(Step::Complete { of, totals });
        } else {
            let open = batch.open().count();
            queues.push(Queue {
                batch,
                next: 0,
                open,
            });
        }
    }
    planner.share_out(queues);
    planner.plan
}

fn of(batch: &Batch) -> Of {
    Of {
        fleet_scan: batch.fleet_scan,
        correlation: batch.correlation,
        requested_at: batch.requested_at,
    }
}

/// A fleet scan while the free places are shared out.
struct Queue<'a> {
    batch: &'a Batch,
    /// The first host that has not been looked at.
    next: usize,
    /// Its hosts that are scanned.
    open: usize,
}

struct Planner<'a> {
    view: &'a View,
    names: &'a Names,
    most: &'a FleetLimits,
    now: Timestamp,
    plan: Plan,
    /// Hosts of each network that are scanned, for whatever reason.
    subnets: HashMap<Subnet, usize>,
    /// Hosts that are scanned for the fleet scans of each person.
    shares: HashMap<&'a str, usize>,
    /// Hosts that are scanned for fleet scans.
    total: usize,
}

fn below(count: usize, limit: u32) -> bool {
    u32::try_from(count).is_ok_and(|count| count < limit)
}

impl<'a> Planner<'a> {
    fn count(&mut self) {
        for host in self.view.open.hosts() {
            if let Some(place) = self.view.hosts.get(host)
                && let Known::Subnet(subnet) = self.names.subnet(&place.address)
            {
                *self.subnets.entry(subnet).or_default() += 1;
            }
        }
        for batch in self.view.fleet.batches() {
            let open = batch.open().count();
            *self.shares.entry(&batch.requester).or_default() += open;
            self.total += open;
        }
    }

    /// Gives each free place to the person with the fewest, and among the fleet scans of one person
    /// to the one with the fewest.
    fn share_out(&mut self, mut queues: Vec<Queue<'a>>) {
        while below(self.total, self.most.total) && self.plan.steps.len() < STEPS {
            let first = queues.iter().enumerate().min_by_key(|(_, queue)| {
                let batch = queue.batch;
                let share = self.shares.get(batch.requester.as_str());
                (share.copied(), queue.open, batch.requested_at)
            });
            let Some(at) = first.map(|(at, _)| at) else {
                return;
            };
            let Some(queue) = queues.get_mut(at) else {
                return;
            };
            if self.take_one(queue) {
                queue.open += 1;
                self.total += 1;
                *self.shares.entry(&queue.batch.requester).or_default() += 1;
            } else {
                queues.swap_remove(at);
            }
        }
    }

    /// Takes the next host whose turn it is; false when there is none.
    fn take_one(&mut self, queue: &mut Queue<'a>) -> bool {
        let batch = queue.batch;
        while below(queue.open, batch.limits.total) && self.plan.steps.len() < STEPS {
            let Some(host) = batch.hosts.get(queue.next).copied() else {
                return false;
            };
            queue.next += 1;
            if let Some(Turn::Waiting {
                attempts,
                not_before,
            }) = batch.turns.get(&host).copied()
                && not_before.is_none_or(|not_before| not_before <= self.now)
                && self.look_at(batch, host, attempts)
            {
                return true;
            }
        }
        false
    }

    /// Plans what is to be done with a host; true when that takes a place.
    fn look_at(&mut self, batch: &Batch, host: HostId, attempts: u32) -> bool {
        let of = of(batch);
        let place = self.view.hosts.get(host).filter(|place| place.active);
        let Some(place) = place else {
            let reason = SkipReason::HostRemoved;
            self.plan.steps.push(Step::Skip { of, host, reason });
            return false;
        };
        if let Some((scan, selection)) = self.view.open.of_host(host) {
            // With other rules it is not what was asked for: its turn comes when that scan has ended.
            if selection == Some(&batch.selection) {
                self.plan.steps.push(Step::Attach { of, host, scan });
            }
            return false;
        }
        let limit = batch.limits.per_subnet.min(self.most.per_subnet);
        match self.names.subnet(&place.address) {
            Known::Subnet(subnet) => {
                let count = self.subnets.entry(subnet).or_default();
                if !below(*count, limit) {
                    return false;
                }
                *count += 1;
            }
            Known::Nowhere => {}
            Known::Ask(name) => {
                if self.plan.names.len() < NAMES && !self.plan.names.contains(&name) {
                    self.plan.names.push(name);
                }
                return false;
            }
        }
        self.plan.steps.push(Step::Request {
            of,
            host,
            attempt: attempts + 1,
            selection: batch.selection.clone(),
        });
        true
    }
}
