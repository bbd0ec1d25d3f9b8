//! `package_state`: a package is installed, or is not. One that is half installed is neither.

use super::{Checked, Finding, Method};
use crate::collect::{Collector, Need, PackageState as State, package};
use crate::facts::{Facts, Unknown};
use crate::rule::{Node, Reader};

/// Parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackageState {
    name: String,
    present: bool,
}

impl Method for PackageState {
    const PARAMETERS: &'static [&'static str] = &["name", "state"];

    fn read(reader: &mut Reader<'_>, node: &Node, _: &[String]) -> Option<Self> {
        let name = reader.required(node, "the check", "name")?;
        let name = reader.text(name, "name");
        let state = reader.required(node, "the check", "state")?;
        let present = reader.word(state, "state", &[("present", true), ("absent", false)]);
        Some(Self {
            name: name?,
            present: present?,
        })
    }

    fn needs(&self) -> Vec<Need> {
        vec![Need::new(Collector::Packages, "")]
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
        let expected = if self.present {
            "installed"
        } else {
            "not installed"
        };
        let expected = format!("{} {expected}", self.name);
        Ok(Finding::compared(
            installed == self.present,
            expected,
            actual,
            vec![reading.evidence],
        ))
    }
}
