//! Drives one run: wait for the shell, give sudo its password when it asks, write the program,
//! stream the output, and stop at every bound.

use std::time::Duration;

use bytes::Bytes;
use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::time::{Instant, timeout_at};

use super::noise::{MAX_NOISE, Noise, Tail};
use super::{Elevation, Ended, Limits, Link, LinkEvent, LinkEvents, ShellError};

/// After the command has ended, something it left behind may hold its output open; we do not wait for it.
const GRACE: Duration = Duration::from_secs(2);

/// What runs before our shell does.
const LOG_IN_SCRIPTS: &str = "the log-in scripts of the account";

/// Runs `program` over a link on which [`Elevation::command`] was started. Standard output of the
/// program goes to `sink` as it comes.
pub async fn run(
    link: Link,
    elevation: &Elevation,
    program: Bytes,
    limits: Limits,
    sink: &mut (dyn FnMut(&[u8]) + Send),
) -> Result<Ended, ShellError> {
    let started = Instant::now();
    let Link { input, mut events } = link;
    let mut run = Run {
        limits,
        started,
        deadline: started + limits.deadline,
        exited: false,
        noise: Noise::default(),
        stderr: Tail::default(),
        ended: Ended {
            round_trips: 1,
            ..Ended::default()
        },
        sink,
    };
    let outcome = run.drive(input, events.as_mut(), elevation, program).await;
    if let Err(error) = outcome {
        events.kill().await;
        return Err(error);
    }
    run.ended.stderr = run.stderr.into_bytes();
    Ok(run.ended)
}

struct Run<'a> {
    limits: Limits,
    started: Instant,
    /// The end of everything; sooner once the command has exited.
    deadline: Instant,
    /// Whether the command has exited. Output may still be on its way.
    exited: bool,
    noise: Noise,
    stderr: Tail,
    ended: Ended,
    sink: &'a mut (dyn FnMut(&[u8]) + Send),
}

type Input = Box<dyn AsyncWrite + Send + Unpin>;

