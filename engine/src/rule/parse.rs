//! From the YAML of one file to a rule, reporting every fault at once.

use std::collections::BTreeSet;

use domain::digest::Digest;
use domain::variable::VariableOrigin;
use domain::verdict::Severity;

use super::profile::Profile;
use super::reader::Reader;
use super::references::references;
use super::substitute::Substitution;
use super::values::Values;
use super::variable::{BoundVariable, Variable};
use super::yaml::{Node, Value};
use super::{
    Capability, Diagnostic, Dialect, Gate, Implementation, PlatformRange, Rebuilds, Relations,
    Rule, parse_yaml, schema,
};
use crate::check::Check;
use crate::fixture::Fixture;
use crate::printable::sentence;
use crate::remediation::Remediation;

/// The schema that our own rules and strict rules of others name.
pub(super) const SCHEMA: &str = "openwatch/1";

/// The rules of one file, or everything that is wrong with it.
pub type ParsedRules = Result<Vec<Rule>, Vec<Diagnostic>>;

/// Reads the text of one rule file: one rule, or one for each of its profiles. `file` is only for messages.
pub fn parse_rules(file: &str, text: &str, values: &Values) -> ParsedRules {
    parse(file, (text, text), values)
}

/// Reads the text of a rule file that ships: its fixtures are known to hold, are most of the text, and are passed over.
pub fn parse_known_rules(file: &str, text: &str, values: &Values) -> ParsedRules {
    parse(file, (&without_fixtures(text), text), values)
}

/// The text without the lines of the top-level key `fixtures`, as files that ship write it: a block of which no line
/// begins at the margin.
fn without_fixtures(text: &str) -> String {
    let mut inside = false;
    let mut kept = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        if !line.starts_with([' ', '\t', '\r', '\n', '#', '-']) {
            inside = line.starts_with("fixtures:");
        }
        if !inside {
            kept.push_str(line);
        }
    }
    kept
}

/// Reads what is `written`; `text` is what the rule is known by.
fn parse(file: &str, (written, text): (&str, &str), values: &Values) -> ParsedRules {
    let mut reader = Reader::new(file);
    let rules = match parse_yaml(written) {
        Ok(node) => read_file(&mut reader, &node, (file, text), values),
        Err(error) => {
            reader.fault(error.mark, error.message);
            None
        }
    };
    let faults = reader.into_faults();
    match rules {
        Some(rules) if faults.is_empty() => Ok(rules),
        _ => Err(faults),
    }
}

fn read_file(
    reader: &mut Reader<'_>,
    node: &Node,
    (file, text): (&str, &str),
    values: &Values,
) -> Option<Vec<Rule>> {
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
    let variables = node
        .get("variables")
        .map_or_else(Vec::new, |n| Variable::read_all(reader, n));
    let profiles = Profile::read_all(reader, node, &variables);
    let mut all_read = node
        .get("profiles")
        .is_none_or(|named| named.keys().count() == profiles.len());
    let profiles: Vec<Option<&Profile<'_>>> = if profiles.is_empty() {
        vec![None]
    } else {
        profiles.iter().map(Some).collect()
    };
    let mut rules = Vec::with_capacity(profiles.len());
    let mut used = Vec::with_capacity(profiles.len());
    for profile in profiles {
        let Some(bound) = bind(reader, file, (&variables, values), profile) else {
            all_read = false;
            continue;
        };
        let variant = Variant {
            node,
            text,
            profile,
        };
        let mut names = BTreeSet::new();
        rules.extend(read_rule(reader, &variant, bound, &mut names));
        used.push((profile, names));
    }
    if all_read {
        unused(reader, &variables, &used);
    }
    Some(rules)
}

