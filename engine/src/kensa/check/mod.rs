//! The check methods of Kensa rules with Kensa's semantics, judged from the facts that all rules share. Each
//! has its file with its `mod`, and a line in the list below for each of its names. What Kensa calls a fail
//! although nothing could be seen (a missing tool, a refused file) is "could not tell" here.

mod apparmor_state;
mod audit_rule_exists;
mod command;
mod config_value;
mod file_content;
mod file_exists;
mod file_permission;
mod grub_parameter;
mod kernel_module_state;
mod mount_option;
mod package_state;
mod selinux_state;
mod service_state;
mod set_compare;
mod sshd_effective_config;
mod sysctl_value;
mod systemd_target;

use std::fmt::Debug;
use std::sync::Arc;

use super::params::{Broken, Params};
use crate::check::{CheckResult, Checked};
use crate::collect::{Collector, CommandScript, Need};
use crate::facts::Facts;
use crate::rule::{Mark, Node, Value};
use domain::results::Evidence;

/// A method with its parameters.
pub(super) trait Method: Debug + Send + Sync {
    /// What has to be collected.
    fn needs(&self) -> Vec<Need>;

    /// Judges as Kensa does, as far as something could be seen.
    fn judge(&self, facts: &Facts) -> Checked;

    /// The check of our own format that says the same, strictly.
    fn strict(&self) -> Option<Node>;
}

pub(super) type Read = Result<Arc<dyn Method>, Broken>;

/// What a method needs to know of its rule.
pub(super) struct Context<'r> {
    /// Names of systems (`ID`, `ID_LIKE`) of which the host must be one for a script to be run.
    pub(super) systems: &'r [String],
}

type Reader = fn(&mut Params<'_>, &Context<'_>) -> Read;

/// The methods by name; several names may mean one method.
pub(super) const METHODS: &[(&str, Reader)] = &[
    ("apparmor_state", apparmor_state::read),
    ("audit_rule_exists", audit_rule_exists::read),
    ("command", command::read),
    ("config_value", config_value::read),
    ("dpkg_absent", package_state::read_dpkg_absent),
    ("dpkg_installed", package_state::read_dpkg_installed),
    ("file_absent", file_exists::read_absent),
    ("file_content", file_content::read_content),
    ("file_content_match", file_content::read_match),
    ("file_exists", file_exists::read_exists),
    ("file_permission", file_permission::read),
    ("file_permissions", file_permission::read),
    ("grub_parameter", grub_parameter::read),
    ("kernel_module_state", kernel_module_state::read),
    ("mount_option", mount_option::read),
    ("package_absent", package_state::read_absent),
    ("package_installed", package_state::read_installed),
    ("package_state", package_state::read),
    ("selinux_state", selinux_state::read),
    ("service_active", service_state::read_active),
    ("service_enabled", service_state::read_enabled),
    ("service_state", service_state::read),
    ("set_compare", set_compare::read),
    ("sshd_effective_config", sshd_effective_config::read),
    ("sysctl_value", sysctl_value::read),
    ("systemd_target", systemd_target::read),
];

/// A finding: holds or does not.
#[expect(clippy::unnecessary_wraps, reason = "every method ends with it")]
fn compared(
    holds: bool,
    expected: impl Into<String>,
    actual: impl Into<String>,
    evidence: Vec<Evidence>,
) -> Checked {
    Ok(CheckResult::compared(holds, expected, actual, evidence))
}

/// Kensa's "skipped".
#[expect(clippy::unnecessary_wraps, reason = "every method ends with it")]
fn skipped(reason: impl Into<String>, evidence: Vec<Evidence>) -> Checked {
    Ok(CheckResult::not_applicable(reason, evidence))
}

/// How long a script of a rule may take, in seconds. Kensa has no bound at all.
const SECONDS: u64 = 120;

fn script(run: impl Into<String>, context: &Context<'_>) -> CommandScript {
    CommandScript {
        run: run.into(),
        arguments: Vec::new(),
        seconds: SECONDS,
        families: context.systems.to_vec(),
        ships: false,
    }
}

fn need_of(script: &CommandScript) -> Vec<Need> {
    vec![Need::new(Collector::Command, script.to_argument())]
}

/// A path that a collector can be asked for.
fn path(params: &mut Params<'_>, key: &'static str) -> Result<String, Broken> {
    let path = params.text(key)?;
    if !path.starts_with('/') || path.contains(['\n', '\t', '*']) {
        return Err(Broken(format!(
            "{key} must be the absolute path of one file, not {path:?}"
        )));
    }
    Ok(path)
}

/// A check of our own format, to be read by its strict reader.
fn native<'v>(method: &str, parameters: impl IntoIterator<Item = (&'v str, Value)>) -> Node {
    let pairs = [("method", text(method))].into_iter().chain(parameters);
    node(Value::Mapping(
        pairs
            .map(|(key, value)| (node(text(key)), node(value)))
            .collect(),
    ))
}

fn negated(check: Node) -> Node {
    node(Value::Mapping(vec![(node(text("not")), check)]))
}

fn node(value: Value) -> Node {
    Node {
        mark: Mark::default(),
        value,
    }
}

fn text(text: impl Into<String>) -> Value {
    Value::Scalar {
        text: text.into(),
        quoted: true,
    }
}

fn plain(text: &dyn std::fmt::Display) -> Value {
    Value::Scalar {
        text: text.to_string(),
        quoted: false,
    }
}

fn list<'t>(texts: impl IntoIterator<Item = &'t String>) -> Value {
    Value::Sequence(
        texts
            .into_iter()
            .map(|one| node(text(one.as_str())))
            .collect(),
    )
}
