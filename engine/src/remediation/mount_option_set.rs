//! `mount_option_set`: a filesystem of its own is mounted with options, now and after a boot.

use super::effect::{Reversal, Touched};
use super::{Mechanism, parameter};
use crate::rule::{Node, Reader};

/// Parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MountOptionSet {
    mount_point: String,
    options: Vec<String>,
}

impl Mechanism for MountOptionSet {
    const PARAMETERS: &'static [&'static str] = &["mount_point", "options"];

    fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        let mount_point = parameter::path(reader, node, "mount_point");
        let options = parameter::lines(reader, node, "options");
        Some(Self {
            mount_point: mount_point?,
            options: options?,
        })
    }

    fn describe(&self) -> String {
        format!(
            "mount {} with {}, now and in /etc/fstab",
            self.mount_point,
            self.options.join(",")
        )
    }

    fn touches(&self) -> Vec<Touched> {
        vec![Touched::Mounts]
    }

    fn reversal(&self) -> Reversal {
        Reversal::Exact
    }
}
