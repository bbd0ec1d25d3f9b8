//! `package_present`: a package is installed by the package manager of the host.

use super::effect::{Reversal, Touched};
use super::{Mechanism, parameter};
use crate::rule::{Node, Reader};

/// Parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackagePresent {
    name: String,
}

impl Mechanism for PackagePresent {
    const PARAMETERS: &'static [&'static str] = &["name"];

    fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        let name = parameter::line(reader, node, "name");
        Some(Self { name: name? })
    }

    fn describe(&self) -> String {
        format!("install the package {}", self.name)
    }

    fn touches(&self) -> Vec<Touched> {
        vec![Touched::Package(self.name.clone())]
    }

    fn reversal(&self) -> Reversal {
        Reversal::BestEffort
    }
}
