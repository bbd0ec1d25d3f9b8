//! `file_permissions`: files have an owner, a group, and no mode bit beyond those given.

use super::effect::{Reversal, Touched};
use super::{Mechanism, parameter};
use crate::rule::{Node, Reader};

/// Parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilePermissions {
    path: String,
    owner: Option<String>,
    group: Option<String>,
    mode: Option<String>,
}

impl Mechanism for FilePermissions {
    const PARAMETERS: &'static [&'static str] = &["path", "owner", "group", "mode"];

    fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        let path = parameter::path(reader, node, "path");
        let owner = parameter::optional(reader, node, "owner").ok()?;
        let group = parameter::optional(reader, node, "group").ok()?;
        let mode = parameter::mode(reader, node).ok()?;
        if owner.is_none() && group.is_none() && mode.is_none() {
            reader.fault(node.mark, "one of owner, group, mode is needed");
            return None;
        }
        Some(Self {
            path: path?,
            owner,
            group,
            mode,
        })
    }

    fn describe(&self) -> String {
        let mut parts = Vec::new();
        if let Some(mode) = &self.mode {
            parts.push(format!("take away every mode bit beyond {mode}"));
        }
        if let Some(owner) = &self.owner {
            parts.push(format!("make {owner} the owner"));
        }
        if let Some(group) = &self.group {
            parts.push(format!("make {group} the group"));
        }
        format!("{} of {}", parts.join(" and "), self.path)
    }

    fn touches(&self) -> Vec<Touched> {
        vec![Touched::File(self.path.clone())]
    }

    fn reversal(&self) -> Reversal {
        Reversal::Exact
    }
}
