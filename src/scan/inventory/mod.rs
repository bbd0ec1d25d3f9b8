//! Inventories: files that name hosts with their groups. Ansible's INI and YAML forms, CSV with a header, and a
//! plain list with one target a line. Knows nothing of how hosts are reached.

mod csv;
mod ini;
#[cfg(test)]
mod tests;
mod yaml;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use workers::ssh::Endpoint;

use super::target::{Named, SSH_PORT};
use crate::exit::Failure;

/// How text begins that Ansible Vault has encrypted.
const VAULT: &str = "$ANSIBLE_VAULT;";

/// A host of an inventory before it is a target.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Entry {
    name: String,
    address: Option<String>,
    port: Option<String>,
    user: Option<String>,
    local: bool,
    groups: BTreeSet<String>,
}

/// What is wrong with an inventory, and in which line (from 1; 0 where there is none).
#[derive(Debug, PartialEq, Eq)]
struct Fault {
    line: usize,
    message: String,
}

impl Fault {
    fn at(line: usize, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { line, message }
    }
}

/// The targets of a file, in its order. With `limits` only hosts that are in one of these groups or bear one of
/// these names.
pub(super) fn read(path: &Path, limits: &[String]) -> Result<Vec<Named>, Failure> {
    let fault = |line: usize, message: &str| {
        let place = match line {
            0 => path.display().to_string(),
            line => format!("{}:{line}", path.display()),
        };
        Failure::usage(format!("--inventory {place}: {message}"))
    };
    let text = std::fs::read_to_string(path).map_err(|error| fault(0, &error.to_string()))?;
    if text.starts_with(VAULT) {
        return Err(fault(
            1,
            "the file is encrypted with Ansible Vault; decrypt it first: ansible-vault view FILE",
        ));
    }
    let extension = path.extension().and_then(|extension| extension.to_str());
    let entries = match extension.map(str::to_ascii_lowercase).as_deref() {
        Some("csv") => csv::read(&text),
        Some("yml" | "yaml") => yaml::read(&text),
        _ => ini::read(&text),
    }
    .map_err(|error| fault(error.line, &error.message))?;
    let unknown = limits.iter().find(|limit| {
        !entries
            .iter()
            .any(|entry| entry.name == **limit || entry.groups.contains(*limit))
    });
    if let Some(unknown) = unknown {
        return Err(fault(
            0,
            &format!("there is no group and no host named {unknown:?}"),
        ));
    }
    let chosen = entries.iter().filter(|entry| {
        limits.is_empty()
            || limits
                .iter()
                .any(|limit| entry.name == *limit || entry.groups.contains(limit))
    });
    chosen
        .map(|entry| target(entry).map_err(|message| fault(0, &message)))
        .collect()
}

fn target(entry: &Entry) -> Result<Named, String> {
    let values = [
        ("ansible_host", &entry.address),
        ("ansible_port", &entry.port),
        ("ansible_user", &entry.user),
    ];
    for (variable, value) in values {
        match value.as_deref() {
            Some(text) if text.trim_start().starts_with(VAULT) => {
                return Err(format!(
                    "{variable} of {} is encrypted with Ansible Vault; give it in plain text",
                    entry.name
                ));
            }
            Some(text) if text.contains("{{") => {
                return Err(format!(
                    "{variable} of {} is a template, which only Ansible can fill in; write what it becomes",
                    entry.name
                ));
            }
            _ => {}
        }
    }
    if entry.local || (entry.name == "local" && entry.address.is_none()) {
        return Ok(Named::Local);
    }
    let named = |text: &str| Named::parse(text).map_err(|failure| failure.to_string());
    let Some(address) = &entry.address else {
        // The name is the target, as in a plain list.
        let mut found = named(&entry.name)?;
        if let Named::Remote { user, endpoint, .. } = &mut found {
            *user = entry.user.clone().or(user.take());
            endpoint.port = port(entry)?.unwrap_or(endpoint.port);
        }
        return Ok(found);
    };
    let port = port(entry)?.unwrap_or(SSH_PORT);
    if address.is_empty() || address.starts_with('-') || address.contains(char::is_whitespace) {
        return Err(format!(
            "{address:?} is no address of the host {}",
            entry.name
        ));
    }
    Ok(Named::Remote {
        name: Some(entry.name.clone()),
        user: entry.user.clone(),
        endpoint: Endpoint {
            address: address.clone(),
            port,
        },
    })
}

