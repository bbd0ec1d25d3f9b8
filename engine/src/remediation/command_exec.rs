//! `command_exec`: a script runs as root. For what no other mechanism can do.

use super::effect::{Reversal, Touched};
use super::{Mechanism, parameter};
use crate::rule::{Node, Reader};

/// Parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandExec {
    run: String,
    undo: Option<String>,
}

impl Mechanism for CommandExec {
    const PARAMETERS: &'static [&'static str] = &["run", "undo"];

    fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        let run = parameter::block(reader, node, "run")?;
        let undo = match node.get("undo") {
            Some(_) => Some(parameter::block(reader, node, "undo")?),
            None => None,
        };
        Some(Self { run, undo })
    }

    fn describe(&self) -> String {
        format!("run: {}", self.run.trim())
    }

    fn touches(&self) -> Vec<Touched> {
        vec![Touched::Anything]
    }

    fn reversal(&self) -> Reversal {
        match self.undo {
            Some(_) => Reversal::BestEffort,
            None => Reversal::None,
        }
    }
}
