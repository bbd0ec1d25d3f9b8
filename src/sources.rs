//! The real clock and the real source of ids: the only place where ambient time and randomness enter.

use std::sync::Arc;

use domain::id::Ids;
use domain::time::{Clock, Timestamp};
use uuid::Uuid;

/// The clock of the operating system, cut to microseconds.
#[derive(Debug)]
struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the composition root reads the system clock"
    )]
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(jiff::Timestamp::now().as_microsecond())
    }
}

/// `UUIDv7` (RFC 9562): random, and roughly in order of time so that indexes stay compact.
#[derive(Debug)]
struct RandomIds;

impl Ids for RandomIds {
    #[expect(clippy::disallowed_methods, reason = "the composition root draws ids")]
    fn next(&self) -> Uuid {
        Uuid::now_v7()
    }
}

/// The system clock.
pub(crate) fn clock() -> Arc<dyn Clock> {
    Arc::new(SystemClock)
}

/// Random ids.
pub(crate) fn ids() -> Arc<dyn Ids> {
    Arc::new(RandomIds)
}
