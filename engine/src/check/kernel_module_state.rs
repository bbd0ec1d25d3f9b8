//! `kernel_module_state`: a module is neither loaded nor loadable. What is built into the kernel is
//! there whatever modprobe.d says.

use super::{CheckResult, Checked, Method};
use crate::collect::{Collector, Need, module_facts};
use crate::facts::{Facts, Unknown};
use crate::rule::schema::{Demanded, Key, Kind, Shape, words};
use crate::rule::{Node, Reader};

/// Parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KernelModuleState {
    name: String,
    /// Whether a blacklist line is demanded beside the install line.
    blacklisted: bool,
}

const STATES: [(&str, bool); 2] = [("disabled", false), ("disabled_and_blacklisted", true)];

impl Method for KernelModuleState {
    const SHAPE: Shape = Shape {
        what: "a kernel_module_state check",
        doc: "The module is not built into the kernel, not loaded, and modprobe does nothing for it.",
        keys: &[
            Key::needed("name", Kind::Text, "The module, spelled with - or _."),
            Key::needed(
                "state",
                Kind::Word(|| words(&STATES)),
                "Whether it must be on the list of those that are never loaded by themselves as well.",
            ),
        ],
        demand: Demanded::None,
        together: &[],
    };

    fn read(reader: &mut Reader<'_>, node: &Node, _: &[String]) -> Option<Self> {
        let name = reader.required(node, "the check", "name")?;
        let name = reader.text(name, "name");
        let state = reader.required(node, "the check", "state")?;
        let blacklisted = reader.word(state, "state", &STATES);
        Some(Self {
            name: name?,
            blacklisted: blacklisted?,
        })
    }

    fn needs(&self) -> Vec<Need> {
        vec![Need::new(Collector::Modules, &self.name)]
    }

    fn expected(&self) -> String {
        format!("{} neither loaded nor loadable", self.name)
    }

    fn judge(&self, facts: &Facts) -> Checked {
        let reading = module_facts(facts, &self.name)?;
        let known = &reading.value;
        let mut faults = Vec::new();
        if known.builtin == Some(true) {
            faults.push("it is built into the kernel");
        }
        if known.loaded {
            faults.push("it is loaded");
        }
        let available = known.available == Some(true);
        if available && known.install_disabled != Some(true) {
            faults.push("modprobe loads it on request");
        }
        if available && self.blacklisted && !known.blacklisted {
            faults.push("it is not blacklisted");
        }
        if faults.is_empty() && (known.builtin.is_none() || known.available.is_none()) {
            let reason = "not loaded, but the modules that come with this kernel cannot be listed";
            return Err(Unknown::new(reason).seen(reading.evidence));
        }
        let actual = match (faults.is_empty(), available) {
            (false, _) => faults.join(", "),
            (true, true) => "not loaded and disabled by modprobe.d".to_owned(),
            (true, false) => "not loaded, and this kernel has no such module".to_owned(),
        };
        let expected = self.expected();
        Ok(CheckResult::compared(
            faults.is_empty(),
            expected,
            actual,
            vec![reading.evidence],
        ))
    }
}
