//! `implementations` of a Kensa rule: gates, and checks nested in `checks`.

use super::KensaCheck;
use super::check::{Context, METHODS};
use super::finding::{Code, Finding};
use super::params::{Broken, Params};
use super::selection;
use super::value::{Kind, flag};
use crate::check::Check;
use crate::rule::{Gate, Implementation, Mark, Node, Reader, Value, nearest};

/// In the order in which they are tried: those with a gate or without anything, then the default.
pub(super) fn read(
    root: &Node,
    context: &Context<'_>,
    findings: &mut Vec<Finding>,
) -> Vec<Implementation> {
    let items = match root.get("implementations").map(|node| &node.value) {
        Some(Value::Sequence(items)) if !items.is_empty() => items.as_slice(),
        _ => {
            let message =
                "a rule needs at least one implementation; without one it is skipped everywhere";
            findings.push(Finding::new(Code::Implementations, root.mark, message));
            return Vec::new();
        }
    };
    let (mut tried, mut default) = (Vec::new(), None);
    let mut open = false;
    for item in items {
        let is_default = item.get("default").and_then(flag) == Some(true);
        let check = item.get("check");
        let check = if let Some(node) = check {
            read_check(node, context, findings)
        } else {
            let reason = Broken("an implementation needs a check".to_owned());
            broken(item.mark, reason, findings)
        };
        let when = item.get("when").filter(|node| Kind::of(node) != Kind::Null);
        if is_default {
            if default.is_some() {
                let message = "a second default is never taken";
                findings.push(Finding::new(Code::Implementations, item.mark, message));
            } else {
                default = Some(Implementation {
                    when: None,
                    check,
                    remediation: None,
                });
            }
            continue;
        }
        let when: Option<Gate> = when.map(|node| selection::gate(node, findings));
        open |= when.is_none();
        tried.push(Implementation {
            when,
            check,
            remediation: None,
        });
    }
    if default.is_some() && open {
        let message =
            "an implementation without a gate comes before the default, which is never taken";
        findings.push(Finding::new(Code::Implementations, root.mark, message));
    }
    tried.extend(default);
    tried
}

fn broken(mark: Mark, Broken(reason): Broken, findings: &mut Vec<Finding>) -> Check {
    findings.push(Finding::new(Code::Broken, mark, reason.clone()));
    Check::Broken(reason)
}

/// `checks` (all must hold, nested as deep as one likes) hides what stands beside it.
fn read_check(node: &Node, context: &Context<'_>, findings: &mut Vec<Finding>) -> Check {
    if let Some(Value::Sequence(items)) = node.get("checks").map(|node| &node.value)
        && items.iter().any(|item| Kind::of(item) != Kind::Null)
    {
        let checks: Vec<Check> = items
            .iter()
            .filter(|item| Kind::of(item) != Kind::Null)
            .map(|item| read_check(item, context, findings))
            .collect();
        let refused = checks.iter().find_map(|check| match check {
            Check::Broken(reason) => Some(reason.clone()),
            _ => None,
        });
        return refused.map_or(Check::All(checks), Check::Broken);
    }
    let Some(name) = node.get("method").and_then(Node::text) else {
        return broken(
            node.mark,
            Broken("a check needs a method".to_owned()),
            findings,
        );
    };
    let Some((name, read)) = METHODS.iter().find(|(known, _)| *known == name) else {
        let reason = format!("unknown check method {name:?}");
        let mark = node.get("method").map_or(node.mark, |node| node.mark);
        let mut finding = Finding::new(Code::Broken, mark, reason.clone());
        finding.suggestion = nearest(name, super::methods());
        findings.push(finding);
        return Check::Broken(reason);
    };
    let mut params = Params::new(node, name);
    let method = read(&mut params, context);
    if method.is_ok() {
        params.report_unread();
    }
    findings.append(&mut params.findings);
    match method {
        Ok(method) => Check::Kensa(KensaCheck {
            name,
            source: node.clone(),
            strict: method.strict().and_then(|node| strict(&node, context)),
            method,
        }),
        Err(reason) => broken(node.mark, reason, findings),
    }
}

fn strict(node: &Node, context: &Context<'_>) -> Option<std::sync::Arc<Check>> {
    let mut reader = Reader::new("");
    let check = Check::read(&mut reader, node, context.systems)?;
    reader.into_faults().is_empty().then(|| check.into())
}
