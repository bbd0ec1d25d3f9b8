//! Which hosts a Kensa rule concerns and which of its implementations is taken.

use super::finding::{Code, Finding};
use super::value::{Kind, flag, truncated};
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

/// `platforms`; empty means every host, and an entry that says nothing is none. An entry of another form is the fault of the whole file: a rule that says where
/// it belongs must not be run elsewhere.
pub(super) fn platforms(
    node: &Node,
    findings: &mut Vec<Finding>,
) -> Result<Vec<PlatformRange>, Finding> {
    let Value::Sequence(items) = &node.value else {
        let message = "platforms must be a list";
        findings.push(Finding::new(Code::Field, node.mark, message));
        return Ok(Vec::new());
    };
    let there = items.iter().filter(|item| Kind::of(item) != Kind::Null);
    there.map(|item| platform(item, findings)).collect()
}

fn platform(item: &Node, findings: &mut Vec<Finding>) -> Result<PlatformRange, Finding> {
    let fault = |node: &Node, message: String| Finding::new(Code::Unreadable, node.mark, message);
    if !matches!(item.value, Value::Mapping(_)) {
        let message = format!("a platform is a mapping with a family, not {}", item.kind());
        return Err(fault(item, message));
    }
    let given = |key: &str| item.get(key).filter(|node| Kind::of(node) != Kind::Null);
    let family = match given("family") {
        Some(node) => node.text().ok_or_else(|| {
            let message = format!("family must be text, not {}", node.kind());
            fault(node, message)
        })?,
        None => "",
    };
    if family.is_empty() {
        let message = "a platform without a family is no host's";
        findings.push(Finding::new(Code::Field, item.mark, message));
    }
    let version = |key: &str| {
        let Some(node) = given(key) else {
            return Ok(None);
        };
        let number = truncated(node).ok_or_else(|| {
            let message = format!("{key} must be a number, the major version");
            fault(node, message)
        })?;
        let bound = u32::try_from(number).unwrap_or(u32::MAX);
        Ok((number > 0).then_some(bound))
    };
    let derivatives = match given("derivatives") {
        Some(node) => {
            flag(node).ok_or_else(|| fault(node, "derivatives must be true or false".to_owned()))?
        }
        None => true,
    };
    Ok(PlatformRange {
        family: family.to_lowercase(),
        min_version: version("min_version")?,
        max_version: version("max_version")?,
        rebuilds: if derivatives {
            Rebuilds::Named(&REBUILDS)
        } else {
            Rebuilds::None
        },
    })
}

/// What stands in a program for a family that is the name of no system.
const NOBODY: &str = "-";

/// The names under which the hosts of the platforms go, for scripts that must not run elsewhere.
pub(super) fn systems(platforms: &[PlatformRange]) -> Vec<String> {
    let mut systems: Vec<String> = Vec::new();
    for range in platforms {
        let plain = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
        if range.family.is_empty() || !range.family.chars().all(plain) {
            systems.push(NOBODY.to_owned());
            continue;
        }
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
    // `when: true` is no name: Kensa takes text alone.
    let name_of = |node: &Node| {
        let text = node.text().map(str::to_owned);
        text.filter(|_| Kind::of(node) == Kind::Text)
    };
    if let Some(name) = name_of(node) {
        return Gate::Has(capability(&name, node, findings));
    }
    let mut names = |list: &Node| -> Option<Vec<Capability>> {
        let Value::Sequence(items) = &list.value else {
            return None;
        };
        items
            .iter()
            .map(|item| Some(capability(&name_of(item)?, item, findings)))
            .collect()
    };
    let found = if let Some(list) = node.get("all") {
        names(list).map(Gate::All)
    } else if let Some(list) = node.get("any") {
        names(list).map(Gate::Any)
    } else if let Some(inner) = node.get("not") {
        let name = name_of(inner);
        name.map(|name| Gate::Not(capability(&name, inner, findings)))
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
