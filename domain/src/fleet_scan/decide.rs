//! Decisions about a fleet scan, and which failures of a host are tried again within it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::command::{FleetLimits, FleetScanCommand, RequestFleetScan};
use super::event::{
    FleetScanCancelled, FleetScanCompleted, FleetScanEvent, FleetScanHostSkipped,
    FleetScanHostsListed, FleetScanRequested, FleetScanScanAttached,
};
use crate::aggregate::Aggregate;
use crate::id::{FleetScanId, HostId, ScanId};
use crate::scan::FailureReason;
use crate::validate::InvalidField;

/// Hosts of one fleet scan at most.
pub const MOST_HOSTS: usize = 50_000;
/// Hosts of one event: it has to stay below what the log accepts.
const LISTED: usize = 2_000;
/// Hosts that may be scanned at the same time, at most.
const MOST_AT_A_TIME: u32 = 10_000;
/// Attempts at one host, at most.
const MOST_ATTEMPTS: u32 = 10;
/// The wait before the second attempt; the third waits four times as long, and so on.
const FIRST_WAIT: Duration = Duration::from_mins(1);
/// The longest wait between two attempts.
const LONGEST_WAIT: Duration = Duration::from_mins(30);

/// How long a host waits for the next attempt after its attempt number `attempt` (from 1) failed;
/// nothing when trying again is of no use, or was done often enough.
///
/// What is in the network passes by itself: no answer, a broken connection, no time. What somebody has
/// to mend does not: a refused log-in, a changed key, sudo.
pub fn retry_after(reason: FailureReason, attempt: u32, limits: &FleetLimits) -> Option<Duration> {
    let passes = match reason {
        FailureReason::HostUnreachable
        | FailureReason::ConnectionLost
        | FailureReason::DeadlineExceeded
        | FailureReason::WorkerLost => true,
        FailureReason::AuthenticationRefused
        | FailureReason::HostKeyUnknown
        | FailureReason::HostKeyChanged
        | FailureReason::SudoRefused
        | FailureReason::CanaryFailed
        | FailureReason::OutputLimitExceeded
        | FailureReason::ProtocolViolated
        | FailureReason::CredentialMissing
        | FailureReason::CredentialUnreadable
        | FailureReason::HostRemoved
        | FailureReason::Internal
        | FailureReason::RulesRefused => false,
    };
    if !passes || attempt >= limits.attempts {
        return None;
    }
    let factor = 4u32.saturating_pow(attempt.saturating_sub(1));
    Some(FIRST_WAIT.saturating_mul(factor).min(LONGEST_WAIT))
}

/// The aggregate of one request for many hosts.
#[derive(Debug)]
pub struct FleetScan;

/// Where a fleet scan is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FleetScanStatus {
    /// No event yet.
    #[default]
    Unknown,
    /// Hosts wait or are scanned.
    Running,
    /// Every host has come to its end.
    Completed,
    /// Was stopped.
    Cancelled,
}

/// What the events of a fleet scan add up to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FleetScanState {
    /// Where it is in its life.
    pub status: FleetScanStatus,
    /// The id, once requested.
    pub fleet_scan: Option<FleetScanId>,
    /// Its hosts.
    pub hosts: BTreeSet<HostId>,
    /// Hosts that are not scanned.
    pub skipped: BTreeSet<HostId>,
    /// Hosts whose running scan counts.
    pub attached: BTreeMap<HostId, ScanId>,
}

/// Why a command to a fleet scan is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FleetScanError {
    /// The id is taken.
    #[error("the fleet scan was requested already")]
    AlreadyRequested,
    /// There is no such fleet scan.
    #[error("there is no such fleet scan")]
    NotFound,
    /// It has ended.
    #[error("the fleet scan has ended already")]
    Ended,
    /// Nothing was chosen.
    #[error("no host under watch was chosen")]
    NoHosts,
    /// Too much was chosen.
    #[error("{chosen} hosts were chosen; a fleet scan takes at most {MOST_HOSTS}")]
    TooManyHosts {
        /// How many.
        chosen: usize,
    },
    /// The host does not belong to it.
    #[error("the host does not belong to the fleet scan")]
    ForeignHost,
    /// Not every host has come to its end.
    #[error("{ended} of {hosts} hosts have come to their end")]
    HostsMissing {
        /// So many have.
        ended: u32,
        /// Of so many.
        hosts: usize,
    },
    /// A field does not hold.
    #[error("a field does not hold")]
    Invalid(#[from] InvalidField),
}

impl Aggregate for FleetScan {
    const KIND: &'static str = "fleet_scan";
    type State = FleetScanState;
    type Event = FleetScanEvent;
    type Command = FleetScanCommand;
    type Error = FleetScanError;

