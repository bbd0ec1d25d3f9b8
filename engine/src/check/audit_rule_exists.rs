//! `audit_rule_exists`: a rule of the audit subsystem is loaded now and is on disk for the next boot.

use std::collections::BTreeSet;

use super::{Checked, Finding, Method};
use crate::collect::{Collector, Need, audit_rules_loaded, audit_rules_on_disk};
use crate::facts::Facts;
use crate::rule::schema::{Demanded, Key, Shape, TEXTS};
use crate::rule::{Node, Reader};

/// Parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRuleExists {
    rules: Vec<String>,
}

impl Method for AuditRuleExists {
    const SHAPE: Shape = Shape {
        what: "an audit_rule_exists check",
        doc: "Auditing is on and each rule is on disk and loaded, in whatever spelling.",
        keys: &[Key::needed(
            "rules",
            TEXTS,
            "Rules as auditctl(8) takes them, such as \"-w /etc/passwd -p wa -k identity\".",
        )],
        demand: Demanded::None,
        together: &[],
    };

    fn read(reader: &mut Reader<'_>, node: &Node, _: &[String]) -> Option<Self> {
        let rules = reader.required(node, "the check", "rules")?;
        reader.texts(rules, "rules").map(|rules| Self { rules })
    }

    fn needs(&self) -> Vec<Need> {
        vec![Need::new(Collector::AuditRules, "")]
    }

    fn expected(&self) -> String {
        self.rules.join("; ")
    }

    fn judge(&self, facts: &Facts) -> Checked {
        let disk = audit_rules_on_disk(facts)?;
        let lines = disk
            .value
            .iter()
            .flat_map(|file| &file.lines)
            .map(|line| line.text.as_str());
        let on_disk: Vec<AuditRule> = lines.filter_map(AuditRule::parse).collect();
        let expected = self.expected();
        let missing = self.missing(&on_disk);
        if !missing.is_empty() {
            let actual = format!("not on disk: {}", missing.join("; "));
            return Ok(Finding::compared(
                false,
                expected,
                actual,
                vec![disk.evidence],
            ));
        }
        let loaded = audit_rules_loaded(facts)?;
        let in_kernel: Vec<AuditRule> = loaded
            .value
            .iter()
            .filter_map(|line| AuditRule::parse(line))
            .collect();
        let missing = self.missing(&in_kernel);
        let actual = if missing.is_empty() {
            "loaded and on disk".to_owned()
        } else {
            format!("on disk, but not loaded: {}", missing.join("; "))
        };
        let evidence = vec![disk.evidence, loaded.evidence];
        Ok(Finding::compared(
            missing.is_empty(),
            expected,
            actual,
            evidence,
        ))
    }
}

impl AuditRuleExists {
    fn missing<'r>(&'r self, among: &[AuditRule]) -> Vec<&'r str> {
        self.rules
            .iter()
            .filter(|rule| AuditRule::parse(rule).is_none_or(|rule| !rule.is_covered(among)))
            .map(String::as_str)
            .collect()
    }
}

/// A rule in one form: a watch (`-w`) is written as what auditctl makes of it, keys do not count.
#[derive(Debug, Clone, PartialEq, Eq)]
struct AuditRule {
    /// Fields, arch and actions, in one order.
    fields: BTreeSet<String>,
    /// Kinds of access: letters of `rwxa`; empty where none are named.
    access: BTreeSet<char>,
    /// System calls; empty for watches.
    calls: BTreeSet<String>,
}

impl AuditRule {
    /// Whether the rules together see everything that this one sees.
    fn is_covered(&self, among: &[Self]) -> bool {
        // This one switches the audit of all tasks off, whatever else is loaded.
        if among.iter().any(|rule| rule.fields.contains("never,task")) {
            return false;
        }
        if self.is_covered_as_it_is(among) {
            return true;
        }
        let with = |arch: &str| {
            let mut rule = self.clone();
            rule.fields.insert(arch.to_owned());
            rule
        };
        // A watch may be written as one rule for each ABI.
        !self.access.is_empty()
            && with("arch=b64").is_covered_as_it_is(among)
            && with("arch=b32").is_covered_as_it_is(among)
    }

    fn is_covered_as_it_is(&self, among: &[Self]) -> bool {
        let mut calls: BTreeSet<&str> = BTreeSet::new();
        let mut access: BTreeSet<char> = BTreeSet::new();
        let mut found = false;
        for rule in among.iter().filter(|rule| rule.fields == self.fields) {
            found = true;
            calls.extend(rule.calls.iter().map(String::as_str));
            access.extend(&rule.access);
        }
        found
            && access.is_superset(&self.access)
            && (calls.contains("all")
                || self.calls.iter().all(|call| calls.contains(call.as_str())))
    }

    /// Reads a line of auditctl(8); `None` for what is no rule.
    fn parse(line: &str) -> Option<Self> {
        let mut words = line.split_whitespace();
        let (mut fields, mut calls) = (BTreeSet::new(), BTreeSet::new());
        let mut access = BTreeSet::new();
        let mut found = false;
        while let Some(flag) = words.next() {
            match flag {
                "-a" | "-A" => {
                    let mut parts: Vec<&str> = words.next()?.split(',').collect();
                    parts.sort_unstable();
                    fields.insert(parts.join(","));
                    found = true;
                }
                "-w" => {
                    fields.insert(format!("path={}", words.next()?.trim_end_matches('/')));
                    fields.insert("always,exit".to_owned());
                    found = true;
                }
                "-p" => access.extend(words.next()?.chars()),
                "-S" => calls.extend(words.next()?.split(',').map(str::to_owned)),
                "-F" | "-C" => {
                    let word = words.next()?;
                    match word.strip_prefix("perm=") {
                        Some(letters) => access.extend(letters.chars()),
                        None => fields.extend(field(word)),
                    }
                }
                "-k" => drop(words.next()),
                _ => return None,
            }
        }
        let watch = fields.iter().any(|field| field.starts_with("path="));
        if watch && calls.is_empty() && access.is_empty() {
            // auditctl(8): a watch without -p sees every kind of access.
            access.extend("rwxa".chars());
        }
        found.then_some(Self {
            fields,
            access,
            calls,
        })
    }
}

/// One `-F`: spellings of "unset" are one, a folder is a path, the key does not count.
fn field(text: &str) -> Option<String> {
    if text.starts_with("key=") {
        return None;
    }
    if let Some(path) = text
        .strip_prefix("dir=")
        .or_else(|| text.strip_prefix("path="))
    {
        return Some(format!("path={}", path.trim_end_matches('/')));
    }
    Some(text.replace("4294967295", "-1").replace("unset", "-1"))
}
