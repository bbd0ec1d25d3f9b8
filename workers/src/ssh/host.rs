//! A logged-in connection as a machine that runs programs.

use async_trait::async_trait;
use bytes::Bytes;
use domain::scan::FailureReason;
use engine::host::{Host, RunError, RunLimits, RunReport, Sink};

use super::{SshError, SshSession};
use crate::reach;
use crate::shell::{self, Elevation, ShellError};
use domain::causes::in_full;

/// A machine behind SSH.
pub struct SshHost {
    session: SshSession,
    elevation: Elevation,
}

impl SshHost {
    /// A machine that runs programs with the rights that `elevation` gets.
    pub fn new(session: SshSession, elevation: Elevation) -> Self {
        Self { session, elevation }
    }

    /// Says goodbye.
    pub async fn close(self) {
        self.session.close().await;
    }

    /// See [`SshSession::leave`].
    pub async fn leave(self) {
        self.session.leave().await;
    }
}

#[async_trait]
impl Host for SshHost {
    async fn run(
        &self,
        program: Bytes,
        limits: RunLimits,
        sink: &mut Sink<'_>,
    ) -> Result<RunReport, RunError> {
        let link = self
            .session
            .start(&self.elevation)
            .await
            .map_err(|error| start_error(&error))?;
        let ended = shell::run(link, &self.elevation, program, reach::limits(limits), sink).await;
        match ended {
            // The answer to the opening of the channel was the first round trip.
            Ok(ended) => Ok(reach::report(ended, 1)),
            Err(ShellError::ConnectionLost) => {
                let detail = self.session.lost().to_string();
                Err(RunError::ConnectionLost { detail })
            }
            Err(error) => Err(reach::run_error(&error)),
        }
    }
}

fn start_error(error: &SshError) -> RunError {
    let detail = in_full(error);
    match error.reason() {
        FailureReason::HostUnreachable => RunError::DeadlineExceeded { detail },
        FailureReason::CanaryFailed => RunError::NoShell { detail },
        _ => RunError::ConnectionLost { detail },
    }
}
