//! Given events, when a command, then events or a refusal: the form of every test of an aggregate.

use crate::aggregate::Aggregate;
use crate::id::{Ids, TypedId};
use uuid::Uuid;

/// A scenario of one stream.
pub(crate) struct Spec<A: Aggregate> {
    state: A::State,
}

/// What came of a command.
pub(crate) struct Decided<A: Aggregate>(Result<Vec<A::Event>, A::Error>);

/// Begins a scenario with what has happened.
pub(crate) fn given<A: Aggregate>(events: impl IntoIterator<Item = A::Event>) -> Spec<A> {
    let events: Vec<A::Event> = events.into_iter().collect();
    Spec {
        state: A::fold(&events),
    }
}

impl<A: Aggregate> Spec<A> {
    /// Sends a command.
    pub(crate) fn when(self, command: impl Into<A::Command>) -> Decided<A> {
        Decided(A::decide(&self.state, command.into()))
    }
}

impl<A: Aggregate> Decided<A> {
    /// Expects exactly these events.
    #[track_caller]
    pub(crate) fn then(self, events: impl IntoIterator<Item = A::Event>) {
        let expected: Vec<A::Event> = events.into_iter().collect();
        assert_eq!(self.0, Ok(expected));
    }

    /// Expects this refusal.
    #[track_caller]
    pub(crate) fn refused(self, error: impl Into<A::Error>) {
        assert_eq!(self.0, Err(error.into()));
    }
}

struct Fixed(u128);

impl Ids for Fixed {
    fn next(&self) -> Uuid {
        Uuid::from_u128(self.0)
    }
}

/// The id of a number, the same in every run.
pub(crate) fn id<T: TypedId>(number: u128) -> T {
    T::draw(&Fixed(number))
}