/// Keeps a fault for each variable that stands nowhere, and for each value that a profile gives to one which it does
/// not use.
fn unused(
    reader: &mut Reader<'_>,
    variables: &[Variable],
    used: &[(Option<&Profile<'_>>, BTreeSet<String>)],
) {
    for Variable { name, mark, .. } in variables {
        if !used.iter().any(|(_, names)| names.contains(name)) {
            reader.fault(*mark, format!("the variable {name} is used nowhere"));
            continue;
        }
        for (profile, names) in used {
            let given = profile.and_then(|profile| Some((profile, profile.names(name)?)));
            if let Some((profile, mark)) = given.filter(|_| !names.contains(name)) {
                let message = format!("nothing that counts for {} uses {name}", profile.name);
                reader.fault(mark, message);
            }
        }
    }
}

/// The variables with their values for a profile, where all of them hold.
fn bind(
    reader: &mut Reader<'_>,
    file: &str,
    (variables, values): (&[Variable], &Values),
    profile: Option<&Profile<'_>>,
) -> Option<Vec<BoundVariable>> {
    let mut bound = Vec::with_capacity(variables.len());
    for variable in variables {
        let of_profile = profile.and_then(|profile| {
            let value = profile.value(&variable.name)?;
            Some((profile.name, value, profile.source.as_str()))
        });
        match values.bind(file, variable, of_profile) {
            Ok(value) => bound.push(value),
            Err(fault) => reader.keep(fault),
        }
    }
    (bound.len() == variables.len()).then_some(bound)
}

/// A rule file, and the profile for which it is read.
struct Variant<'s> {
    node: &'s Node,
    text: &'s str,
    profile: Option<&'s Profile<'s>>,
}

/// Reads the rule of one profile; `used` takes the names of the variables that it uses.
fn read_rule(
    reader: &mut Reader<'_>,
    variant: &Variant<'_>,
    mut variables: Vec<BoundVariable>,
    used: &mut BTreeSet<String>,
) -> Option<Rule> {
    let profile = variant.profile;
    let applied = profile.map(|profile| profile.applied(variant.node));
    let mut substitution = Substitution::new(&variables);
    let node = &substitution.rule(reader, applied.as_ref().unwrap_or(variant.node));
    *used = substitution.into_used();
    variables.retain(|variable| used.contains(&variable.name));
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
    let own = profile.and_then(Profile::references);
    let references = own
        .into_iter()
        .chain(node.get("references"))
        .flat_map(|n| references(reader, n))
        .collect();
    let platforms: Vec<PlatformRange> = node.get("platforms").map_or_else(Vec::new, |list| {
        list.items().iter().filter_map(platform).collect()
    });
    let families: Vec<String> = platforms.iter().map(|range| range.family.clone()).collect();
    let implementations = implementations(reader, node, &families);
    if let Some(fixtures) = variant.node.get("fixtures") {
        Fixture::read_all(reader, fixtures);
    }
    let subject = checked_id(reader, node, id?)?;
    let title = sentence(&title?);
    Some(Rule {
        id: profile.map_or_else(|| subject.clone(), |p| format!("{subject}@{}", p.name)),
        title: profile.map_or_else(|| title.clone(), |p| format!("{title} ({})", p.label)),
        subject,
        profile: profile.map(|profile| profile.name),
        dialect: Dialect::OpenWatch,
        ships: false,
        description: description?,
        rationale: rationale?,
        severity: severity?,
        category: category?,
        tags,
        references,
        platforms,
        relations: Relations::default(),
        implementations: implementations?,
        effective_variables: variables.iter().map(BoundVariable::effective).collect(),
        hash: hash(variant, &variables),
        text: variant.text.to_owned(),
        variables,
    })
}

/// The hash of the text, and with it of what makes this rule another than the text alone says: the profile, and
/// values that were given from outside.
fn hash(variant: &Variant<'_>, variables: &[BoundVariable]) -> Digest {
    let mut parts = vec![variant.text.to_owned()];
    parts.extend(variant.profile.map(|profile| format!("@{}", profile.name)));
    parts.extend(
        variables
            .iter()
            .filter(|variable| variable.origin > VariableOrigin::Profile)
            .map(|variable| format!("{}={}", variable.name, variable.value)),
    );
    if parts.len() == 1 {
        return Digest::of(variant.text.as_bytes());
    }
    let parts: Vec<&[u8]> = parts.iter().map(String::as_bytes).collect();
    Digest::of_parts(&parts)
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
            let remediation = remediation(reader, node);
            let check = Check::read(reader, check, families)?;
            let when = None;
            Some(vec![Implementation {
                when,
                check,
                remediation,
            }])
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
    let remediation = remediation(reader, node);
    let check = node.get("check")?;
    Some(Implementation {
        when,
        check: Check::read(reader, check, families)?,
        remediation,
    })
}

/// The remediation beside a check. One that does not hold leaves its fault with the reader, so the file is refused.
fn remediation(reader: &mut Reader<'_>, node: &Node) -> Option<Remediation> {
    Remediation::read(reader, node.get("remediation")?)
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
pub(super) fn texts(node: &Node) -> Vec<String> {
    let items = node.items().iter().filter_map(Node::text);
    items.map(str::to_owned).collect()
}
