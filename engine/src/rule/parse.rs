//! From the YAML of one file to a rule, reporting every fault at once.

use domain::catalogue::RuleReference;
use domain::digest::Digest;
use domain::verdict::Severity;

use super::reader::Reader;
use super::yaml::{Node, Value};
use super::{
    Capability, Diagnostic, Dialect, Gate, Implementation, PlatformRange, Rebuilds, Relations,
    Rule, parse_yaml, schema,
};
use crate::check::Check;
use crate::fixture::Fixture;

/// The schema that our own rules and strict rules of others name.
pub(super) const SCHEMA: &str = "openwatch/1";

/// A rule, or everything that is wrong with its file.
pub type ParsedRule = Result<Rule, Vec<Diagnostic>>;

/// Reads the text of one rule file. `file` is only for messages.
pub fn parse_rule(file: &str, text: &str) -> ParsedRule {
    let mut reader = Reader::new(file);
    let rule = match parse_yaml(text) {
        Ok(node) => read_rule(&mut reader, &node, text),
        Err(error) => {
            reader.fault(error.mark, error.message);
            None
        }
    };
    let faults = reader.into_faults();
    match rule {
        Some(rule) if faults.is_empty() => Ok(rule),
        _ => Err(faults),
    }
}

fn read_rule(reader: &mut Reader<'_>, node: &Node, text: &str) -> Option<Rule> {
    if !matches!(node.value, Value::Mapping(_)) {
        let message = format!("a rule must be a mapping, not {}", node.kind());
        reader.fault(node.mark, message);
        return None;
    }
    if node.get("schema").and_then(Node::text) != Some(SCHEMA) {
        reader.fault(
            node.mark,
            format!("a rule needs the line \"schema: {SCHEMA}\""),
        );
        return None;
    }
    schema::RULE.holds(reader, node);
    let words = |key: &str| {
        let text = node.get(key).and_then(Node::text)?;
        Some(text.trim().to_owned())
    };
    let (id, title) = (words("id"), words("title"));
    let (description, rationale) = (words("description"), words("rationale"));
    let (category, severity) = (words("category"), words("severity"));
    let severity = Severity::ALL
        .into_iter()
        .find(|known| Some(known.as_str()) == severity.as_deref());
    let tags = node.get("tags").map_or_else(Vec::new, texts);
    let references = node
        .get("references")
        .map_or_else(Vec::new, |n| references(reader, n));
    let platforms: Vec<PlatformRange> = node.get("platforms").map_or_else(Vec::new, |list| {
        list.items().iter().filter_map(platform).collect()
    });
    let families: Vec<String> = platforms.iter().map(|range| range.family.clone()).collect();
    let implementations = implementations(reader, node, &families);
    let fixtures = node
        .get("fixtures")
        .map_or_else(Vec::new, |n| Fixture::read_all(reader, n));
    Some(Rule {
        id: checked_id(reader, node, id?)?,
        dialect: Dialect::OpenWatch,
        title: title?,
        description: description?,
        rationale: rationale?,
        severity: severity?,
        category: category?,
        tags,
        references,
        platforms,
        relations: Relations::default(),
        implementations: implementations?,
        effective_variables: Vec::new(),
        fixtures,
        text: text.to_owned(),
        hash: Digest::of(text.as_bytes()),
    })
}

/// Whether it can be the name of a rule or a category.
pub fn is_rule_name(name: &str) -> bool {
    let word = |part: &str| {
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
        !part.is_empty() && part.bytes().all(plain)
    };
    name.len() <= 100 && name.split('-').all(word)
}

fn checked_id(reader: &mut Reader<'_>, node: &Node, id: String) -> Option<String> {
    if is_rule_name(&id) {
        return Some(id);
    }
    let mark = node.get("id").map_or(node.mark, |id| id.mark);
    reader.fault(
        mark,
        "id must be kebab-case: lower-case letters, digits, single hyphens",
    );
    None
}

