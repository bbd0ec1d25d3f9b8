//! Whose turn is next: within the limit of each network, and fair between networks. Pure.

use std::collections::VecDeque;

use workers::subnet::Subnet;

use super::target::Named;

/// The hosts of one network, or all those of which no network is known.
#[derive(Debug)]
struct Lane {
    subnet: Option<Subnet>,
    waiting: VecDeque<Named>,
    running: usize,
}

/// Hosts that wait for their turn.
#[derive(Debug)]
pub(super) struct Queue {
    lanes: Vec<Lane>,
    /// How many hosts of one network are scanned at a time.
    per_subnet: usize,
}

/// A host whose turn has come.
#[derive(Debug)]
pub(super) struct Turn {
    /// Where it came from; to be given back to [`Queue::ended`].
    pub(super) lane: usize,
    pub(super) named: Named,
}

impl Queue {
    /// Hosts in their order, as if they were in one network that has no limit.
    pub(super) fn in_order(named: Vec<Named>) -> Self {
        let hosts = named.into_iter().map(|named| (None, named));
        Self::by_network(hosts.collect(), usize::MAX)
    }

    /// Hosts with their networks, of each of which so many are scanned at a time.
    pub(super) fn by_network(hosts: Vec<(Option<Subnet>, Named)>, per_subnet: usize) -> Self {
        let mut lanes: Vec<Lane> = Vec::new();
        for (subnet, named) in hosts {
            let known = lanes.iter().position(|lane| lane.subnet == subnet);
            let at = known.unwrap_or_else(|| {
                lanes.push(Lane {
                    subnet,
                    waiting: VecDeque::new(),
                    running: 0,
                });
                lanes.len() - 1
            });
            if let Some(lane) = lanes.get_mut(at) {
                lane.waiting.push_back(named);
            }
        }
        Self { lanes, per_subnet }
    }

    /// The next host of the network with the fewest that are scanned; nothing when every network has as many as
    /// it may.
    pub(super) fn next(&mut self) -> Option<Turn> {
        let limit = self.per_subnet;
        let free = self.lanes.iter_mut().enumerate().filter(|(_, lane)| {
            !lane.waiting.is_empty() && (lane.subnet.is_none() || lane.running < limit)
        });
        let (at, lane) = free.min_by_key(|(_, lane)| lane.running)?;
        let named = lane.waiting.pop_front()?;
        lane.running += 1;
        Some(Turn { lane: at, named })
    }

    /// A host has ended: its place is free.
    pub(super) fn ended(&mut self, lane: usize) {
        if let Some(lane) = self.lanes.get_mut(lane) {
            lane.running = lane.running.saturating_sub(1);
        }
    }

    /// Those whose turn did not come.
    pub(super) fn rest(self) -> impl Iterator<Item = Named> {
        self.lanes.into_iter().flat_map(|lane| lane.waiting)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(subnet: &str, address: &str) -> (Option<Subnet>, Named) {
        let subnet = subnet.parse().ok().map(Subnet::of);
        (subnet, Named::parse(address).unwrap())
    }

    fn names(turns: &[Turn]) -> Vec<String> {
        turns.iter().map(|turn| turn.named.label()).collect()
    }

    fn all(queue: &mut Queue) -> Vec<Turn> {
        std::iter::from_fn(|| queue.next()).collect()
    }

    #[test]
    fn without_a_limit_the_order_stays() {
        let named = ["a", "b", "c"].map(|name| Named::parse(name).unwrap());
        let mut queue = Queue::in_order(named.to_vec());
        assert_eq!(names(&all(&mut queue)), ["a", "b", "c"]);
    }

    #[test]
    fn a_network_has_at_most_its_share_and_others_are_not_held_up() {
        let hosts = vec![
            host("10.0.0.1", "a1"),
            host("10.0.0.2", "a2"),
            host("10.0.0.3", "a3"),
            host("10.0.1.1", "b1"),
            host("", "x1"),
            host("", "x2"),
        ];
        let mut queue = Queue::by_network(hosts, 2);
        let turns = all(&mut queue);
        assert_eq!(names(&turns), ["a1", "b1", "x1", "a2", "x2"]);
        queue.ended(turns[1].lane);
        assert!(queue.next().is_none(), "b has nobody left, a is full");
        queue.ended(turns[0].lane);
        assert_eq!(names(&all(&mut queue)), ["a3"]);
    }

    #[test]
    fn those_whose_turn_did_not_come_are_told() {
        let hosts = vec![host("10.0.0.1", "a1"), host("10.0.0.2", "a2")];
        let mut queue = Queue::by_network(hosts, 1);
        assert!(queue.next().is_some());
        let rest: Vec<_> = queue.rest().map(|named| named.label()).collect();
        assert_eq!(rest, ["a2"]);
    }
}
