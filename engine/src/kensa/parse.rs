//! From the text of a Kensa rule file to a rule. What Kensa reads is read; what its validator would say, and
//! what its author may not have meant, is kept as findings.

use std::path::Path;

use domain::digest::Digest;
use domain::verdict::Severity;
use saphyr_parser::{Event, Parser};

use super::check::Context;
use super::finding::{Code, Finding};
use super::value::Kind;
use super::variables::{Substituted, Variables};
use super::{implementation, references, relation, selection};
use crate::check::Check;
use crate::printable::{acts, sentence};
use crate::rule::{Dialect, Implementation, Node, Rule, Tolerance, Value, nearest, parse_with};

const KEYS: [&str; 15] = [
    "id",
    "title",
    "description",
    "rationale",
    "severity",
    "category",
    "tags",
    "references",
    "platforms",
    "transactional",
    "depends_on",
    "conflicts_with",
    "supersedes",
    "implementations",
    "version",
];

/// What a file comes to.
#[derive(Debug, Clone, PartialEq)]
pub struct Parsed {
    /// The id, as far as one can be made out.
    pub id: Option<String>,
    /// The rule; `None` when the file cannot be read as one.
    pub rule: Option<Rule>,
    /// What there is to say of it, in the order of the file.
    pub findings: Vec<Finding>,
}

/// Reads one file. `file` gives the expected id and category.
pub fn parse(file: &str, text: &str, variables: &Variables) -> Parsed {
    let substituted = variables.substitute(text);
    let mut findings = Vec::new();
    let root = match parse_with(&substituted.text, Tolerance::Lenient) {
        Ok(root) => root,
        Err(error) => {
            findings.push(Finding::new(Code::Unreadable, error.mark, error.message));
            return Parsed {
                id: None,
                rule: None,
                findings,
            };
        }
    };
    let file = File {
        path: Path::new(file),
        text,
        substituted: &substituted,
    };
    let rule = read(&file, &root, variables, &mut findings);
    let id = root.get("id").and_then(Node::text).map(str::to_owned);
    findings.sort_by_key(|finding| (finding.mark.line, finding.mark.column));
    Parsed { id, rule, findings }
}

struct File<'f> {
    path: &'f Path,
    text: &'f str,
    substituted: &'f Substituted,
}

fn read(
    file: &File<'_>,
    root: &Node,
    variables: &Variables,
    findings: &mut Vec<Finding>,
) -> Option<Rule> {
    let Value::Mapping(pairs) = &root.value else {
        let message = format!("a rule is a mapping, not {}", root.kind());
        findings.push(Finding::new(Code::Unreadable, root.mark, message));
        return None;
    };
    if let Some(finding) = wrong_shape(root).or_else(|| no_rule(root)) {
        findings.push(finding);
        return None;
    }
    unknown_keys(pairs, findings);
    further_documents(&file.substituted.text, findings);
    let severity = severity(root, findings);
    let words = |key: &str| {
        let text = root.get(key).and_then(Node::text);
        text.unwrap_or_default().trim().to_owned()
    };
    missing_words(root, findings);
    let id = id(file, root, findings);
    category(file, root, findings);
    let platforms = root
        .get("platforms")
        .map_or(Ok(Vec::new()), |node| selection::platforms(node, findings));
    let platforms = match platforms {
        Ok(platforms) => platforms,
        Err(finding) => {
            findings.push(finding);
            return None;
        }
    };
    let systems = selection::systems(&platforms);
    let implementations = match undefined(file.substituted, root, findings) {
        Some(broken) => vec![broken],
        None => implementation::read(root, &Context { systems: &systems }, findings),
    };
    unsafe_values(file, variables, root, findings);
    Some(Rule {
        subject: id.clone(),
        id,
        profile: None,
        variables: Vec::new(),
        dialect: Dialect::Kensa,
        ships: false,
        title: sentence(&words("title")),
        description: words("description"),
        rationale: words("rationale"),
        severity,
        category: sentence(&words("category")),
        tags: root.get("tags").map_or_else(Vec::new, texts),
        references: root
            .get("references")
            .map_or_else(Vec::new, |node| references::read(node, findings)),
        platforms,
        relations: relation::read(root, findings),
        implementations,
        effective_variables: variables.effective(&file.substituted.used),
        text: file.text.to_owned(),
        hash: Digest::of(file.substituted.text.as_bytes()),
    })
}

fn missing_words(root: &Node, findings: &mut Vec<Finding>) {
    for key in ["title", "description", "rationale", "category"] {
        let words = root.get(key).and_then(Node::text).unwrap_or_default();
        if words.trim().is_empty() {
            let message = format!("the key {key} is missing");
            findings.push(Finding::new(Code::Field, root.mark, message));
        }
    }
}

/// Kensa decodes into typed fields: a list where text is wanted is a file that cannot be read.
fn wrong_shape(root: &Node) -> Option<Finding> {
    const TEXTS: [&str; 6] = [
        "id",
        "title",
        "description",
        "rationale",
        "severity",
        "category",
    ];
    const LISTS: [&str; 3] = ["tags", "platforms", "implementations"];
    let fault = |key: &str, node: &Node, wanted: &str| {
        let message = format!("{key} must be {wanted}, not {}", node.kind());
        Finding::new(Code::Unreadable, node.mark, message)
    };
    let text = TEXTS.iter().find_map(|key| {
        let node = root.get(key)?;
        node.text().is_none().then(|| fault(key, node, "text"))
    });
    let list = || {
        LISTS.iter().find_map(|key| {
            let node = root.get(key)?;
            let fits = matches!(node.value, Value::Sequence(_)) || Kind::of(node) == Kind::Null;
            (!fits).then(|| fault(key, node, "a list"))
        })
    };
    text.or_else(list)
}

