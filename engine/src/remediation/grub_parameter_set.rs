//! `grub_parameter_set`: the kernel is started with a parameter, from the next boot on.

use super::effect::{Reversal, Touched};
use super::{Mechanism, parameter};
use crate::rule::{Node, Reader};

/// Parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrubParameterSet {
    key: String,
    value: Option<String>,
}

impl Mechanism for GrubParameterSet {
    const PARAMETERS: &'static [&'static str] = &["key", "value"];

    fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        let key = parameter::line(reader, node, "key");
        let value = parameter::optional(reader, node, "value").ok();
        Some(Self {
            key: key?,
            value: value?,
        })
    }

    fn describe(&self) -> String {
        let value = self
            .value
            .as_deref()
            .map_or_else(String::new, |value| format!("={value}"));
        format!("start the kernel with {}{value}", self.key)
    }

    fn touches(&self) -> Vec<Touched> {
        vec![Touched::Boot]
    }

    fn reversal(&self) -> Reversal {
        Reversal::Staged
    }
}
