//! `config_append`: a file ends with a line, unless it holds it already.

use super::effect::{Reversal, Touched};
use super::{Mechanism, parameter};
use crate::rule::{Node, Reader};

/// Parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigAppend {
    path: String,
    line: String,
}

impl Mechanism for ConfigAppend {
    const PARAMETERS: &'static [&'static str] = &["path", "line"];

    fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        let path = parameter::path(reader, node, "path");
        let line = parameter::line(reader, node, "line");
        Some(Self {
            path: path?,
            line: line?,
        })
    }

    fn describe(&self) -> String {
        format!("add \"{}\" to {}", self.line, self.path)
    }

    fn touches(&self) -> Vec<Touched> {
        vec![Touched::File(self.path.clone())]
    }

    fn reversal(&self) -> Reversal {
        Reversal::Exact
    }
}
