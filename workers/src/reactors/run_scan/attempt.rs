//! One attempt at one scan, under a lease: start it, look at the host, record what came of it.
//! Whatever stops it half-way leaves the log as it is; the next attempt starts anew.

use std::sync::Arc;
use std::time::Duration;

use domain::actor::Actor;
use domain::event::{Position, StreamId};
use domain::host::{Host, HostCommand, HostError, HostState, TrustHostKey};
use domain::id::{CommandId, CorrelationId, TypedId as _};
use domain::port::{ScanPhase, ScanProgress};
use domain::rule_pack::PackVersion;
use domain::scan::{
    FailScan, FailureReason, LoginIdentity, Scan, ScanCommand, ScanError, Selection, StartScan,
};
use event_store::{CommandContext, ExecuteError, Lease, PageLimit, StoreError};
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use super::record::{self, Look};
use super::surroundings::{self, context};
use super::{OpenScan, ScanReactor, resolve};
use crate::failure::Failure;
use crate::reach::{Reached, reach};
use crate::reactors::board::AttemptStanding;
use crate::scanner::Scanner;
use crate::shelf::ShelfError;
use domain::causes::in_full;

/// At most four messages of progress a second and scan.
const PROGRESS: Duration = Duration::from_millis(250);
/// How long a running scan may go on after it was cancelled, at most.
const NOTICE: Duration = Duration::from_millis(250);

/// The longest detail of a failure, in bytes.
const DETAIL: usize = 2000;

/// One attempt.
pub(super) struct Attempt<'a> {
    pub(super) reactor: &'a ScanReactor,
    pub(super) open: OpenScan,
    pub(super) number: u32,
    pub(super) selection: Selection,
    /// The rules that are tried; nothing for a scan that counts.
    pub(super) trial: Option<PackVersion>,
    pub(super) origin: Origin,
}

/// What set the scan in motion: every event of it belongs to the same request.
#[derive(Debug, Clone, Copy)]
pub(super) struct Origin {
    pub(super) correlation: CorrelationId,
    pub(super) requested_at: Position,
}

/// Why an attempt ended without a result.
pub(crate) enum Stopped {
    /// The scan has failed, and the log should say so.
    Failed(Failure),
    /// Somebody ended it, or took it over; or we were told to stop. Nothing to say.
    Moot,
    /// The store failed; somebody has to try again.
    Store(StoreError),
}

impl From<Failure> for Stopped {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl From<StoreError> for Stopped {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Runs one attempt to its end and gives the lease back.
pub(super) async fn run(
    reactor: &ScanReactor,
    open: OpenScan,
    lease: Lease,
    abandon: CancellationToken,
) {
    let outcome = tokio::select! {
        () = keep(reactor, &lease) => {
            tracing::warn!(scan = %open.scan, "the lease was lost; somebody else goes on");
            return;
        }
        () = abandon.cancelled() => Ok(()),
        outcome = attempt(reactor, open) => outcome,
    };
    if let Err(error) = outcome {
        tracing::warn!(scan = %open.scan, error = in_full(&error), "the scan could not be recorded");
    }
    if let Err(error) = reactor.store.release_lease(&lease).await {
        tracing::debug!(%error, "a lease runs out by itself");
    }
}

/// The heartbeat. Returns when the lease is lost, or when it cannot be known that it is not.
async fn keep(reactor: &ScanReactor, lease: &Lease) {
    let ttl = reactor.settings.lease;
    let mut sure_until = Instant::now() + ttl;
    loop {
        sleep(ttl / 3).await;
        match reactor.store.renew_lease(lease, ttl).await {
            Ok(true) => sure_until = Instant::now() + ttl,
            Ok(false) => return,
            Err(_) if Instant::now() >= sure_until => return,
            Err(error) => tracing::warn!(%error, "a heartbeat failed; trying again"),
        }
    }
}

async fn attempt(reactor: &ScanReactor, open: OpenScan) -> Result<(), StoreError> {
    let Some(origin) = origin(reactor, open).await? else {
        return Ok(());
    };
    let mut attempt = Attempt {
        reactor,
        open,
        number: 0,
        selection: Selection::default(),
        trial: None,
        origin,
    };
    if !attempt.start().await? {
        return Ok(());
    }
    let begun = Instant::now();
    let stopped = tokio::select! {
        stopped = attempt.ended_elsewhere() => stopped,
        done = attempt.look_and_record() => match done {
            Ok(()) => {
                counted("completed");
                metrics::histogram!("openwatch_scan_seconds").record(begun.elapsed());
                return Ok(());
            }
            Err(stopped) => stopped,
        },
    };
    match stopped {
        Stopped::Moot => Ok(()),
        Stopped::Failed(failure) => attempt.fail(Some(attempt.number), failure).await,
        Stopped::Store(error) => Err(error),
    }
}

/// One more scan that this process has ended.
fn counted(outcome: &'static str) {
    metrics::counter!("openwatch_scans_ended_total", "outcome" => outcome).increment(1);
}

/// The request of the scan.
async fn origin(reactor: &ScanReactor, open: OpenScan) -> Result<Option<Origin>, StoreError> {
    let stream = StreamId::new("scan", open.scan);
    let first = reactor
        .store
        .read_stream(&stream, 0, PageLimit::rows(1))
        .await?;
    Ok(first.first().map(|event| Origin {
        correlation: event.metadata.correlation,
        requested_at: event.position,
    }))
}

impl Attempt<'_> {
    /// A context for one more command of this scan.
    pub(super) fn context(&self) -> CommandContext {
        let command = CommandId::draw(self.reactor.store.ids().as_ref());
        let actor = Actor::system(&self.reactor.settings.name);
        CommandContext::new(command, actor, self.origin.correlation)
            .caused_by(self.origin.requested_at)
    }

