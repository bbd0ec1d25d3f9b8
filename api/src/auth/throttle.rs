//! Slows guessing down: after some wrong passwords for one name from one address, and more for one
//! address, the next tries wait. Names are never locked for everybody: that would lock people out.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// Wrong tries for one name from one address before the waiting begins.
const FREE: u32 = 5;
/// The longest wait.
const LONGEST: Duration = Duration::from_mins(5);
/// Wrong tries that are remembered; beyond, the oldest are forgotten.
const REMEMBERED: usize = 10_000;

#[derive(Default)]
pub(crate) struct Throttle {
    tries: Mutex<HashMap<(String, String), Tries>>,
}

struct Tries {
    wrong: u32,
    again_at: Instant,
}

impl Throttle {
    /// How long this name has to wait from this address; nothing when it may try.
    pub(crate) fn wait(&self, username: &str, address: &str) -> Option<Duration> {
        let tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        let tries = tries.get(&key(username, address))?;
        let wait = tries.again_at.saturating_duration_since(Instant::now());
        (!wait.is_zero()).then_some(wait)
    }

    /// A wrong password.
    pub(crate) fn wrong(&self, username: &str, address: &str) {
        let mut all = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        if all.len() >= REMEMBERED {
            all.retain(|_, tries| tries.again_at > now);
        }
        let tries = all.entry(key(username, address)).or_insert(Tries {
            wrong: 0,
            again_at: now,
        });
        tries.wrong += 1;
        if tries.wrong > FREE {
            let doubling = 2u32.saturating_pow((tries.wrong - FREE).min(16));
            tries.again_at = now + Duration::from_secs(1).saturating_mul(doubling).min(LONGEST);
        }
    }

    /// The right password: nothing is held against this name here any more.
    pub(crate) fn right(&self, username: &str, address: &str) {
        let mut tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        tries.remove(&key(username, address));
    }
}

fn key(username: &str, address: &str) -> (String, String) {
    (username.to_lowercase(), address.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn guessing_gets_slow_for_the_guesser_alone() {
        let throttle = Throttle::default();
        for _ in 0..FREE {
            throttle.wrong("Ada", "10.0.0.1");
            assert_eq!(throttle.wait("ada", "10.0.0.1"), None);
        }
        throttle.wrong("ada", "10.0.0.1");
        let wait = throttle.wait("ADA", "10.0.0.1").unwrap();
        assert!(wait >= Duration::from_secs(1));
        assert_eq!(throttle.wait("ada", "10.0.0.2"), None);
        tokio::time::advance(wait).await;
        assert_eq!(throttle.wait("ada", "10.0.0.1"), None);
        throttle.right("ada", "10.0.0.1");
        throttle.wrong("ada", "10.0.0.1");
        assert_eq!(throttle.wait("ada", "10.0.0.1"), None);
    }
}
