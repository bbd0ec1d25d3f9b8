//! `references` of Kensa rules: flat frameworks list controls, versioned ones hold objects for each system.

use domain::catalogue::RuleReference;

use super::finding::{Code, Finding};
use super::value::Kind;
use crate::printable::sentence;
use crate::rule::{Node, Value};

/// Every control that the rule names. One alone counts as a list of one; what has another form is left out.
pub(super) fn read(node: &Node, findings: &mut Vec<Finding>) -> Vec<RuleReference> {
    let Value::Mapping(frameworks) = &node.value else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for (framework, value) in frameworks {
        let framework = framework.text().unwrap_or_default();
        match &value.value {
            Value::Sequence(items) => {
                let controls = items.iter().filter_map(Node::text);
                found.extend(controls.map(|control| reference(framework, "", control)));
            }
            Value::Mapping(systems) => {
                for (system, entry) in systems {
                    let system = system.text().unwrap_or_default();
                    let controls = objects(entry).into_iter().filter_map(control);
                    found.extend(controls.map(|control| reference(framework, system, control)));
                }
            }
            Value::Scalar { .. } if Kind::of(value) == Kind::Null => {}
            Value::Scalar { text, .. } => {
                let message = format!("the controls of {framework} must be a list; read as one");
                findings.push(Finding::new(Code::Type, value.mark, message));
                found.push(reference(framework, "", text));
            }
        }
    }
    found
}

/// One object, or a list of them.
fn objects(node: &Node) -> Vec<&Node> {
    match &node.value {
        Value::Sequence(items) => items.iter().collect(),
        _ => vec![node],
    }
}

/// `section` for CIS, `vuln_id` for STIG, otherwise the first text.
fn control(object: &Node) -> Option<&str> {
    let Value::Mapping(pairs) = &object.value else {
        return object.text();
    };
    ["section", "vuln_id"]
        .iter()
        .find_map(|key| object.get(key).and_then(Node::text))
        .or_else(|| pairs.iter().find_map(|(_, value)| value.text()))
}

fn reference(framework: &str, system: &str, control: &str) -> RuleReference {
    RuleReference {
        framework: sentence(framework),
        benchmark: sentence(system),
        control: sentence(control),
        version: None,
    }
}
