//! `selinux_boolean_set`: a boolean of SELinux has a value, now and after a boot.

use super::effect::{Reversal, Touched};
use super::{Mechanism, parameter};
use crate::rule::{Node, Reader};

/// Parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SelinuxBooleanSet {
    name: String,
    value: bool,
}

impl Mechanism for SelinuxBooleanSet {
    const PARAMETERS: &'static [&'static str] = &["name", "value"];

    fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        let name = parameter::line(reader, node, "name");
        let value = reader.required(node, "the mechanism", "value")?;
        let value = reader.flag(value, "value")?;
        Some(Self { name: name?, value })
    }

    fn describe(&self) -> String {
        let value = if self.value { "on" } else { "off" };
        format!("turn the boolean {} of SELinux {value}", self.name)
    }

    fn touches(&self) -> Vec<Touched> {
        Vec::new()
    }

    fn reversal(&self) -> Reversal {
        Reversal::Exact
    }
}