fn port(entry: &Entry) -> Result<Option<u16>, String> {
    let Some(text) = &entry.port else {
        return Ok(None);
    };
    match text.parse::<u16>() {
        Ok(port) if port > 0 => Ok(Some(port)),
        _ => Err(format!("{text:?} is no port of the host {}", entry.name)),
    }
}

/// Hosts under way, in the order in which they were first named, with the groups that contain groups.
#[derive(Debug, Default)]
struct Hosts {
    entries: Vec<Entry>,
    /// Which groups a group is in.
    parents: BTreeMap<String, BTreeSet<String>>,
    /// Values that all hosts of a group have unless they have their own, in the order of the file.
    group_values: Vec<(String, Vec<(String, String)>)>,
}

impl Hosts {
    /// The host of this name, made when it is new.
    fn entry(&mut self, name: &str) -> &mut Entry {
        let known = self.entries.iter().position(|entry| entry.name == name);
        let at = known.unwrap_or_else(|| {
            let name = name.to_owned();
            self.entries.push(Entry {
                name,
                ..Entry::default()
            });
            self.entries.len() - 1
        });
        // `at` is the place of an entry that was found or has just been added.
        #[expect(clippy::indexing_slicing, reason = "the place was found above")]
        &mut self.entries[at]
    }

    fn is_in(&mut self, child: &str, parent: &str) {
        let parents = self.parents.entry(child.to_owned()).or_default();
        parents.insert(parent.to_owned());
    }

    /// Every host with all its groups, those that contain its groups included, and the values of these.
    fn finish(mut self) -> Vec<Entry> {
        for entry in &mut self.entries {
            let mut open: Vec<String> = entry.groups.iter().cloned().collect();
            while let Some(group) = open.pop() {
                for parent in self.parents.get(&group).into_iter().flatten() {
                    if entry.groups.insert(parent.clone()) {
                        open.push(parent.clone());
                    }
                }
            }
            entry.groups.insert("all".to_owned());
        }
        for (group, values) in self.values_by_weight() {
            let members = self
                .entries
                .iter_mut()
                .filter(|entry| entry.groups.contains(&group));
            for entry in members {
                for (key, value) in &values {
                    entry.set_unless_own(key, value);
                }
            }
        }
        self.entries
    }

    /// The values of groups, those that count most first, as Ansible has it: a group counts more than
    /// those that it is in, of two at the same depth the later name counts more, and of one group what
    /// was said last.
    fn values_by_weight(&mut self) -> Vec<(String, Vec<(String, String)>)> {
        let mut values = std::mem::take(&mut self.group_values);
        values.reverse();
        values.sort_by_cached_key(|(group, _)| {
            let depth = self.depth(group, &mut BTreeSet::new());
            std::cmp::Reverse((depth, group.clone()))
        });
        values
    }

    /// How far a group is from the one that holds all hosts. A group that contains itself is as deep as
    /// the way to it.
    fn depth(&self, group: &str, seen: &mut BTreeSet<String>) -> usize {
        if group == "all" || !seen.insert(group.to_owned()) {
            return 0;
        }
        let parents = self.parents.get(group).into_iter().flatten();
        let above = parents.map(|parent| self.depth(parent, seen)).max();
        seen.remove(group);
        1 + above.unwrap_or(0)
    }
}

/// The names that a pattern of Ansible stands for: `web[01:10]`, `db-[a:f]`, with an optional step.
fn expand(pattern: &str) -> Result<Vec<String>, String> {
    ini::expand(pattern)
}

impl Entry {
    /// Sets what a variable of Ansible says; other variables are not ours.
    fn set(&mut self, key: &str, value: &str) {
        let value = Some(value.to_owned());
        match key {
            "ansible_host" | "ansible_ssh_host" => self.address = value,
            "ansible_port" | "ansible_ssh_port" => self.port = value,
            "ansible_user" | "ansible_ssh_user" => self.user = value,
            "ansible_connection" => self.local = value.as_deref() == Some("local"),
            _ => {}
        }
    }

    fn set_unless_own(&mut self, key: &str, value: &str) {
        let taken = match key {
            "ansible_host" | "ansible_ssh_host" => self.address.is_some(),
            "ansible_port" | "ansible_ssh_port" => self.port.is_some(),
            "ansible_user" | "ansible_ssh_user" => self.user.is_some(),
            _ => false,
        };
        if !taken {
            self.set(key, value);
        }
    }
}
