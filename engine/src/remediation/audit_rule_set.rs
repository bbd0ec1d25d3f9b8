//! `audit_rule_set`: rules of the audit subsystem are on disk and loaded. Where auditing is immutable they count after a boot.

use super::effect::{Reversal, Touched};
use super::{Mechanism, parameter};
use crate::rule::{Node, Reader};

/// Parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRuleSet {
    rules: Vec<String>,
    persist_file: String,
}

impl Mechanism for AuditRuleSet {
    const PARAMETERS: &'static [&'static str] = &["rules", "persist_file"];

    fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        let rules = parameter::lines(reader, node, "rules");
        let persist_file = match node.get("persist_file") {
            Some(_) => parameter::path(reader, node, "persist_file")?,
            // Before 99-finalize.rules, which makes the rules immutable.
            None => "/etc/audit/rules.d/60-openwatch.rules".to_owned(),
        };
        Some(Self {
            rules: rules?,
            persist_file,
        })
    }

    fn describe(&self) -> String {
        format!(
            "add to {} and load: {}",
            self.persist_file,
            self.rules.join("; ")
        )
    }

    fn touches(&self) -> Vec<Touched> {
        vec![Touched::File(self.persist_file.clone())]
    }

    fn reversal(&self) -> Reversal {
        Reversal::BestEffort
    }
}
