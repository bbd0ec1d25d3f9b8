//! A report on a folder of Kensa rules: what of it loads, and what there is to say of every file.

use std::collections::BTreeMap;

use serde::Serialize;

use super::finding::{Code, Finding, Level};
use super::parse::{Parsed, parse};
use super::variables::Variables;
use crate::rule::{Diagnostic, Mark, Rule, RuleFiles, arrange};

/// What came of one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It loads, and there is nothing to say or only notes.
    Ok,
    /// It loads, but something of it does not do what it says.
    Warning,
    /// It does not load.
    Error,
}

/// One file.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FileReport {
    /// The file as it was given.
    pub file: String,
    /// The id of its rule, as far as one can be made out.
    pub id: Option<String>,
    /// What came of it.
    pub status: Status,
    /// The check methods that its rule uses.
    pub methods: Vec<&'static str>,
    /// Everything there is to say, in the order of the file.
    pub findings: Vec<Finding>,
}

/// A folder.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// How many files there are.
    pub files: usize,
    /// How many of them load.
    pub loaded: usize,
    /// How many do not.
    pub errors: usize,
    /// How many load with a warning.
    pub warnings: usize,
    /// How often each kind of finding stands in the report.
    pub findings: BTreeMap<Code, usize>,
    /// How many rules use each check method.
    pub methods: BTreeMap<&'static str, usize>,
    /// Every file in the order of the folder.
    pub results: Vec<FileReport>,
}

/// Reads every file.
pub fn validate(read: &RuleFiles, variables: &Variables) -> Report {
    let files = read.texts.as_slice();
    let mut parsed: Vec<Parsed> = files
        .iter()
        .map(|(file, text)| parse(file, text, variables))
        .collect();
    report_duplicates(files, &mut parsed);
    report_relations(&mut parsed);
    let of_text = |((file, _), parsed): (&(String, String), Parsed)| of_file(file, parsed);
    let mut results: Vec<FileReport> = files.iter().zip(parsed).map(of_text).collect();
    results.extend(read.unread.iter().map(unread));
    results.sort_by(|one, other| one.file.cmp(&other.file));
    let count = |status: Status| {
        results
            .iter()
            .filter(|result| result.status == status)
            .count()
    };
    let errors = count(Status::Error);
    let (mut findings, mut methods) = (BTreeMap::new(), BTreeMap::new());
    for result in &results {
        for finding in &result.findings {
            *findings.entry(finding.code).or_default() += 1;
        }
        for method in &result.methods {
            *methods.entry(*method).or_default() += 1;
        }
    }
    Report {
        files: results.len(),
        loaded: results.len() - errors,
        errors,
        warnings: count(Status::Warning),
        findings,
        methods,
        results,
    }
}

fn unread(fault: &Diagnostic) -> FileReport {
    let message = format!("the file {}", fault.message);
    FileReport {
        file: fault.file.clone(),
        id: None,
        status: Status::Error,
        methods: Vec::new(),
        findings: vec![Finding::new(Code::Unreadable, fault.mark, message)],
    }
}

fn of_file(file: &str, parsed: Parsed) -> FileReport {
    let worst = parsed.findings.iter().map(|finding| finding.level).max();
    let status = match (&parsed.rule, worst) {
        (None, _) | (_, Some(Level::Error)) => Status::Error,
        (_, Some(Level::Warning)) => Status::Warning,
        _ => Status::Ok,
    };
    FileReport {
        file: file.to_owned(),
        id: parsed.id,
        status,
        methods: parsed.rule.as_ref().map_or_else(Vec::new, Rule::methods),
        findings: parsed.findings,
    }
}

fn report_duplicates(files: &[(String, String)], parsed: &mut [Parsed]) {
    let mut first: BTreeMap<String, String> = BTreeMap::new();
    for ((file, _), parsed) in files.iter().zip(parsed) {
        let Some(id) = parsed.rule.as_ref().map(|rule| rule.id.clone()) else {
            continue;
        };
        if let Some(other) = first.get(&id) {
            let message =
                format!("the id {id} stands in {other} too, which is the one that counts");
            parsed.findings.push(at_top(Code::Duplicate, message));
        } else {
            first.insert(id, file.clone());
        }
    }
}

/// What the set as a whole says of single rules.
fn report_relations(parsed: &mut [Parsed]) {
    let rules: Vec<Rule> = parsed.iter().filter_map(|one| one.rule.clone()).collect();
    let known = |id: &String| rules.iter().any(|rule| rule.id == *id);
    let arranged = arrange(rules.clone());
    for one in parsed {
        let Some(rule) = &one.rule else { continue };
        let relations = &rule.relations;
        let named = [
            &relations.depends_on,
            &relations.conflicts_with,
            &relations.supersedes,
        ];
        let mut messages: Vec<String> = named
            .into_iter()
            .flatten()
            .filter(|id| !known(id))
            .map(|id| format!("there is no rule {id}, so the relation to it has no effect"))
            .collect();
        if arranged.cycle.contains(&rule.id) {
            messages.push(format!("{} depends on itself by way of others", rule.id));
        }
        if let Some((_, new)) = arranged.superseded.iter().find(|(old, _)| *old == rule.id) {
            messages.push(format!("left out of scans: {new} takes its place"));
        }
        let findings = messages
            .into_iter()
            .map(|message| at_top(Code::Relation, message));
        one.findings.extend(findings);
    }
}

fn at_top(code: Code, message: String) -> Finding {
    Finding::new(code, Mark { line: 1, column: 1 }, message)
}
