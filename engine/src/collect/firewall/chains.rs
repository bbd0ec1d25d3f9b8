//! What a chain does with whatever comes, by the rules that nft lists.

use std::collections::BTreeMap;

use serde_json::Value;

use super::conditions::{When, chosen, when};

/// A chain that packets of a protocol pass by themselves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseChain {
    /// `ip` or `ip6`; a chain for both is listed for each.
    pub family: String,
    /// Its table and name.
    pub name: String,
    /// `input`, `forward`, `output`, ….
    pub hook: String,
    /// What becomes of a packet that no rule takes: by the first rule without a condition, or by the policy.
    pub outcome: ChainOutcome,
}

/// What becomes of a packet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChainOutcome {
    /// It may pass.
    Accepts,
    /// It is dropped or rejected.
    Refuses,
    /// Why nobody can tell.
    Unsure(String),
}

/// Rules that are followed for one chain; more than anybody writes, and few enough for chains that lead in circles.
const STEPS: usize = 100_000;

/// Chains that lead to chains: the kernel follows sixteen.
const DEPTH: usize = 16;

/// Targets of iptables after which a packet goes on to the next rule.
const PASSING: &str = "AUDIT CHECKSUM CLASSIFY CONNMARK CONNSECMARK CT DSCP ECN HL HMARK IDLETIMER LED LOG MARK NFLOG \
    NOTRACK RATEEST SECMARK SET TCPMSS TCPOPTSTRIP TEE TOS TRACE TTL ULOG";

/// The chains that filter what the host gets, sends or forwards.
pub(super) fn base_chains(items: &[Value]) -> Vec<BaseChain> {
    let objects = |kind: &'static str| items.iter().filter_map(move |item| item.get(kind));
    let mut rules: BTreeMap<Place<'_>, Vec<&[Value]>> = BTreeMap::new();
    for rule in objects("rule") {
        if let Some(parts) = rule.get("expr").and_then(Value::as_array) {
            let place = Place::of(rule, "chain");
            rules.entry(place).or_default().push(parts);
        }
    }
    let mut found = Vec::new();
    for chain in objects("chain").filter(|chain| text(chain, "type") == "filter") {
        let place = Place::of(chain, "name");
        let is_its = |table: &&Value| {
            text(table, "family") == place.family && text(table, "name") == place.table
        };
        let flags = objects("table").find(is_its).map_or(Flags::None, flags);
        if flags == Flags::Dormant {
            continue;
        }
        let families = match place.family {
            "inet" => vec!["ip", "ip6"],
            family => vec![family],
        };
        for family in families {
            let outcome = match flags {
                Flags::Unreadable => ChainOutcome::Unsure(format!(
                    "nft does not name the flag of the table {}: `nft list table {} {}` tells whether it is dormant",
                    place.table, place.family, place.table
                )),
                _ => Walk::new(&rules, family).outcome(place, text(chain, "policy")),
            };
            found.push(BaseChain {
                family: family.to_owned(),
                name: format!("{} {}", place.table, place.chain),
                hook: text(chain, "hook").to_owned(),
                outcome,
            });
        }
    }
    found
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Flags {
    None,
    /// The kernel has the table and does not ask it.
    Dormant,
    /// nft up to 1.0.6 prints whatever stands in its memory.
    Unreadable,
}

fn flags(table: &Value) -> Flags {
    let names = table.get("flags").map(names).unwrap_or_default();
    if names.contains(&"dormant") {
        Flags::Dormant
    } else if names.iter().all(|name| ["owner", "persist"].contains(name)) {
        Flags::None
    } else {
        Flags::Unreadable
    }
}

/// A chain.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place<'v> {
    family: &'v str,
    table: &'v str,
    chain: &'v str,
}

impl<'v> Place<'v> {
    fn of(value: &'v Value, chain: &str) -> Self {
        Self {
            family: text(value, "family"),
            table: text(value, "table"),
            chain: text(value, chain),
        }
    }
}

struct Walk<'r, 'v> {
    rules: &'r BTreeMap<Place<'v>, Vec<&'v [Value]>>,
    family: &'r str,
    steps: usize,
    /// What may be decided before, by rules that are not shown in full.
    perhaps: Vec<ChainOutcome>,
}

impl<'r, 'v> Walk<'r, 'v> {
    fn new(rules: &'r BTreeMap<Place<'v>, Vec<&'v [Value]>>, family: &'r str) -> Self {
        Self {
            rules,
            family,
            steps: STEPS,
            perhaps: Vec::new(),
        }
    }

