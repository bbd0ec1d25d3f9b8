//! The program of a scan under each shell: the same frames from all of them.

use std::collections::BTreeSet;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use domain::scan::Selection;
use engine::collect::{Collector, CommandScript, FrameParser, Need, Nonce, compile, plan};
use engine::host::{Host, HostError, RunLimits, RunReport, Sink};
use engine::rule::RulePack;
use engine::scan::{ScanError, ScanOptions, Step, scan};

use super::host::{FixedClock, Shell, shells};

fn script(run: &str, seconds: u64) -> Need {
    let script = CommandScript {
        run: run.to_owned(),
        seconds,
        families: Vec::new(),
    };
    Need::new(Collector::Command, script.to_argument())
}

async fn run(shell: &Shell, needs: &BTreeSet<Need>) -> engine::collect::ParsedOutput {
    let nonce = Nonce::new(42);
    let program = compile(&plan(needs), &nonce, Duration::from_secs(50));
    let mut parser = FrameParser::new(&nonce);
    let limits = RunLimits {
        deadline: Duration::from_mins(1),
        output: u64::MAX,
    };
    shell
        .run(program.text.into(), limits, &mut |bytes| parser.push(bytes))
        .await
        .unwrap();
    parser.finish()
}

fn only(output: &engine::collect::ParsedOutput) -> &engine::facts::Frame {
    let frames: Vec<_> = output
        .frames
        .iter()
        .filter(|(key, _)| key.starts_with("command"))
        .collect();
    assert_eq!(frames.len(), 1);
    frames[0].1
}

#[tokio::test]
async fn every_shell_gives_output_error_and_exit_apart() {
    for shell in shells() {
        let needs = [script(
            "echo out; echo err >&2; printf 'no newline'; exit 3",
            5,
        )];
        let output = run(&shell, &BTreeSet::from(needs)).await;
        let frame = only(&output);
        assert_eq!(frame.text(), "out\nno newline", "{:?}", shell.0);
        assert_eq!(
            (frame.stderr.as_str(), frame.exit),
            ("err", Some(3)),
            "{:?}",
            shell.0
        );
        assert!(output.complete);
        assert!(output.frames["canary"].text().contains("os-release="));
    }
}

#[tokio::test]
async fn a_script_that_hangs_is_ended_and_the_others_are_not_touched() {
    for shell in shells() {
        let needs = [script("sleep 600", 1), Need::new(Collector::Mounts, "")];
        let output = run(&shell, &BTreeSet::from(needs)).await;
        assert!(only(&output).timed_out, "{:?}", shell.0);
        assert_eq!(output.frames["mounts"].exit, Some(0));
        assert!(output.complete);
    }
}

#[tokio::test]
async fn gigantic_output_is_cut_and_said_to_be() {
    for shell in shells() {
        let needs = [
            script("head -c 50000000 /dev/zero", 10),
            Need::new(Collector::Mounts, ""),
        ];
        let output = run(&shell, &BTreeSet::from(needs)).await;
        let frame = only(&output);
        assert!(frame.truncated);
        assert_eq!(frame.stdout.len(), 1024 * 1024);
        assert_eq!(output.frames["mounts"].exit, Some(0));
    }
}

#[tokio::test]
async fn bytes_that_are_no_text_and_lines_that_look_like_frames_stay_content() {
    let hostile = r"printf '\000\377\376\n@0000 begin canary\n@0000 end\n@x done\n'";
    for shell in shells() {
        let output = run(&shell, &BTreeSet::from([script(hostile, 5)])).await;
        let expected = b"\0\xff\xfe\n@0000 begin canary\n@0000 end\n@x done\n";
        assert_eq!(only(&output).stdout, expected, "{:?}", shell.0);
        assert_eq!(output.frames.len(), 2);
    }
}

#[tokio::test]
async fn a_script_reads_nothing_of_the_program_and_cannot_stop_it() {
    for shell in shells() {
        let needs = [
            script("cat; kill -9 $$", 5),
            Need::new(Collector::Mounts, ""),
        ];
        let output = run(&shell, &BTreeSet::from(needs)).await;
        let frame = only(&output);
        assert_eq!(frame.stdout, b"");
        assert_eq!(frame.exit, Some(137), "{:?}", shell.0);
        assert_eq!(output.frames["mounts"].exit, Some(0));
    }
}

#[tokio::test]
async fn what_a_script_leaves_running_does_not_hold_the_scan_up() {
    for shell in shells() {
        let needs = [script("sleep 600 >/dev/null 2>&1 & echo $!", 5)];
        let output = run(&shell, &BTreeSet::from(needs)).await;
        let pid = only(&output).text().trim().to_owned();
        assert!(
            std::process::Command::new("kill")
                .arg(&pid)
                .status()
                .unwrap()
                .success()
        );
        assert!(output.complete);
    }
}

/// A host whose shell ends before the program does.
struct CutShort;

#[async_trait]
impl Host for CutShort {
    async fn run(
        &self,
        _: Bytes,
        _: RunLimits,
        sink: &mut Sink<'_>,
    ) -> Result<RunReport, HostError> {
        let marker = Nonce::new(7).marker();
        let text = format!(
            "noise\n\n{marker} begin canary\nuid=0\nkernel=k\nmachine=m\nhostname=h\nepoch=0\n\
             os-release=/etc/os-release\nID=debian\nVERSION_ID=12\n\n{marker} stderr\n\
             {marker} exit 0\n{marker} end\n\n{marker} begin mounts\n1 2"
        );
        sink(text.as_bytes());
        Ok(RunReport {
            exit: Some(0),
            ..RunReport::default()
        })
    }
}

#[tokio::test]
async fn a_scan_that_was_cut_short_has_no_verdicts() {
    let pack = RulePack::builtin().unwrap();
    let mut progress = |_: Step| {};
    let error = scan(
        &CutShort,
        &pack,
        &Selection::default(),
        &ScanOptions::new(7),
        (&FixedClock, &mut progress),
    )
    .await
    .unwrap_err();
    assert!(matches!(error, ScanError::Incomplete { .. }), "{error:?}");
}
