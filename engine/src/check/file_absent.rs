//! `file_absent`: nothing of that name is there.

use super::file_exists::{look, read_path};
use super::{CheckResult, Checked, Method};
use crate::collect::{Collector, Need};
use crate::facts::Facts;
use crate::rule::schema::{Demanded, Key, PATH, Shape};
use crate::rule::{Node, Reader};

/// Parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileAbsent {
    path: String,
}

impl Method for FileAbsent {
    const SHAPE: Shape = Shape {
        what: "a file_absent check",
        doc: "Nothing has that name.",
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
        format!("no {}", self.path)
    }

    fn judge(&self, facts: &Facts) -> Checked {
        let (there, actual, evidence) = look(facts, &self.path)?;
        Ok(CheckResult::compared(
            !there,
            self.expected(),
            actual,
            evidence,
        ))
    }
}
