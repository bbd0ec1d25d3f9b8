//! Why a connection did not come about, in words that help to mend it.

use std::time::Duration;

use domain::port::KeyRefusal;
use domain::scan::FailureReason;

/// Why SSH failed. The fingerprints are as `ssh-keygen -l` prints them.
#[derive(Debug, thiserror::Error)]
pub enum SshError {
    /// No TCP connection.
    #[error("cannot connect to {endpoint}")]
    Unreachable {
        /// `address:port`.
        endpoint: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// A step took too long.
    #[error("{endpoint} did not finish {step} within {} s", limit.as_secs())]
    TimedOut {
        /// `address:port`.
        endpoint: String,
        /// The step.
        step: &'static str,
        /// The bound.
        limit: Duration,
    },
    /// Whatever answers does not speak SSH as we do.
    #[error("{endpoint} does not answer as an SSH server")]
    NotSsh {
        /// `address:port`.
        endpoint: String,
        /// What is wrong.
        source: Box<russh::Error>,
    },
    /// An SSH server that allows nothing of a kind that we do.
    #[error(
        "the SSH server at {endpoint} offers no {what} that is accepted here, only {theirs}; \
         let it allow one of {ours}"
    )]
    NothingInCommon {
        /// `address:port`.
        endpoint: String,
        /// `key exchange`, `cipher`, …
        what: &'static str,
        /// What it offers.
        theirs: String,
        /// What is accepted.
        ours: String,
    },
    /// Strict policy, and no key of the endpoint is trusted.
    #[error(
        "the {algorithm} host key of {endpoint} is not trusted: presented {presented}; \
         confirm it out of band and trust it"
    )]
    HostKeyUnknown {
        /// `address:port`.
        endpoint: String,
        /// The algorithm of the key.
        algorithm: String,
        /// Its fingerprint.
        presented: String,
    },
    /// The endpoint has trusted keys and shows another one.
    #[error(
        "the host key of {endpoint} changed: trusted {trusted}, presented {presented} ({algorithm}); \
         somebody may be in between, or the host was rebuilt"
    )]
    HostKeyChanged {
        /// `address:port`.
        endpoint: String,
        /// The algorithm of the presented key.
        algorithm: String,
        /// The trusted fingerprint.
        trusted: String,
        /// The presented fingerprint.
        presented: String,
    },
    /// The endpoint shows a key that was revoked.
    #[error(
        "{endpoint} shows the host key {presented} ({algorithm}), which is revoked; somebody may be in between, \
         or the host still has a key that was stolen"
    )]
    HostKeyRevoked {
        /// `address:port`.
        endpoint: String,
        /// The algorithm of the presented key.
        algorithm: String,
        /// The presented fingerprint.
        presented: String,
    },
    /// The host refused the account, the key or the password.
    #[error("{endpoint} refused {username}: {detail}")]
    AuthenticationRefused {
        /// `address:port`.
        endpoint: String,
        /// The account.
        username: String,
        /// What was tried and what the host would take.
        detail: String,
    },
    /// The credential lacks what its method needs.
    #[error("the credential has no {missing}")]
    SecretMissing {
        /// `private key`, `password`.
        missing: &'static str,
    },
    /// The private key cannot be used.
    #[error("the private key of the credential cannot be used")]
    KeyUnreadable(#[source] KeyRefusal),
    /// The private key is shorter than what is accepted.
    #[error(
        "{algorithm} with {bits} bits is too weak; use Ed25519, ECDSA or RSA with at least 2048 bits"
    )]
    KeyTooWeak {
        /// As SSH names it.
        algorithm: String,
        /// Its size.
        bits: u32,
    },
    /// The credential wants an agent and there is none.
    #[error("no SSH agent is known; set SSH_AUTH_SOCK for the process that scans")]
    AgentMissing,
    /// The agent does not answer.
    #[error("the SSH agent does not answer")]
    AgentFailed(#[source] Box<russh::keys::Error>),
    /// The connection ended.
    #[error("the connection to {endpoint} ended{}", farewell.as_deref().map(|words| format!(": {words}")).unwrap_or_default())]
    ConnectionLost {
        /// `address:port`.
        endpoint: String,
        /// What the host said at the end.
        farewell: Option<String>,
    },
    /// The host on the way does not let us through.
    #[error("{jump} does not connect to {endpoint}")]
    JumpRefused {
        /// The host on the way.
        jump: String,
        /// The host behind it.
        endpoint: String,
        /// What it said.
        source: Box<russh::Error>,
    },
    /// The host does not open a session.
    #[error("{endpoint} does not open a session")]
    SessionRefused {
        /// `address:port`.
        endpoint: String,
        /// What it said.
        source: Box<russh::Error>,
    },
    /// The protocol broke off.
    #[error("the SSH protocol broke off")]
    Protocol(#[source] Box<russh::Error>),
}

impl From<russh::Error> for SshError {
    fn from(error: russh::Error) -> Self {
        Self::Protocol(Box::new(error))
    }
}

impl SshError {
    /// The reason as a failed scan gives it.
    pub fn reason(&self) -> FailureReason {
        match self {
            Self::Unreachable { .. }
            | Self::TimedOut { .. }
            | Self::NotSsh { .. }
            | Self::JumpRefused { .. } => FailureReason::HostUnreachable,
            Self::NothingInCommon { .. } => FailureReason::ProtocolViolated,
            Self::HostKeyUnknown { .. } => FailureReason::HostKeyUnknown,
            Self::HostKeyChanged { .. } | Self::HostKeyRevoked { .. } => {
                FailureReason::HostKeyChanged
            }
            Self::AuthenticationRefused { .. } => FailureReason::AuthenticationRefused,
            Self::SecretMissing { .. } | Self::AgentMissing | Self::AgentFailed(_) => {
                FailureReason::CredentialMissing
            }
            Self::KeyUnreadable(_) | Self::KeyTooWeak { .. } => FailureReason::CredentialUnreadable,
            Self::ConnectionLost { .. } | Self::Protocol(_) => FailureReason::ConnectionLost,
            Self::SessionRefused { .. } => FailureReason::CanaryFailed,
        }
    }
}
