//! The machine that the worker runs on, as the link of a shell. Knows no SSH.

use std::process::Stdio;
use std::time::Duration;

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use engine::host::{Host, RunError, RunLimits, RunReport, Sink};
use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::{Child, ChildStderr, ChildStdout, Command};

use crate::reach;
use crate::shell::{self, Elevation, Link, LinkEvent, LinkEvents};

/// How long the shell has to end what it has put into groups of their own, which it cannot once it is killed.
const LAST_WORDS: Duration = Duration::from_millis(200);
/// Bytes that are read at once.
const PIECE: usize = 64 * 1024;

/// The machine that this process runs on, with the rights of root if they can be had without a
/// password.
#[derive(Debug, Clone, Copy, Default)]
pub struct LocalHost;

#[async_trait]
impl Host for LocalHost {
    async fn run(
        &self,
        program: Bytes,
        limits: RunLimits,
        sink: &mut Sink<'_>,
    ) -> Result<RunReport, RunError> {
        let elevation = Elevation::IfPossible;
        let link = start_in("/bin/sh", &elevation).map_err(|error| RunError::NoShell {
            detail: format!("cannot start /bin/sh: {error}"),
        })?;
        let ended = shell::run(link, &elevation, program, reach::limits(limits), sink).await;
        ended
            .map(|ended| reach::report(ended, 0))
            .map_err(|error| reach::run_error(&error))
    }
}

/// Starts the command of an elevation in a shell, as a log-in would.
pub(crate) fn start_in(login_shell: &str, elevation: &Elevation) -> std::io::Result<Link> {
    let mut child = Command::new(login_shell)
        .arg("-c")
        .arg(elevation.command())
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .kill_on_drop(true)
        .spawn()?;
    let gone = || std::io::Error::other("a pipe of the shell is missing");
    let input = child.stdin.take().ok_or_else(gone)?;
    let stdout = child.stdout.take().ok_or_else(gone)?;
    let stderr = child.stderr.take().ok_or_else(gone)?;
    Ok(Link {
        input: Box::new(input),
        events: Box::new(ProcessEvents {
            group: child.id(),
            child,
            stdout: Some(stdout),
            stderr: Some(stderr),
            exited: false,
        }),
    })
}

struct ProcessEvents {
    /// The child leads its own process group.
    group: Option<u32>,
    child: Child,
    stdout: Option<ChildStdout>,
    stderr: Option<ChildStderr>,
    exited: bool,
}

#[async_trait]
impl LinkEvents for ProcessEvents {
    async fn next(&mut self) -> LinkEvent {
        loop {
            tokio::select! {
                piece = read_piece(&mut self.stdout), if self.stdout.is_some() => match piece {
                    Some(bytes) => return LinkEvent::Stdout(bytes.freeze()),
                    None => self.stdout = None,
                },
                piece = read_piece(&mut self.stderr), if self.stderr.is_some() => match piece {
                    Some(bytes) => return LinkEvent::Stderr(bytes.freeze()),
                    None => self.stderr = None,
                },
                status = self.child.wait(), if !self.exited => {
                    self.exited = true;
                    let code = status.ok().and_then(|status| status.code());
                    return LinkEvent::Exit(code.and_then(|code| u32::try_from(code).ok()));
                }
                else => return LinkEvent::Closed,
            }
        }
    }

    async fn kill(&mut self) {
        self.signal(Signal::TERM);
        tokio::time::sleep(LAST_WORDS).await;
        self.signal(Signal::KILL);
        let _ = self.child.start_kill();
    }
}

impl ProcessEvents {
    fn signal(&self, signal: Signal) {
        let group = self
            .group
            .and_then(|id| i32::try_from(id).ok())
            .and_then(Pid::from_raw);
        if let Some(group) = group {
            // What sudo started is not ours to end; it does so when its pipes are gone.
            let _ = kill_process_group(group, signal);
        }
    }
}

impl Drop for ProcessEvents {
    fn drop(&mut self) {
        if !self.exited {
            self.signal(Signal::TERM);
        }
    }
}

/// The next bytes; nothing at the end.
async fn read_piece(source: &mut Option<impl AsyncRead + Unpin>) -> Option<BytesMut> {
    let mut piece = BytesMut::with_capacity(PIECE);
    match source.as_mut()?.read_buf(&mut piece).await {
        Ok(0) | Err(_) => None,
        Ok(_) => Some(piece),
    }
}
