//! Scripts that rules bring along. Each has its own frame and deadline in the one session.

use std::collections::BTreeSet;
use std::time::Duration;

use domain::digest::Digest;
use serde::{Deserialize, Serialize};

use super::program::GROUP_SECONDS;
use super::{FrameSpec, Way, quote};
use crate::facts::{Facts, Frame, Unknown};

/// A script of a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommandScript {
    /// The text for `/bin/sh -c`.
    pub run: String,
    /// What it finds in `$1` and the following.
    pub arguments: Vec<String>,
    /// How long it may take, in seconds.
    pub seconds: u64,
    /// Families of which the host must be one; empty means any.
    pub families: Vec<String>,
    /// It came with the product. It runs beside our collectors then, without a watch over it alone.
    pub ships: bool,
}

impl CommandScript {
    /// The argument of the need.
    pub fn to_argument(&self) -> String {
        // A struct of text and numbers always has a JSON form.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// The script with its arguments, as a person would run it. They are quoted: no argument can become a
    /// command.
    pub fn text(&self) -> String {
        if self.arguments.is_empty() {
            return self.run.clone();
        }
        let arguments: Vec<String> = self.arguments.iter().map(|word| quote(word)).collect();
        format!("set -- {}\n{}", arguments.join(" "), self.run)
    }

    fn key(&self) -> String {
        let digest = Digest::of(self.text().as_bytes()).to_string();
        format!("command {}", digest.get(..16).unwrap_or(&digest))
    }
}

/// The key of the frame of a script, from the argument of its need.
pub(super) fn key_of(argument: &str) -> String {
    serde_json::from_str(argument).map_or_else(
        |_| argument.to_owned(),
        |script: CommandScript| script.key(),
    )
}

/// The argument of the need for a script that came with the product.
pub(super) fn shipped(argument: &str) -> String {
    serde_json::from_str(argument).map_or_else(
        |_| argument.to_owned(),
        |script: CommandScript| {
            CommandScript {
                ships: true,
                ..script
            }
            .to_argument()
        },
    )
}

pub(super) fn frames(arguments: &BTreeSet<&str>) -> Vec<FrameSpec> {
    let mut specs: Vec<FrameSpec> = Vec::new();
    for script in arguments
        .iter()
        .filter_map(|json| serde_json::from_str(json).ok())
    {
        let script: CommandScript = script;
        let (key, deadline) = (script.key(), Duration::from_secs(script.seconds));
        if let Some(known) = specs.iter_mut().find(|spec| spec.key == key) {
            // Two rules with the same script share its one run.
            if !script.ships {
                known.way = Way::Foreign;
            }
            known.deadline = known.deadline.max(deadline);
            if known.families.is_empty() || script.families.is_empty() {
                known.families.clear();
            } else {
                known.families.extend(script.families);
            }
        } else {
            let text = script.text();
            let quick = script.seconds <= GROUP_SECONDS;
            let way = if script.ships && quick {
                Way::Grouped
            } else {
                Way::Foreign
            };
            specs.push(FrameSpec {
                deadline,
                families: script.families,
                way,
                ..FrameSpec::new(key, text, script.seconds)
            });
        }
    }
    specs
}

/// What a script printed, when that can be relied on.
pub fn command_result<'f>(facts: &'f Facts, script: &CommandScript) -> Result<&'f Frame, Unknown> {
    facts.ended(&script.key(), &script.text())
}

/// The same for a rule that names exit codes itself: 127 is an answer to one who asks for it.
pub fn command_result_named<'f>(
    facts: &'f Facts,
    script: &CommandScript,
    named: &[u32],
) -> Result<&'f Frame, Unknown> {
    let whole = facts
        .frames
        .get(&script.key())
        .filter(|frame| !frame.timed_out && !frame.truncated);
    match whole {
        Some(frame) if frame.exit.is_some_and(|exit| named.contains(&exit)) => Ok(frame),
        _ => command_result(facts, script),
    }
}
