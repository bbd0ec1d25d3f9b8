//! systemd units, from one call of `systemctl show` for all of them.

use std::collections::BTreeSet;

use super::{FrameSpec, quote};
use crate::facts::{Facts, Reading, Unknown};
use domain::results::Evidence;

const KEY: &str = "units";

/// The properties of org.freedesktop.systemd1(5) that rules look at.
const PROPERTIES: &str = "LoadState,UnitFileState,ActiveState,SubState";

/// What systemd says of one unit.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UnitState {
    /// `loaded`, `not-found`, `masked`, ….
    pub load: String,
    /// `enabled`, `disabled`, `static`, `masked`, …; empty for units without a file.
    pub file: String,
    /// `active`, `inactive`, `failed`, ….
    pub active: String,
    /// `running`, `dead`, `exited`, ….
    pub sub: String,
}

/// What is said of names that systemd does not take, as of units that are not there.
const NOT_FOUND: &str =
    "LoadState=not-found\nUnitFileState=\nActiveState=inactive\nSubState=dead\n";

/// One name that systemd does not take spoils its whole answer: then each is asked by itself.
const ASK: &str = r#"command -v systemctl >/dev/null 2>&1 || exit 127
printf '%s\n' "$@"; echo
if all=$(systemctl show --no-pager -p "$properties" -- "$@" 2>/dev/null); then printf '%s\n' "$all"; exit; fi
systemctl show --no-pager -p Version >/dev/null || exit
for unit do
  systemctl show --no-pager -p "$properties" -- "$unit" 2>/dev/null || printf "$not_found"
  echo
done"#;

pub(super) fn frames(arguments: &BTreeSet<&str>) -> Vec<FrameSpec> {
    let names: BTreeSet<String> = arguments
        .iter()
        .map(|name| full_name(name))
        .filter(|name| is_unit_name(name))
        .collect();
    // We print the names ourselves: systemctl answers in their order, whatever aliases it resolves.
    let words: Vec<String> = names.iter().map(|name| quote(name)).collect();
    let script = format!(
        "properties={PROPERTIES} not_found={}\nset -- {}\n{ASK}",
        quote(&NOT_FOUND.replace('\n', "\\n")),
        words.join(" ")
    );
    // The system manager is waited for, while others work.
    vec![FrameSpec::new(KEY, script, 30).alone()]
}

/// Whether a name can be that of a unit (systemd.unit(5)) and of one alone: a pattern would name many.
fn is_unit_name(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || ":-_.\\@".contains(c);
    name.len() < 256 && name.chars().all(plain)
}

/// The state of one unit; a name without a suffix means a service.
pub fn unit(facts: &Facts, name: &str) -> Result<Reading<UnitState>, Unknown> {
    let name = full_name(name);
    let command = format!("systemctl show -p {PROPERTIES} {name}");
    let frame = facts.frame(KEY, &command)?;
    if frame.exit != Some(0) {
        // What the script printed before systemctl refused is not the answer of systemctl.
        let item = Evidence::new(&command, frame.exit, b"").with_stderr(&frame.stderr);
        let words = frame.stderr.lines().next().unwrap_or("no reason given");
        return Err(Unknown::new(format!("systemd does not answer: {words}")).seen(item));
    }
    let text = frame.text();
    let block =
        block_of(&text, &name).ok_or_else(|| Unknown::new(format!("{command}: no answer")))?;
    let property = |key: &str| {
        block
            .iter()
            .find_map(|line| line.strip_prefix(key)?.strip_prefix('='))
            .unwrap_or_default()
            .to_owned()
    };
    let state = UnitState {
        load: property("LoadState"),
        file: property("UnitFileState"),
        active: property("ActiveState"),
        sub: property("SubState"),
    };
    let shown = format!("{}\n", block.join("\n"));
    Ok(Reading {
        value: state,
        evidence: Evidence::new(command, Some(0), shown.as_bytes()),
    })
}

/// The lines that answer for `name`: its block has the place that its name has in the first block.
fn block_of<'t>(text: &'t str, name: &str) -> Option<Vec<&'t str>> {
    let (names, blocks) = text.split_once("\n\n")?;
    let at = names.lines().position(|line| line == name)?;
    blocks
        .split("\n\n")
        .nth(at)
        .map(|block| block.trim().lines().collect())
}

pub(super) fn full_name(name: &str) -> String {
    const SUFFIXES: [&str; 6] = [
        ".service", ".socket", ".timer", ".target", ".mount", ".path",
    ];
    if SUFFIXES.iter().any(|suffix| name.ends_with(suffix)) {
        return name.to_owned();
    }
    format!("{name}.service")
}
