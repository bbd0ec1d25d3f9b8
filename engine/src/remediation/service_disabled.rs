//! `service_disabled`: a unit is stopped and does not start with the system.

use super::effect::{Reversal, Touched};
use super::{Mechanism, parameter};
use crate::rule::{Node, Reader};

/// Parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceDisabled {
    name: String,
}

impl Mechanism for ServiceDisabled {
    const PARAMETERS: &'static [&'static str] = &["name"];

    fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        let name = parameter::unit(reader, node, "name");
        Some(Self { name: name? })
    }

    fn describe(&self) -> String {
        format!("stop and disable {}", self.name)
    }

    fn touches(&self) -> Vec<Touched> {
        vec![Touched::Unit(self.name.clone())]
    }

    fn reversal(&self) -> Reversal {
        Reversal::Exact
    }
}
