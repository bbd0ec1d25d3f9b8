//! Finds our lines in whatever log-in scripts print, and keeps the end of standard error. Bounded.

use super::bootstrap;

/// Log-in scripts that print more than this before the shell runs are refused.
pub(super) const MAX_NOISE: usize = 1024 * 1024;

/// How much of standard error is kept.
const MAX_TAIL: usize = 64 * 1024;

/// Standard output up to the moment that the program may start.
#[derive(Default)]
pub(super) struct Noise {
    buffer: Vec<u8>,
    shell_runs: bool,
}

/// The shell that reads the program has started.
pub(super) struct Ready {
    pub(super) sudo_calls: u32,
    /// Output of the program that came in the same piece.
    pub(super) rest: Vec<u8>,
}

impl Noise {
    /// Takes a piece of standard output.
    pub(super) fn take(&mut self, bytes: &[u8]) -> Option<Ready> {
        let from = self.buffer.len().saturating_sub(bootstrap::READY.len() + 2);
        self.buffer.extend_from_slice(bytes);
        self.shell_runs = self.shell_runs || find(&self.buffer, bootstrap::SHELL_RUNS).is_some();
        let searched = self.buffer.get(from..)?;
        let at = from + find(searched, bootstrap::READY)? + bootstrap::READY.len();
        match self.buffer.get(at..)? {
            [digit @ b'0'..=b'9', b'\n', rest @ ..] => Some(Ready {
                sudo_calls: u32::from(digit - b'0'),
                rest: rest.to_vec(),
            }),
            _ => None,
        }
    }

    /// Whether a POSIX shell runs, so that what follows is about sudo.
    pub(super) fn shell_runs(&self) -> bool {
        self.shell_runs
    }

    pub(super) fn too_much(&self) -> bool {
        self.buffer.len() > MAX_NOISE
    }

    /// The last line that a person would read.
    pub(super) fn words(&self) -> String {
        last_words(&self.buffer)
    }
}

/// The end of standard error.
#[derive(Default)]
pub(super) struct Tail {
    bytes: Vec<u8>,
}

impl Tail {
    pub(super) fn take(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
        if self.bytes.len() > 2 * MAX_TAIL {
            self.bytes.drain(..self.bytes.len() - MAX_TAIL);
        }
    }

    /// Whether sudo has just asked for the password. Asking is forgotten once it was seen.
    pub(super) fn take_prompt(&mut self) -> bool {
        let end = self.bytes.trim_ascii_end();
        let asked = end.ends_with(bootstrap::PROMPT) || end == bootstrap::PROMPT.trim_ascii_start();
        if asked {
            self.bytes.clear();
        }
        asked
    }

    pub(super) fn words(&self) -> String {
        last_words(&self.bytes)
    }

    pub(super) fn into_bytes(mut self) -> Vec<u8> {
        let surplus = self.bytes.len().saturating_sub(MAX_TAIL);
        self.bytes.drain(..surplus);
        self.bytes
    }
}

/// The last line with visible text, at most 300 characters, fit for a message.
fn last_words(bytes: &[u8]) -> String {
    let start = bytes.len().saturating_sub(4096);
    let text = String::from_utf8_lossy(bytes.get(start..).unwrap_or_default());
    let line = text
        .lines()
        .rev()
        .map(str::trim)
        .find(|line| !line.is_empty() && !is_ours(line));
    line.unwrap_or_default()
        .chars()
        .filter(|c| !c.is_control())
        .take(300)
        .collect()
}

/// Whether we wrote a line: what announces the shell, or a line of the program with its 32 digits.
fn is_ours(line: &str) -> bool {
    let digits = |rest: &str| rest.bytes().take_while(u8::is_ascii_hexdigit).count() == 32;
    line.starts_with("openwatch-") || line.strip_prefix('@').is_some_and(digits)
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack
        .windows(needle.len())
        .position(|window| window == needle)
}
