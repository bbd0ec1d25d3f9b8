//! The rules of sudo as sudo itself reads them: cvtsudoers(1) follows includes, replaces aliases and writes JSON.

mod hosts;
mod sources;

use std::collections::BTreeSet;

use serde_json::Value;

use hosts::{Here, here, of_hosts};
use sources::{LIST, POLICY, SOURCES, TOOL, VERSION, sources};

use super::follow::FOLLOW;
use super::{BREAK, FrameSpec, quote};
use crate::facts::{Facts, Reading, Unknown, observed};
use domain::results::Evidence;

const KEY: &str = "sudoers";

/// What a person would type for the same answer.
const COMMAND: &str = "cvtsudoers -c /dev/null -e -f json";

/// The exit code with which the script says that there is no sudo here.
const NO_SUDO: u32 = 66;

/// Times, which a `!` in front sets to none.
const TIMES: [&str; 2] = ["passwd_timeout", "timestamp_timeout"];

/// A setting of a `Defaults` line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SudoOption {
    /// Whom it is for (`user ada`, `host web1`, …); nothing when it is for everybody.
    pub scope: Option<String>,
    /// Its name, without the `!` of one that is switched off.
    pub name: String,
    /// `on`, `off`, or the value; lists are joined by commas.
    pub value: String,
}

/// Commands that somebody may run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SudoGrant {
    /// Users as they are written: `ada`, `%wheel`, `ALL`.
    pub who: Vec<String>,
    /// As whom: users; root where nothing is said.
    pub run_as: Vec<String>,
    /// The commands; a forbidden one begins with `!`.
    pub commands: Vec<String>,
    /// Whether the password is asked for, where the grant says so.
    pub authenticate: Option<bool>,
}

/// The whole policy.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sudoers {
    /// In the order in which they are read: the last wins.
    pub options: Vec<SudoOption>,
    /// All grants that may be for this host.
    pub grants: Vec<SudoGrant>,
    /// Databases besides the files, whose rules are not known.
    pub databases: Vec<String>,
    /// Options that are on where no line says otherwise, as far as sudo names them.
    pub on_by_itself: Vec<&'static str>,
    /// Where sudo names them.
    pub version: Option<Evidence>,
}

pub(super) fn frames(_: &BTreeSet<&str>) -> Vec<FrameSpec> {
    let script = format!(
        "if [ ! -e /etc/sudoers ] && ! command -v sudo >/dev/null 2>&1; then exit {NO_SUDO}; fi\n\
         {POLICY}{TOOL}$cvt -c /dev/null -e -f json \"$policy\""
    );
    let list = format!("{POLICY}{TOOL}{LIST}{VERSION}");
    vec![
        FrameSpec::new(KEY, script, 20).alone(),
        FrameSpec::new(SOURCES, list, 60)
            .with(&[BREAK, FOLLOW])
            .alone(),
    ]
}

