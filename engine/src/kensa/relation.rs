//! `depends_on`, `conflicts_with` and `supersedes`.

use super::finding::{Code, Finding};
use crate::rule::{Node, Relations, Value};

/// The relations of a rule file.
pub(super) fn read(root: &Node, findings: &mut Vec<Finding>) -> Relations {
    let mut ids = |key: &str| match root.get(key).map(|node| (&node.value, node)) {
        None => Vec::new(),
        Some((Value::Sequence(items), _)) => items
            .iter()
            .filter_map(Node::text)
            .map(str::to_owned)
            .collect(),
        Some((Value::Scalar { text, .. }, _)) if text.is_empty() => Vec::new(),
        Some((_, node)) => {
            let message = format!("{key} must be a list of ids");
            findings.push(Finding::new(Code::Relation, node.mark, message));
            Vec::new()
        }
    };
    Relations {
        depends_on: ids("depends_on"),
        conflicts_with: ids("conflicts_with"),
        supersedes: ids("supersedes"),
    }
}
