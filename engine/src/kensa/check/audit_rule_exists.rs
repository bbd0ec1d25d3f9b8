//! `audit_rule_exists`: every line is among the loaded rules. What is on disk does not count.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Context, Method, Read, compared, list, native};
use crate::check::Checked;
use crate::collect::{Collector, Need, audit_rules_listed};
use crate::facts::Facts;
use crate::kensa::params::{Broken, Params};
use crate::rule::Node;

#[derive(Debug)]
struct AuditRuleExists {
    rules: Vec<String>,
}

pub(super) fn read(params: &mut Params<'_>, _: &Context<'_>) -> Read {
    let rule = params.text("rule")?;
    let rules: Vec<String> = rule
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(str::to_owned)
        .collect();
    if rules.is_empty() {
        return Err(Broken("the parameter rule holds no audit rule".to_owned()));
    }
    Ok(Arc::new(AuditRuleExists { rules }))
}

impl Method for AuditRuleExists {
    fn needs(&self) -> Vec<Need> {
        vec![Need::new(Collector::AuditRules, "")]
    }

    fn judge(&self, facts: &Facts) -> Checked {
        let listed = audit_rules_listed(facts)?;
        let loaded: Vec<Fields> = listed.value.iter().map(|line| Fields::of(line)).collect();
        let missing: Vec<&str> = self
            .rules
            .iter()
            .filter(|rule| !loaded.contains(&Fields::of(rule)))
            .map(String::as_str)
            .collect();
        let actual = if missing.is_empty() {
            "loaded".to_owned()
        } else {
            format!("not loaded: {}", missing.join("; "))
        };
        let expected = self.rules.join("; ");
        compared(missing.is_empty(), expected, actual, vec![listed.evidence])
    }

    fn strict(&self) -> Option<Node> {
        Some(native("audit_rule_exists", [("rules", list(&self.rules))]))
    }
}

/// What of a rule counts when two are compared: the order of its parts does not, nor how "unset" is spelt.
#[derive(Debug, PartialEq, Eq)]
enum Fields {
    /// A watch, or a line without any known part: the words in their order.
    Line(String),
    /// A rule for system calls.
    Call {
        parts: BTreeSet<String>,
        calls: BTreeSet<String>,
    },
}

impl Fields {
    fn of(line: &str) -> Self {
        let words: Vec<&str> = line.split_whitespace().collect();
        let whole = || Self::Line(words.join(" "));
        if words.first() == Some(&"-w") {
            return whole();
        }
        let (mut parts, mut calls) = (BTreeSet::new(), BTreeSet::new());
        let mut rest = words.iter();
        while let Some(flag) = rest.next() {
            let Some(value) = rest.next() else {
                return whole();
            };
            match *flag {
                "-S" => calls.extend(value.split(',').map(str::to_owned)),
                "-k" => drop(parts.insert(format!("key={value}"))),
                "-F" | "-C" => drop(parts.insert(unset(value))),
                "-a" | "-A" => {
                    let mut action: Vec<&str> = value.split(',').collect();
                    action.sort_unstable();
                    parts.insert(action.join(","));
                }
                _ => return whole(),
            }
        }
        Self::Call { parts, calls }
    }
}

fn unset(field: &str) -> String {
    match field.strip_prefix("auid") {
        Some(rest) => {
            let rest = rest.replace("4294967295", "-1").replace("unset", "-1");
            format!("auid{rest}")
        }
        None => field.to_owned(),
    }
}
