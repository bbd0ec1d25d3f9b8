//! Decides a batch in memory: who gets which positions, who is refused and why. Pure, and the same for
//! both databases. A refused command takes no position and disturbs no neighbour.

use std::collections::HashMap;

use domain::aggregate::Claim;
use domain::digest::Digest;
use domain::event::StreamId;
use domain::id::CommandId;

use super::canonical::{LeafContent, leaf};
use super::facts::{ClaimKey, Facts, FirstAnswer, StreamEnd, claim_key};
use super::prepare::{Prepared, PreparedEvent};
use crate::command::Expected;
use crate::tree::Frontier;

/// What becomes of one command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It goes into the log.
    Appended { first: u64, last: u64 },
    /// It is in the log already.
    Repeated(FirstAnswer),
    /// The stream is elsewhere.
    Conflict { expected: u64, actual: u64 },
    /// A guarded stream is elsewhere.
    GuardFailed(StreamId),
    /// Somebody else holds a value.
    ClaimTaken { key: ClaimKey, holder: StreamId },
}

/// One row of the log to be.
#[derive(Debug)]
pub(super) struct EventRow<'a> {
    pub(super) position: u64,
    pub(super) stream: &'a StreamId,
    pub(super) stream_version: u64,
    pub(super) previous: u64,
    pub(super) event: &'a PreparedEvent,
    pub(super) leaf: Digest,
}

/// One row of the command log to be.
#[derive(Debug)]
pub(super) struct CommandRow<'a> {
    pub(super) command: CommandId,
    pub(super) stream: &'a StreamId,
    pub(super) first: u64,
    pub(super) count: u64,
}

/// Everything that a batch writes.
#[derive(Debug)]
pub(super) struct Plan<'a> {
    pub(super) outcomes: Vec<Outcome>,
    pub(super) old_position: u64,
    pub(super) recorded_at: i64,
    pub(super) frontier: Frontier,
    pub(super) new_streams: Vec<&'a StreamId>,
    pub(super) events: Vec<EventRow<'a>>,
    pub(super) commands: Vec<CommandRow<'a>>,
    pub(super) ends: Vec<(StreamId, StreamEnd)>,
    pub(super) released: Vec<ClaimKey>,
    pub(super) taken: Vec<(ClaimKey, StreamId)>,
}

impl Plan<'_> {
    /// Whether nothing is to be written, attachments aside.
    pub(super) const fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    /// The position of the last event once the plan is written.
    pub(super) const fn new_position(&self) -> u64 {
        self.frontier.size()
    }
}

/// The state of the database as it will be, beside what it is.
struct Draft<'f, 'a> {
    facts: &'f Facts,
    ends: HashMap<&'a StreamId, StreamEnd>,
    claims: HashMap<ClaimKey, Option<StreamId>>,
    commands: HashMap<CommandId, FirstAnswer>,
    plan: Plan<'a>,
}

/// Decides the commands in their order.
pub(super) fn plan<'a>(facts: &Facts, batch: &[&'a Prepared], recorded_at: i64) -> Plan<'a> {
    let mut draft = Draft {
        facts,
        ends: HashMap::new(),
        claims: HashMap::new(),
        commands: HashMap::new(),
        plan: Plan {
            outcomes: Vec::with_capacity(batch.len()),
            old_position: facts.frontier.size(),
            recorded_at,
            frontier: facts.frontier.clone(),
            new_streams: Vec::new(),
            events: Vec::new(),
            commands: Vec::new(),
            ends: Vec::new(),
            released: Vec::new(),
            taken: Vec::new(),
        },
    };
    for prepared in batch {
        let outcome = match draft.refusal(prepared) {
            Some(refused) => refused,
            None => draft.accept(prepared),
        };
        draft.plan.outcomes.push(outcome);
    }
    draft.finish()
}

