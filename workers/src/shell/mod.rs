//! One POSIX shell on a host, reached by any link (an SSH channel, a local process): gets the rights
//! it needs, then runs one program from standard input and streams what it prints, within bounds.
//!
//! Must not know what the program does, nor how the link was made.

mod bootstrap;
mod noise;
mod run;
#[cfg(test)]
mod tests;

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use tokio::io::AsyncWrite;
use zeroize::Zeroizing;

pub use run::run;

/// How the program gets the rights of root.
pub enum Elevation {
    /// Not at all: the rights of the account.
    None,
    /// `sudo -n`.
    Nopasswd,
    /// sudo with this password, written when sudo asks for it and at no other time.
    Password(Zeroizing<String>),
    /// `sudo -n` when it works, otherwise the rights of the account.
    IfPossible,
}

impl Elevation {
    /// The command that a login shell is given. Fixed text: no secret, no input of anybody.
    pub fn command(&self) -> &'static str {
        bootstrap::command(self)
    }

    /// Whether the program has to wait: sudo may read the first line of standard input.
    fn asks(&self) -> bool {
        matches!(self, Self::Password(_))
    }
}

impl std::fmt::Debug for Elevation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::None => "None",
            Self::Nopasswd => "Nopasswd",
            Self::Password(_) => "Password(redacted)",
            Self::IfPossible => "IfPossible",
        })
    }
}

/// Bounds of one run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// From the command to the moment that the program may start: log-in scripts and sudo.
    pub ready: Duration,
    /// From the command to the end.
    pub deadline: Duration,
    /// Bytes of standard output and standard error together.
    pub output: u64,
}

/// What a link reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkEvent {
    /// Bytes of standard output.
    Stdout(Bytes),
    /// Bytes of standard error.
    Stderr(Bytes),
    /// The command ended, with its exit code unless a signal ended it.
    Exit(Option<u32>),
    /// Nothing more will come. Without an [`LinkEvent::Exit`] before it, the link was cut.
    Closed,
}

/// The receiving half of a link. `next` may be dropped and called again without loss.
#[async_trait]
pub trait LinkEvents: Send {
    /// The next report; [`LinkEvent::Closed`] again and again after the end.
    async fn next(&mut self) -> LinkEvent;

    /// Ends the command on the other side, as far as the link can.
    async fn kill(&mut self);
}

/// A started command: where to write and what it reports.
pub struct Link {
    /// Standard input of the command.
    pub input: Box<dyn AsyncWrite + Send + Unpin>,
    /// What the command does.
    pub events: Box<dyn LinkEvents>,
}

/// What a finished run cost and said.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ended {
    /// The exit code of the program; nothing when a signal ended it.
    pub exit: Option<u32>,
    /// The end of standard error, from the command on: log-in scripts and sudo may have written too.
    pub stderr: Vec<u8>,
    /// Times that we waited for an answer: 1 for the command, and 2 more when sudo asks.
    pub round_trips: u32,
    /// Calls of sudo on the host.
    pub sudo_calls: u32,
    /// Bytes that came, noise of log-in scripts included.
    pub bytes_in: u64,
    /// Bytes that went.
    pub bytes_out: u64,
}

/// Why a run did not come to its end.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ShellError {
    /// The account does not run commands: no shell, a forced command, a restricted shell.
    #[error(
        "the account does not run commands{}; look at its log-in shell, and at ForceCommand of the SSH server",
        said(.words)
    )]
    NoShell {
        /// The last words of the host.
        words: String,
    },
    /// sudo is not there, is not allowed, or did not take the password.
    #[error("sudo refused{}", said(.words))]
    SudoRefused {
        /// The last words of sudo.
        words: String,
    },
    /// sudo needs a password and there is none.
    #[error("sudo is to be used with a password, but the credential has none")]
    SudoPasswordMissing,
    /// The link ended before the command did.
    #[error("the connection ended in the middle")]
    ConnectionLost,
    /// A bound of time was reached.
    #[error("the host did not finish within {} s ({phase})", limit.as_secs())]
    DeadlineExceeded {
        /// What was going on.
        phase: &'static str,
        /// The bound.
        limit: Duration,
    },
    /// The bound of output was reached.
    #[error("{who} sent more than {limit} bytes")]
    OutputLimit {
        /// What sent them.
        who: &'static str,
        /// The bound, in bytes.
        limit: u64,
    },
}

fn said(words: &str) -> String {
    if words.is_empty() {
        String::new()
    } else {
        format!(": {words}")
    }
}
