//! systemd units, from one call of `systemctl show` for all of them.

use std::collections::BTreeSet;

use super::{FrameSpec, quote};
use crate::facts::{Facts, Reading, Unknown};
use domain::results::Evidence;

const KEY: &str = "units";

/// The properties of org.freedesktop.systemd1(5) that rules look at.
const PROPERTIES: &str = "LoadState,UnitFileState,ActiveState,SubState,WantedBy,RequiredBy,BoundBy,UpheldBy,\
    TriggeredBy,Triggers";

/// Those that name other units which start this one.
const STARTERS: [&str; 5] = [
    "WantedBy",
    "RequiredBy",
    "BoundBy",
    "UpheldBy",
    "TriggeredBy",
];

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
    /// The units that pull it in or wake it, and that are active or started by a boot; nothing in recordings that do
    /// not hold them. Others start none, as targets that are never reached do not.
    pub starters: Option<Vec<String>>,
    /// Whether it is there to wake another unit, none of which can be started.
    pub wakes_nothing: bool,
}

impl UnitState {
    /// Whether nobody is known to start it.
    pub fn nobody_starts(&self) -> bool {
        self.starters.as_ref().is_some_and(Vec::is_empty)
    }

    /// Whether somebody is known to start it.
    pub fn somebody_starts(&self) -> bool {
        self.starters
            .as_ref()
            .is_some_and(|units| !units.is_empty())
    }
}

/// What is said of names that systemd does not take, as of units that are not there.
const NOT_FOUND: &str =
    "LoadState=not-found\nUnitFileState=\nActiveState=inactive\nSubState=dead\n";

/// One name that systemd does not take spoils its whole answer: then each is asked by itself. Behind the answers
/// stand the links that enable them, the units that they and the links name, and those that the targets of a boot pull
/// in: what is stopped now, or has done its work and ended, starts again what it needs. systemd says nothing of a
/// target that is not loaded, nor of links since it has last read them.
const ASK: &str = r#"command -v systemctl >/dev/null 2>&1 || exit 127
printf '%s\n' "$@"; echo
all=$(systemctl show --no-pager -p "$properties" -- "$@" 2>/dev/null) || {
  systemctl show --no-pager -p Version >/dev/null || exit
  all=$(for unit do
    systemctl show --no-pager -p "$properties" -- "$unit" 2>/dev/null || printf "$not_found"
    echo
  done)
}
printf '%s\n' "$all"
set -f
links=$(find /etc/systemd/system /run/systemd/system /usr/local/lib/systemd/system /usr/lib/systemd/system -maxdepth 2 \
  \( -path '*.wants/*' -o -path '*.requires/*' -o -path '*.upholds/*' \) 2>/dev/null | asked=" $* " awk -F/ '
  index(ENVIRON["asked"], " " $NF " ") { by = $(NF - 1); sub(/\.[a-z]*$/, "", by); printf " %s/%s", by, $NF }')
named=$({ printf '%s\n' "$all"; printf 'WantedBy=%s\n' "$(printf '%s' "$links" | sed 's,/[^ ]*,,g')"; } |
  awk -F= '/^(WantedBy|RequiredBy|BoundBy|UpheldBy|TriggeredBy|Triggers)=./ {
  n = split($2, units, " ")
  for (i = 1; i <= n; i++) if (!seen[units[i]]++) print units[i] }')
[ -z "$named" ] || { echo; systemctl show --no-pager -p Id,LoadState,ActiveState -- $named 2>/dev/null; }
echo; echo "Links=$links"; echo "Boot=$(systemctl list-dependencies --plain --no-pager default.target 2>/dev/null | tr -s ' \n' '  ')"
exit 0"#;

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
    let property = |key: &str| property(&block, key).unwrap_or_default().to_owned();
    let state = UnitState {
        load: property("LoadState"),
        file: property("UnitFileState"),
        active: property("ActiveState"),
        sub: property("SubState"),
        starters: starters(&text, &block, &name),
        wakes_nothing: wakes_nothing(&text, &block),
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

fn property<'t>(block: &[&'t str], key: &str) -> Option<&'t str> {
    block
        .iter()
        .find_map(|line| line.strip_prefix(key)?.strip_prefix('='))
}

/// What is said of a unit that another one names.
fn of_named<'t>(text: &'t str, name: &str, key: &str) -> Option<&'t str> {
    let (names, blocks) = text.split_once("\n\n")?;
    let mut blocks = blocks.split("\n\n").skip(names.lines().count());
    let is_of = |block: &&str| {
        block
            .lines()
            .any(|line| line.strip_prefix("Id=") == Some(name))
    };
    let block: Vec<&str> = blocks.find(is_of)?.lines().collect();
    property(&block, key)
}

fn starters(text: &str, block: &[&str], name: &str) -> Option<Vec<String>> {
    let known: Vec<&str> = STARTERS
        .iter()
        .filter_map(|key| property(block, key))
        .flat_map(str::split_whitespace)
        .collect();
    let links = at_the_end(text, "Links=");
    let is_known = STARTERS.iter().any(|key| property(block, key).is_some());
    let is_enabled = property(block, "UnitFileState") == Some("enabled");
    // What enables a unit may be a link that only the disk knows.
    if !is_known || (is_enabled && known.is_empty() && links.is_none()) {
        return None;
    }
    let linked = links.unwrap_or_default().split_whitespace();
    let linked = linked.filter_map(|link| link.strip_suffix(name)?.strip_suffix('/'));
    let starts = |unit: &&str| {
        of_named(text, unit, "ActiveState").is_none_or(|is| is == "active") || boots(text, unit)
    };
    let mut units: Vec<String> = Vec::new();
    for unit in known.into_iter().chain(linked).filter(starts) {
        if !units.iter().any(|one| one == unit) {
            units.push(unit.to_owned());
        }
    }
    Some(units)
}

/// What stands behind a word at the end of the answer; nothing in recordings without it.
fn at_the_end<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    text.lines().rev().find_map(|line| line.strip_prefix(word))
}

/// Whether the targets of a boot pull a unit in.
fn boots(text: &str, unit: &str) -> bool {
    at_the_end(text, "Boot=")
        .is_some_and(|units| units.split_whitespace().any(|known| known == unit))
}

fn wakes_nothing(text: &str, block: &[&str]) -> bool {
    let Some(names) = property(block, "Triggers") else {
        return false;
    };
    let mut names = names.split_whitespace().peekable();
    let gone = |unit: &str| of_named(text, unit, "LoadState").is_some_and(|is| is != "loaded");
    names.peek().is_some() && names.all(gone)
}

/// The endings of systemd.unit(5).
const SUFFIXES: [&str; 11] = [
    ".service",
    ".socket",
    ".timer",
    ".target",
    ".mount",
    ".path",
    ".automount",
    ".swap",
    ".slice",
    ".scope",
    ".device",
];

pub(super) fn full_name(name: &str) -> String {
    if SUFFIXES.iter().any(|suffix| name.ends_with(suffix)) {
        return name.to_owned();
    }
    format!("{name}.service")
}
