//! `kernel_parameter`: a parameter on the command line of the running kernel and of every entry that can be booted.

use super::{CheckResult, Checked, Expectation, Method};
use crate::collect::{CommandLine, Need, command_line_needs, command_lines};
use crate::facts::{Facts, Unknown};
use crate::rule::schema::{Demanded, Key, Kind, STATE, STATES, Shape};
use crate::rule::{Node, Reader};
use domain::results::Evidence;

/// Parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KernelParameter {
    key: String,
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
            Key::needed("key", Kind::Text, "The parameter."),
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
        let key = reader.text(key, "key")?;
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
        Some(Self { key, demand })
    }

    fn needs(&self) -> Vec<Need> {
        command_line_needs()
    }

    fn expected(&self) -> String {
        let demand = match &self.demand {
            Demand::Present => self.key.clone(),
            Demand::Absent => format!("no {}", self.key),
            Demand::Value(demand) => format!("{}={demand}", self.key),
            Demand::Not(demand) => format!("not {}={demand}", self.key),
        };
        format!("{demand} now and in every boot entry")
    }

    fn judge(&self, facts: &Facts) -> Checked {
        let lines = command_lines(facts)?;
        let mut evidence = vec![seen(&lines.running)];
        let running = lines.running.value(&self.key);
        if !self.holds(running.as_deref()) {
            let actual = format!("the running kernel has {}", self.found(running.as_deref()));
            return Ok(CheckResult::compared(
                false,
                self.expected(),
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
        let bad = lines.boot.iter().find_map(|line| {
            let value = line.value(&self.key);
            (!self.holds(value.as_deref())).then_some((line, value))
        });
        evidence.extend(bad.as_ref().map_or_else(
            || lines.boot.first().map(seen),
            |(line, _)| Some(seen(line)),
        ));
        let (holds, actual) = match bad {
            Some((line, value)) => {
                let found = self.found(value.as_deref());
                (false, format!("{}:{} has {found}", line.file, line.line))
            }
            None => (true, self.found(running.as_deref())),
        };
        Ok(CheckResult::compared(
            holds,
            self.expected(),
            actual,
            evidence,
        ))
    }
}

impl KernelParameter {
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

    fn found(&self, value: Option<&str>) -> String {
        match value {
            Some("") => self.key.clone(),
            Some(value) => format!("{}={value}", self.key),
            None => format!("no {}", self.key),
        }
    }
}

fn seen(line: &CommandLine) -> Evidence {
    let shown = format!("{}\n", line.text);
    Evidence::new(format!("cat {}", line.file), Some(0), shown.as_bytes()).at(&line.file, line.line)
}
