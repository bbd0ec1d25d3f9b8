//! `mount_option`: a filesystem of its own is mounted at a path with options. A path that is no mount
//! point of its own is not applicable: whether it should be one is another rule.

use super::file_exists::read_path;
use super::{CheckResult, Checked, Method};
use crate::collect::{Collector, Need, options_at};
use crate::facts::Facts;
use crate::rule::schema::{Demanded, Key, PATH, Shape, TEXTS};
use crate::rule::{Node, Reader};

/// Parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MountOption {
    path: String,
    options: Vec<String>,
}

impl Method for MountOption {
    const SHAPE: Shape = Shape {
        what: "a mount_option check",
        doc: "The filesystem that is seen at the path has all options; not applicable where none of its own is mounted.",
        keys: &[
            Key::needed("path", PATH, "The mount point."),
            Key::needed(
                "options",
                TEXTS,
                "Options that it must have, such as nodev.",
            ),
        ],
        demand: Demanded::None,
        together: &[],
    };

    fn read(reader: &mut Reader<'_>, node: &Node, _: &[String]) -> Option<Self> {
        let path = read_path(reader, node);
        let options = reader.required(node, "the check", "options")?;
        let options = reader.texts(options, "options");
        Some(Self {
            path: path?,
            options: options?,
        })
    }

    fn needs(&self) -> Vec<Need> {
        vec![Need::new(Collector::Mounts, &self.path)]
    }

    fn expected(&self) -> String {
        format!("{} with {}", self.path, self.options.join(", "))
    }

    fn judge(&self, facts: &Facts) -> Checked {
        let reading = options_at(facts, &self.path)?;
        let Some(mount) = reading.value else {
            let reason = format!("{} is not a filesystem of its own", self.path);
            return Ok(CheckResult::not_applicable(reason, vec![reading.evidence]));
        };
        let holds = self
            .options
            .iter()
            .all(|option| mount.options.contains(option));
        let expected = self.expected();
        let actual = format!(
            "{} ({}) with {}",
            self.path,
            mount.filesystem,
            mount.options.join(",")
        );
        Ok(CheckResult::compared(
            holds,
            expected,
            actual,
            vec![reading.evidence],
        ))
    }
}
