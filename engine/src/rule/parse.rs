//! From the YAML of one file to a rule, reporting every fault at once.

use domain::catalogue::RuleReference;
use domain::digest::Digest;
use domain::verdict::Severity;

use super::reader::Reader;
use super::yaml::{Node, Value};
use super::{
    Capability, Diagnostic, Dialect, Gate, Implementation, PlatformRange, Rebuilds, Relations,
    Rule, parse_yaml,
};
use crate::check::Check;
use crate::fixture::Fixture;

/// The schema that our own rules and strict rules of others name.
const SCHEMA: &str = "openwatch/1";

const KEYS: [&str; 14] = [
    "schema",
    "id",
    "title",
    "description",
    "rationale",
    "severity",
    "category",
    "tags",
    "references",
    "platforms",
    "implementations",
    "check",
    "remediation",
    "fixtures",
];

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
    reader.mapping(node, "a rule", &KEYS)?;
    if node.get("schema").and_then(Node::text) != Some(SCHEMA) {
        reader.fault(
            node.mark,
            format!("a rule needs the line \"schema: {SCHEMA}\""),
        );
        return None;
    }
    let mut words = |key: &str| {
        let found = reader.required(node, "a rule", key)?;
        reader.text(found, key).map(|text| text.trim().to_owned())
    };
    let (id, title) = (words("id"), words("title"));
    let (description, rationale) = (words("description"), words("rationale"));
    let category = words("category");
    let severity = reader
        .required(node, "a rule", "severity")
        .and_then(|severity| {
            let known = Severity::ALL.map(|severity| (severity.as_str(), severity));
            reader.word(severity, "severity", &known)
        });
    let tags = node
        .get("tags")
        .map_or(Some(Vec::new()), |tags| reader.texts(tags, "tags"));
    let references = node
        .get("references")
        .map_or_else(Vec::new, |n| references(reader, n));
    let platforms = node
        .get("platforms")
        .map_or_else(Vec::new, |n| platforms(reader, n));
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
        tags: tags?,
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

fn checked_id(reader: &mut Reader<'_>, node: &Node, id: String) -> Option<String> {
    let kebab = id.split('-').all(|part| {
        !part.is_empty()
            && part
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    });
    if kebab && id.len() <= 100 {
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
            let items = reader.list(list, "implementations")?;
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
        _ => {
            reader.fault(
                node.mark,
                "a rule needs either \"check\" or \"implementations\"",
            );
            None
        }
    }
}

fn implementation(
    reader: &mut Reader<'_>,
    node: &Node,
    families: &[String],
) -> Option<Implementation> {
    let known = ["when", "default", "check", "remediation"];
    reader.mapping(node, "an implementation", &known)?;
    let when = match node.get("when") {
        Some(when) => Some(gate(reader, when)?),
        None => None,
    };
    let check = reader.required(node, "an implementation", "check")?;
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

fn platforms(reader: &mut Reader<'_>, node: &Node) -> Vec<PlatformRange> {
    let Some(items) = reader.list(node, "platforms") else {
        return Vec::new();
    };
    items
        .iter()
        .filter_map(|item| platform(reader, item))
        .collect()
}

fn platform(reader: &mut Reader<'_>, node: &Node) -> Option<PlatformRange> {
    reader.mapping(
        node,
        "a platform",
        &["family", "min_version", "max_version"],
    )?;
    let family = reader.required(node, "a platform", "family")?;
    let families = [("debian", "debian"), ("ubuntu", "ubuntu"), ("rhel", "rhel")];
    let family = reader.word(family, "family", &families)?.to_owned();
    let mut version = |key: &str| {
        let number = reader.number(node.get(key)?, key)?;
        u32::try_from(number).ok()
    };
    let (min_version, max_version) = (version("min_version"), version("max_version"));
    Some(PlatformRange {
        family,
        min_version,
        max_version,
        rebuilds: Rebuilds::Like,
    })
}

/// Flat frameworks list controls; `cis` and `stig` list them under a benchmark.
fn references(reader: &mut Reader<'_>, node: &Node) -> Vec<RuleReference> {
    const FLAT: [&str; 4] = ["nist_800_53", "nist_800_171", "pci_dss_4", "cci"];
    let mut found = Vec::new();
    let known = [
        "cis",
        "stig",
        "nist_800_53",
        "nist_800_171",
        "pci_dss_4",
        "cci",
    ];
    let Some(pairs) = reader.mapping(node, "references", &known) else {
        return found;
    };
    for (key, value) in pairs {
        let framework = key.text().unwrap_or_default();
        if FLAT.contains(&framework) {
            for control in reader.texts(value, framework).unwrap_or_default() {
                found.push(reference(framework, "", control, None));
            }
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
    if reader
        .mapping(entry, "a benchmark", &["controls", "version"])
        .is_none()
    {
        return;
    }
    let version = entry
        .get("version")
        .and_then(|version| reader.text(version, "version"));
    if let Some(controls) = reader.required(entry, "a benchmark", "controls") {
        for control in reader.texts(controls, "controls").unwrap_or_default() {
            found.push(reference(framework, name, control, version.clone()));
        }
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
