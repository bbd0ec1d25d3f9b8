//! `grub_parameter_remove`: the kernel is started without a parameter, from the next boot on.

use super::effect::{Reversal, Touched};
use super::{Mechanism, parameter};
use crate::rule::{Node, Reader};

/// Parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrubParameterRemove {
    key: String,
}

impl Mechanism for GrubParameterRemove {
    const PARAMETERS: &'static [&'static str] = &["key"];

    fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        let key = parameter::line(reader, node, "key");
        Some(Self { key: key? })
    }

    fn describe(&self) -> String {
        format!("start the kernel without {}", self.key)
    }

    fn touches(&self) -> Vec<Touched> {
        vec![Touched::Boot]
    }

    fn reversal(&self) -> Reversal {
        Reversal::Staged
    }
}
