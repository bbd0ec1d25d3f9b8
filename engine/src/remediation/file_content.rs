//! `file_content`: a file holds just this text.

use super::effect::{Reversal, Touched};
use super::{Mechanism, parameter};
use crate::rule::{Node, Reader};
use domain::words::counted;

/// Parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileContent {
    path: String,
    content: String,
    owner: Option<String>,
    group: Option<String>,
    mode: Option<String>,
}

impl Mechanism for FileContent {
    const PARAMETERS: &'static [&'static str] = &["path", "content", "owner", "group", "mode"];

    fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        let path = parameter::path(reader, node, "path");
        let content = parameter::block(reader, node, "content");
        let owner = parameter::optional(reader, node, "owner").ok();
        let group = parameter::optional(reader, node, "group").ok();
        let mode = parameter::mode(reader, node).ok();
        Some(Self {
            path: path?,
            content: content?,
            owner: owner?,
            group: group?,
            mode: mode?,
        })
    }

    fn describe(&self) -> String {
        let lines = self.content.lines().count();
        let mode = self
            .mode
            .as_deref()
            .map_or_else(String::new, |mode| format!(", mode {mode}"));
        let owner = match (&self.owner, &self.group) {
            (None, None) => String::new(),
            (owner, group) => {
                let name = |name: &Option<String>| name.clone().unwrap_or_default();
                format!(", {}:{}", name(owner), name(group))
            }
        };
        format!(
            "write {} ({}{mode}{owner})",
            self.path,
            counted(lines, "line")
        )
    }

    fn touches(&self) -> Vec<Touched> {
        vec![Touched::File(self.path.clone())]
    }

    fn reversal(&self) -> Reversal {
        Reversal::Exact
    }
}
