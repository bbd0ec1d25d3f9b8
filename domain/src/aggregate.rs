//! The one shape of every aggregate: state folded from events, a pure decision, pure evolution.

use std::fmt;

use crate::event::EventBody;

/// A stream of events with a decision over it.
///
/// `decide` alone may refuse for a business reason. Both functions are pure: time, ids and the actor
/// are in the command, and nothing else is looked at.
pub trait Aggregate {
    /// The kind of the stream: `host`, `scan`, …. Stored, so for ever.
    const KIND: &'static str;
    /// Folded state; the default is a stream without events.
    type State: Default + Clone + Send + Sync + 'static;
    /// What may happen in the stream.
    type Event: EventBody;
    /// What may be asked of it.
    type Command: Clone + fmt::Debug + Send + Sync + 'static;
    /// Why it is refused.
    type Error: std::error::Error + PartialEq + Send + Sync + 'static;

    /// Decides a command against the state. An empty list means: already so.
    fn decide(state: &Self::State, command: Self::Command)
    -> Result<Vec<Self::Event>, Self::Error>;

    /// The state after one more event. Never fails and never panics, whatever the order.
    fn evolve(state: Self::State, event: &Self::Event) -> Self::State;

    /// Folds a sequence of events from nothing.
    fn fold<'a>(events: impl IntoIterator<Item = &'a Self::Event>) -> Self::State
    where
        Self::Event: 'a,
    {
        events
            .into_iter()
            .fold(Self::State::default(), Self::evolve)
    }
}

/// A value that at most one stream of a scope may hold, checked in the append transaction.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Claim {
    /// The stream takes the value; a conflict refuses the whole command.
    Take {
        /// What kind of value: `host_name`, `active_scan`, ….
        scope: &'static str,
        /// The value.
        value: String,
    },
    /// The stream gives the value back.
    Release {
        /// What kind of value.
        scope: &'static str,
        /// The value.
        value: String,
    },
}
