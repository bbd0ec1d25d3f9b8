//! `file_exists`: at least one file of that name is there.

use super::{CheckResult, Checked, Method};
use crate::collect::{Collector, Need, StatResult, stat_of};
use crate::facts::{Facts, Unknown};
use crate::rule::schema::{Demanded, Key, PATH, Shape};
use crate::rule::{Node, Reader};
use domain::results::Evidence;

/// Parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileExists {
    path: String,
}

impl FileExists {
    /// The check of a path that was read elsewhere.
    pub(super) fn of(path: String) -> Self {
        Self { path }
    }
}

impl FileExists {
    /// The condition in words.
    pub(crate) fn words(&self) -> String {
        self.expected()
    }
}

impl Method for FileExists {
    const SHAPE: Shape = Shape {
        what: "a file_exists check",
        doc: "Something has that name.",
        keys: &[Key::needed(
            "path",
            PATH,
            "The name; * stands for any name within one folder.",
        )],
        demand: Demanded::None,
        together: &[],
    };

    fn read(reader: &mut Reader<'_>, node: &Node, _: &[String]) -> Option<Self> {
        read_path(reader, node).map(|path| Self { path })
    }

    fn needs(&self) -> Vec<Need> {
        vec![Need::new(Collector::Stat, &self.path)]
    }

    fn expected(&self) -> String {
        format!("{} exists", self.path)
    }

    fn judge(&self, facts: &Facts) -> Checked {
        let (there, actual, evidence) = look(facts, &self.path)?;
        Ok(CheckResult::compared(
            there,
            self.expected(),
            actual,
            evidence,
        ))
    }
}

/// The parameter `path`: absolute; `*` stands for any name within one folder.
pub(super) fn read_path(reader: &mut Reader<'_>, node: &Node) -> Option<String> {
    let path = reader.required(node, "the check", "path")?;
    absolute(reader, path, "path")
}

/// An absolute path, in which `*` stands for any name within one folder.
pub(super) fn absolute(reader: &mut Reader<'_>, path: &Node, what: &str) -> Option<String> {
    let text = reader.text(path, what)?;
    if !text.starts_with('/') || text.contains(['\n', '\t', '?', '[']) {
        let message = format!("{what} must be absolute; of the shell's patterns only * is known");
        reader.fault(path.mark, message);
        return None;
    }
    Some(text)
}

/// Whether anything is there, what, and the observation.
pub(super) fn look(facts: &Facts, path: &str) -> Result<(bool, String, Vec<Evidence>), Unknown> {
    let readings = stat_of(facts, path)?;
    let found: Vec<String> = readings
        .iter()
        .filter_map(|reading| match &reading.value {
            StatResult::Found(stat) => Some(stat.path.clone()),
            StatResult::Absent => None,
        })
        .collect();
    let evidence = readings
        .into_iter()
        .map(|reading| reading.evidence)
        .collect();
    let actual = if found.is_empty() {
        format!("no {path}")
    } else {
        found.join(", ")
    };
    Ok((!found.is_empty(), actual, evidence))
}
