//! `audit_rule_exists`: a rule of the audit subsystem is loaded now and is on disk for the next boot.

use std::collections::BTreeSet;

use super::{CheckResult, Checked, Method};
use crate::collect::{
    Collector, LOADED_BY, Need, audit_machine, audit_rules_loaded, audit_rules_on_disk,
    unit_property_argument,
};
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
        let (unit, property) = LOADED_BY;
        let how = unit_property_argument(unit, property);
        vec![
            Need::new(Collector::AuditRules, ""),
            Need::new(Collector::UnitProperties, &how),
        ]
    }

    fn expected(&self) -> String {
        self.rules.join("; ")
    }

    fn judge(&self, facts: &Facts) -> Checked {
        let disk = audit_rules_on_disk(facts)?;
        let lines: Vec<&str> = disk
            .value
            .iter()
            .flat_map(|file| &file.lines)
            .map(|line| line.text.as_str())
            .collect();
        let on_disk = in_order(&lines);
        let expected = self.expected();
        if is_switched_off(&lines) {
            let actual = "the rules on disk switch auditing off";
            return Ok(CheckResult::compared(
                false,
                expected,
                actual,
                vec![disk.evidence],
            ));
        }
        let machine = audit_machine(facts);
        let missing = self.missing(&on_disk, machine.as_deref());
        if !missing.is_empty() {
            let actual = format!("not on disk: {}", missing.join("; "));
            return Ok(CheckResult::compared(
                false,
                expected,
                actual,
                vec![disk.evidence],
            ));
        }
        let loaded = audit_rules_loaded(facts)?;
        let lines: Vec<&str> = loaded.value.iter().map(String::as_str).collect();
        let in_kernel = in_order(&lines);
        let missing = self.missing(&in_kernel, machine.as_deref());
        let actual = if missing.is_empty() {
            "loaded and on disk".to_owned()
        } else {
            format!("on disk, but not loaded: {}", missing.join("; "))
        };
        let evidence = vec![disk.evidence, loaded.evidence];
        Ok(CheckResult::compared(
            missing.is_empty(),
            expected,
            actual,
            evidence,
        ))
    }
}

impl AuditRuleExists {
    fn missing<'r>(&'r self, among: &[AuditRule], machine: Option<&str>) -> Vec<&'r str> {
        let is_missing = |rule: &&String| match AuditRule::parse(rule) {
            Some(mut rule) => rule.can_be_asked_of(machine) && !rule.is_covered(among),
            None => true,
        };
        let missing = self.rules.iter().filter(is_missing);
        missing.map(String::as_str).collect()
    }
}

/// System calls that aarch64 came too late for; auditctl refuses a rule that names one.
const NOT_ON_AARCH64: [&str; 15] = [
    "access", "chmod", "chown", "creat", "lchown", "link", "mkdir", "mknod", "open", "rename",
    "rmdir", "stime", "symlink", "unlink", "utimes",
];

/// The rules as the kernel asks them: `-A` puts one before all others.
fn in_order(lines: &[&str]) -> Vec<AuditRule> {
    let mut rules = Vec::new();
    for line in lines {
        if let Some(rule) = AuditRule::parse(line) {
            let at = if line.trim_start().starts_with("-A") {
                0
            } else {
                rules.len()
            };
            rules.insert(at, rule);
        }
    }
    rules
}

/// `-e 0`; the last of several counts.
fn is_switched_off(lines: &[&str]) -> bool {
    let mut states = lines.iter().filter_map(|line| {
        let mut words = line.split_whitespace();
        words.next().filter(|flag| *flag == "-e").and(words.next())
    });
    states.next_back() == Some("0")
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
    /// What of a path it sees.
    reach: Reach,
}

/// What of a path a rule sees, by auditctl(8).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// `path=`: the file, or of a folder only itself.
    File,
    /// `-w`: the file, or what is in the folder and below it.
    Either,
    /// `dir=`, or a name that ends with a slash: what is in the folder and below it.
    Folder,
}

impl AuditRule {
    /// Leaves out the system calls that the machine does not have. False where none is left.
    fn can_be_asked_of(&mut self, machine: Option<&str>) -> bool {
        if machine == Some("aarch64") && self.fields.contains("arch=b64") && !self.calls.is_empty()
        {
            self.calls
                .retain(|call| !NOT_ON_AARCH64.contains(&call.as_str()));
            return !self.calls.is_empty();
        }
        true
    }

