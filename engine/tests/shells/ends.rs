//! Programs that do not come to their end: what is left on the host, and what a person is told.

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use domain::scan::{FailureReason, Selection};
use engine::collect::{FrameSpec, Nonce, Way, compile, quote};
use engine::host::{Host, RunError, RunLimits, RunReport, Sink};
use engine::rule::RuleBase;
use engine::scan::{ScanOptions, ScanStep, scan};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::Command;

use super::host::{FixedClock, shells};

/// A host that answers with one frame, or with nothing, and ends.
struct Ends {
    /// What the first look printed, and how its script ended.
    canary: Option<(&'static str, &'static str)>,
    report: RunReport,
}

#[async_trait]
impl Host for Ends {
    async fn run(
        &self,
        _: Bytes,
        _: RunLimits,
        sink: &mut Sink<'_>,
    ) -> Result<RunReport, RunError> {
        if let Some((printed, exit)) = self.canary {
            let marker = Nonce::new(7).marker();
            let text = format!(
                "noise\n\n{marker} begin canary\n{printed}\n{marker} stderr\n{marker} exit {exit}\n\
                 {marker} end\n\n{marker} begin mounts\n1 2"
            );
            sink(text.as_bytes());
        }
        Ok(self.report.clone())
    }
}

const WHOLE: &str = "uid=0\nkernel=k\nmachine=m\nhostname=h\nepoch=0\nos-release=/etc/os-release\nID=debian\nVERSION_ID=12\n";

/// Ends, with the reason and some of the words that they must give.
type End = (
    Option<(&'static str, &'static str)>,
    RunReport,
    FailureReason,
    &'static str,
);

fn ends() -> [End; 7] {
    let of_sudo = |exit: Option<u32>, words: &str| RunReport {
        exit,
        stderr: words.as_bytes().to_vec(),
        sudo_calls: 1,
        ..RunReport::default()
    };
    let noexec = "/bin/sh: 1: exec: /bin/sh: Permission denied";
    [
        (
            Some((WHOLE, "0")),
            RunReport::default(),
            FailureReason::ProtocolViolated,
            "the program was killed before its end",
        ),
        (
            Some((WHOLE, "0")),
            of_sudo(Some(143), ""),
            FailureReason::ProtocolViolated,
            "killed by signal 15 before its end; sudo ends what takes longer than command_timeout",
        ),
        (
            None,
            of_sudo(Some(126), noexec),
            FailureReason::SudoRefused,
            "take noexec from what sudoers has",
        ),
        (
            Some(("", "")),
            RunReport::default(),
            FailureReason::CanaryFailed,
            "its script was killed; the host may be out of processes",
        ),
        (
            Some(("", "125")),
            RunReport::default(),
            FailureReason::CanaryFailed,
            "its script could not be started (exit code 125); the host",
        ),
        (
            Some(("", "141")),
            RunReport::default(),
            FailureReason::CanaryFailed,
            "its script was killed by signal 13; the host",
        ),
        (
            Some(("", "71")),
            RunReport::default(),
            FailureReason::CanaryFailed,
            "mknod -m 666 /dev/null c 1 3",
        ),
    ]
}

#[tokio::test]
async fn a_scan_without_verdicts_says_why_in_words_and_what_to_do() {
    let base = RuleBase::builtin().unwrap();
    for (canary, report, reason, words) in ends() {
        let mut progress = |_: ScanStep| {};
        let watch = (&FixedClock as _, &mut progress as _);
        let (host, selection, options) = (
            Ends { canary, report },
            Selection::default(),
            ScanOptions::new(7),
        );
        let ended = scan(&host, &base, &selection, &options, watch).await;
        let (said, detail) = ended.unwrap_err().reason();
        assert_eq!(said, reason, "{detail}");
        assert!(detail.contains(words), "{detail}");
    }
}

/// What may take long, and the short ones in two parts.
const STREAMS: usize = 3;

#[tokio::test]
async fn a_signal_to_the_shell_alone_ends_every_stream() {
    // What sudo hands on reaches the shell that it started, and nothing else of its process group.
    let up = std::env::temp_dir().join(format!("openwatch-up-{}", std::process::id()));
    let made = Command::new("mkfifo").arg(&up).status().await.unwrap();
    assert!(made.success());
    let hang = |key: &str, way: Way| FrameSpec {
        key: key.to_owned(),
        script: format!("echo up >{}; sleep 300", quote(&up.to_string_lossy())),
        deadline: Duration::from_mins(1),
        families: Vec::new(),
        functions: &[],
        way,
    };
    let mut frames = vec![hang("alone", Way::Alone), hang("foreign", Way::Foreign)];
    frames.extend((0..20).map(|n| hang(&format!("grouped {n}"), Way::Grouped)));
    for shell in shells() {
        for signal in ["TERM", "HUP"] {
            let program = compile(&frames, &Nonce::new(42), Duration::from_mins(1));
            let mut child = Command::new(shell.0[0])
                .args(&shell.0[1..])
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .process_group(0)
                .spawn()
                .unwrap();
            let mut input = child.stdin.take().unwrap();
            input.write_all(program.text.as_bytes()).await.unwrap();
            drop(input);
            let mut output = child.stdout.take().unwrap();
            // One script of each stream hangs.
            let heard = up.clone();
            let begun = tokio::task::spawn_blocking(move || {
                let fifo = std::fs::File::options().read(true).write(true).open(heard);
                let mut lines = BufReader::new(fifo.unwrap()).lines();
                (0..STREAMS).all(|_| lines.next().unwrap().unwrap() == "up")
            });
            assert!(begun.await.unwrap());
            let number = child.id().unwrap().to_string();
            let sent = Command::new("kill").args(["-s", signal, &number]).status();
            assert!(sent.await.unwrap().success());
            // Whoever is left holds the output open.
            let ending = tokio::time::timeout(Duration::from_secs(20), async {
                let mut seen = Vec::new();
                output.read_to_end(&mut seen).await.unwrap();
                child.wait().await.unwrap()
            });
            let ended = ending.await.expect("nothing is left behind");
            assert_eq!(ended.code(), Some(143), "{:?} {signal}", shell.0);
        }
    }
    std::fs::remove_file(up).unwrap();
}
