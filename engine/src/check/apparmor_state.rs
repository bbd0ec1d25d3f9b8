//! `apparmor_state`: AppArmor is on with profiles, the profiles are in certain modes, or no program that has a
//! profile runs without it.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{CheckResult, Checked, Method};
use crate::collect::{
    Collector, Lines, Need, Process, apparmor_attachments, lines_of, literal, processes,
};
use crate::facts::{Facts, Unknown};
use crate::pattern::Pattern;
use crate::rule::schema::{Demanded, Key, Kind, Shape, Together, words};
use crate::rule::{Node, Reader};
use domain::results::Evidence;
use domain::words::counted;

/// Parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApparmorState(State);

#[derive(Debug, Clone, PartialEq, Eq)]
enum State {
    /// On, with at least one profile.
    Loaded,
    /// Every profile in one of these modes.
    Modes(Vec<String>),
    /// Every process whose program has a profile is under it.
    Confined,
}

const ENABLED: &str = "/sys/module/apparmor/parameters/enabled";

const PROFILES: &str = "/sys/kernel/security/apparmor/profiles";

const STATES: &[(&str, bool)] = &[("loaded", false), ("confined", true)];

const MODES: [(&str, &str); 5] = [
    ("enforce", "enforce"),
    ("complain", "complain"),
    ("kill", "kill"),
    ("prompt", "prompt"),
    ("unconfined", "unconfined"),
];

impl Method for ApparmorState {
    const SHAPE: Shape = Shape {
        what: "an apparmor_state check",
        doc: "AppArmor is on and has profiles; each profile is in one of the modes; or each program with a profile runs under it.",
        keys: &[
            Key::free(
                "state",
                Kind::Word(|| words(STATES)),
                "loaded: there are profiles. confined: each program with a profile runs under it.",
            ),
            Key::free(
                "modes",
                Kind::List(&Kind::Word(|| words(&MODES))),
                "The modes that profiles may be in.",
            ),
        ],
        demand: Demanded::None,
        together: &[Together::One(&["state", "modes"])],
    };

    fn read(reader: &mut Reader<'_>, node: &Node, _: &[String]) -> Option<Self> {
        if let Some(modes) = node.get("modes") {
            let mut read = Vec::new();
            for mode in reader.list(modes, "modes")? {
                read.push(reader.word(mode, "modes", &MODES)?.to_owned());
            }
            return Some(Self(State::Modes(read)));
        }
        let state = reader.required(node, "the check", "state")?;
        let confined = reader.word(state, "state", STATES)?;
        Some(Self(if confined {
            State::Confined
        } else {
            State::Loaded
        }))
    }

    fn needs(&self) -> Vec<Need> {
        let mut needs = [ENABLED, PROFILES]
            .map(|path| Need::new(Collector::Content, path))
            .to_vec();
        if self.0 == State::Confined {
            needs.push(Need::new(Collector::Processes, ""));
        }
        needs
    }

    fn expected(&self) -> String {
        match &self.0 {
            State::Loaded => "AppArmor on, with profiles".to_owned(),
            State::Modes(modes) => format!("every profile in the mode {}", modes.join(" or ")),
            State::Confined => "every program with a profile under it".to_owned(),
        }
    }

    fn judge(&self, facts: &Facts) -> Checked {
        let enabled = text(&lines_of(facts, ENABLED)?);
        let expected = self.expected();
        let seen = Evidence::new(
            format!("cat {ENABLED}"),
            Some(u32::from(enabled.is_empty())),
            enabled.as_bytes(),
        );
        if enabled.trim() != "Y" {
            let actual = "AppArmor is off";
            return Ok(CheckResult::compared(false, expected, actual, vec![seen]));
        }
        let list = lines_of(facts, PROFILES)?;
        if list.is_empty() {
            let reason =
                format!("AppArmor is on, and {PROFILES} is not there: securityfs is not mounted");
            return Err(Unknown::new(reason).seen(seen));
        }
        let listed = text(&list);
        let mut evidence = vec![
            seen,
            Evidence::new(format!("cat {PROFILES}"), Some(0), listed.as_bytes()),
        ];
        let profiles: Vec<(&str, &str)> = listed.lines().filter_map(profile).collect();
        let (holds, actual) = match &self.0 {
            _ if profiles.is_empty() => (false, "no profile is loaded".to_owned()),
            State::Loaded => (true, counted(profiles.len(), "profile")),
            State::Modes(modes) => {
                let is_other = |(_, mode): &&(&str, &str)| !modes.iter().any(|known| known == mode);
                let other: Vec<String> = profiles
                    .iter()
                    .filter(is_other)
                    .map(|(name, mode)| format!("{name} ({mode})"))
                    .collect();
                (
                    other.is_empty(),
                    said(&other, &counted(profiles.len(), "profile")),
                )
            }
            State::Confined => confined(facts, &profiles, &mut evidence)?,
        };
        Ok(CheckResult::compared(holds, expected, actual, evidence))
    }
}

