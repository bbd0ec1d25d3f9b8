//! Scans that have not ended, and whose turn it is: what a person waits for comes before fleet scans,
//! and within each the one who has the fewest running comes first.

use std::collections::{BTreeMap, HashMap};

use domain::event::{Position, RecordedEvent};
use domain::id::{HostId, ScanId};
use domain::scan::{ScanEvent, Selection};
use serde::{Deserialize, Serialize};

/// A scan that has not ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenScan {
    /// The scan.
    pub scan: ScanId,
    /// Its host.
    pub host: HostId,
    /// It is part of a fleet scan: nobody waits for this host in particular.
    pub background: bool,
}

/// All of them.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct OpenScans {
    entries: BTreeMap<Position, Entry>,
    positions: HashMap<ScanId, Position>,
    by_host: HashMap<HostId, ScanId>,
}

#[derive(Serialize, Deserialize)]
struct Entry {
    open: OpenScan,
    requester: String,
    /// The rules that it was asked for; nothing for a trial, which is no scan of any of those that count.
    selection: Option<Selection>,
    /// The attempt that runs, or whose worker died; 0 before the first.
    attempt: u32,
}

impl OpenScans {
    /// `requester`: who asked for the fleet scan, for its children.
    pub(super) fn fold(
        &mut self,
        event: &ScanEvent,
        recorded: &RecordedEvent,
        requester: Option<String>,
    ) {
        let whose = requester.unwrap_or_else(|| recorded.metadata.actor.id.clone());
        match event {
            ScanEvent::Requested(event) => {
                let open = OpenScan {
                    scan: event.scan,
                    host: event.host,
                    background: event.fleet_scan.is_some(),
                };
                self.add(
                    open,
                    whose,
                    Some(event.selection.clone()),
                    recorded.position,
                );
            }
            ScanEvent::TrialRequested(event) => {
                let open = OpenScan {
                    scan: event.scan,
                    host: event.host,
                    background: false,
                };
                self.add(open, whose, None, recorded.position);
            }
            ScanEvent::Started(event) => {
                let entry = self
                    .positions
                    .get(&event.scan)
                    .and_then(|position| self.entries.get_mut(position));
                if let Some(entry) = entry {
                    entry.attempt = event.attempt;
                }
            }
            ScanEvent::Completed(event) => self.close(event.scan),
            ScanEvent::TrialCompleted(event) => self.close(event.scan),
            ScanEvent::Failed(event) => self.close(event.scan),
            ScanEvent::Cancelled(event) => self.close(event.scan),
        }
    }

    fn add(
        &mut self,
        open: OpenScan,
        requester: String,
        selection: Option<Selection>,
        position: Position,
    ) {
        let entry = Entry {
            open,
            requester,
            selection,
            attempt: 0,
        };
        self.entries.insert(position, entry);
        self.positions.insert(open.scan, position);
        self.by_host.insert(open.host, open.scan);
    }

    fn close(&mut self, scan: ScanId) {
        let entry = self
            .positions
            .remove(&scan)
            .and_then(|position| self.entries.remove(&position));
        if let Some(entry) = entry
            && self.by_host.get(&entry.open.host) == Some(&scan)
        {
            self.by_host.remove(&entry.open.host);
        }
    }

    /// The order in which scans should be taken up. Those that have started come first: their worker
    /// may have died, and whoever holds the lease keeps the others away.
    pub(super) fn in_turn(&self, limit: usize) -> Vec<OpenScan> {
        let mut share: HashMap<(bool, &str), usize> = HashMap::new();
        for entry in self.entries.values().filter(|entry| entry.attempt > 0) {
            *share.entry(entry.whose()).or_default() += 1;
        }
        let mut turns: Vec<(u8, usize, Position, OpenScan)> = Vec::new();
        for (position, entry) in &self.entries {
            if entry.attempt > 0 {
                turns.push((0, 0, *position, entry.open));
                continue;
            }
            let turn = share.entry(entry.whose()).or_default();
            let class = if entry.open.background { 2 } else { 1 };
            turns.push((class, *turn, *position, entry.open));
            *turn += 1;
        }
        turns.sort_unstable_by_key(|(class, turn, position, _)| (*class, *turn, *position));
        turns
            .into_iter()
            .take(limit)
            .map(|(.., open)| open)
            .collect()
    }

