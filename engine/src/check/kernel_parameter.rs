//! `kernel_parameter`: parameters on the command line of the running kernel and of every entry that can be booted.

use super::{CheckResult, Checked, Expectation, Method};
use crate::collect::{CommandLine, Need, command_line_needs, command_lines};
use crate::facts::{Facts, Unknown};
use crate::rule::schema::{Demanded, Key, Kind, STATE, STATES, Shape};
use crate::rule::{Node, Reader};
use domain::results::Evidence;

/// Parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KernelParameter {
    keys: Vec<String>,
    demand: Demand,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Demand {
    /// It stands there, with a value or without.
    Present,
    /// It does not stand there.
    Absent,
    /// It stands there with such a value.
    Value(Expectation),
    /// It does not stand there with such a value.
    Not(Expectation),
}

impl Method for KernelParameter {
    const SHAPE: Shape = Shape {
        what: "a kernel_parameter check",
        doc: "The running kernel and every entry of the boot loader were, or will be, started with such a parameter.",
        keys: &[
            Key::needed(
                "key",
                Kind::OneOrMore(&Kind::Text),
                "The parameter. Of several, each must be so.",
            ),
            Key::free(
                "state",
                STATE,
                "Whether it must be there. With absent and a demand: no such value.",
            )
            .or("present"),
        ],
        demand: Demanded::Free,
        together: &[],
    };

    fn read(reader: &mut Reader<'_>, node: &Node, _: &[String]) -> Option<Self> {
        let key = reader.required(node, "the check", "key")?;
        let keys = match key.text() {
            Some(_) => vec![reader.text(key, "key")?],
            None => reader.texts(key, "key")?,
        };
        if keys.is_empty() {
            reader.fault(key.mark, "key must not be empty");
            return None;
        }
        let asks = |key: &Key| node.get(key.name).is_some();
        let value = Expectation::KEYS.iter().any(asks);
        let present = match node.get("state") {
            Some(state) => reader.word(state, "state", STATES)?,
            None => true,
        };
        let demand = match (value, present) {
            (true, true) => Demand::Value(Expectation::read(reader, node)?),
            (true, false) => Demand::Not(Expectation::read(reader, node)?),
            (false, true) => Demand::Present,
            (false, false) => Demand::Absent,
        };
        Some(Self { keys, demand })
    }

    fn needs(&self) -> Vec<Need> {
        command_line_needs()
    }

    fn expected(&self) -> String {
        let keys: Vec<&str> = self.keys.iter().map(String::as_str).collect();
        self.demanded(&keys)
    }

    fn judge(&self, facts: &Facts) -> Checked {
        let lines = command_lines(facts)?;
        let mut evidence = vec![seen(&lines.running)];
        let bad = self.bad(&lines.running);
        if !bad.is_empty() {
            let actual = format!("the running kernel has {}", found(&bad, &lines.running));
            return Ok(CheckResult::compared(
                false,
                self.demanded(&bad),
                actual,
                evidence,
            ));
        }
        if lines.boot.is_empty() {
            let reason = "the running kernel is as demanded, and the boot loader keeps no entry on this machine \
                          that could tell about the next boot";
            let unknown = Unknown::new(reason);
            return Err(evidence.into_iter().fold(unknown, Unknown::seen));
        }
        let other = lines.boot.iter().find(|line| !self.bad(line).is_empty());
        evidence.extend(other.or(lines.boot.first()).map(seen));
        Ok(match other {
            Some(line) => {
                let bad = self.bad(line);
                let actual = format!("{}:{} has {}", line.file, line.line, found(&bad, line));
                CheckResult::compared(false, self.demanded(&bad), actual, evidence)
            }
            None => CheckResult::compared(
                true,
                self.expected(),
                self.as_running(&lines.running),
                evidence,
            ),
        })
    }
}

impl KernelParameter {
    /// Those of the parameters that are not as demanded on this command line.
    fn bad(&self, line: &CommandLine) -> Vec<&str> {
        let keys = self.keys.iter().map(String::as_str);
        keys.filter(|key| !self.holds(line.value(key).as_deref()))
            .collect()
    }

    fn holds(&self, value: Option<&str>) -> bool {
        match (&self.demand, value) {
            (Demand::Present, value) => value.is_some(),
            (Demand::Absent, value) => value.is_none(),
            (Demand::Value(demand), Some(value)) => demand.holds(value),
            (Demand::Value(_), None) => false,
            (Demand::Not(demand), Some(value)) => !demand.holds(value),
            (Demand::Not(_), None) => true,
        }
    }

    /// What is demanded of these parameters.
    fn demanded(&self, keys: &[&str]) -> String {
        let one = |key: &&str| match &self.demand {
            Demand::Present => (*key).to_owned(),
            Demand::Absent => format!("no {key}"),
            Demand::Value(demand) => format!("{key}={demand}"),
            Demand::Not(demand) => format!("not {key}={demand}"),
        };
        let all: Vec<String> = keys.iter().map(one).collect();
        format!("{} now and in every boot entry", all.join(", "))
    }

    /// What a command line has that is as demanded. Of several parameters only those are named that are there.
    fn as_running(&self, line: &CommandLine) -> String {
        let keys = self.keys.iter().map(String::as_str);
        let there: Vec<&str> = keys.filter(|key| line.value(key).is_some()).collect();
        match (there.as_slice(), self.keys.as_slice()) {
            ([], [one]) => format!("no {one}"),
            ([], _) => "no such parameter".to_owned(),
            (some, _) => found(some, line),
        }
    }
}

/// What a command line says of these parameters.
fn found(keys: &[&str], line: &CommandLine) -> String {
    let one = |key: &&str| match line.value(key).as_deref() {
        Some("") => (*key).to_owned(),
        Some(value) => format!("{key}={value}"),
        None => format!("no {key}"),
    };
    let all: Vec<String> = keys.iter().map(one).collect();
    all.join(", ")
}

fn seen(line: &CommandLine) -> Evidence {
    let shown = format!("{}\n", line.text);
    Evidence::new(format!("cat {}", line.file), Some(0), shown.as_bytes()).at(&line.file, line.line)
}
