//! Fleet scans that have not come to their end, host by host. Mirrors what the read tables say of them.

use std::collections::{BTreeMap, HashMap};

use domain::event::{Position, RecordedEvent};
use domain::fleet_scan::{FleetLimits, FleetScanEvent, FleetTotals, retry_after};
use domain::id::{CorrelationId, FleetScanId, HostId, ScanId};
use domain::scan::{ScanEvent, Selection};
use domain::time::Timestamp;
use serde::{Deserialize, Serialize};

/// All of them, in the order in which they were asked for.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Fleet {
    batches: BTreeMap<Position, Batch>,
    positions: HashMap<FleetScanId, Position>,
    /// For which fleet scans a scan counts.
    counts_for: HashMap<ScanId, Vec<FleetScanId>>,
}

/// One of them.
#[derive(Serialize, Deserialize)]
pub(crate) struct Batch {
    pub(crate) fleet_scan: FleetScanId,
    pub(crate) requester: String,
    pub(crate) correlation: CorrelationId,
    pub(crate) requested_at: Position,
    pub(crate) selection: Selection,
    pub(crate) limits: FleetLimits,
    pub(crate) cancelled: bool,
    pub(crate) hosts: Vec<HostId>,
    pub(crate) turns: HashMap<HostId, Turn>,
    pub(crate) totals: FleetTotals,
}

/// Where a host of a fleet scan stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Turn {
    /// Its turn has not come, or comes again.
    Waiting {
        attempts: u32,
        not_before: Option<Timestamp>,
    },
    /// It is scanned; `own`: for this fleet scan alone.
    Open {
        scan: ScanId,
        attempts: u32,
        own: bool,
    },
    /// It has come to its end.
    Settled,
}

impl Fleet {
    /// Those that have not come to their end, the oldest first.
    pub(crate) fn batches(&self) -> impl Iterator<Item = &Batch> {
        self.batches.values()
    }

    /// Who asked for the fleet scan of a scan.
    pub(super) fn requester_of(&self, event: &ScanEvent) -> Option<String> {
        let ScanEvent::Requested(requested) = event else {
            return None;
        };
        let position = self.positions.get(&requested.fleet_scan?)?;
        Some(self.batches.get(position)?.requester.clone())
    }

    pub(super) fn fold(&mut self, event: &FleetScanEvent, recorded: &RecordedEvent) {
        match event {
            FleetScanEvent::Requested(event) => {
                let batch = Batch {
                    fleet_scan: event.fleet_scan,
                    requester: recorded.metadata.actor.id.clone(),
                    correlation: recorded.metadata.correlation,
                    requested_at: recorded.position,
                    selection: event.selection.clone(),
                    limits: event.limits,
                    cancelled: false,
                    hosts: Vec::new(),
                    turns: HashMap::new(),
                    totals: FleetTotals::default(),
                };
                self.batches.insert(recorded.position, batch);
                self.positions.insert(event.fleet_scan, recorded.position);
            }
            FleetScanEvent::HostsListed(event) => {
                let waiting = Turn::Waiting {
                    attempts: 0,
                    not_before: None,
                };
                if let Some(batch) = self.batch(event.fleet_scan) {
                    batch.hosts.extend(&event.hosts);
                    batch
                        .turns
                        .extend(event.hosts.iter().map(|host| (*host, waiting)));
                }
            }
            FleetScanEvent::ScanAttached(event) => {
                self.begin(event.fleet_scan, event.host, event.scan, false);
            }
            FleetScanEvent::HostSkipped(event) => {
                if let Some(batch) = self.batch(event.fleet_scan) {
                    batch.settle(event.host, |totals| &mut totals.skipped);
                }
            }
            FleetScanEvent::Completed(event) => self.forget(event.fleet_scan),
            FleetScanEvent::Cancelled(event) => {
                if let Some(batch) = self.batch(event.fleet_scan) {
                    batch.cancelled = true;
                }
                self.forget_when_idle(event.fleet_scan);
            }
        }
    }

    pub(super) fn fold_scan(&mut self, event: &ScanEvent, recorded: &RecordedEvent) {
        match event {
            ScanEvent::Requested(event) => {
                if let Some(fleet_scan) = event.fleet_scan {
                    self.begin(fleet_scan, event.host, event.scan, true);
                }
            }
            // A trial counts for no fleet scan.
            ScanEvent::TrialRequested(_) | ScanEvent::Started(_) | ScanEvent::TrialCompleted(_) => {
            }
            ScanEvent::Completed(event) => self.end(event.scan, |batch| {
                batch.settle(event.host, |totals| &mut totals.completed);
            }),
            ScanEvent::Cancelled(event) => self.end(event.scan, |batch| {
                batch.settle(event.host, |totals| &mut totals.cancelled);
            }),
            ScanEvent::Failed(event) => self.end(event.scan, |batch| {
                let Some(Turn::Open { attempts, .. }) = batch.turns.get(&event.host).copied()
                else {
                    return;
                };
                match retry_after(event.reason, attempts, &batch.limits) {
                    Some(wait) => {
                        let seconds = i64::try_from(wait.as_secs()).unwrap_or(i64::MAX);
                        let not_before = Some(recorded.recorded_at.plus_seconds(seconds));
                        let turn = Turn::Waiting {
                            attempts,
                            not_before,
                        };
                        batch.turns.insert(event.host, turn);
                    }
                    None => batch.settle(event.host, |totals| &mut totals.failed),
                }
            }),
        }
    }

    fn batch(&mut self, fleet_scan: FleetScanId) -> Option<&mut Batch> {
        self.batches.get_mut(self.positions.get(&fleet_scan)?)
    }

    fn begin(&mut self, fleet_scan: FleetScanId, host: HostId, scan: ScanId, own: bool) {
        let Some(batch) = self.batch(fleet_scan) else {
            return;
        };
        let Some(Turn::Waiting { attempts, .. }) = batch.turns.get(&host).copied() else {
            return;
        };
        let turn = Turn::Open {
            scan,
            attempts: attempts + 1,
            own,
        };
        batch.turns.insert(host, turn);
        self.counts_for.entry(scan).or_default().push(fleet_scan);
    }

    fn end(&mut self, scan: ScanId, settle: impl Fn(&mut Batch)) {
        for fleet_scan in self.counts_for.remove(&scan).unwrap_or_default() {
            if let Some(batch) = self.batch(fleet_scan) {
                settle(batch);
            }
            self.forget_when_idle(fleet_scan);
        }
    }

    /// What was cancelled is of interest until its scans have ended.
    fn forget_when_idle(&mut self, fleet_scan: FleetScanId) {
        let idle = self
            .batch(fleet_scan)
            .is_some_and(|batch| batch.cancelled && batch.open().next().is_none());
        if idle {
            self.forget(fleet_scan);
        }
    }

    fn forget(&mut self, fleet_scan: FleetScanId) {
        if let Some(position) = self.positions.remove(&fleet_scan) {
            self.batches.remove(&position);
        }
    }
}

impl Batch {
    /// Scans that were asked for this fleet scan and have not ended.
    pub(crate) fn open(&self) -> impl Iterator<Item = ScanId> {
        self.turns.values().filter_map(|turn| match turn {
            Turn::Open {
                scan, own: true, ..
            } => Some(*scan),
            _ => None,
        })
    }

    fn settle(&mut self, host: HostId, count: impl Fn(&mut FleetTotals) -> &mut u32) {
        if let Some(turn) = self.turns.get_mut(&host)
            && *turn != Turn::Settled
        {
            *turn = Turn::Settled;
            *count(&mut self.totals) += 1;
        }
    }
}