impl Run<'_> {
    async fn drive(
        &mut self,
        mut input: Input,
        events: &mut dyn LinkEvents,
        elevation: &Elevation,
        program: Bytes,
    ) -> Result<(), ShellError> {
        if !elevation.asks() {
            // Written while we read, so that a long program and a long output cannot block each other.
            let size = program.len();
            let write = write_program(input, program);
            let read = async {
                self.until_ready(events).await?;
                self.until_exit(events).await
            };
            while_writing(write, read).await?;
            self.sent(size);
            return Ok(());
        }
        self.until_asked(events, &mut input, elevation).await?;
        self.ended.round_trips += 1;
        let size = program.len();
        let write = write_program(input, program);
        while_writing(write, self.until_exit(events)).await?;
        self.sent(size);
        Ok(())
    }

    /// Reads until the shell that reads the program runs.
    async fn until_ready(&mut self, events: &mut dyn LinkEvents) -> Result<(), ShellError> {
        loop {
            if self.step_before_ready(events).await? {
                return Ok(());
            }
        }
    }

    /// Like [`Run::until_ready`], and answers sudo when it asks: once.
    async fn until_asked(
        &mut self,
        events: &mut dyn LinkEvents,
        input: &mut Input,
        elevation: &Elevation,
    ) -> Result<(), ShellError> {
        let Elevation::Password(password) = elevation else {
            return self.until_ready(events).await;
        };
        let mut answered = false;
        loop {
            if self.step_before_ready(events).await? {
                return Ok(());
            }
            if !self.noise.shell_runs() {
                continue;
            }
            let words = self.stderr.words();
            if !self.stderr.take_prompt() {
                continue;
            }
            if answered {
                return Err(ShellError::SudoRefused {
                    words: non_empty(words, "the password is not accepted"),
                });
            }
            answered = true;
            self.ended.round_trips += 1;
            let line = zeroize::Zeroizing::new(format!("{}\n", password.as_str()));
            // When the link is gone the next event says so.
            let _ = input.write_all(line.as_bytes()).await;
            let _ = input.flush().await;
            self.sent(line.len());
        }
    }

    /// One event before the program may start; true when it may.
    async fn step_before_ready(&mut self, events: &mut dyn LinkEvents) -> Result<bool, ShellError> {
        let event = match timeout_at(self.end_of_waiting(), events.next()).await {
            Ok(event) => event,
            Err(_) if self.exited => return Err(self.refused()),
            Err(_) => return Err(self.not_ready()),
        };
        match event {
            LinkEvent::Stdout(bytes) => {
                self.count(bytes.len())?;
                if let Some(ready) = self.noise.take(&bytes) {
                    self.ended.sudo_calls = ready.sudo_calls;
                    if !ready.rest.is_empty() {
                        (self.sink)(&ready.rest);
                    }
                    return Ok(true);
                }
                if self.noise.too_much() {
                    let limit = u64::try_from(MAX_NOISE).unwrap_or(u64::MAX);
                    return Err(ShellError::OutputLimit {
                        who: LOG_IN_SCRIPTS,
                        limit,
                    });
                }
                Ok(false)
            }
            LinkEvent::Stderr(bytes) => {
                self.count(bytes.len())?;
                self.stderr.take(&bytes);
                Ok(false)
            }
            LinkEvent::Exit(code) => {
                self.exit(code);
                Ok(false)
            }
            LinkEvent::Closed if self.exited => Err(self.refused()),
            LinkEvent::Closed => Err(ShellError::ConnectionLost),
        }
    }

    async fn until_exit(&mut self, events: &mut dyn LinkEvents) -> Result<(), ShellError> {
        loop {
            let event = match timeout_at(self.deadline, events.next()).await {
                Ok(event) => event,
                Err(_) if self.exited => return Ok(()),
                Err(_) => {
                    return Err(ShellError::DeadlineExceeded {
                        phase: "the program",
                        limit: self.limits.deadline,
                    });
                }
            };
            match event {
                LinkEvent::Stdout(bytes) => {
                    self.count(bytes.len())?;
                    (self.sink)(&bytes);
                }
                LinkEvent::Stderr(bytes) => {
                    self.count(bytes.len())?;
                    self.stderr.take(&bytes);
                }
                LinkEvent::Exit(code) => self.exit(code),
                LinkEvent::Closed if self.exited => return Ok(()),
                LinkEvent::Closed => return Err(ShellError::ConnectionLost),
            }
        }
    }

    fn exit(&mut self, code: Option<u32>) {
        self.exited = true;
        self.ended.exit = code;
        self.deadline = self.deadline.min(Instant::now() + GRACE);
    }

    fn end_of_waiting(&self) -> Instant {
        self.deadline.min(self.started + self.limits.ready)
    }

    fn refused(&self) -> ShellError {
        let words = self.stderr.words();
        if self.noise.shell_runs() {
            return ShellError::SudoRefused { words };
        }
        ShellError::NoShell {
            words: non_empty(words, &self.noise.words()),
        }
    }

    fn not_ready(&self) -> ShellError {
        let limit = self.limits.ready.min(self.limits.deadline);
        let words = self.stderr.words();
        if self.noise.shell_runs() && !words.is_empty() {
            // sudo waits for something that is not the password: a code, a token.
            return ShellError::SudoRefused { words };
        }
        let phase = if self.noise.shell_runs() {
            "sudo"
        } else {
            LOG_IN_SCRIPTS
        };
        ShellError::DeadlineExceeded { phase, limit }
    }

    fn count(&mut self, bytes: usize) -> Result<(), ShellError> {
        self.ended.bytes_in += u64::try_from(bytes).unwrap_or(u64::MAX);
        if self.ended.bytes_in > self.limits.output {
            return Err(ShellError::OutputLimit {
                who: "the host",
                limit: self.limits.output,
            });
        }
        Ok(())
    }

    fn sent(&mut self, bytes: usize) {
        self.ended.bytes_out += u64::try_from(bytes).unwrap_or(u64::MAX);
    }
}

fn non_empty(words: String, otherwise: &str) -> String {
    if words.is_empty() {
        otherwise.to_owned()
    } else {
        words
    }
}

/// Writes the whole program and ends standard input (a pipe ends when it is dropped). A reader that has gone away is told by events.
async fn write_program(mut input: Input, program: Bytes) {
    if input.write_all(&program).await.is_ok() && input.flush().await.is_ok() {
        let _ = input.shutdown().await;
    }
}

/// Reads to the end while writing; the end of reading ends the writing too.
async fn while_writing<T>(write: impl Future<Output = ()>, read: impl Future<Output = T>) -> T {
    tokio::pin!(write, read);
    tokio::select! {
        result = &mut read => return result,
        () = &mut write => {}
    }
    read.await
}
