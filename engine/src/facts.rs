//! What was collected from a host, as raw frames that can be stored and judged again later.

use std::any::{Any, TypeId};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use crate::collect::limit_of;
use crate::rule::Platform;
use domain::results::Evidence;

/// What one collector printed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Frame {
    /// The exit code; nothing when it was killed.
    pub exit: Option<u32>,
    /// What it printed.
    #[serde(with = "bytes_as_text")]
    pub stdout: Vec<u8>,
    /// What it said on standard error.
    pub stderr: String,
    /// Whether its deadline ended it.
    pub timed_out: bool,
    /// Whether it printed more than is accepted.
    pub truncated: bool,
    /// What readers made of it so far; a new frame begins with nothing.
    #[serde(skip)]
    pub parsed: Parsed,
}

impl Frame {
    /// A frame of a command that ended well; for fixtures and tests.
    pub fn ok(stdout: impl Into<Vec<u8>>) -> Self {
        Self {
            exit: Some(0),
            stdout: stdout.into(),
            ..Self::default()
        }
    }

    /// Whether the time for the whole host was over before its turn. One that its own deadline ended has no exit code.
    fn was_not_begun(&self) -> bool {
        self.timed_out && self.exit == Some(124)
    }

    /// The output as text; bytes that are not UTF-8 become U+FFFD.
    pub fn text(&self) -> std::borrow::Cow<'_, str> {
        // Looked at for every rule: the common case is checked many bytes at a time.
        match std::str::from_utf8(&self.stdout) {
            Ok(text) => text.into(),
            Err(_) => String::from_utf8_lossy(&self.stdout),
        }
    }

    /// What `parse` makes of the frame. However many rules ask for it, it is made once.
    ///
    /// `parse` is a function or a closure that captures nothing: its result depends on the frame alone.
    pub(crate) fn parsed<T, F>(&self, parse: F) -> Arc<T>
    where
        T: Any + Send + Sync,
        F: Fn(&Self) -> T + 'static,
    {
        const { assert!(size_of::<F>() == 0, "a parser of frames captures nothing") };
        if let Some(known) = self.parsed.get(TypeId::of::<F>()) {
            return known;
        }
        // Unlocked: a parser may ask for what another one makes.
        let made = Arc::new(parse(self));
        self.parsed.keep(TypeId::of::<F>(), &made);
        made
    }
}

/// What readers made of a frame, by the type of the reader. It follows from the frame, so that frames with and
/// without are equal, and a copy, which may be changed, begins without.
#[derive(Default)]
pub struct Parsed(Mutex<HashMap<TypeId, Arc<dyn Any + Send + Sync>>>);

impl Parsed {
    fn get<T: Any + Send + Sync>(&self, reader: TypeId) -> Option<Arc<T>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(kept.get(&reader)?).downcast().ok()
    }

    fn keep<T: Any + Send + Sync>(&self, reader: TypeId, made: &Arc<T>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.insert(reader, Arc::clone(made) as Arc<dyn Any + Send + Sync>);
    }
}

impl Clone for Parsed {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl PartialEq for Parsed {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Parsed {}

impl std::fmt::Debug for Parsed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Parsed")
    }
}

/// "Could not tell": becomes the verdict ERROR with this reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unknown {
    /// Why, in words.
    pub reason: String,
    /// What was seen nevertheless.
    pub evidence: Vec<Evidence>,
}

impl Unknown {
    /// Could not tell, for this reason.
    pub fn new(reason: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
            evidence: Vec::new(),
        }
    }

    /// With what was seen.
    #[must_use]
    pub fn seen(mut self, item: Evidence) -> Self {
        self.evidence.push(item);
        self
    }
}

/// A value with the observation that it rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading<T> {
    /// The value.
    pub value: T,
    /// The observation.
    pub evidence: Evidence,
}

/// Everything that one scan collected.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Facts {
    /// What os-release says.
    pub platform: Platform,
    /// The kernel release.
    pub kernel: String,
    /// The machine architecture.
    pub architecture: String,
    /// The name of the host.
    pub hostname: String,
    /// Whether the program had the rights of root.
    pub privileged: bool,
    /// What each collector printed, by the key of its frame.
    pub frames: BTreeMap<String, Frame>,
    /// The names of everything that was asked for, for facts of an earlier scan; nothing while they are fresh,
    /// because then the rules that are judged are those that asked.
    #[serde(default)]
    pub collected: Option<BTreeSet<String>>,
}

impl Facts {
    /// The frame of a collector, when its output can be relied on.
    ///
    /// A frame that is missing, cut, timed out or killed is "could not tell". So is one whose script did not end with 0,
    /// as every script of ours does that came to its end: a shell that cannot fork or open anything has not found that
    /// a file is away.
    pub fn frame(&self, key: &str, command: &str) -> Result<&Frame, Unknown> {
        let frame = self.ended(key, command)?;
        let Some(code @ 1..) = frame.exit else {
            return Ok(frame);
        };
        let mut reason = format!("{}: the script ended with {code}", named(command));
        if let Some(words) = frame.stderr.lines().last() {
            reason.push_str(": ");
            reason.push_str(words);
        }
        Err(Unknown::new(reason).seen(observed(frame, command)))
    }

    /// The same, whatever exit code the script ended with: for those who tell the codes apart themselves.
    pub fn ended(&self, key: &str, command: &str) -> Result<&Frame, Unknown> {
        let frame = self
            .frames
            .get(key)
            .ok_or_else(|| Unknown::new(format!("{}: not collected", named(command))))?;
        let reason = if frame.was_not_begun() {
            "was not begun: the time for the whole host was over".to_owned()
        } else if frame.timed_out {
            "did not finish in time".to_owned()
        } else if frame.truncated {
            let most = limit_of(key) / (1024 * 1024);
            format!("printed more than the {most} MiB that are accepted")
        } else {
            match frame.exit {
                None => "was killed".to_owned(),
                Some(126) => "may not be executed".to_owned(),
                Some(127) => "the tool is missing".to_owned(),
                // 64 signals at most; 255 is what ssh, sshd and others end with when they refuse.
                Some(code @ 129..=192) => format!("was killed by signal {}", code - 128),
                Some(_) => return Ok(frame),
            }
        };
        let reason = format!("{}: {reason}", named(command));
        Err(Unknown::new(reason).seen(observed(frame, command)))
    }
}

/// A command in a sentence: a script of many lines is read in the evidence.
fn named(command: &str) -> &str {
    if command.trim_end().contains('\n') {
        "the script of the rule"
    } else {
        command
    }
}

/// A whole frame as an observation.
pub fn observed(frame: &Frame, command: &str) -> Evidence {
    Evidence::new(command, frame.exit, &frame.stdout).with_stderr(&frame.stderr)
}

mod bytes_as_text {
    //! Bytes as text where they are UTF-8 (nearly always), otherwise as hexadecimal digits.

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[derive(Serialize, Deserialize)]
    #[serde(untagged)]
    enum Form {
        Text(String),
        Hex { hex: String },
    }

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        let form = match std::str::from_utf8(bytes) {
            Ok(text) => Form::Text(text.to_owned()),
            Err(_) => Form::Hex {
                hex: hex::encode(bytes),
            },
        };
        form.serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
        match Form::deserialize(from)? {
            Form::Text(text) => Ok(text.into_bytes()),
            Form::Hex { hex } => hex::decode(hex).map_err(serde::de::Error::custom),
        }
    }
}