fn said(bad: &[String], good: &str) -> String {
    if bad.is_empty() {
        good.to_owned()
    } else {
        bad.join(", ")
    }
}

fn text(files: &[Arc<Lines>]) -> String {
    files.iter().map(|file| file.text()).collect()
}

/// `name (mode)`; the name may hold blanks.
fn profile(line: &str) -> Option<(&str, &str)> {
    line.strip_suffix(')')?.rsplit_once(" (")
}

/// Whether no program with a profile runs without one, and which do.
fn confined(
    facts: &Facts,
    profiles: &[(&str, &str)],
    evidence: &mut Vec<Evidence>,
) -> Result<(bool, String), Unknown> {
    let running = processes(facts)?;
    evidence.push(running.evidence);
    let mut labels = running.value.iter().map(|process| &process.label);
    if labels.all(String::is_empty) {
        let reason = "AppArmor is on, and the kernel does not show its labels of processes: another security module \
                      may show its own";
        let unknown = Unknown::new(reason);
        return Err(evidence.drain(..).fold(unknown, Unknown::seen));
    }
    let attached = attachments(profiles, &apparmor_attachments(facts));
    let has_profile = |program: &str| attached.iter().any(|known| known.is_match(program));
    let is_free = |process: &&Process| {
        process.label.starts_with("unconfined") && has_profile(program(process))
    };
    let free: Vec<String> = running
        .value
        .iter()
        .filter(is_free)
        .map(|process| format!("{} ({})", process.program, process.pid))
        .collect();
    Ok((free.is_empty(), said(&free, "no such process")))
}

/// The path that a program had before an update took the file away.
fn program(process: &Process) -> &str {
    let path = &process.program;
    path.strip_suffix(" (deleted)").unwrap_or(path)
}

/// The programs that profiles are for: by their names, where those are paths, and by what they are attached to.
fn attachments(profiles: &[(&str, &str)], attached: &[String]) -> Vec<Pattern> {
    let names = profiles.iter().map(|(name, _)| *name);
    let all = names.chain(attached.iter().map(String::as_str));
    let paths = all.filter(|path| path.starts_with('/') && !path.contains("//"));
    let distinct: BTreeSet<&str> = paths.collect();
    distinct
        .into_iter()
        .map(|path| Pattern::ascii(expression(path)))
        .collect()
}

/// A pattern of apparmor.d(5) as an expression.
fn expression(path: &str) -> String {
    let mut expression = String::from("^");
    let mut letters = path.chars().peekable();
    let mut depth = 0_usize;
    while let Some(c) = letters.next() {
        match c {
            '*' if letters.next_if_eq(&'*').is_some() => expression.push_str(".*"),
            '*' => expression.push_str("[^/]*"),
            '?' => expression.push_str("[^/]"),
            '{' => {
                depth += 1;
                expression.push_str("(?:");
            }
            '}' if depth > 0 => {
                depth -= 1;
                expression.push(')');
            }
            ',' if depth > 0 => expression.push('|'),
            '[' | ']' | '^' => expression.push(c),
            '\\' => {
                let next = letters.next().map(String::from).unwrap_or_default();
                expression.push_str(&literal(&next));
            }
            c => expression.push_str(&literal(&c.to_string())),
        }
    }
    expression.push('$');
    expression
}
