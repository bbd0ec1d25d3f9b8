//! `package_state`: a package is installed, or is not. One that is half installed is neither.

use super::{CheckResult, Checked, Method};
use crate::collect::{Collector, Need, PackageState as State, package};
use crate::facts::{Facts, Unknown};
use crate::rule::schema::{Demanded, Key, Kind, STATE, STATES, Shape};
use crate::rule::{Node, Reader};

/// Parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackageState {
    name: String,
    present: bool,
}

impl Method for PackageState {
    const SHAPE: Shape = Shape {
        what: "a package_state check",
        doc: "The package is whole, or away; half installed is an error.",
        keys: &[
            Key::needed(
                "name",
                Kind::Text,
                "The name that the package manager knows.",
            ),
            Key::needed("state", STATE, "Whether it must be installed."),
        ],
        demand: Demanded::None,
        together: &[],
    };

    fn read(reader: &mut Reader<'_>, node: &Node, _: &[String]) -> Option<Self> {
        let name = reader.required(node, "the check", "name")?;
        let name = reader.text(name, "name");
        let state = reader.required(node, "the check", "state")?;
        let present = reader.word(state, "state", STATES);
        Some(Self {
            name: name?,
            present: present?,
        })
    }

    fn needs(&self) -> Vec<Need> {
        vec![Need::new(Collector::Packages, "")]
    }

    fn expected(&self) -> String {
        let state = if self.present {
            "installed"
        } else {
            "not installed"
        };
        format!("{} {state}", self.name)
    }

    fn judge(&self, facts: &Facts) -> Checked {
        let reading = package(facts, &self.name)?;
        let (installed, actual) = match reading.value {
            State::Installed(version) => (true, format!("{} {version}", self.name)),
            State::Absent => (false, format!("{} is not installed", self.name)),
            State::Broken(status) => {
                let reason = format!("{} is half installed (status {status})", self.name);
                return Err(Unknown::new(reason).seen(reading.evidence));
            }
        };
        Ok(CheckResult::compared(
            installed == self.present,
            self.expected(),
            actual,
            vec![reading.evidence],
        ))
    }
}
