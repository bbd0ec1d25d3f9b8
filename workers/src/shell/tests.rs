//! Conversations with a shell: scripted ones for sudo and for faults, real ones with local shells.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use engine::host::{Host, RunLimits};
use tokio::io::{AsyncReadExt, DuplexStream};
use zeroize::Zeroizing;

use super::{Elevation, Ended, Limits, Link, LinkEvent, LinkEvents, ShellError, run};
use crate::local::{self, LocalHost};

const PROMPT: &[u8] = b"\nopenwatch-password:";

fn limits() -> Limits {
    Limits {
        ready: Duration::from_secs(10),
        deadline: Duration::from_secs(20),
        output: 16 * 1024 * 1024,
    }
}

fn password() -> Elevation {
    Elevation::Password(Zeroizing::new("hunter2-canary".to_owned()))
}

/// One step of a scripted host.
enum Step {
    Say(&'static [u8]),
    Murmur(&'static [u8]),
    /// Waits until that many bytes of standard input have come.
    Read(usize),
    /// The same piece of standard output again and again.
    Flood,
    Exit(u32),
    Cut,
    Hang,
}

struct Scripted {
    steps: std::vec::IntoIter<Step>,
    input: DuplexStream,
    heard: Arc<Mutex<Vec<u8>>>,
    killed: Arc<Mutex<bool>>,
    flooding: bool,
}

#[async_trait]
impl LinkEvents for Scripted {
    async fn next(&mut self) -> LinkEvent {
        loop {
            if self.flooding {
                return LinkEvent::Stdout(Bytes::from(vec![b'x'; 32 * 1024]));
            }
            match self.steps.next() {
                Some(Step::Say(bytes)) => return LinkEvent::Stdout(Bytes::from_static(bytes)),
                Some(Step::Murmur(bytes)) => return LinkEvent::Stderr(Bytes::from_static(bytes)),
                Some(Step::Read(count)) => {
                    let mut bytes = vec![0; count];
                    self.input.read_exact(&mut bytes).await.unwrap();
                    self.heard.lock().unwrap().extend(bytes);
                }
                Some(Step::Flood) => self.flooding = true,
                Some(Step::Exit(code)) => return LinkEvent::Exit(Some(code)),
                Some(Step::Hang) => std::future::pending::<()>().await,
                Some(Step::Cut) | None => return LinkEvent::Closed,
            }
        }
    }

    async fn kill(&mut self) {
        *self.killed.lock().unwrap() = true;
    }
}

struct Played {
    outcome: Result<Ended, ShellError>,
    output: Vec<u8>,
    heard: Vec<u8>,
    killed: bool,
}

async fn play(steps: Vec<Step>, elevation: &Elevation, limits: Limits) -> Played {
    let (ours, theirs) = tokio::io::duplex(64 * 1024);
    let heard = Arc::new(Mutex::new(Vec::new()));
    let killed = Arc::new(Mutex::new(false));
    let link = Link {
        input: Box::new(ours),
        events: Box::new(Scripted {
            steps: steps.into_iter(),
            input: theirs,
            heard: heard.clone(),
            killed: killed.clone(),
            flooding: false,
        }),
    };
    let mut output = Vec::new();
    let program = Bytes::from_static(b"PROGRAM\n");
    let outcome = run(link, elevation, program, limits, &mut |bytes| {
        output.extend_from_slice(bytes);
    })
    .await;
    let heard = heard.lock().unwrap().clone();
    let killed = *killed.lock().unwrap();
    Played {
        outcome,
        output,
        heard,
        killed,
    }
}

#[tokio::test]
async fn password_is_written_when_sudo_asks_and_the_program_after_it() {
    let played = play(
        vec![
            Step::Say(b"Welcome to host\n\nopenwatch-shell\n"),
            Step::Murmur(b"sudo: unable to resolve host x\n"),
            Step::Murmur(PROMPT),
            Step::Read(b"hunter2-canary\n".len()),
            Step::Say(b"\nopenwatch-ready-1\n"),
            Step::Read(b"PROGRAM\n".len()),
            Step::Say(b"done"),
            Step::Exit(0),
        ],
        &password(),
        limits(),
    )
    .await;
    let ended = played.outcome.unwrap();
    assert_eq!(played.heard, b"hunter2-canary\nPROGRAM\n");
    assert_eq!(played.output, b"done");
    assert_eq!((ended.round_trips, ended.sudo_calls), (3, 1));
    assert_eq!(ended.stderr, b"");
    assert!(!played.killed);
}

#[tokio::test]
async fn password_is_never_written_when_sudo_does_not_ask() {
    let played = play(
        vec![
            // A traced log-in shell prints our own text; that is not sudo asking.
            Step::Murmur(b"+ exec sudo -S -k -p '\nopenwatch-password:' -- /bin/sh\n"),
            Step::Say(b"\nopenwatch-shell\n"),
            Step::Say(b"\nopenwatch-ready-1\n"),
            Step::Read(b"PROGRAM\n".len()),
            Step::Exit(0),
        ],
        &password(),
        limits(),
    )
    .await;
    assert_eq!(played.heard, b"PROGRAM\n");
    assert_eq!(played.outcome.unwrap().round_trips, 2);
}

#[tokio::test]
async fn refused_password_is_tried_once_and_the_program_is_kept_back() {
    let played = play(
        vec![
            Step::Say(b"\nopenwatch-shell\n"),
            Step::Murmur(PROMPT),
            Step::Read(b"hunter2-canary\n".len()),
            Step::Murmur(b"Sorry, try again.\n"),
            Step::Murmur(PROMPT),
            Step::Hang,
        ],
        &password(),
        limits(),
    )
    .await;
    let words = "Sorry, try again.".to_owned();
    assert_eq!(played.outcome, Err(ShellError::SudoRefused { words }));
    assert_eq!(played.heard, b"hunter2-canary\n");
    assert!(played.killed);
}

#[tokio::test]
async fn sudo_that_is_not_allowed_or_asks_something_else_is_refused_with_its_words() {
    let refused = |words: &str| {
        Err(ShellError::SudoRefused {
            words: words.to_owned(),
        })
    };
    let played = play(
        vec![
            Step::Say(b"\nopenwatch-shell\n"),
            Step::Murmur(b"sudo: a password is required\n"),
            Step::Exit(1),
        ],
        &Elevation::Nopasswd,
        limits(),
    )
    .await;
    assert_eq!(played.outcome, refused("sudo: a password is required"));

    let brief = Limits {
        ready: Duration::from_millis(50),
        ..limits()
    };
    let script = vec![
        Step::Say(b"\nopenwatch-shell\n"),
        Step::Murmur(b"Verification code: "),
        Step::Hang,
    ];
    let played = play(script, &password(), brief).await;
    assert_eq!(played.outcome, refused("Verification code:"));
    assert_eq!(played.heard, b"");
}

#[tokio::test]
async fn account_without_a_shell_is_told_from_refused_sudo() {
    let script = vec![
        Step::Say(b"This account is currently not available.\n"),
        Step::Exit(1),
    ];
    let played = play(script, &Elevation::Nopasswd, limits()).await;
    let words = "This account is currently not available.".to_owned();
    assert_eq!(played.outcome, Err(ShellError::NoShell { words }));

    // A forced shell runs the program, whose lines are no words of the host.
    let script = vec![
        Step::Say(b"Maintenance\n@01a229fdf23576bf9dda30b16d441f91 done\n"),
        Step::Exit(0),
    ];
    let played = play(script, &Elevation::None, limits()).await;
    let words = "Maintenance".to_owned();
    assert_eq!(played.outcome, Err(ShellError::NoShell { words }));
}

#[tokio::test]
async fn cut_link_is_lost_and_never_an_exit() {
    for steps in [
        vec![Step::Cut],
        vec![Step::Say(b"\nopenwatch-shell\n"), Step::Cut],
        vec![
            Step::Say(b"\nopenwatch-shell\n\nopenwatch-ready-0\npart"),
            Step::Cut,
        ],
    ] {
        let played = play(steps, &Elevation::None, limits()).await;
        assert_eq!(played.outcome, Err(ShellError::ConnectionLost));
    }
}

#[tokio::test]
async fn noise_is_bounded_before_and_after_the_shell_runs() {
    let before = play(vec![Step::Flood], &Elevation::None, limits()).await;
    let limit = 1024 * 1024;
    assert_eq!(
        before.outcome,
        Err(ShellError::OutputLimit {
            who: "the log-in scripts of the account",
            limit
        })
    );

    let script = vec![
        Step::Say(b"\nopenwatch-shell\n\nopenwatch-ready-0\n"),
        Step::Flood,
    ];
    let after = play(script, &Elevation::None, limits()).await;
    let limit = limits().output;
    assert_eq!(
        after.outcome,
        Err(ShellError::OutputLimit {
            who: "the host",
            limit
        })
    );
    assert!(after.output.len() <= usize::try_from(limit).unwrap());
    assert!(after.killed);
}

#[tokio::test]
async fn silence_ends_at_the_deadline() {
    let brief = Limits {
        ready: Duration::from_millis(50),
        deadline: Duration::from_millis(100),
        ..limits()
    };
    let played = play(vec![Step::Hang], &Elevation::None, brief).await;
    assert!(matches!(
        played.outcome,
        Err(ShellError::DeadlineExceeded { .. })
    ));
    let script = vec![
        Step::Say(b"\nopenwatch-shell\n\nopenwatch-ready-0\n"),
        Step::Hang,
    ];
    let played = play(script, &Elevation::None, brief).await;
    let phase = "the program";
    let limit = brief.deadline;
    assert_eq!(
        played.outcome,
        Err(ShellError::DeadlineExceeded { phase, limit })
    );
}

async fn locally(
    shell: &str,
    elevation: &Elevation,
    program: &str,
    limits: Limits,
) -> (Result<Ended, ShellError>, Vec<u8>) {
    let link = local::start_in(shell, elevation).unwrap();
    let mut output = Vec::new();
    let program = Bytes::from(program.to_owned());
    let outcome = run(link, elevation, program, limits, &mut |bytes| {
        output.extend_from_slice(bytes);
    })
    .await;
    (outcome, output)
}

#[tokio::test]
async fn real_shells_run_the_program_and_pass_every_byte() {
    for shell in ["/bin/sh", "/bin/bash"] {
        let program = "printf 'a\\000b\\377c\\n'; echo oops >&2; exit 7\n";
        let (outcome, output) = locally(shell, &Elevation::None, program, limits()).await;
        let ended = outcome.unwrap();
        assert_eq!(output, b"a\0b\xffc\n", "{shell}");
        assert_eq!(ended.exit, Some(7));
        assert_eq!(ended.stderr, b"oops\n");
        assert_eq!((ended.round_trips, ended.sudo_calls), (1, 0));
    }
}

#[tokio::test]
async fn this_machine_is_entered_with_or_without_sudo() {
    let mut output = Vec::new();
    let limits = RunLimits {
        deadline: Duration::from_secs(20),
        output: 1024,
    };
    let program = Bytes::from_static(b"id -u\n");
    let report = LocalHost
        .run(program, limits, &mut |bytes| {
            output.extend_from_slice(bytes);
        })
        .await
        .unwrap();
    assert_eq!(report.exit, Some(0));
    assert!(
        String::from_utf8(output)
            .unwrap()
            .trim()
            .parse::<u32>()
            .is_ok()
    );
}

#[tokio::test]
async fn long_program_and_long_output_do_not_block_each_other() {
    let line = format!("echo {}\n", "y".repeat(200));
    let program = line.repeat(20_000);
    let (outcome, output) = locally("/bin/sh", &Elevation::None, &program, limits()).await;
    let ended = outcome.unwrap();
    assert_eq!(output.len(), 201 * 20_000);
    assert_eq!(ended.bytes_out, u64::try_from(program.len()).unwrap());
}

#[tokio::test]
async fn hanging_program_is_killed_with_its_children() {
    let folder = tempfile::tempdir().unwrap();
    let fifo = folder.path().join("fifo");
    let brief = Limits {
        deadline: Duration::from_millis(500),
        ..limits()
    };
    // The reader of the pipe stays open as long as the child lives.
    let program = format!("mkfifo {0}; (exec 3<>{0}; read line <&3)\n", fifo.display());
    let (outcome, _) = locally("/bin/sh", &Elevation::None, &program, brief).await;
    assert!(matches!(outcome, Err(ShellError::DeadlineExceeded { .. })));
    let gone = tokio::time::timeout(Duration::from_secs(5), async {
        // Opening for writing without a reader fails at once (ENXIO): then the child is gone.
        loop {
            match rustix::fs::open(
                &fifo,
                rustix::fs::OFlags::WRONLY | rustix::fs::OFlags::NONBLOCK,
                rustix::fs::Mode::empty(),
            ) {
                Err(rustix::io::Errno::NXIO) => return,
                _ => tokio::task::yield_now().await,
            }
        }
    });
    gone.await.unwrap();
}
