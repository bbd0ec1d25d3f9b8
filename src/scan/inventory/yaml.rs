//! The YAML form of Ansible: groups with `hosts`, `children` and `vars`, from the top group on.

use engine::rule::{Node, Tolerance, Value, parse_with};

use super::{Entry, Fault, Hosts, expand};

pub(super) fn read(text: &str) -> Result<Vec<Entry>, Fault> {
    let root = parse_with(text, Tolerance::Lenient)
        .map_err(|error| Fault::at(error.mark.line, error.message))?;
    let mut hosts = Hosts::default();
    for (name, group) in pairs(&root, "an inventory is a mapping of groups")? {
        read_group(&mut hosts, name, group)?;
    }
    Ok(hosts.finish())
}

fn read_group(hosts: &mut Hosts, name: &Node, group: &Node) -> Result<(), Fault> {
    let group_name = key(name)?;
    if group.text().is_some_and(str::is_empty) {
        return Ok(());
    }
    for (part, value) in pairs(group, "a group has hosts, children and vars")? {
        if value.text().is_some_and(str::is_empty) {
            continue;
        }
        match key(part)? {
            "hosts" => {
                for (host, values) in pairs(value, "hosts is a mapping from names to variables")? {
                    let names =
                        expand(key(host)?).map_err(|message| Fault::at(host.mark.line, message))?;
                    for name in names {
                        let entry = hosts.entry(&name);
                        entry.groups.insert(group_name.to_owned());
                        for (variable, value) in variables(values)? {
                            entry.set(variable, value);
                        }
                    }
                }
            }
            "children" => {
                for (child, inner) in pairs(value, "children is a mapping of groups")? {
                    hosts.is_in(key(child)?, group_name);
                    read_group(hosts, child, inner)?;
                }
            }
            "vars" => {
                let values = variables(value)?;
                let values = values
                    .into_iter()
                    .map(|(key, value)| (key.to_owned(), value.to_owned()));
                hosts
                    .group_values
                    .push((group_name.to_owned(), values.collect()));
            }
            other => {
                let message =
                    format!("unknown key {other:?}: a group has hosts, children and vars");
                return Err(Fault::at(part.mark.line, message));
            }
        }
    }
    Ok(())
}

/// The variables with one value; lists and mappings are for others.
fn variables(node: &Node) -> Result<Vec<(&str, &str)>, Fault> {
    if node.text().is_some() {
        return Ok(Vec::new());
    }
    let pairs = pairs(node, "variables are a mapping")?;
    Ok(pairs
        .iter()
        .filter_map(|(key, value)| Some((key.text()?, value.text()?)))
        .collect())
}

fn pairs<'n>(node: &'n Node, message: &str) -> Result<&'n [(Node, Node)], Fault> {
    match &node.value {
        Value::Mapping(pairs) => Ok(pairs),
        _ => Err(Fault::at(node.mark.line, message)),
    }
}

fn key(node: &Node) -> Result<&str, Fault> {
    node.text()
        .ok_or_else(|| Fault::at(node.mark.line, "a name must be text"))
}
