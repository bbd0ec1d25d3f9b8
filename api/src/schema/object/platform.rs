//! What a scan learned of a machine.

use async_graphql::SimpleObject;
use domain::scan::HostFacts;
use domain::time::Timestamp;

use crate::schema::scalar::DateTime;

/// What a scan learned of a machine.
#[derive(Debug, Clone, SimpleObject)]
pub(crate) struct Platform {
    /// Its own name.
    hostname: String,
    /// The id of the system, as `debian`.
    os_id: String,
    /// The version of the system.
    os_version: String,
    /// The name of the system for people.
    os_name: String,
    /// The release of the kernel.
    kernel: String,
    /// The architecture.
    architecture: String,
    /// How far its clock is ahead of ours, in milliseconds.
    clock_skew_ms: i64,
    /// Whether the scan had the rights of root.
    is_privileged: bool,
    /// When it was learned.
    observed_at: Option<DateTime>,
}

impl Platform {
    /// Facts of a scan that ended at an instant.
    pub(crate) fn new(facts: HostFacts, observed_at: Option<Timestamp>) -> Self {
        Self {
            hostname: facts.hostname,
            os_id: facts.os_id,
            os_version: facts.os_version,
            os_name: facts.os_name,
            kernel: facts.kernel,
            architecture: facts.architecture,
            clock_skew_ms: facts.clock_skew_ms,
            is_privileged: facts.privileged,
            observed_at: observed_at.map(DateTime),
        }
    }
}
