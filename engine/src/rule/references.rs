//! Where a rule stands in benchmarks and catalogues of controls, as its file says.

use domain::catalogue::RuleReference;

use super::parse::texts;
use super::yaml::{Node, Value};
use super::{Reader, schema};

/// Listed frameworks name controls; the others list them under a benchmark.
pub(super) fn references(reader: &mut Reader<'_>, node: &Node) -> Vec<RuleReference> {
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
