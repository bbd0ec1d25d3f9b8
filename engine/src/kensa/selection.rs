//! Which hosts a Kensa rule concerns and which of its implementations is taken.

use super::finding::{Code, Finding};
use super::value::{flag, integer};
use crate::collect::{capability_names, known_capability};
use crate::rule::{Capability, Gate, Node, PlatformRange, Rebuilds, Value, nearest};

/// Systems that count as one family, by their `ID`. `ID_LIKE` is never read.
const REBUILDS: [&str; 8] = [
    "rhel",
    "redhat",
    "centos",
    "rocky",
    "almalinux",
    "alma",
    "ol",
    "oracle",
];

/// `platforms`; empty means every host.
pub(super) fn platforms(node: &Node, findings: &mut Vec<Finding>) -> Vec<PlatformRange> {
    let Value::Sequence(items) = &node.value else {
        findings.push(Finding::new(
            Code::Field,
            node.mark,
            "platforms must be a list",
        ));
        return Vec::new();
    };
    items
        .iter()
        .filter_map(|item| {
            let found = item.get("family").and_then(Node::text);
            let Some(family) = found else {
                findings.push(Finding::new(
                    Code::Field,
                    item.mark,
                    "a platform needs a family",
                ));
                return None;
            };
            let version = |key: &str| {
                let number = item.get(key).and_then(integer).filter(|number| *number > 0);
                number.and_then(|number| u32::try_from(number).ok())
            };
            let derivatives = item.get("derivatives").and_then(flag).unwrap_or(true);
            Some(PlatformRange {
                family: family.to_lowercase(),
                min_version: version("min_version"),
                max_version: version("max_version"),
                rebuilds: if derivatives {
                    Rebuilds::Named(&REBUILDS)
                } else {
                    Rebuilds::None
                },
            })
        })
        .collect()
}

/// The names under which the hosts of the platforms go, for scripts that must not run elsewhere.
pub(super) fn systems(platforms: &[PlatformRange]) -> Vec<String> {
    let mut systems: Vec<String> = Vec::new();
    for range in platforms {
        systems.push(range.family.clone());
        if let Rebuilds::Named(names) = range.rebuilds
            && names.contains(&range.family.as_str())
        {
            systems.extend(names.iter().map(|name| (*name).to_owned()));
        } else if range.family == "rhel" || range.family == "redhat" {
            systems.extend(["rhel".to_owned(), "redhat".to_owned()]);
        }
    }
    systems.sort();
    systems.dedup();
    systems
}

/// `when`: a name, or one of all, any, not, looked for in this order.
pub(super) fn gate(node: &Node, findings: &mut Vec<Finding>) -> Gate {
    if let Some(name) = node.text() {
        return Gate::Has(capability(name, node, findings));
    }
    let mut names = |list: &Node| -> Option<Vec<Capability>> {
        let Value::Sequence(items) = &list.value else {
            return None;
        };
        items
            .iter()
            .map(|item| Some(capability(item.text()?, item, findings)))
            .collect()
    };
    let found = if let Some(list) = node.get("all") {
        names(list).map(Gate::All)
    } else if let Some(list) = node.get("any") {
        names(list).map(Gate::Any)
    } else if let Some(inner) = node.get("not") {
        let name = inner.text();
        name.map(|name| Gate::Not(capability(name, inner, findings)))
    } else {
        None
    };
    found.unwrap_or_else(|| {
        let message =
            "when must be a capability, or one of {all: [names]}, {any: [names]}, {not: name}";
        findings.push(Finding::new(Code::Capability, node.mark, message));
        Gate::Malformed
    })
}

/// A name that nobody knows is a capability that no host has.
fn capability(name: &str, node: &Node, findings: &mut Vec<Finding>) -> Capability {
    if let Some(known) = known_capability(name) {
        return Capability::Probed(known);
    }
    let message = format!("no host has the capability {name:?}: it is not known");
    let mut finding = Finding::new(Code::Capability, node.mark, message);
    finding.suggestion = nearest(name, capability_names());
    findings.push(finding);
    Capability::Unheard
}