    /// Takes the scan up; false when there is nothing to do any more.
    pub(super) async fn start(&mut self) -> Result<bool, StoreError> {
        let worker = self.reactor.settings.name.clone();
        let command = ScanCommand::Start(StartScan { worker });
        let started = self
            .reactor
            .store
            .execute::<Scan>(self.open.scan, command, self.context())
            .await;
        match started {
            Ok(executed) => {
                self.number = executed.state.attempt;
                self.selection = executed.state.selection;
                self.trial = executed.state.trial;
                Ok(true)
            }
            Err(ExecuteError::Refused(ScanError::TooManyAttempts)) => {
                let detail = "workers took it up several times and none of them ended it";
                self.fail(None, Failure::new(FailureReason::WorkerLost, detail))
                    .await?;
                Ok(false)
            }
            Err(ExecuteError::Store(error)) => Err(error),
            Err(error) => {
                tracing::debug!(scan = %self.open.scan, error = in_full(&error), "not started");
                Ok(false)
            }
        }
    }

    async fn look_and_record(&self) -> Result<(), Stopped> {
        let look = self.look().await?;
        record::complete(self, look).await
    }

    /// Reaches the host and scans it.
    async fn look(&self) -> Result<Look, Stopped> {
        let mut progress = Progress::new(self);
        progress.tell(ScanPhase::Connecting, 0, 0);
        let started_at = self.reactor.store.clock().now();
        let begun = Instant::now();
        let rules = self.scanner().await?;
        let host = self.reactor.store.load::<Host>(self.open.host).await?.state;
        let target = resolve::target(self.reactor, &host).await?;
        let login = self.login(&host).await?;
        let groups = surroundings::groups(&self.reactor.store, self.open.host).await?;
        let judge = self.with_values(&rules).await?;
        let reached = reach(&target, &self.reactor.settings.ssh)
            .await
            .map_err(|unreached| unreached.failure)?;
        self.trust(&reached).await?;
        let presented_keys = reached.presented_keys.clone();
        let mut tell = |phase, done, total| progress.tell(phase, done, total);
        let scanned = judge.scan(reached.host(), &self.selection, &mut tell).await;
        reached.close().await;
        let mut scanned = scanned?;
        let details = host.details.as_ref();
        scanned.cost.duration_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        Ok(Look {
            scanner: judge,
            base: rules,
            scanned,
            context: details.map(|details| context(details, groups, login, &presented_keys)),
            started_at,
            finished_at: self.reactor.store.clock().now(),
        })
    }

    /// The rules that count now, or those that are tried.
    pub(super) async fn scanner(&self) -> Result<Arc<dyn Scanner>, Stopped> {
        let scanners = &self.reactor.scanners;
        let scanner = match &self.trial {
            None => scanners.current().await,
            Some(version) => scanners.of_version(version).await,
        };
        scanner.map_err(|error| match error {
            ShelfError::Store(error) => Stopped::Store(error),
            error => Failure::of(FailureReason::RulesRefused, &error).into(),
        })
    }

