//! The program of a scan under each shell: the same frames from all of them.

use std::collections::BTreeSet;
use std::time::Duration;

use engine::collect::{
    Collector, CommandScript, FrameParser, FrameSpec, Need, Nonce, ParsedOutput, Way, compile, plan,
};
use engine::host::{Host, RunLimits};

use super::host::{Shell, shells};

fn script(run: &str, seconds: u64) -> Need {
    let script = CommandScript {
        ships: false,
        run: run.to_owned(),
        arguments: Vec::new(),
        seconds,
        families: Vec::new(),
    };
    Need::new(Collector::Command, script.to_argument())
}

async fn run(shell: &Shell, needs: &BTreeSet<Need>) -> ParsedOutput {
    run_frames(shell, &plan(needs), 50).await
}

async fn run_frames(shell: &Shell, frames: &[FrameSpec], budget: u64) -> ParsedOutput {
    let nonce = Nonce::new(42);
    let program = compile(frames, &nonce, Duration::from_secs(budget));
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

fn only(output: &ParsedOutput) -> &engine::facts::Frame {
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

/// What a log-in may leave in the environment: names of ours, what other programs read, functions and options of bash.
const LEFT: &[&str] = &[
    "/usr/bin/env",
    "M=mine",
    "MARK=mine",
    "LINES=export M=9\nexport PATH=/nowhere",
    "ENV=/nowhere",
    "BASH_ENV=/nowhere",
    "CDPATH=/",
    "TMOUT=1",
    "POSIXLY_CORRECT=1",
    "GREP_OPTIONS=-v",
    "DPKG_ADMINDIR=/nowhere",
    "MODPROBE_OPTIONS=-C /nowhere",
    "SYSTEMD_COLORS=1",
    "LD_PRELOAD=",
    "SHELLOPTS=noglob:nounset:noclobber",
    "BASHOPTS=failglob:nocasematch",
    "BASH_FUNC_cat%%=() { echo forged; }",
    "BASH_FUNC_head%%=() { echo forged; }",
    "BASH_FUNC_timeout%%=() { echo forged; }",
    "BASH_FUNC_compgen%%=() { :; }",
];

#[tokio::test]
async fn what_a_log_in_leaves_in_the_environment_changes_nothing() {
    let run_it = "echo /etc/pass[w]d; case a in A) echo case;; esac; echo one | cat; echo one | grep -c one\n\
                  env | grep -E '^(M|MARK|LINES|CDPATH|TMOUT|[A-Z]*_OPTIONS|DPKG|SYSTEMD|LD|BASH|SHELLOPTS)' || echo none\n\
                  echo \"$PATH\" | cut -d: -f1";
    for mut shell in shells() {
        shell.0.splice(0..0, LEFT.iter().copied());
        let output = run(&shell, &BTreeSet::from([script(run_it, 5)])).await;
        assert!(output.complete, "{:?}", shell.0);
        let frame = only(&output);
        let wanted = "/etc/passwd\none\n1\nnone\n/usr/sbin";
        assert_eq!(frame.text().trim_end(), wanted, "{:?}", shell.0);
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

/// Whether a process runs; one that has ended and waits to be noticed does not.
fn runs(pid: &str) -> bool {
    std::fs::read_to_string(format!("/proc/{pid}/stat"))
        .is_ok_and(|stat| !stat.rsplit(") ").next().unwrap().starts_with('Z'))
}

#[tokio::test]
async fn what_a_script_leaves_running_ends_with_it_and_holds_nothing_up() {
    for shell in shells() {
        let needs = [script("sleep 600 & echo $!", 30)];
        let output = run(&shell, &BTreeSet::from(needs)).await;
        let frame = only(&output);
        assert_eq!(frame.exit, Some(0), "{:?}", shell.0);
        let pid = frame.text().trim().to_owned();
        assert!(!pid.is_empty() && !runs(&pid), "{:?}", shell.0);
        assert!(output.complete);
    }
}

#[tokio::test]
async fn a_daemon_that_keeps_the_output_open_is_a_time_out_and_no_more() {
    let shell = &shells()[0];
    let daemon = "f=$(mktemp); setsid sh -c \"echo on >$f; exec sleep 20\" & until [ -s \"$f\" ]; do :; done; rm \"$f\"";
    let needs = [script(daemon, 1), Need::new(Collector::Mounts, "")];
    let output = run(shell, &BTreeSet::from(needs)).await;
    assert!(only(&output).timed_out && output.complete);
    assert_eq!(output.frames["mounts"].exit, Some(0));
}

fn grouped(key: &str, script: &str) -> FrameSpec {
    FrameSpec {
        key: key.to_owned(),
        script: script.to_owned(),
        deadline: Duration::from_secs(5),
        families: Vec::new(),
        functions: &[],
        way: Way::Grouped,
    }
}

#[tokio::test]
async fn a_group_that_breaks_off_is_run_frame_by_frame() {
    for shell in shells() {
        for (breaks, exit) in [
            ("kill -9 $$", Some(137)),
            ("head -c 9000000 /dev/zero", Some(141)),
        ] {
            let frames = [
                grouped("a", "echo a; exit 3"),
                grouped("b", breaks),
                grouped("c", "echo c; echo e >&2"),
            ];
            let output = run_frames(&shell, &frames, 50).await;
            let [a, b, c] = ["a", "b", "c"].map(|key| &output.frames[key]);
            assert_eq!((&*a.text(), a.exit), ("a\n", Some(3)), "{:?}", shell.0);
            assert!(b.exit == exit || b.truncated, "{:?} {b:?}", shell.0);
            assert_eq!((&*c.text(), &*c.stderr), ("c\n", "e"), "{:?}", shell.0);
            assert!(output.complete);
        }
    }
}

#[tokio::test]
async fn the_budget_of_the_whole_bounds_every_frame() {
    for shell in shells() {
        let mut slow = grouped("slow", "sleep 600");
        slow.way = Way::Alone;
        slow.deadline = Duration::from_mins(10);
        let late = FrameSpec {
            key: "late".to_owned(),
            ..slow.clone()
        };
        let output = run_frames(&shell, &[slow, late], 2).await;
        for key in ["slow", "late"] {
            assert!(output.frames[key].timed_out, "{:?} {key}", shell.0);
        }
        assert!(output.complete);
    }
}

#[tokio::test]
async fn an_exit_that_looks_like_a_time_out_is_told_from_one() {
    for shell in shells() {
        let output = run(&shell, &BTreeSet::from([script("exit 124", 30)])).await;
        let frame = only(&output);
        assert_eq!(
            (frame.exit, frame.timed_out),
            (Some(124), false),
            "{:?}",
            shell.0
        );
    }
}