/// A file without anything of a rule in it, and an id that cannot be shown as it is: results are known by their ids.
fn no_rule(root: &Node) -> Option<Finding> {
    let parts = ["id", "title", "implementations"];
    if parts.iter().all(|key| root.get(key).is_none()) {
        let message = "there is no rule in the file: neither id nor title nor implementations";
        return Some(Finding::new(Code::Unreadable, root.mark, message));
    }
    let id = root.get("id")?;
    let acting = |c: char| acts(c) || matches!(c, '\n' | '\t');
    id.text()?.trim().contains(acting).then(|| {
        let message = "the id holds a character that acts instead of being seen";
        Finding::new(Code::Unreadable, id.mark, message)
    })
}

fn unknown_keys(pairs: &[(Node, Node)], findings: &mut Vec<Finding>) {
    for (key, _) in pairs {
        let name = key.text().unwrap_or_default();
        if !KEYS.contains(&name) {
            let message = format!("the key {name:?} is not known and has no effect");
            let mut finding = Finding::new(Code::UnknownKey, key.mark, message);
            finding.suggestion = nearest(name, KEYS);
            findings.push(finding);
        }
    }
}

/// Kensa reads the first document and never looks further.
fn further_documents(text: &str, findings: &mut Vec<Finding>) {
    let starts = Parser::new_from_str(text)
        .map_while(Result::ok)
        .filter(|(event, _)| matches!(event, Event::DocumentStart(_)));
    if let Some((_, span)) = { starts }.nth(1) {
        let message = "only the first document of the file is read";
        findings.push(Finding::new(
            Code::MoreDocuments,
            span.start.into(),
            message,
        ));
    }
}

fn severity(root: &Node, findings: &mut Vec<Finding>) -> Severity {
    let text = root
        .get("severity")
        .and_then(Node::text)
        .unwrap_or_default();
    let found = Severity::ALL
        .into_iter()
        .find(|severity| severity.as_str().eq_ignore_ascii_case(text.trim()));
    found.unwrap_or_else(|| {
        let mark = root.get("severity").map_or(root.mark, |node| node.mark);
        let message = format!(
            "severity must be critical, high, medium or low, not {text:?}; taken as medium"
        );
        findings.push(Finding::new(Code::Field, mark, message));
        Severity::Medium
    })
}

fn id(file: &File<'_>, root: &Node, findings: &mut Vec<Finding>) -> String {
    let stem = file
        .path
        .file_stem()
        .map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
    let node = root
        .get("id")
        .filter(|node| Kind::of(node) != Kind::Null)
        .filter(|node| node.text().is_some_and(|text| !text.trim().is_empty()));
    let Some((node, id)) = node.and_then(|node| Some((node, node.text()?.trim()))) else {
        let message = format!("the key id is missing; the name of the file is taken: {stem}");
        findings.push(Finding::new(Code::Field, root.mark, message));
        return stem;
    };
    if id != stem {
        let message = format!("the id {id} is not the name of the file");
        findings.push(Finding::new(Code::Place, node.mark, message));
    }
    id.to_owned()
}

fn category(file: &File<'_>, root: &Node, findings: &mut Vec<Finding>) {
    let folder = file
        .path
        .parent()
        .and_then(Path::file_name)
        .map(|name| name.to_string_lossy());
    if let (Some(node), Some(folder)) = (root.get("category"), folder)
        && node.text().is_some_and(|category| category != folder)
    {
        let message = format!(
            "the category {} is not the name of the folder",
            node.text().unwrap_or_default()
        );
        findings.push(Finding::new(Code::Place, node.mark, message));
    }
}

/// A rule with a variable that nothing defines cannot be judged, whatever its implementations.
fn undefined(
    substituted: &Substituted,
    root: &Node,
    findings: &mut Vec<Finding>,
) -> Option<Implementation> {
    if substituted.undefined.is_empty() {
        return None;
    }
    let names: Vec<&str> = substituted.undefined.iter().map(String::as_str).collect();
    let names = names.join(", ");
    let message = format!("nothing defines {names}; set it with --var or in a folder of variables");
    findings.push(Finding::new(
        Code::UndefinedVariable,
        root.mark,
        message.clone(),
    ));
    let check = Check::Broken(message);
    Some(Implementation {
        when: None,
        check,
        remediation: None,
    })
}

/// Values are spliced into scripts that run as root.
fn unsafe_values(file: &File<'_>, variables: &Variables, root: &Node, findings: &mut Vec<Finding>) {
    for name in file
        .substituted
        .used
        .iter()
        .filter(|name| variables.is_unsafe(name))
    {
        let message = format!(
            "the value of {name} holds characters that a shell reads, and is spliced in as it is"
        );
        findings.push(Finding::new(Code::UnsafeVariable, root.mark, message));
    }
}

fn texts(node: &Node) -> Vec<String> {
    match &node.value {
        Value::Sequence(items) => items
            .iter()
            .filter(|item| Kind::of(item) != Kind::Null)
            .filter_map(Node::text)
            .map(str::to_owned)
            .collect(),
        _ => Vec::new(),
    }
}