/// The policy; nothing where there is no sudo.
pub fn sudoers(facts: &Facts) -> Result<Reading<Option<Sudoers>>, Unknown> {
    let plain = format!("{COMMAND} /etc/sudoers");
    let frame = facts.ended(KEY, &plain)?;
    if frame.exit == Some(NO_SUDO) {
        return Ok(Reading {
            value: None,
            evidence: Evidence::new("ls /etc/sudoers", Some(2), b"")
                .with_stderr("No such file or directory"),
        });
    }
    let sources = sources(facts)?;
    let command = match sources.policy {
        Some(file) => format!("{COMMAND} {}", quote(&file)),
        None => plain,
    };
    let evidence = observed(frame, &command);
    let unknown = |reason: String| Err(Unknown::new(reason).seen(evidence.clone()));
    if frame.exit != Some(0) {
        let words = frame.stderr.lines().next().unwrap_or("no reason given");
        return unknown(format!("cvtsudoers cannot read the rules of sudo: {words}"));
    }
    let Ok(policy) = serde_json::from_slice::<Value>(&frame.stdout) else {
        return unknown("cvtsudoers gave an answer of another form".to_owned());
    };
    let mut read = Sudoers {
        databases: sources.databases,
        version: sources.version,
        ..Sudoers::default()
    };
    for entry in items(&policy, "Defaults") {
        read_options(entry, &facts.hostname, &mut read.options);
    }
    if let Some(known) = sources.knows {
        read.options
            .retain(|option| known.contains(&option.name.as_str()));
    }
    // `sudo -V` is asked by root, and shows what a line for root alone switches on (`Defaults:root`, `Defaults>root`).
    let for_some = |name: &str| {
        let mut options = read.options.iter();
        options.any(|one| one.name == name && one.scope.is_some() && one.value != "off")
    };
    let mut itself = sources.on_by_itself;
    itself.retain(|name| sources.built_in.contains(name) || !for_some(name));
    read.on_by_itself = itself;
    for entry in items(&policy, "User_Specs") {
        let hosts = items(entry, "Host_List");
        if !hosts.is_empty() && here(hosts, &facts.hostname) == Here::No {
            continue;
        }
        read_grants(entry, &mut read.grants);
    }
    Ok(Reading {
        value: Some(read),
        evidence,
    })
}

fn items<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value
        .get(key)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

/// What is for this host is for everybody on it; what is for others is left out.
fn read_options(entry: &Value, host: &str, options: &mut Vec<SudoOption>) {
    let mut binding = items(entry, "Binding");
    if of_hosts(binding) {
        match here(binding, host) {
            Here::Yes => binding = &[],
            Here::No => return,
            Here::Perhaps => {}
        }
    }
    let bound: Vec<String> = binding
        .iter()
        .filter_map(Value::as_object)
        .flatten()
        .map(|(kind, name)| format!("{kind} {}", word(name)))
        .collect();
    let scope = (!bound.is_empty()).then(|| bound.join(", "));
    for option in items(entry, "Options") {
        // A list that grows or shrinks stands beside the word for it.
        let named = option.as_object().into_iter().flatten();
        for (name, value) in named.filter(|(name, _)| *name != "operation") {
            let none = value == &Value::Bool(false) && TIMES.contains(&name.as_str());
            options.push(SudoOption {
                scope: scope.clone(),
                name: name.clone(),
                value: if none { "0".to_owned() } else { word(value) },
            });
        }
    }
}

fn read_grants(entry: &Value, grants: &mut Vec<SudoGrant>) {
    let who = names(items(entry, "User_List"));
    for granted in items(entry, "Cmnd_Specs") {
        let mut authenticate = None;
        for option in items(granted, "Options") {
            if let Some(asked) = option.get("authenticate").and_then(Value::as_bool) {
                authenticate = Some(asked);
            }
        }
        let run_as = names(items(granted, "runasusers"));
        grants.push(SudoGrant {
            who: who.clone(),
            run_as: if run_as.is_empty() {
                vec!["root".to_owned()]
            } else {
                run_as
            },
            commands: names(items(granted, "Commands")),
            authenticate,
        });
    }
}

/// The names of a list, each as sudoers(5) writes it: a group with `%`, what is excluded with `!`.
fn names(list: &[Value]) -> Vec<String> {
    list.iter()
        .filter_map(Value::as_object)
        .filter_map(|item| {
            let (kind, name) = item.iter().find(|(kind, _)| *kind != "negated")?;
            let negated = item.get("negated").and_then(Value::as_bool) == Some(true);
            let mark = if kind.ends_with("group") { "%" } else { "" };
            Some(format!(
                "{}{mark}{}",
                if negated { "!" } else { "" },
                word(name)
            ))
        })
        .collect()
}

fn word(value: &Value) -> String {
    match value {
        Value::Bool(true) => "on".to_owned(),
        Value::Bool(false) => "off".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(word).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    }
}