    fn decide(
        state: &FleetScanState,
        command: FleetScanCommand,
    ) -> Result<Vec<FleetScanEvent>, FleetScanError> {
        match command {
            FleetScanCommand::Request(command) => request(state, *command),
            FleetScanCommand::Attach(command) => {
                let fleet_scan = running_with(state, command.host)?;
                let (host, scan) = (command.host, command.scan);
                if state.attached.get(&host) == Some(&scan) {
                    return Ok(Vec::new());
                }
                Ok(vec![
                    FleetScanScanAttached {
                        fleet_scan,
                        host,
                        scan,
                    }
                    .into(),
                ])
            }
            FleetScanCommand::Skip(command) => {
                let fleet_scan = running_with(state, command.host)?;
                let (host, reason) = (command.host, command.reason);
                if state.skipped.contains(&host) {
                    return Ok(Vec::new());
                }
                Ok(vec![
                    FleetScanHostSkipped {
                        fleet_scan,
                        host,
                        reason,
                    }
                    .into(),
                ])
            }
            FleetScanCommand::Complete(command) => {
                let fleet_scan = running(state)?;
                let (totals, hosts) = (command.totals, state.hosts.len());
                if usize::try_from(totals.sum()) != Ok(hosts) {
                    let ended = totals.sum();
                    return Err(FleetScanError::HostsMissing { ended, hosts });
                }
                Ok(vec![FleetScanCompleted { fleet_scan, totals }.into()])
            }
            FleetScanCommand::Cancel(_) => {
                if state.status == FleetScanStatus::Cancelled {
                    return Ok(Vec::new());
                }
                let fleet_scan = running(state)?;
                Ok(vec![FleetScanCancelled { fleet_scan }.into()])
            }
        }
    }

    fn evolve(mut state: FleetScanState, event: &FleetScanEvent) -> FleetScanState {
        match event {
            FleetScanEvent::Requested(event) => {
                state.status = FleetScanStatus::Running;
                state.fleet_scan = Some(event.fleet_scan);
            }
            FleetScanEvent::HostsListed(event) => state.hosts.extend(&event.hosts),
            FleetScanEvent::ScanAttached(event) => {
                state.attached.insert(event.host, event.scan);
            }
            FleetScanEvent::HostSkipped(event) => {
                state.skipped.insert(event.host);
            }
            FleetScanEvent::Completed(_) => state.status = FleetScanStatus::Completed,
            FleetScanEvent::Cancelled(_) => state.status = FleetScanStatus::Cancelled,
        }
        state
    }
}

fn request(
    state: &FleetScanState,
    command: RequestFleetScan,
) -> Result<Vec<FleetScanEvent>, FleetScanError> {
    if state.status != FleetScanStatus::Unknown {
        return Err(FleetScanError::AlreadyRequested);
    }
    check(&command.limits)?;
    let mut seen = BTreeSet::new();
    let mut hosts = command.hosts;
    hosts.retain(|host| seen.insert(*host));
    if hosts.is_empty() {
        return Err(FleetScanError::NoHosts);
    }
    if hosts.len() > MOST_HOSTS {
        let chosen = hosts.len();
        return Err(FleetScanError::TooManyHosts { chosen });
    }
    let fleet_scan = command.fleet_scan;
    let requested = FleetScanRequested {
        fleet_scan,
        choice: command.choice,
        host_count: u32::try_from(hosts.len()).unwrap_or(u32::MAX),
        selection: command.selection,
        limits: command.limits,
        retry_of: command.retry_of,
    };
    let listed = hosts.chunks(LISTED).map(|hosts| {
        let hosts = hosts.to_vec();
        FleetScanHostsListed { fleet_scan, hosts }.into()
    });
    Ok([Box::new(requested).into()]
        .into_iter()
        .chain(listed)
        .collect())
}

fn check(limits: &FleetLimits) -> Result<(), InvalidField> {
    let bounds = [
        ("total", limits.total, MOST_AT_A_TIME),
        ("perSubnet", limits.per_subnet, MOST_AT_A_TIME),
        ("attempts", limits.attempts, MOST_ATTEMPTS),
    ];
    for (field, value, most) in bounds {
        if !(1..=most).contains(&value) {
            return Err(InvalidField::new(
                field,
                format!("must be from 1 to {most}"),
            ));
        }
    }
    Ok(())
}

/// The id of a fleet scan that has not ended.
fn running(state: &FleetScanState) -> Result<FleetScanId, FleetScanError> {
    match state.status {
        FleetScanStatus::Unknown => Err(FleetScanError::NotFound),
        FleetScanStatus::Running => state.fleet_scan.ok_or(FleetScanError::NotFound),
        FleetScanStatus::Completed | FleetScanStatus::Cancelled => Err(FleetScanError::Ended),
    }
}

fn running_with(state: &FleetScanState, host: HostId) -> Result<FleetScanId, FleetScanError> {
    let fleet_scan = running(state)?;
    if state.hosts.contains(&host) {
        return Ok(fleet_scan);
    }
    Err(FleetScanError::ForeignHost)
}