    /// What a base chain does with whatever comes.
    fn outcome(mut self, place: Place<'v>, policy: &str) -> ChainOutcome {
        let decided = self.chain(place, 0, false);
        let decided = decided.unwrap_or(match policy {
            "drop" => ChainOutcome::Refuses,
            _ => ChainOutcome::Accepts,
        });
        let other = |perhaps: &&ChainOutcome| **perhaps != decided;
        if matches!(decided, ChainOutcome::Unsure(_))
            || !self.perhaps.iter().any(|known| other(&known))
        {
            return decided;
        }
        ChainOutcome::Unsure(format!(
            "nft does not show a rule of iptables in the chain {} in full: iptables-save does",
            place.chain
        ))
    }

    /// The first rule without a condition decides, wherever it leads. Nothing where no such rule decides.
    fn chain(&mut self, place: Place<'v>, depth: usize, back: bool) -> Option<ChainOutcome> {
        if depth > DEPTH {
            return None;
        }
        let rules = self.rules;
        // Some packets have left this chain for the one that led here.
        let mut some_left = false;
        for rule in rules.get(&place).into_iter().flatten() {
            let Some(steps) = self.steps.checked_sub(1) else {
                return Some(ChainOutcome::Unsure(format!(
                    "the chain {} has more rules than can be followed",
                    place.chain
                )));
            };
            self.steps = steps;
            let Some((end, before)) = rule.split_last() else {
                continue;
            };
            let conditions = before.iter().map(|part| when(part, self.family)).min();
            let (end, holds) = chosen(end, conditions.unwrap_or(When::Always), self.family);
            if end.get("return").is_some() {
                match holds {
                    When::Always => return None,
                    When::Never => {}
                    _ => some_left |= back,
                }
                continue;
            }
            if holds <= When::Sometimes {
                continue;
            }
            let (decided, is_last) = self.end(end, place, depth, back);
            match (decided, holds) {
                (Some(decided), When::Hidden) => self.perhaps.push(decided),
                (Some(ChainOutcome::Refuses), When::Begins) => {}
                (Some(ChainOutcome::Refuses), _) if some_left => return None,
                (Some(decided), _) if some_left => {
                    self.perhaps.push(decided);
                    return None;
                }
                (Some(decided), _) => return Some(decided),
                (None, When::Always) if is_last => return None,
                (None, _) => {}
            }
        }
        None
    }

    /// What the end of a rule does, and whether the chain ends with it in any case.
    fn end(
        &mut self,
        end: &'v Value,
        place: Place<'v>,
        depth: usize,
        back: bool,
    ) -> (Option<ChainOutcome>, bool) {
        let to = |target: &'v Value| Place {
            chain: text(target, "target"),
            ..place
        };
        if end.get("accept").is_some() {
            return (Some(ChainOutcome::Accepts), true);
        }
        if end.get("drop").is_some() || end.get("reject").is_some() {
            return (Some(ChainOutcome::Refuses), true);
        }
        if let Some(target) = end.get("goto") {
            return (self.chain(to(target), depth + 1, back), true);
        }
        if let Some(target) = end.get("jump") {
            return (self.chain(to(target), depth + 1, true), false);
        }
        if end.get("queue").is_some() {
            return (Some(queued()), true);
        }
        let Some(target) = end.get("xt") else {
            return (None, false);
        };
        match text(target, "name") {
            "REJECT" | "DROP" => (Some(ChainOutcome::Refuses), true),
            "ACCEPT" => (Some(ChainOutcome::Accepts), true),
            "NFQUEUE" | "QUEUE" => (Some(queued()), true),
            // An older nft does not name it.
            "" => {
                self.perhaps.push(ChainOutcome::Refuses);
                (None, false)
            }
            name if PASSING.split(' ').any(|known| known == name) => (None, false),
            _ if text(target, "type") == "match" => (None, false),
            name => {
                let reason = format!("nobody knows what the target {name} of iptables does");
                (Some(ChainOutcome::Unsure(reason)), true)
            }
        }
    }
}

fn queued() -> ChainOutcome {
    ChainOutcome::Unsure("a program decides about what comes, by a queue".to_owned())
}

/// One word, a list of words, or a set of them.
pub(super) fn names(value: &Value) -> Vec<&str> {
    let list = value.get("set").unwrap_or(value);
    match list.as_array() {
        Some(list) => list.iter().filter_map(Value::as_str).collect(),
        None => list.as_str().into_iter().collect(),
    }
}

pub(super) fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}
