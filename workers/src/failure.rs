//! Why a scan has no result, in the closed set of the domain, with the words that help to mend it.

use domain::causes::in_full;
use domain::scan::FailureReason;
use engine::host::RunError;

use crate::ssh::SshError;

/// A reason and its detail.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct Failure {
    /// Which of the reasons.
    pub reason: FailureReason,
    /// What a person should know.
    pub detail: String,
}

impl Failure {
    /// A failure in our own words.
    pub fn new(reason: FailureReason, detail: impl Into<String>) -> Self {
        Self {
            reason,
            detail: detail.into(),
        }
    }

    /// A failure in the words of an error and everything behind it.
    pub fn of(reason: FailureReason, error: &dyn std::error::Error) -> Self {
        Self::new(reason, in_full(error))
    }
}

impl From<&SshError> for Failure {
    fn from(error: &SshError) -> Self {
        Self::of(error.reason(), error)
    }
}

impl From<RunError> for Failure {
    fn from(error: RunError) -> Self {
        let (reason, detail) = match error {
            RunError::Unreachable { detail } => (FailureReason::HostUnreachable, detail),
            RunError::AuthenticationRefused { detail } => {
                (FailureReason::AuthenticationRefused, detail)
            }
            RunError::HostKeyUnknown { detail } => (FailureReason::HostKeyUnknown, detail),
            RunError::HostKeyChanged { detail } => (FailureReason::HostKeyChanged, detail),
            RunError::SudoRefused { detail } => (FailureReason::SudoRefused, detail),
            RunError::NoShell { detail } => (FailureReason::CanaryFailed, detail),
            RunError::CredentialUnusable { detail } => {
                (FailureReason::CredentialUnreadable, detail)
            }
            RunError::ConnectionLost { detail } => (FailureReason::ConnectionLost, detail),
            RunError::DeadlineExceeded { detail } => (FailureReason::DeadlineExceeded, detail),
            RunError::OutputLimit { detail } => (FailureReason::OutputLimitExceeded, detail),
        };
        Self { reason, detail }
    }
}