    /// The open scan of a host, and the rules that it was asked for; nothing where it is a trial.
    pub(crate) fn of_host(&self, host: HostId) -> Option<(ScanId, Option<&Selection>)> {
        let scan = self.by_host.get(&host)?;
        let entry = self.entries.get(self.positions.get(scan)?)?;
        Some((*scan, entry.selection.as_ref()))
    }

    /// The attempt at a scan that was started last; nothing when the scan has ended.
    pub(super) fn attempt(&self, scan: ScanId) -> Option<u32> {
        let entry = self.entries.get(self.positions.get(&scan)?)?;
        Some(entry.attempt)
    }

    /// Hosts with an open scan.
    pub(crate) fn hosts(&self) -> impl Iterator<Item = HostId> {
        self.entries.values().map(|entry| entry.open.host)
    }
}

impl Entry {
    fn whose(&self) -> (bool, &str) {
        (self.open.background, &self.requester)
    }
}

#[cfg(test)]
mod tests {
    use domain::actor::Actor;
    use domain::event::{Metadata, StreamId};
    use domain::id::{CommandId, CorrelationId, FleetScanId, TypedId as _};
    use domain::scan::{ScanRequested, ScanStarted, Trigger};
    use domain::time::Timestamp;
    use uuid::Uuid;

    use super::*;

    fn recorded(position: u64, actor: &str) -> RecordedEvent {
        RecordedEvent {
            position: Position(position),
            stream: StreamId::new("scan", position),
            stream_version: 1,
            name: String::new(),
            version: 1,
            recorded_at: Timestamp::from_micros(0),
            metadata: Metadata {
                actor: Actor::system(actor),
                correlation: CorrelationId::from_uuid(Uuid::nil()),
                causation: None,
                command: CommandId::from_uuid(Uuid::nil()),
                hosts: Vec::new(),
            },
            body: Vec::new(),
        }
    }

    fn scan(number: u64) -> ScanId {
        ScanId::from_uuid(Uuid::from_u128(number.into()))
    }

    fn request(open: &mut OpenScans, number: u64, who: &str, background: bool) {
        let fleet_scan = background.then(|| FleetScanId::from_uuid(Uuid::nil()));
        let event = ScanRequested {
            scan: scan(number),
            host: HostId::from_uuid(Uuid::from_u128(number.into())),
            trigger: Trigger::OnDemand,
            selection: Selection::default(),
            fleet_scan,
        };
        let requester = background.then(|| who.to_owned());
        open.fold(&event.into(), &recorded(number, who), requester);
    }

    fn start(open: &mut OpenScans, number: u64) {
        let event = ScanStarted {
            scan: scan(number),
            host: HostId::from_uuid(Uuid::from_u128(number.into())),
            worker: "w".to_owned(),
            attempt: 1,
        };
        open.fold(&event.into(), &recorded(number, "w"), None);
    }

    fn order(open: &OpenScans) -> Vec<u128> {
        let turns = open.in_turn(usize::MAX);
        turns
            .iter()
            .map(|open| open.scan.uuid().as_u128())
            .collect()
    }

    #[test]
    fn a_scan_that_a_person_waits_for_comes_before_any_fleet_scan() {
        let mut open = OpenScans::default();
        for number in 1..=3 {
            request(&mut open, number, "ada", true);
        }
        request(&mut open, 9, "bob", false);
        assert_eq!(order(&open), [9, 1, 2, 3]);
    }

    #[test]
    fn who_has_the_fewest_running_comes_first() {
        let mut open = OpenScans::default();
        for number in 1..=4 {
            request(&mut open, number, "ada", true);
        }
        request(&mut open, 8, "bob", true);
        request(&mut open, 9, "bob", true);
        assert_eq!(order(&open), [1, 8, 2, 9, 3, 4]);
        start(&mut open, 1);
        start(&mut open, 2);
        // Ada has two running, Bob none: what has started comes first, in case its worker died.
        assert_eq!(order(&open), [1, 2, 8, 9, 3, 4]);
    }
}
