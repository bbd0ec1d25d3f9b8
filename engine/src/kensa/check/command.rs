//! `command`: a script with the exit code, and perhaps the output, that it must have.

use std::sync::Arc;

use super::{Context, Method, Read, compared, need_of, script, skipped};
use crate::check::Checked;
use crate::collect::{CommandScript, Need, command_result_named};
use crate::facts::{Facts, Unknown, observed};
use crate::kensa::params::{Broken, Params};
use crate::rule::Node;

#[derive(Debug)]
struct Command {
    script: CommandScript,
    expected_exit: u32,
    expected_stdout: Option<String>,
    not_assessable_exit: Option<u32>,
}

pub(super) fn read(params: &mut Params<'_>, context: &Context<'_>) -> Read {
    let (cmd, run) = (params.optional("cmd")?, params.optional("run")?);
    let run = [cmd, run]
        .into_iter()
        .flatten()
        .find(|run| !run.trim().is_empty())
        .ok_or_else(|| Broken("command needs the parameter cmd (or run)".to_owned()))?;
    let exit = |number: Option<i64>, key: &str| match number.map(u32::try_from) {
        Some(Ok(number)) => Ok(Some(number)),
        Some(Err(_)) => Err(Broken(format!("{key} must be an exit code"))),
        None => Ok(None),
    };
    let expected_exit = exit(params.number("expected_exit")?, "expected_exit")?;
    let not_assessable = exit(params.number("not_assessable_exit")?, "not_assessable_exit")?;
    let (stdout, output) = (
        stdout(params, "expected_stdout")?,
        stdout(params, "expected_output")?,
    );
    Ok(Arc::new(Command {
        script: script(run, context),
        expected_exit: expected_exit.unwrap_or(0),
        expected_stdout: stdout.or(output),
        not_assessable_exit: not_assessable,
    }))
}

/// An empty text is a demand too: nothing may be printed.
fn stdout(params: &mut Params<'_>, key: &'static str) -> Result<Option<String>, Broken> {
    let written = params.has(key);
    Ok(params.optional(key)?.filter(|_| written))
}

impl Method for Command {
    fn needs(&self) -> Vec<Need> {
        need_of(&self.script)
    }

    fn judge(&self, facts: &Facts) -> Checked {
        let frame = command_result_named(facts, &self.script, &self.named())?;
        let item = observed(frame, &self.script.run);
        let text = frame.text();
        let printed = text.trim().to_owned();
        let Some(exit) = frame.exit else {
            return Err(Unknown::new("the script was killed").seen(item));
        };
        if self.not_assessable_exit == Some(exit) {
            return skipped(printed, vec![item]);
        }
        let output_holds = match self.expected_stdout.as_deref() {
            None => true,
            Some("") => printed.is_empty(),
            Some(wanted) => text.contains(wanted),
        };
        let expected = match self.expected_stdout.as_deref() {
            None => format!("exit {}", self.expected_exit),
            Some("") => format!("exit {}, no output", self.expected_exit),
            Some(wanted) => format!("exit {}, output with {wanted}", self.expected_exit),
        };
        let actual = match printed.lines().next() {
            Some(first) => format!("exit {exit}, {first}"),
            None => format!("exit {exit}, no output"),
        };
        compared(
            exit == self.expected_exit && output_holds,
            expected,
            actual,
            vec![item],
        )
    }

    fn strict(&self) -> Option<Node> {
        None
    }
}

impl Command {
    /// The exit codes that the rule names itself.
    fn named(&self) -> Vec<u32> {
        self.not_assessable_exit
            .into_iter()
            .chain([self.expected_exit])
            .collect()
    }
}
