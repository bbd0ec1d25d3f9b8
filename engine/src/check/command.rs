//! `command`: a script of the rule ends with an exit code and prints what is expected. For what no
//! other method can tell.

use super::{CheckResult, Checked, Method};
use crate::collect::{Collector, CommandScript, Need, command_result};
use crate::facts::{Facts, Unknown, observed};
use crate::rule::schema::{Demanded, Key, Kind, Shape};
use crate::rule::{Node, Reader};

/// Seconds that a script may take where the rule does not say.
const DEFAULT_SECONDS: u64 = 20;

/// Parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    script: CommandScript,
    expected_exit: u32,
    /// The exit code with which the script says that there is nothing to judge.
    not_applicable_exit: Option<u32>,
    /// The whole output, white space at the ends cut.
    expected_stdout: Option<String>,
}

impl Method for Command {
    const SHAPE: Shape = Shape {
        what: "a command check",
        doc: "The script ends as expected and prints what is expected. For what no other method can tell. It runs as root under /bin/sh in the C locale, on the families of platforms alone; an exit above 1 that is not named is an error.",
        keys: &[
            Key::needed("run", Kind::Text, "The script, in POSIX shell."),
            Key::free(
                "arguments",
                Kind::List(&Kind::Scalar),
                "What the script finds in $1 and the following: values of variables reach it so, never as text.",
            )
            .or("none"),
            Key::free("timeout", Kind::Number(0, 600), "Seconds that it may take.").or("20"),
            Key::free(
                "expected_exit",
                Kind::Number(0, 125),
                "The exit code that holds.",
            )
            .or("0"),
            Key::free(
                "not_applicable_exit",
                Kind::Number(0, 125),
                "The exit code that says that there is nothing to judge.",
            ),
            Key::free(
                "expected_stdout",
                Kind::Text,
                "What it must print, white space at the ends cut.",
            )
            .or("any output"),
        ],
        demand: Demanded::None,
        together: &[],
    };

    fn read(reader: &mut Reader<'_>, node: &Node, families: &[String]) -> Option<Self> {
        let run = reader.required(node, "the check", "run")?;
        let run = reader.text(run, "run");
        let arguments = match node.get("arguments") {
            Some(list) => {
                let items = reader.list(list, "arguments")?;
                let words = items.iter().map(|item| reader.scalar(item, "an argument"));
                words.collect::<Option<Vec<_>>>()?
            }
            None => Vec::new(),
        };
        let mut number = |key: &str, otherwise: u64, most: u64| match node.get(key) {
            Some(value) => {
                let number = reader
                    .number(value, key)
                    .and_then(|n| u64::try_from(n).ok());
                let held = number.filter(|number| *number <= most);
                if held.is_none() {
                    reader.fault(value.mark, format!("{key} must be between 0 and {most}"));
                }
                held
            }
            None => Some(otherwise),
        };
        let seconds = number("timeout", DEFAULT_SECONDS, 600)?.max(1);
        let exit = number("expected_exit", 0, 125)?;
        let not_applicable_exit = match node.get("not_applicable_exit") {
            Some(_) => Some(number("not_applicable_exit", 0, 125)?),
            None => None,
        };
        let expected_stdout = match node.get("expected_stdout") {
            Some(text) => Some(reader.text(text, "expected_stdout")?.trim().to_owned()),
            None => None,
        };
        let script = CommandScript {
            run: run?,
            arguments,
            seconds,
            families: families.to_vec(),
            ships: false,
        };
        Some(Self {
            script,
            expected_exit: u32::try_from(exit).ok()?,
            not_applicable_exit: not_applicable_exit.and_then(|exit| u32::try_from(exit).ok()),
            expected_stdout,
        })
    }

    fn needs(&self) -> Vec<Need> {
        vec![Need::new(Collector::Command, self.script.to_argument())]
    }

    fn expected(&self) -> String {
        describe(self.expected_exit, self.expected_stdout.as_deref())
    }

    fn judge(&self, facts: &Facts) -> Checked {
        let frame = command_result(facts, &self.script)?;
        let printed = frame.text().trim().to_owned();
        let exit = frame.exit.unwrap_or_default();
        let item = observed(frame, &self.script.text());
        if self.not_applicable_exit == Some(exit) {
            return Ok(CheckResult::not_applicable(short(&printed), vec![item]));
        }
        let exit_holds = exit == self.expected_exit;
        // 0 and 1 are yes and no. By any other code than the expected one, the script says that it
        // failed, as grep does with 2.
        if !exit_holds && exit > 1 {
            let words = frame.stderr.lines().next().unwrap_or(&printed);
            let reason = format!("the script failed with exit {exit}: {}", short(words));
            return Err(Unknown::new(reason).seen(item));
        }
        let output_holds = self
            .expected_stdout
            .as_ref()
            .is_none_or(|text| *text == printed);
        let expected = self.expected();
        let actual = describe(exit, Some(&short(&printed)));
        let evidence = vec![item];
        Ok(CheckResult::compared(
            exit_holds && output_holds,
            expected,
            actual,
            evidence,
        ))
    }
}

/// How a script ended, or is to end.
fn describe(exit: u32, output: Option<&str>) -> String {
    match output {
        Some("") => format!("exit {exit}, no output"),
        Some(text) => format!("exit {exit}, {text}"),
        None => format!("exit {exit}"),
    }
}

/// What a line of a report can hold.
fn short(text: &str) -> String {
    let mut cut: String = text.chars().take(200).collect();
    if cut.len() < text.len() {
        cut.push('…');
    }
    cut
}
