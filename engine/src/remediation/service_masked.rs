//! `service_masked`: a unit is stopped and cannot be started.

use super::effect::{Reversal, Touched};
use super::{Mechanism, parameter};
use crate::rule::{Node, Reader};

/// Parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceMasked {
    name: String,
}

impl Mechanism for ServiceMasked {
    const PARAMETERS: &'static [&'static str] = &["name"];

    fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        let name = parameter::unit(reader, node, "name");
        Some(Self { name: name? })
    }

    fn describe(&self) -> String {
        format!("stop and mask {}", self.name)
    }

    fn touches(&self) -> Vec<Touched> {
        vec![Touched::Unit(self.name.clone())]
    }

    fn reversal(&self) -> Reversal {
        Reversal::Exact
    }
}
