//! systemd units, from one call of `systemctl show` for all of them.

use std::collections::{BTreeMap, BTreeSet};

use super::{BREAK, FrameSpec, quote};
use crate::facts::{Facts, Frame, Reading, Unknown};
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

/// A name that no unit has.
const ABSENT: &str = "no-unit-has-this-name.service";

/// The folders of systemd.unit(5), table 1.
const FOLDERS: &str = "/etc/systemd/system.control /run/systemd/system.control /run/systemd/transient \
    /run/systemd/generator.early /etc/systemd/system /etc/systemd/system.attached /run/systemd/system \
    /run/systemd/system.attached /run/systemd/generator /usr/local/lib/systemd/system /usr/lib/systemd/system \
    /run/systemd/generator.late";

/// Most names are of units that are not there, and systemd takes 2 ms to look for each: it is asked of one of them for
/// all, and of those that are loaded, have a file or need none. One name that it does not take spoils its whole answer:
/// then each is asked by itself.
///
/// Behind the answers stand the links that enable units, the units that they and the links name, and those that the
/// targets of a boot pull in: what is stopped now, or has done its work and ended, starts again what it needs. systemd
/// says nothing of a target that is not loaded, nor of links since it has last read them.
const ASK: &str = r#"command -v systemctl >/dev/null 2>&1 || exit 127
[ /lib -ef /usr/lib ] || folders="$folders /lib/systemd/system"
show() { systemctl show --no-pager -p "$properties" -- "$@" 2>/dev/null; }
set -f
said=$({ systemctl list-units --all --full --plain --no-legend --no-pager 2>/dev/null; find $folders -maxdepth 2 2>/dev/null; } |
  asked="$*" awk '
  BEGIN { n = split(ENVIRON["asked"], names, " "); for (i = 1; i <= n; i++) is[names[i]] }
  !/^\// { if ($1 in is) there[$1]; if ($2 in is) there[$2]; next }
  { k = split($0, part, "/"); name = part[k]; by = part[k - 1]
    if ((name in is) && sub(/\.(wants|requires|upholds)$/, "", by)) links = links " " by "/" name
    sub(/\.d$/, "", name); if (name in is) there[name] }
  END {
    for (i = 1; i <= n; i++)
      if ((names[i] in there) || names[i] !~ /^[^@]*\.(service|socket|timer|target|path)$/) printf " %s", names[i]
    print ""; print links }') || exit
there=${said%%"$break"*} links=${said#*"$break"}
all=$(show "$absent" $there) || {
  systemctl show --no-pager -p Version >/dev/null || exit
  all=$(for unit in "$absent" $there; do show "$unit" || show "$absent"; echo; done)
}
all=$(printf '%s\n' "$all" | asked="$*" there="$there" links="$links" awk -v RS= '
  function name(words,   of, k, i) {
    k = split(words, of, " ")
    for (i = 1; i <= k; i++) if (!seen[of[i]]++) named = named " " of[i] }
  { block[NR] = $0; k = split($0, line, "\n")
    for (i = 1; i <= k; i++) if (sub(/^(WantedBy|RequiredBy|BoundBy|UpheldBy|TriggeredBy|Triggers)=/, "", line[i])) name(line[i]) }
  END {
    k = split(ENVIRON["there"], names, " "); for (i = 1; i <= k; i++) at[names[i]] = i + 1
    k = split(ENVIRON["asked"], names, " "); for (i = 1; i <= k; i++) print block[names[i] in at ? at[names[i]] : 1] "\n"
    links = ENVIRON["links"]; gsub(/\/[^ ]*/, "", links); name(links)
    print named }') || exit
printf '%s\n' "$@" '' "${all%"$break"*}"
named=${all##*"$break"}
[ -z "$named" ] || systemctl show --no-pager -p Id,LoadState,ActiveState -- $named 2>/dev/null
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
        "properties={PROPERTIES} absent={ABSENT} folders={}\nset -- {}\n{ASK}",
        quote(FOLDERS),
        words.join(" ")
    );
    // The system manager is waited for, while others work.
    vec![FrameSpec::new(KEY, script, 30).with(&[BREAK]).alone()]
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
    let frame = facts.ended(KEY, &command)?;
    if frame.exit != Some(0) {
        // What the script printed before systemctl refused is not the answer of systemctl.
        let item = Evidence::new(&command, frame.exit, b"").with_stderr(&frame.stderr);
        let words = frame.stderr.lines().next().unwrap_or("no reason given");
        return Err(Unknown::new(format!("systemd does not answer: {words}")).seen(item));
    }
    let answer = frame.parsed(answer);
    let Some(block) = answer.asked.get(&name) else {
        return Err(Unknown::new(format!("{command}: no answer")));
    };
    let property = |key: &str| block.property(key).unwrap_or_default().to_owned();
    let state = UnitState {
        load: property("LoadState"),
        file: property("UnitFileState"),
        active: property("ActiveState"),
        sub: property("SubState"),
        starters: answer.starters(block, &name),
        wakes_nothing: answer.wakes_nothing(block),
    };
    Ok(Reading {
        value: state,
        evidence: Evidence::new(command, Some(0), format!("{}\n", block.0).as_bytes()),
    })
}

/// What systemd printed of one unit.
struct Block(String);

impl Block {
    fn property(&self, key: &str) -> Option<&str> {
        let mut lines = self.0.lines();
        lines.find_map(|line| line.strip_prefix(key)?.strip_prefix('='))
    }
}

/// The answer, taken apart.
#[derive(Default)]
struct Answer {
    /// What is said of the units that were asked for, by the names under which they were.
    asked: BTreeMap<String, Block>,
    /// What is said of the units that those name.
    named: BTreeMap<String, Block>,
    /// The links that enable units, as `BY/NAME`; nothing in recordings that do not hold them.
    links: Option<String>,
    /// The units that the targets of a boot pull in.
    boot: BTreeSet<String>,
}

fn answer(frame: &Frame) -> Answer {
    let text = frame.text();
    let Some((heading, blocks)) = text.split_once("\n\n") else {
        return Answer::default();
    };
    let mut blocks = blocks
        .split("\n\n")
        .map(|block| Block(block.trim().to_owned()));
    let asked = heading.lines().map(str::to_owned).zip(&mut blocks);
    let asked = asked.collect();
    let named = blocks.filter_map(|block| Some((block.property("Id")?.to_owned(), block)));
    // Behind the blocks: a line that is not there is none of this recording.
    let last = |word: &str| text.lines().rev().find_map(|line| line.strip_prefix(word));
    let boot = last("Boot=").unwrap_or_default().split_whitespace();
    Answer {
        asked,
        named: named.collect(),
        links: last("Links=").map(str::to_owned),
        boot: boot.map(str::to_owned).collect(),
    }
}

impl Answer {
    fn starters(&self, block: &Block, name: &str) -> Option<Vec<String>> {
        let known: Vec<&str> = STARTERS
            .iter()
            .filter_map(|key| block.property(key))
            .flat_map(str::split_whitespace)
            .collect();
        let is_known = STARTERS.iter().any(|key| block.property(key).is_some());
        let is_enabled = block.property("UnitFileState") == Some("enabled");
        // What enables a unit may be a link that only the disk knows.
        if !is_known || (is_enabled && known.is_empty() && self.links.is_none()) {
            return None;
        }
        let linked = self.links.iter().flat_map(|links| links.split_whitespace());
        let linked = linked.filter_map(|link| link.strip_suffix(name)?.strip_suffix('/'));
        let mut units: Vec<String> = Vec::new();
        for unit in known.into_iter().chain(linked) {
            if self.starts(unit) && !units.iter().any(|one| one == unit) {
                units.push(unit.to_owned());
            }
        }
        Some(units)
    }

    /// Whether a unit is up, comes up at a boot, or is one of which nothing is said.
    fn starts(&self, unit: &str) -> bool {
        let active = (self.named.get(unit)).and_then(|block| block.property("ActiveState"));
        active.is_none_or(|is| is == "active") || self.boot.contains(unit)
    }

    fn wakes_nothing(&self, block: &Block) -> bool {
        let names = block.property("Triggers").unwrap_or_default();
        let mut names = names.split_whitespace().peekable();
        let gone = |unit: &str| {
            let load = (self.named.get(unit)).and_then(|block| block.property("LoadState"));
            load.is_some_and(|is| is != "loaded")
        };
        names.peek().is_some() && names.all(gone)
    }
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
