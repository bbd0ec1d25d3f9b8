//! `file_absent`: a file is away.

use super::effect::{Reversal, Touched};
use super::{Mechanism, parameter};
use crate::rule::{Node, Reader};

/// Parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileAbsent {
    path: String,
}

impl Mechanism for FileAbsent {
    const PARAMETERS: &'static [&'static str] = &["path"];

    fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        let path = parameter::path(reader, node, "path");
        Some(Self { path: path? })
    }

    fn describe(&self) -> String {
        format!("remove {}", self.path)
    }

    fn touches(&self) -> Vec<Touched> {
        vec![Touched::File(self.path.clone())]
    }

    fn reversal(&self) -> Reversal {
        Reversal::Exact
    }
}