    /// Whether the rules together see everything that this one sees.
    fn is_covered(&self, among: &[Self]) -> bool {
        // These switch the audit of all tasks off, or the record of every system call, whatever else is loaded.
        if among
            .iter()
            .any(|rule| rule.fields.contains("never,task") || rule.excludes_calls())
        {
            return false;
        }
        // The first rule for an event decides.
        let hidden = among.iter().position(|rule| rule.hides(self));
        let among = among
            .get(..hidden.unwrap_or(among.len()))
            .unwrap_or_default();
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

    /// Whether no event has a record of its system call any more.
    fn excludes_calls(&self) -> bool {
        let is_one = |field: &String| {
            [
                "always,exclude",
                "exclude,never",
                "msgtype=SYSCALL",
                "msgtype=1300",
            ]
            .contains(&field.as_str())
        };
        self.fields.len() > 1 && self.fields.iter().all(is_one)
    }

    /// Whether this rule keeps some of what the other sees from being written, for whoever does it.
    fn hides(&self, other: &Self) -> bool {
        let is_never = self.fields.contains("exit,never");
        let has_arch = other.fields.iter().any(|field| field.starts_with("arch="));
        let holds = |field: &String| {
            field == "exit,never"
                || other.fields.contains(field)
                || self.is_above(field, other)
                || (!has_arch && field.starts_with("arch="))
        };
        let all = self.calls.is_empty() || self.calls.contains("all");
        let calls = all || !self.calls.is_disjoint(&other.calls);
        let access = self.access.is_empty() || !self.access.is_disjoint(&other.access);
        is_never && self.fields.iter().all(holds) && calls && access
    }

    fn is_covered_as_it_is(&self, among: &[Self]) -> bool {
        let mut calls: BTreeSet<&str> = BTreeSet::new();
        let mut access: BTreeSet<char> = BTreeSet::new();
        let mut found = false;
        for rule in among.iter().filter(|rule| rule.is_as_wide_as(self)) {
            found = true;
            calls.extend(rule.calls.iter().map(String::as_str));
            access.extend(&rule.access);
        }
        found
            && access.is_superset(&self.access)
            && (calls.contains("all")
                || self.calls.iter().all(|call| calls.contains(call.as_str())))
    }

    /// Whether it has no condition beyond those of the other. Its calls are those of the same ABI.
    fn is_as_wide_as(&self, other: &Self) -> bool {
        let arch = |rule: &Self| {
            let mut fields = rule.fields.iter();
            fields.find(|field| field.starts_with("arch=")).cloned()
        };
        let holds = |field: &String| other.fields.contains(field) || self.is_above(field, other);
        self.fields.iter().all(holds)
            && arch(self) == arch(other)
            && !(self.reach == Reach::File && other.reach == Reach::Folder)
    }

    /// Whether the field of this rule is a folder that is watched with all below it, and what the other watches is there.
    fn is_above(&self, field: &str, other: &Self) -> bool {
        let Some(folder) = field.strip_prefix("path=") else {
            return false;
        };
        let below = |path: &str| {
            path.strip_prefix(folder)
                .is_some_and(|rest| rest.starts_with('/'))
        };
        let mut paths = other
            .fields
            .iter()
            .filter_map(|field| field.strip_prefix("path="));
        self.reach != Reach::File && !folder.is_empty() && paths.any(below)
    }

    /// Reads a line of auditctl(8); `None` for what is no rule.
    fn parse(line: &str) -> Option<Self> {
        let mut words = line.split_whitespace();
        let (mut fields, mut calls) = (BTreeSet::new(), BTreeSet::new());
        let mut access = BTreeSet::new();
        let mut found = false;
        let mut reach = Reach::Either;
        while let Some(flag) = words.next() {
            match flag {
                "-a" | "-A" => {
                    let mut parts: Vec<&str> = words.next()?.split(',').collect();
                    parts.sort_unstable();
                    fields.insert(parts.join(","));
                    found = true;
                }
                "-w" => {
                    let path = words.next()?;
                    if path.ends_with('/') {
                        reach = Reach::Folder;
                    }
                    fields.insert(one_path(path));
                    fields.insert("always,exit".to_owned());
                    found = true;
                }
                "-p" => access.extend(words.next()?.chars()),
                "-S" => calls.extend(words.next()?.split(',').map(str::to_owned)),
                "-C" => fields.extend(words.next().map(comparison)),
                "-F" => {
                    let word = words.next()?;
                    match word.split_once('=') {
                        Some(("perm", letters)) => access.extend(letters.chars()),
                        Some(("key", _)) => {}
                        Some((kind @ ("path" | "dir"), path)) => {
                            let is_file = kind == "path";
                            reach = if is_file { Reach::File } else { Reach::Folder };
                            fields.insert(one_path(path));
                        }
                        _ => drop(fields.insert(unset(word))),
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
            reach,
        })
    }
}

/// A path in one spelling: /var/run has led to /run since long before the systems that rules are for.
fn one_path(path: &str) -> String {
    let path = path.trim_end_matches('/');
    match path.strip_prefix("/var/run/") {
        Some(rest) => format!("path=/run/{rest}"),
        None => format!("path={path}"),
    }
}

/// Two fields that are compared, in one order.
fn comparison(text: &str) -> String {
    let sign = if text.contains("!=") { "!=" } else { "=" };
    let mut sides: Vec<&str> = text.split(sign).collect();
    sides.sort_unstable();
    sides.join(sign)
}

/// The spellings of "unset" are one.
fn unset(text: &str) -> String {
    text.replace("4294967295", "-1").replace("unset", "-1")
}
