//! The frame parser against whatever a host may send: any bytes, in any pieces, cut anywhere.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use engine::collect::{FrameParser, Nonce, ParsedOutput};
use proptest::prelude::*;

const NONCE: u128 = 0x0123_4567_89ab_cdef_0123_4567_89ab_cdef;

fn parsed(bytes: &[u8], cuts: &[usize]) -> ParsedOutput {
    let mut parser = FrameParser::new(&Nonce::new(NONCE));
    let mut rest = bytes;
    for cut in cuts {
        let (head, tail) = rest.split_at(cut % (rest.len() + 1));
        parser.push(head);
        rest = tail;
    }
    parser.push(rest);
    parser.finish()
}

/// One frame as the program prints it.
#[derive(Debug, Clone)]
struct Sent {
    stdout: Vec<u8>,
    stderr: String,
    exit: u32,
}

/// A whole answer with frames `f0`, `f1`, ….
fn answer(frames: &[Sent]) -> Vec<u8> {
    let marker = Nonce::new(NONCE).marker();
    let mut bytes = b"Welcome!\nLast login: yesterday\n".to_vec();
    for (frame, number) in frames.iter().zip(0..) {
        bytes.extend(format!("\n{marker} begin f{number}\n").bytes());
        bytes.extend(&frame.stdout);
        let (stderr, exit) = (&frame.stderr, frame.exit);
        let tail = format!("\n{marker} stderr\n{stderr}\n{marker} exit {exit}\n{marker} end\n");
        bytes.extend(tail.bytes());
    }
    let end = format!("\n{marker} times\n0m0.01s 0m0.02s\n0m0.30s 0m0.40s\n{marker} done\n");
    bytes.extend(end.bytes());
    bytes
}

/// Content that tries to be a frame without knowing the nonce.
fn imitation() -> impl Strategy<Value = Vec<u8>> {
    let other = Nonce::new(NONCE ^ 1).marker();
    let real = Nonce::new(NONCE).marker();
    let (cut, inside) = (real[..real.len() - 1].to_owned(), format!(" {real}"));
    let words = [
        "begin f0", "stderr", "exit 0", "end", "end 124", "times", "done",
    ];
    let markers = vec![other, cut, inside, "@".to_owned(), String::new()];
    let line = (
        prop::sample::select(markers),
        prop::sample::select(words.to_vec()),
    )
        .prop_map(|(marker, word)| format!("{marker} {word}\n").into_bytes());
    let noise = prop::collection::vec(any::<u8>(), 0..40);
    prop::collection::vec(prop_oneof![line, noise], 0..12).prop_map(|lines| lines.concat())
}

fn sent() -> impl Strategy<Value = Sent> {
    let stderr = "[ -~]{0,30}";
    (imitation(), stderr, 0_u32..256).prop_map(|(stdout, stderr, exit)| Sent {
        stdout,
        stderr,
        exit,
    })
}

proptest! {
    #[test]
    fn any_bytes_in_any_pieces_are_read_without_a_panic(
        bytes in prop::collection::vec(any::<u8>(), 0..2000),
        cuts in prop::collection::vec(any::<usize>(), 0..20),
    ) {
        let output = parsed(&bytes, &cuts);
        prop_assert!(!output.complete && output.frames.is_empty());
    }

    #[test]
    fn marked_lines_in_any_order_are_read_without_a_panic(
        words in prop::collection::vec("(begin|stderr|exit|end|times|done|)[ -~]{0,12}", 0..30),
        cuts in prop::collection::vec(any::<usize>(), 0..8),
    ) {
        let marker = Nonce::new(NONCE).marker();
        let lines: Vec<String> = words.iter().map(|word| format!("{marker} {word}\ntext\n")).collect();
        let text = lines.concat();
        let whole = parsed(text.as_bytes(), &[]);
        prop_assert_eq!(whole, parsed(text.as_bytes(), &cuts));
    }

    #[test]
    fn what_was_sent_is_what_is_read_however_it_is_cut(
        frames in prop::collection::vec(sent(), 0..6),
        cuts in prop::collection::vec(any::<usize>(), 0..40),
    ) {
        let output = parsed(&answer(&frames), &cuts);
        prop_assert!(output.complete);
        prop_assert_eq!(output.frames.len(), frames.len());
        prop_assert_eq!(output.remote_cpu_ms, 730);
        for (frame, number) in frames.iter().zip(0..) {
            let read = &output.frames[&format!("f{number}")];
            prop_assert_eq!(&read.stdout, &frame.stdout);
            prop_assert_eq!(read.stderr.as_str(), frame.stderr.trim());
            prop_assert_eq!(read.exit, Some(frame.exit));
        }
    }

    #[test]
    fn a_cut_answer_is_never_complete_and_every_frame_in_it_is_whole(
        frames in prop::collection::vec(sent(), 1..5),
        at in any::<prop::sample::Index>(),
        noise in prop::collection::vec(any::<u8>(), 0..30),
    ) {
        let whole = answer(&frames);
        let mut cut = whole[..at.index(whole.len())].to_vec();
        let untouched = parsed(&cut, &[]);
        prop_assert!(!untouched.complete);
        for (key, frame) in &untouched.frames {
            let number: usize = key[1..].parse().unwrap();
            prop_assert_eq!(&frame.stdout, &frames[number].stdout);
            prop_assert_eq!(frame.exit, Some(frames[number].exit));
        }
        // What a dying connection or shell adds does not complete it, short of the missing bytes.
        cut.extend(b"\nConnection to host closed.\n");
        cut.extend(&noise);
        let missing = Nonce::new(NONCE).marker();
        prop_assume!(!String::from_utf8_lossy(&noise).contains(&missing));
        let output = parsed(&cut, &[]);
        let only_the_break_is_missing = cut.starts_with(&whole[..whole.len() - 1]);
        prop_assert!(!output.complete || only_the_break_is_missing);
    }
}

#[test]
fn endless_lines_and_frames_fill_no_memory() {
    let marker = Nonce::new(NONCE).marker();
    let mut parser = FrameParser::new(&Nonce::new(NONCE));
    let begin = format!("{marker} begin f0\n");
    parser.push(begin.as_bytes());
    let block = vec![b'x'; 1024 * 1024];
    for _ in 0..50 {
        parser.push(&block);
    }
    parser.push(b"\n");
    for _ in 0..50 {
        let lines = b"noise\n".repeat(100_000);
        parser.push(&lines);
    }
    let end = format!("\n{marker} stderr\n{marker} exit 0\n{marker} end\n");
    parser.push(end.as_bytes());
    let output = parser.finish();
    let frame = &output.frames["f0"];
    assert!(frame.truncated);
    assert!(
        frame.stdout.len() < 4 * 1024 * 1024,
        "{}",
        frame.stdout.len()
    );
}

#[test]
fn a_frame_that_the_budget_skipped_has_timed_out() {
    let marker = Nonce::new(NONCE).marker();
    let text = format!("\n{marker} begin f0\n\n{marker} end 124\n");
    let output = parsed(text.as_bytes(), &[]);
    assert!(output.frames["f0"].timed_out && !output.complete);
}
