//! Records a scan that was made without the log: from the shell, by a person who may write to it.

use std::sync::Arc;

use domain::event::Position;
use domain::host::{Host, HostKey, ScannableHost};
use domain::id::{CommandId, CorrelationId, HostId, ScanId, TypedId as _};
use domain::scan::{LoginIdentity, RequestScan, Scan, ScanCommand, Selection, Trigger};
use domain::time::Timestamp;
use event_store::{CommandContext, ExecuteError};

use super::attempt::{Attempt, Origin, Stopped};
use super::record::{self, Look};
use super::surroundings::{context, groups};
use super::{LEASE, OpenScan, ScanReactor, resolve};
use crate::failure::Failure;
use crate::scanner::Scanned;
use domain::actor::Actor;
use domain::scan::FailureReason;

/// What was seen, or why nothing was, and when.
pub struct Observed {
    /// The rules that were asked for.
    pub selection: Selection,
    /// The result.
    pub outcome: Result<Scanned, Failure>,
    /// Who logged in, where a log-in was needed.
    pub login: Option<LoginIdentity>,
    /// The host keys that were shown.
    pub presented_keys: Vec<HostKey>,
    /// When the look began.
    pub started_at: Timestamp,
    /// When it ended.
    pub finished_at: Timestamp,
}

impl ScanReactor {
    /// Appends a scan that has been made already: requested, started and ended in one go, under a lease
    /// so that no worker takes it up in between.
    pub async fn record_observed(
        &self,
        host: HostId,
        observed: Observed,
    ) -> Result<ScanId, Failure> {
        let scan = ScanId::draw(self.store.ids().as_ref());
        let lease = self
            .store
            .acquire_lease(
                LEASE,
                &scan.to_string(),
                &self.settings.name,
                self.settings.lease,
            )
            .await
            .map_err(|error| internal(&error))?;
        let outcome = self.append(host, scan, observed).await;
        if let Some(lease) = lease
            && let Err(error) = self.store.release_lease(&lease).await
        {
            tracing::debug!(%error, "a lease runs out by itself");
        }
        outcome.map(|()| scan).map_err(|stopped| match stopped {
            Stopped::Failed(failure) => failure,
            Stopped::Moot => Failure::new(FailureReason::Internal, "somebody ended the scan"),
            Stopped::Store(error) => internal(&error),
        })
    }

    async fn append(&self, host: HostId, scan: ScanId, observed: Observed) -> Result<(), Stopped> {
        let state = self.store.load::<Host>(host).await?.state;
        let details = state.details.clone().ok_or_else(resolve::removed)?;
        let scannable = state.scannable().ok_or_else(resolve::removed)?;
        let origin = self.request(scannable, scan, &observed.selection).await?;
        let mut attempt = Attempt {
            reactor: self,
            open: OpenScan {
                scan,
                host,
                background: false,
            },
            number: 0,
            selection: observed.selection,
            trial: None,
            origin,
        };
        if !attempt.start().await? {
            return Err(Stopped::Moot);
        }
        let scanned = match observed.outcome {
            Ok(scanned) => scanned,
            Err(failure) => return Ok(attempt.fail(Some(attempt.number), failure).await?),
        };
        let rules = attempt.scanner().await?;
        let groups = groups(&self.store, host).await?;
        let look = Look {
            base: Arc::clone(&rules),
            scanner: rules,
            scanned,
            context: Some(context(
                &details,
                groups,
                observed.login,
                &observed.presented_keys,
            )),
            started_at: observed.started_at,
            finished_at: observed.finished_at,
        };
        record::complete(&attempt, look).await
    }

    async fn request(
        &self,
        host: ScannableHost,
        scan: ScanId,
        selection: &Selection,
    ) -> Result<Origin, Stopped> {
        let ids = self.store.ids().as_ref();
        let correlation = CorrelationId::draw(ids);
        let actor = Actor::system(&self.settings.name);
        let context = CommandContext::new(CommandId::draw(ids), actor, correlation);
        let command = ScanCommand::Request(RequestScan {
            scan,
            host,
            trigger: Trigger::CommandLine,
            selection: selection.clone(),
            fleet_scan: None,
        });
        let requested_at: Position = match self.store.execute::<Scan>(scan, command, context).await
        {
            Ok(executed) => executed.position,
            Err(ExecuteError::Store(error)) => return Err(error.into()),
            Err(error) => return Err(Failure::of(FailureReason::Internal, &error).into()),
        };
        Ok(Origin {
            correlation,
            requested_at,
        })
    }
}

fn internal(error: &dyn std::error::Error) -> Failure {
    Failure::of(FailureReason::Internal, error)
}
