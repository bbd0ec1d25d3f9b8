//! `package_absent`: a package is removed by the package manager of the host.

use super::effect::{Reversal, Touched};
use super::{Mechanism, parameter};
use crate::rule::{Node, Reader};

/// Parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackageAbsent {
    name: String,
}

impl Mechanism for PackageAbsent {
    const PARAMETERS: &'static [&'static str] = &["name"];

    fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        let name = parameter::line(reader, node, "name");
        Some(Self { name: name? })
    }

    fn describe(&self) -> String {
        format!("remove the package {}", self.name)
    }

    fn touches(&self) -> Vec<Touched> {
        vec![Touched::Package(self.name.clone())]
    }

    fn reversal(&self) -> Reversal {
        Reversal::BestEffort
    }
}
