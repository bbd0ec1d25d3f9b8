//! The port to a machine: runs one POSIX shell program and streams what it prints, within bounds.
//! How the machine is reached, and how the rights of root are got, is the adapter's business.

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;

/// Bounds of one run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RunLimits {
    /// From the first byte sent to the end.
    pub deadline: Duration,
    /// Bytes of standard output and standard error together.
    pub output: u64,
}

/// What a finished run cost and said.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RunReport {
    /// The exit code of the program; nothing when a signal ended it.
    pub exit: Option<u32>,
    /// The end of standard error.
    pub stderr: Vec<u8>,
    /// Times that we waited for an answer.
    pub round_trips: u32,
    /// Calls of sudo on the host.
    pub sudo_calls: u32,
    /// Bytes that came from the host.
    pub bytes_in: u64,
    /// Bytes that went to the host.
    pub bytes_out: u64,
}

/// Why the host did not run the program to its end. One variant a reason that a scan can fail for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RunError {
    /// No connection.
    #[error("the host is unreachable: {detail}")]
    Unreachable {
        /// What a person should know.
        detail: String,
    },
    /// The host refused the account, the key or the password.
    #[error("the host refused the log-in: {detail}")]
    AuthenticationRefused {
        /// What a person should know.
        detail: String,
    },
    /// The policy is strict and the host's key is not trusted.
    #[error("the host key is not trusted: {detail}")]
    HostKeyUnknown {
        /// What a person should know.
        detail: String,
    },
    /// The host shows another key than the trusted one.
    #[error("the host key changed: {detail}")]
    HostKeyChanged {
        /// What a person should know.
        detail: String,
    },
    /// sudo is not allowed, wants a password, or refused it.
    #[error("sudo refused: {detail}")]
    SudoRefused {
        /// What a person should know.
        detail: String,
    },
    /// The account does not run programs.
    #[error("the account runs no programs: {detail}")]
    NoShell {
        /// What a person should know.
        detail: String,
    },
    /// There is no usable credential.
    #[error("there is no usable credential: {detail}")]
    CredentialUnusable {
        /// What a person should know.
        detail: String,
    },
    /// The connection ended in the middle.
    #[error("the connection was lost: {detail}")]
    ConnectionLost {
        /// What a person should know.
        detail: String,
    },
    /// The whole took too long.
    #[error("the deadline was reached: {detail}")]
    DeadlineExceeded {
        /// What a person should know.
        detail: String,
    },
    /// The host sent more than is accepted.
    #[error("the host sent too much: {detail}")]
    OutputLimit {
        /// What a person should know.
        detail: String,
    },
}

/// Where the bytes of standard output go, in any pieces.
pub type Sink<'s> = dyn FnMut(&[u8]) + Send + 's;

/// A machine that runs programs.
#[async_trait]
pub trait Host: Send + Sync {
    /// Runs `program` with `/bin/sh` from standard input. Standard output goes to `sink` as it comes.
    ///
    /// The program gets the rights that the host was set up with; the adapter asks sudo at most once.
    async fn run(
        &self,
        program: Bytes,
        limits: RunLimits,
        sink: &mut Sink<'_>,
    ) -> Result<RunReport, RunError>;
}
