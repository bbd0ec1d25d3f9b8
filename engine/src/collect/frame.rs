//! Reads the frames of a scan's program as they stream in. Content cannot imitate a frame: only
//! lines that begin with the marker of this scan count, and the marker holds 128 random bits.

use std::collections::BTreeMap;

use super::program::{FRAME_LIMIT, Nonce, limit_of};
use crate::facts::Frame;

/// What the whole program printed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ParsedOutput {
    /// Every complete frame by its key.
    pub frames: BTreeMap<String, Frame>,
    /// CPU time of the program and its children on the host, in milliseconds.
    pub remote_cpu_ms: u64,
    /// How long the scripts took on the host by the key of their frames, in milliseconds; those that were over
    /// at once are absent.
    pub took_ms: BTreeMap<String, u32>,
    /// Whether the program came to its end.
    pub complete: bool,
}

/// Takes bytes in any pieces.
#[derive(Debug)]
pub struct FrameParser {
    marker: Vec<u8>,
    line: Vec<u8>,
    state: State,
    output: ParsedOutput,
    times: String,
}

#[derive(Debug)]
enum State {
    /// Before the first frame and between frames: whatever stands there is noise.
    Outside,
    /// In the output of a frame.
    Stdout { key: String, bytes: Vec<u8> },
    /// In what a frame said on standard error.
    Stderr {
        key: String,
        frame: Frame,
        text: Vec<u8>,
    },
    /// In the output of `times`.
    Times,
}

/// No line of noise or `times` is kept longer than this.
const LINE_LIMIT: usize = FRAME_LIMIT + 4096;

impl FrameParser {
    /// Reads the output of the program that was compiled with this nonce.
    pub fn new(nonce: &Nonce) -> Self {
        Self {
            marker: nonce.marker().into_bytes(),
            line: Vec::new(),
            state: State::Outside,
            output: ParsedOutput::default(),
            times: String::new(),
        }
    }

    /// How many frames are complete.
    pub fn complete_frames(&self) -> usize {
        self.output.frames.len()
    }

    /// Takes the next bytes.
    pub fn push(&mut self, mut bytes: &[u8]) {
        while let Some(at) = bytes.iter().position(|byte| *byte == b'\n') {
            let (head, rest) = bytes.split_at(at);
            self.extend(head);
            self.end_line();
            bytes = rest.get(1..).unwrap_or_default();
        }
        self.extend(bytes);
    }

    /// What was read.
    pub fn finish(mut self) -> ParsedOutput {
        self.output.remote_cpu_ms = cpu_ms(&self.times);
        self.output
    }

    fn extend(&mut self, bytes: &[u8]) {
        let room = LINE_LIMIT.saturating_sub(self.line.len());
        self.line
            .extend_from_slice(bytes.get(..room).unwrap_or(bytes));
    }

    fn end_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        let Some(words) = line.strip_prefix(self.marker.as_slice()) else {
            self.content(&line);
            return;
        };
        let words = String::from_utf8_lossy(words).into_owned();
        match words
            .trim_start()
            .split_once(' ')
            .unwrap_or((words.trim(), ""))
        {
            ("begin", key) => {
                self.state = State::Stdout {
                    key: key.to_owned(),
                    bytes: Vec::new(),
                };
            }
            ("stderr", _) => self.end_stdout(),
            ("exit", code) => self.exit(code),
            ("end", code) => self.end_frame(code),
            ("took", words) => self.took(words),
            ("times", _) => self.state = State::Times,
            ("done", _) => self.output.complete = true,
            _ => {}
        }
    }

    fn content(&mut self, line: &[u8]) {
        match &mut self.state {
            // The program cuts what it prints; a host that does not keep to it fills no memory here.
            State::Stdout { key, bytes } if bytes.len() <= limit_of(key) + 4096 => {
                bytes.extend_from_slice(line);
                bytes.push(b'\n');
            }
            State::Stderr { text, .. } if text.len() <= LINE_LIMIT => {
                text.extend_from_slice(line);
                text.push(b'\n');
            }
            State::Times if self.times.len() <= 1024 => {
                self.times.push_str(&String::from_utf8_lossy(line));
                self.times.push(' ');
            }
            _ => {}
        }
    }

    fn end_stdout(&mut self) {
        if let State::Stdout { key, bytes } = std::mem::replace(&mut self.state, State::Outside) {
            let mut stdout = bytes;
            // The line break before the marker is the program's own.
            stdout.pop();
            let truncated = stdout.len() >= limit_of(&key);
            let frame = Frame {
                stdout,
                truncated,
                ..Frame::default()
            };
            self.state = State::Stderr {
                key,
                frame,
                text: Vec::new(),
            };
        }
    }

    /// The host counts in hundredths of a second.
    fn took(&mut self, words: &str) {
        if let Some((hundredths, key)) = words.trim().split_once(' ')
            && let Ok(hundredths) = hundredths.parse::<u32>()
            && hundredths > 0
        {
            let ms = hundredths.saturating_mul(10);
            self.output.took_ms.insert(key.to_owned(), ms);
        }
    }

    fn exit(&mut self, code: &str) {
        if let State::Stderr { frame, .. } = &mut self.state {
            frame.timed_out = code.trim() == "timeout";
            frame.exit = code.trim().parse().ok();
        }
    }

    fn end_frame(&mut self, code: &str) {
        match std::mem::replace(&mut self.state, State::Outside) {
            State::Stderr {
                key,
                mut frame,
                text,
            } => {
                String::from_utf8_lossy(&text)
                    .trim()
                    .clone_into(&mut frame.stderr);
                self.output.frames.insert(key, frame);
            }
            // The program skipped the frame because its budget was spent.
            State::Stdout { key, .. } if code.trim() == "124" => {
                let frame = Frame {
                    exit: Some(124),
                    timed_out: true,
                    ..Frame::default()
                };
                self.output.frames.insert(key, frame);
            }
            other => self.state = other,
        }
    }
}

/// The sum of the four times that `times` prints, such as `0m0.010s`, in milliseconds.
fn cpu_ms(times: &str) -> u64 {
    times
        .split_whitespace()
        .filter_map(|word| {
            let (minutes, seconds) = word.strip_suffix('s')?.split_once('m')?;
            let (whole, fraction) = seconds.split_once(['.', ',']).unwrap_or((seconds, "0"));
            let thousandths: String = fraction.chars().chain("000".chars()).take(3).collect();
            let whole: u64 = whole.parse().ok()?;
            let minutes: u64 = minutes.parse().ok()?;
            Some((minutes * 60 + whole) * 1000 + thousandths.parse::<u64>().ok()?)
        })
        .sum()
}