fn implementations(
    reader: &mut Reader<'_>,
    node: &Node,
    families: &[String],
) -> Option<Vec<Implementation>> {
    match (node.get("implementations"), node.get("check")) {
        (Some(list), None) => {
            let items = list.items();
            if items.is_empty() {
                reader.fault(list.mark, "implementations must not be empty");
            }
            items
                .iter()
                .map(|item| implementation(reader, item, families))
                .collect()
        }
        (None, Some(check)) => {
            let check = Check::read(reader, check, families)?;
            Some(vec![Implementation { when: None, check }])
        }
        // It is reported already.
        _ => None,
    }
}

fn implementation(
    reader: &mut Reader<'_>,
    node: &Node,
    families: &[String],
) -> Option<Implementation> {
    let when = match node.get("when") {
        Some(when) => Some(gate(reader, when)?),
        None => None,
    };
    let check = node.get("check")?;
    Some(Implementation {
        when,
        check: Check::read(reader, check, families)?,
    })
}

fn gate(reader: &mut Reader<'_>, node: &Node) -> Option<Gate> {
    let mut capability = |node: &Node| reader.word(node, "a capability", &Capability::words());
    let pair = match &node.value {
        Value::Scalar { .. } => return capability(node).map(Gate::Has),
        Value::Mapping(pairs) => pairs.first().filter(|_| pairs.len() == 1),
        Value::Sequence(_) => None,
    };
    if let Some((key, value)) = pair {
        match (key.text(), &value.value) {
            (Some("not"), _) => return capability(value).map(Gate::Not),
            (Some("all"), Value::Sequence(items)) => {
                return items
                    .iter()
                    .map(capability)
                    .collect::<Option<_>>()
                    .map(Gate::All);
            }
            (Some("any"), Value::Sequence(items)) => {
                return items
                    .iter()
                    .map(capability)
                    .collect::<Option<_>>()
                    .map(Gate::Any);
            }
            _ => {}
        }
    }
    let expected = "when must be a capability, or one of {all: […]}, {any: […]}, {not: …}";
    reader.fault(node.mark, expected);
    None
}

/// An entry of `platforms` that is as described.
fn platform(node: &Node) -> Option<PlatformRange> {
    let version = |key: &str| node.get(key).and_then(Node::text)?.parse().ok();
    Some(PlatformRange {
        family: node.get("family").and_then(Node::text)?.to_owned(),
        min_version: version("min_version"),
        max_version: version("max_version"),
        rebuilds: Rebuilds::Like,
    })
}

/// A list of text that is as described.
fn texts(node: &Node) -> Vec<String> {
    let items = node.items().iter().filter_map(Node::text);
    items.map(str::to_owned).collect()
}

/// Listed frameworks name controls; the others list them under a benchmark.
fn references(reader: &mut Reader<'_>, node: &Node) -> Vec<RuleReference> {
    let mut found = Vec::new();
    let Value::Mapping(pairs) = &node.value else {
        return found;
    };
    for (key, value) in pairs {
        let framework = key.text().unwrap_or_default();
        if schema::LISTED.contains(&framework) {
            for control in texts(value) {
                found.push(reference(framework, "", control, None));
            }
        } else if !schema::BENCHMARKED.contains(&framework) {
            // It is unknown, and was reported.
        } else if let Value::Mapping(benchmarks) = &value.value {
            for (benchmark, entry) in benchmarks {
                benchmark_references(reader, framework, (benchmark, entry), &mut found);
            }
        } else {
            reader.fault(
                value.mark,
                format!("{framework} must be a mapping of benchmarks"),
            );
        }
    }
    found
}

fn benchmark_references(
    reader: &mut Reader<'_>,
    framework: &str,
    (benchmark, entry): (&Node, &Node),
    found: &mut Vec<RuleReference>,
) {
    let name = benchmark.text().unwrap_or_default();
    if !schema::BENCHMARK.holds(reader, entry) {
        return;
    }
    let version = entry.get("version").and_then(Node::text);
    for control in entry.get("controls").map_or_else(Vec::new, texts) {
        found.push(reference(
            framework,
            name,
            control,
            version.map(str::to_owned),
        ));
    }
}

fn reference(
    framework: &str,
    benchmark: &str,
    control: String,
    version: Option<String>,
) -> RuleReference {
    let (framework, benchmark) = (framework.to_owned(), benchmark.to_owned());
    RuleReference {
        framework,
        benchmark,
        control,
        version,
    }
}