    /// The rules with the values of the host. Rules that are tried have those that they bring along: only they are
    /// known to the log.
    async fn with_values(&self, scanner: &Arc<dyn Scanner>) -> Result<Arc<dyn Scanner>, Stopped> {
        if self.trial.is_some() {
            return Ok(Arc::clone(scanner));
        }
        let values = surroundings::values(&self.reactor.store, self.open.host).await?;
        Ok(Arc::clone(scanner).with_values(&values)?)
    }

    /// Who logs in; nobody on the machine of the worker itself.
    async fn login(&self, host: &HostState) -> Result<Option<LoginIdentity>, StoreError> {
        match resolve::credential(self.reactor, host).await? {
            Some(credential) => surroundings::identity(&self.reactor.store, credential).await,
            None => Ok(None),
        }
    }

    /// Keys that were accepted as the first ones are trusted from now on.
    async fn trust(&self, reached: &Reached) -> Result<(), Stopped> {
        for key in &reached.first_used_keys {
            let command = HostCommand::TrustKey(TrustHostKey {
                key: key.clone(),
                first_use: true,
            });
            let trusted = self
                .reactor
                .store
                .execute::<Host>(self.open.host, command, self.context())
                .await;
            match trusted {
                Ok(_) => {}
                Err(ExecuteError::Refused(error @ HostError::KeyChanged { .. })) => {
                    return Err(Failure::of(FailureReason::HostKeyChanged, &error).into());
                }
                Err(ExecuteError::Refused(error)) => {
                    return Err(Failure::of(FailureReason::HostRemoved, &error).into());
                }
                Err(ExecuteError::Store(error)) => return Err(error.into()),
                Err(error) => return Err(Failure::of(FailureReason::Internal, &error).into()),
            }
        }
        Ok(())
    }

    /// Returns when the scan was cancelled or taken over, or its host removed.
    async fn ended_elsewhere(&self) -> Stopped {
        let mut head = self.reactor.store.head();
        loop {
            if head.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
            sleep(NOTICE).await;
            head.mark_unchanged();
            match self.reactor.board.standing(self.open, self.number).await {
                Ok(AttemptStanding::Open) => {}
                Ok(AttemptStanding::Ended) => return Stopped::Moot,
                Ok(AttemptStanding::HostRemoved) => return resolve::removed().into(),
                Err(error) => tracing::debug!(%error, "looking again with the next event"),
            }
        }
    }

    /// Writes the failure down, unless the scan has ended or was taken over.
    pub(super) async fn fail(
        &self,
        attempt: Option<u32>,
        failure: Failure,
    ) -> Result<(), StoreError> {
        let Failure { reason, mut detail } = failure;
        detail.truncate(detail.floor_char_boundary(DETAIL));
        let command = ScanCommand::Fail(FailScan {
            attempt,
            reason,
            detail,
        });
        let failed = self
            .reactor
            .store
            .execute::<Scan>(self.open.scan, command, self.context())
            .await;
        match failed {
            Ok(_) => {
                counted("failed");
                Ok(())
            }
            Err(ExecuteError::Store(error)) => Err(error),
            Err(error) => {
                tracing::debug!(scan = %self.open.scan, error = in_full(&error), "not recorded");
                Ok(())
            }
        }
    }
}

/// Progress, not more often than anybody can see.
struct Progress<'a> {
    attempt: &'a Attempt<'a>,
    phase: Option<ScanPhase>,
    next: Instant,
}

impl<'a> Progress<'a> {
    fn new(attempt: &'a Attempt<'a>) -> Self {
        Self {
            attempt,
            phase: None,
            next: Instant::now(),
        }
    }

    fn tell(&mut self, phase: ScanPhase, done: u32, total: u32) {
        let now = Instant::now();
        if self.phase == Some(phase) && now < self.next {
            return;
        }
        self.phase = Some(phase);
        self.next = now + PROGRESS;
        self.attempt.reactor.store.publish_progress(ScanProgress {
            scan: self.attempt.open.scan,
            host: self.attempt.open.host,
            phase,
            done,
            total,
        });
    }
}
