//! From "this host, this log-in" to a machine that runs programs, whatever the way.

use domain::host::{HostKey, SudoMode};
use engine::host::{Host, RunError, RunLimits, RunReport};
use zeroize::Zeroizing;

use crate::failure::Failure;
use crate::local::LocalHost;
use crate::shell::{Elevation, Ended, Limits, ShellError};
use crate::ssh::{self, SshHost, SshOptions, SshTarget};

/// Log-in scripts and sudo get this long before the program must have started.
const READY: std::time::Duration = std::time::Duration::from_secs(30);

/// A machine and how to get there.
#[derive(Debug, Clone)]
pub enum Machine {
    /// The machine that this process runs on.
    Local,
    /// Over SSH. The password of the log-in serves sudo where sudo wants one.
    Ssh(Box<SshTarget>, SudoMode),
}

/// A machine that is ready to run programs.
pub struct Reached {
    /// The machine.
    pub host: ReachedHost,
    /// The host keys that were shown, the host on the way first.
    pub presented_keys: Vec<HostKey>,
    /// Those of them that were accepted because they were the first.
    pub first_used_keys: Vec<HostKey>,
}

/// The ways.
pub enum ReachedHost {
    /// See [`Machine::Local`].
    Local(LocalHost),
    /// See [`Machine::Ssh`].
    Ssh(Box<SshHost>),
}

/// No machine, but perhaps keys that were shown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{failure}")]
pub struct Unreached {
    /// The host keys that were shown.
    pub presented_keys: Vec<HostKey>,
    /// Why.
    #[source]
    pub failure: Failure,
}

/// Connects and logs in.
pub async fn reach(target: &Machine, options: &SshOptions) -> Result<Reached, Unreached> {
    let (target, sudo) = match target {
        Machine::Local => {
            return Ok(Reached {
                host: ReachedHost::Local(LocalHost),
                presented_keys: Vec::new(),
                first_used_keys: Vec::new(),
            });
        }
        Machine::Ssh(target, sudo) => (target, *sudo),
    };
    let elevation = elevation(target, sudo)?;
    let session = ssh::connect(target, options)
        .await
        .map_err(|refused| Unreached {
            failure: Failure::from(&refused.error),
            presented_keys: refused.presented_keys,
        })?;
    Ok(Reached {
        presented_keys: session.presented_keys.clone(),
        first_used_keys: session.first_used_keys.clone(),
        host: ReachedHost::Ssh(Box::new(SshHost::new(session, elevation))),
    })
}

/// Refuses before connecting when sudo would need a password that nobody has.
fn elevation(target: &SshTarget, sudo: SudoMode) -> Result<Elevation, Unreached> {
    match sudo {
        SudoMode::None => Ok(Elevation::None),
        SudoMode::Nopasswd => Ok(Elevation::Nopasswd),
        SudoMode::Password => match &target.host.login.secret.password {
            Some(password) => Ok(Elevation::Password(Zeroizing::new(password.clone()))),
            None => Err(Unreached {
                presented_keys: Vec::new(),
                failure: Failure::from(run_error(&ShellError::SudoPasswordMissing)),
            }),
        },
    }
}

impl Reached {
    /// The machine as the engine sees it.
    pub fn host(&self) -> &dyn Host {
        match &self.host {
            ReachedHost::Local(host) => host,
            ReachedHost::Ssh(host) => host.as_ref(),
        }
    }

    /// Leaves a machine in the middle of a program, which ends there as well.
    pub async fn leave(self) {
        if let ReachedHost::Ssh(host) = self.host {
            host.leave().await;
        }
    }

    /// Says goodbye.
    pub async fn close(self) {
        if let ReachedHost::Ssh(host) = self.host {
            host.close().await;
        }
    }
}

/// The bounds of the engine as bounds of a shell.
pub(crate) fn limits(limits: RunLimits) -> Limits {
    Limits {
        ready: READY.min(limits.deadline),
        deadline: limits.deadline,
        output: limits.output,
    }
}

/// The end of a shell as the engine knows it. `opening` is how often we waited for the link.
pub(crate) fn report(ended: Ended, opening: u32) -> RunReport {
    RunReport {
        exit: ended.exit,
        stderr: ended.stderr,
        round_trips: opening + ended.round_trips,
        sudo_calls: ended.sudo_calls,
        bytes_in: ended.bytes_in,
        bytes_out: ended.bytes_out,
    }
}

/// The fault of a shell as the engine knows it.
pub(crate) fn run_error(error: &ShellError) -> RunError {
    let detail = error.to_string();
    match error {
        ShellError::NoShell { .. } => RunError::NoShell { detail },
        ShellError::SudoRefused { .. } | ShellError::SudoPasswordMissing => {
            RunError::SudoRefused { detail }
        }
        ShellError::ConnectionLost => RunError::ConnectionLost { detail },
        ShellError::DeadlineExceeded { .. } => RunError::DeadlineExceeded { detail },
        ShellError::OutputLimit { .. } => RunError::OutputLimit { detail },
    }
}
