//! `mount_point`: a filesystem of its own is mounted at a path, also one that is mounted on demand.

use super::file_exists::read_path;
use super::{CheckResult, Checked, Method};
use crate::collect::{Collector, Need, mount_at};
use crate::facts::Facts;
use crate::rule::schema::{Demanded, Key, PATH, Shape};
use crate::rule::{Node, Reader};

/// Parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MountPoint {
    path: String,
}

impl Method for MountPoint {
    const SHAPE: Shape = Shape {
        what: "a mount_point check",
        doc: "Something is mounted at the path.",
        keys: &[Key::needed("path", PATH, "The mount point.")],
        demand: Demanded::None,
        together: &[],
    };

    fn read(reader: &mut Reader<'_>, node: &Node, _: &[String]) -> Option<Self> {
        read_path(reader, node).map(|path| Self { path })
    }

    fn needs(&self) -> Vec<Need> {
        vec![Need::new(Collector::Mounts, &self.path)]
    }

    fn expected(&self) -> String {
        format!("a filesystem of its own at {}", self.path)
    }

    fn judge(&self, facts: &Facts) -> Checked {
        let reading = mount_at(facts, &self.path)?;
        let actual = match &reading.value {
            Some(mount) => format!("{} at {}", mount.filesystem, self.path),
            None => format!("nothing mounted at {}", self.path),
        };
        Ok(CheckResult::compared(
            reading.value.is_some(),
            self.expected(),
            actual,
            vec![reading.evidence],
        ))
    }
}
