//! `kernel_module_disable`: a kernel module is unloaded, and modprobe does nothing for it.

use super::effect::{Reversal, Touched};
use super::{Mechanism, parameter};
use crate::rule::{Node, Reader};

/// Parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KernelModuleDisable {
    name: String,
}

impl Mechanism for KernelModuleDisable {
    const PARAMETERS: &'static [&'static str] = &["name"];

    fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        let name = parameter::line(reader, node, "name");
        Some(Self { name: name? })
    }

    fn describe(&self) -> String {
        let name = &self.name;
        format!("unload {name}, and refuse it in /etc/modprobe.d/openwatch-{name}.conf")
    }

    fn touches(&self) -> Vec<Touched> {
        vec![Touched::File(format!(
            "/etc/modprobe.d/openwatch-{}.conf",
            self.name
        ))]
    }

    fn reversal(&self) -> Reversal {
        Reversal::BestEffort
    }
}