impl<'a> Draft<'_, 'a> {
    fn end(&self, stream: &StreamId) -> StreamEnd {
        self.ends
            .get(stream)
            .or_else(|| self.facts.streams.get(stream))
            .copied()
            .unwrap_or_default()
    }

    fn holder(&self, key: &ClaimKey) -> Option<&StreamId> {
        match self.claims.get(key) {
            Some(changed) => changed.as_ref(),
            None => self.facts.claims.get(key),
        }
    }

    fn refusal(&mut self, prepared: &Prepared) -> Option<Outcome> {
        let known = self.commands.get(&prepared.command);
        if let Some(answer) = known.or_else(|| self.facts.commands.get(&prepared.command)) {
            return Some(Outcome::Repeated(answer.clone()));
        }
        let actual = self.end(&prepared.stream).version;
        if let Expected::Version(expected) = prepared.expected
            && expected != actual
        {
            return Some(Outcome::Conflict { expected, actual });
        }
        let moved = prepared
            .guards
            .iter()
            .find(|guard| self.end(&guard.stream).version != guard.version);
        if let Some(guard) = moved {
            return Some(Outcome::GuardFailed(guard.stream.clone()));
        }
        self.claim(prepared)
    }

    /// Takes and gives back what the events say, or nothing at all when one value is held by another.
    fn claim(&mut self, prepared: &Prepared) -> Option<Outcome> {
        let mut moved: HashMap<ClaimKey, Option<StreamId>> = HashMap::new();
        for claim in prepared.events.iter().flat_map(|event| &event.claims) {
            let key = claim_key(claim);
            let holder = match moved.get(&key) {
                Some(holder) => holder.as_ref(),
                None => self.holder(&key),
            };
            match (claim, holder) {
                (Claim::Take { .. }, Some(holder)) if *holder != prepared.stream => {
                    let holder = holder.clone();
                    return Some(Outcome::ClaimTaken { key, holder });
                }
                (Claim::Take { .. }, _) => {
                    moved.insert(key, Some(prepared.stream.clone()));
                }
                // What another stream holds cannot be given back for it.
                (Claim::Release { .. }, Some(holder)) if *holder == prepared.stream => {
                    moved.insert(key, None);
                }
                (Claim::Release { .. }, _) => {}
            }
        }
        self.claims.extend(moved);
        None
    }

    fn accept(&mut self, prepared: &'a Prepared) -> Outcome {
        let head = self.plan.frontier.size();
        if prepared.events.is_empty() {
            return Outcome::Appended {
                first: head,
                last: head,
            };
        }
        let first = head + 1;
        let mut end = self.end(&prepared.stream);
        if end.version == 0 {
            self.plan.new_streams.push(&prepared.stream);
        }
        for event in &prepared.events {
            self.add_event(prepared, event, &mut end);
        }
        self.ends.insert(&prepared.stream, end);
        let last = self.plan.frontier.size();
        let count = last - head;
        self.plan.commands.push(CommandRow {
            command: prepared.command,
            stream: &prepared.stream,
            first,
            count,
        });
        let answer = FirstAnswer {
            stream: prepared.stream.clone(),
            first,
            count,
        };
        self.commands.insert(prepared.command, answer);
        Outcome::Appended { first, last }
    }

    fn add_event(&mut self, prepared: &'a Prepared, event: &'a PreparedEvent, end: &mut StreamEnd) {
        let previous = end.last_position;
        end.version += 1;
        let leaf = leaf(&LeafContent {
            stream: &prepared.stream,
            stream_version: end.version,
            name: &event.name,
            schema_version: event.version,
            recorded_at: self.plan.recorded_at,
            metadata: event.metadata.commitment,
            body: event.body.commitment,
        });
        self.plan.frontier.push(leaf);
        end.last_position = self.plan.frontier.size();
        self.plan.events.push(EventRow {
            position: end.last_position,
            stream: &prepared.stream,
            stream_version: end.version,
            previous,
            event,
            leaf,
        });
    }

    /// Reduces the claims to what differs from the database.
    fn finish(self) -> Plan<'a> {
        let mut plan = self.plan;
        plan.ends = self
            .ends
            .into_iter()
            .map(|(stream, end)| (stream.clone(), end))
            .collect();
        for (key, holder) in self.claims {
            let before = self.facts.claims.get(&key);
            if before == holder.as_ref() {
                continue;
            }
            if before.is_some() {
                plan.released.push(key.clone());
            }
            if let Some(holder) = holder {
                plan.taken.push((key, holder));
            }
        }
        plan
    }
}
