//! Many hosts: so many at a time, each handed on when it ends. Knows nothing of what is written of them.

use std::collections::HashMap;
use std::sync::Arc;

use domain::scan::FailureReason;
use tokio::task::{Id, JoinError, JoinSet};
use workers::failure::Failure as ScanFailure;
use workers::subnet::{Address, Known, Names};

use super::Run;
use super::look::{Looked, Nothing, look};
use super::queue::{Queue, Turn};
use super::target::Named;
use crate::exit::Failure;

/// Names that are looked up together.
const NAMES: usize = 64;

/// The hosts in the order in which they will have their turn. The network of a name is asked for only when it
/// matters.
pub(super) async fn queue(run: &Run, named: Vec<Named>, per_subnet: Option<u16>) -> Queue {
    let Some(limit) = per_subnet else {
        return Queue::in_order(named);
    };
    let mut resolver = Names::default();
    let places: Vec<Address> = named.iter().map(|named| address(run, named)).collect();
    let asked = places
        .iter()
        .filter_map(|place| match resolver.subnet(place) {
            Known::Ask(name) => Some(name),
            Known::Subnet(_) | Known::Nowhere => None,
        });
    let asked: Vec<String> = asked.collect();
    for some in asked.chunks(NAMES) {
        resolver.look_up(some.to_vec()).await;
    }
    let hosts = places.iter().zip(named).map(|(place, named)| {
        let subnet = match resolver.subnet(place) {
            Known::Subnet(subnet) => Some(subnet),
            Known::Nowhere | Known::Ask(_) => None,
        };
        (subnet, named)
    });
    Queue::by_network(hosts.collect(), usize::from(limit))
}

fn address(run: &Run, named: &Named) -> Address {
    match named {
        Named::Local => Address::Local,
        Named::Remote { endpoint, .. } if run.access.has_jump() => {
            Address::BehindJump(endpoint.address.clone())
        }
        Named::Remote { endpoint, .. } => Address::Direct(endpoint.address.clone()),
    }
}

/// Scans at most so many hosts at a time, and hands each on as soon as it has ended; at last those whose turn did
/// not come.
pub(super) async fn scan(
    run: &Arc<Run>,
    mut queue: Queue,
    at_a_time: usize,
    mut each: impl AsyncFnMut(Looked) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut running = Running::default();
    loop {
        while running.tasks.len() < at_a_time
            && !run.stop.is_cancelled()
            && let Some(turn) = queue.next()
        {
            running.start(run, turn);
        }
        let Some((lane, looked)) = running.next().await else {
            break;
        };
        queue.ended(lane);
        each(looked).await?;
    }
    for named in queue.rest() {
        each(Looked::without(named, Nothing::NotStarted)).await?;
    }
    Ok(())
}

/// The hosts that are scanned. Dropped, it ends them all.
#[derive(Default)]
struct Running {
    tasks: JoinSet<Looked>,
    turns: HashMap<Id, Turn>,
}

impl Running {
    fn start(&mut self, run: &Arc<Run>, turn: Turn) {
        let (run, named) = (Arc::clone(run), turn.named.clone());
        let task = self.tasks.spawn(async move { look(&run, named).await });
        self.turns.insert(task.id(), turn);
    }

    /// The next one that ends, with its lane.
    async fn next(&mut self) -> Option<(usize, Looked)> {
        loop {
            let (id, ended) = match self.tasks.join_next_with_id().await? {
                Ok((id, looked)) => (id, Ok(looked)),
                Err(error) => (error.id(), Err(error)),
            };
            if let Some(turn) = self.turns.remove(&id) {
                let looked = ended.unwrap_or_else(|error| broken(turn.named, &error));
                return Some((turn.lane, looked));
            }
        }
    }
}

/// A fault of ours with one host is no reason to lose the others.
fn broken(named: Named, error: &JoinError) -> Looked {
    let failure = ScanFailure::of(FailureReason::Internal, error);
    Looked::without(named, Nothing::Failed(failure))
}
