//! Decisions about a scan. The attempt number is the fence: a worker that lost its lease and comes
//! back late carries an old one and is refused.

use super::command::{CompleteScan, FailScan, ScanCommand, Selection, Trigger};
use super::event::{
    ScanCancelled, ScanCompleted, ScanEvent, ScanFailed, ScanRequested, ScanStarted,
};
use super::trial;
use crate::aggregate::Aggregate;
use crate::id::{HostId, ScanId};
use crate::rule_pack::PackVersion;
use crate::verdict::Totals;

/// How often workers may take a scan up before it is given up as [`WorkerLost`].
///
/// [`WorkerLost`]: super::FailureReason::WorkerLost
pub const MAX_ATTEMPTS: u32 = 3;

/// The aggregate of one look at one host.
#[derive(Debug)]
pub struct Scan;

/// Where a scan is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ScanStatus {
    /// No event yet.
    #[default]
    Unknown,
    /// Waits for a worker.
    Requested,
    /// A worker is at it.
    Started,
    /// Has a result.
    Completed,
    /// Ended without a result.
    Failed,
    /// Was stopped.
    Cancelled,
}

/// What the events of a scan add up to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ScanState {
    /// Where it is in its life.
    pub status: ScanStatus,
    /// The scan and its host, once requested.
    pub subject: Option<(ScanId, HostId)>,
    /// Why it was asked for.
    pub trigger: Option<Trigger>,
    /// Which rules.
    pub selection: Selection,
    /// How often a worker took it up.
    pub attempt: u32,
    /// The rules that are tried; nothing for a scan that counts.
    pub trial: Option<PackVersion>,
}

/// Why a command to a scan is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScanError {
    /// The id is taken.
    #[error("the scan was requested already")]
    AlreadyRequested,
    /// There is no such scan.
    #[error("there is no such scan")]
    NotFound,
    /// The scan has ended.
    #[error("the scan has ended already")]
    Ended,
    /// No worker has taken it up.
    #[error("the scan has not started")]
    NotStarted,
    /// Another worker took the scan over meanwhile.
    #[error("attempt {given} was overtaken by attempt {current}")]
    Overtaken {
        /// Of the command.
        given: u32,
        /// Of the scan.
        current: u32,
    },
    /// It was taken up as often as is allowed.
    #[error("the scan was taken up {MAX_ATTEMPTS} times")]
    TooManyAttempts,
}

impl Aggregate for Scan {
    const KIND: &'static str = "scan";
    type State = ScanState;
    type Event = ScanEvent;
    type Command = ScanCommand;
    type Error = ScanError;

    fn decide(state: &ScanState, command: ScanCommand) -> Result<Vec<ScanEvent>, ScanError> {
        match command {
            ScanCommand::Request(command) => {
                if state.status != ScanStatus::Unknown {
                    return Err(ScanError::AlreadyRequested);
                }
                let (scan, host) = (command.scan, command.host.id());
                let (trigger, selection) = (command.trigger, command.selection);
                let fleet_scan = command.fleet_scan;
                Ok(vec![
                    ScanRequested {
                        scan,
                        host,
                        trigger,
                        selection,
                        fleet_scan,
                    }
                    .into(),
                ])
            }
            ScanCommand::RequestTrial(command) => trial::request(state, &command),
            ScanCommand::Start(command) => {
                let (scan, host) = open(state)?;
                if state.attempt >= MAX_ATTEMPTS {
                    return Err(ScanError::TooManyAttempts);
                }
                let (worker, attempt) = (command.worker, state.attempt + 1);
                Ok(vec![
                    ScanStarted {
                        scan,
                        host,
                        worker,
                        attempt,
                    }
                    .into(),
                ])
            }
            ScanCommand::Complete(command) => complete(state, *command),
            ScanCommand::Fail(command) => fail(state, command),
            ScanCommand::Cancel(_) => {
                if state.status == ScanStatus::Cancelled {
                    return Ok(Vec::new());
                }
                let (scan, host) = open(state)?;
                Ok(vec![ScanCancelled { scan, host }.into()])
            }
        }
    }

    fn evolve(mut state: ScanState, event: &ScanEvent) -> ScanState {
        match event {
            ScanEvent::Requested(event) => {
                state.status = ScanStatus::Requested;
                state.subject = Some((event.scan, event.host));
                state.trigger = Some(event.trigger);
                state.selection = event.selection.clone();
            }
            ScanEvent::TrialRequested(event) => {
                state.status = ScanStatus::Requested;
                state.subject = Some((event.scan, event.host));
                state.trigger = Some(Trigger::Trial);
                state.trial = Some(event.version.clone());
            }
            ScanEvent::Started(event) => {
                state.status = ScanStatus::Started;
                state.attempt = event.attempt;
            }
            ScanEvent::Completed(_) | ScanEvent::TrialCompleted(_) => {
                state.status = ScanStatus::Completed;
            }
            ScanEvent::Failed(_) => state.status = ScanStatus::Failed,
            ScanEvent::Cancelled(_) => state.status = ScanStatus::Cancelled,
        }
        state
    }
}

fn complete(state: &ScanState, command: CompleteScan) -> Result<Vec<ScanEvent>, ScanError> {
    let (scan, host) = open(state)?;
    if state.status != ScanStatus::Started {
        return Err(ScanError::NotStarted);
    }
    same_attempt(state, command.attempt)?;
    if let Some(version) = &state.trial {
        return Ok(vec![trial::completed(scan, host, version, command)]);
    }
    Ok(vec![
        Box::new(ScanCompleted {
            scan,
            host,
            totals: Totals::of(&command.verdicts),
            started_at: command.started_at,
            finished_at: command.finished_at,
            trigger: state.trigger.unwrap_or(Trigger::OnDemand),
            catalogue: command.catalogue,
            verdicts: command.verdicts,
            previous: command.previous,
            transitions: command.transitions,
            evidence_root: command.evidence_root,
            results: command.results,
            facts: command.facts,
            cost: command.cost,
            attempt: command.attempt,
            stored_facts: command.stored_facts,
            context: command.context,
            collection_times: command.collection_times,
        })
        .into(),
    ])
}

fn fail(state: &ScanState, command: FailScan) -> Result<Vec<ScanEvent>, ScanError> {
    let (scan, host) = open(state)?;
    if let Some(attempt) = command.attempt {
        same_attempt(state, attempt)?;
    }
    Ok(vec![
        ScanFailed {
            scan,
            host,
            reason: command.reason,
            detail: command.detail,
        }
        .into(),
    ])
}

fn same_attempt(state: &ScanState, given: u32) -> Result<(), ScanError> {
    if given == state.attempt {
        return Ok(());
    }
    Err(ScanError::Overtaken {
        given,
        current: state.attempt,
    })
}

/// The subject of a scan that has not ended.
fn open(state: &ScanState) -> Result<(ScanId, HostId), ScanError> {
    match state.status {
        ScanStatus::Unknown => Err(ScanError::NotFound),
        ScanStatus::Requested | ScanStatus::Started => state.subject.ok_or(ScanError::NotFound),
        ScanStatus::Completed | ScanStatus::Failed | ScanStatus::Cancelled => Err(ScanError::Ended),
    }
}
