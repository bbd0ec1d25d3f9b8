//! How rules stand to each other, and the one order that follows from it for everybody who goes through a
//! set of rules.

use std::collections::{BTreeMap, BTreeSet};

use super::Rule;

/// The ids that a rule names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Relations {
    /// Rules that come before this one.
    pub depends_on: Vec<String>,
    /// Rules that cannot hold together with this one.
    pub conflicts_with: Vec<String>,
    /// Rules that this one takes the place of.
    pub supersedes: Vec<String>,
}

/// Rules in their order, and what does not fit together.
#[derive(Debug, Clone, PartialEq)]
pub struct Arranged {
    /// Every rule that is not superseded: after those that it depends on, otherwise by id.
    pub rules: Vec<Rule>,
    /// Rules that another takes the place of, with that other.
    pub superseded: Vec<(String, String)>,
    /// Pairs that cannot hold together, each once.
    pub conflicts: Vec<(String, String)>,
    /// Rules that depend on each other in a circle; they come last, by id.
    pub cycle: Vec<String>,
}

/// Arranges rules. Of two that supersede each other the one with the smaller id stays. Ids outside the set
/// do not count.
pub fn arrange(rules: Vec<Rule>) -> Arranged {
    let mut by_id: BTreeMap<String, Rule> = rules
        .into_iter()
        .map(|rule| (rule.id.clone(), rule))
        .collect();
    let superseded = superseded(&by_id);
    for (old, _) in &superseded {
        by_id.remove(old);
    }
    let conflicts = conflicts(&by_id);
    let mut waiting: BTreeMap<String, BTreeSet<String>> = by_id
        .values()
        .map(|rule| {
            let needs = rule.relations.depends_on.iter();
            let needs = needs.filter(|id| **id != rule.id && by_id.contains_key(*id));
            (rule.id.clone(), needs.cloned().collect())
        })
        .collect();
    let mut arranged = Vec::with_capacity(by_id.len());
    // Kahn's algorithm with the smallest id first.
    while let Some(id) = ready(&waiting) {
        waiting.remove(&id);
        for needs in waiting.values_mut() {
            needs.remove(&id);
        }
        arranged.extend(by_id.remove(&id));
    }
    let cycle: Vec<String> = waiting.into_keys().collect();
    arranged.extend(cycle.iter().filter_map(|id| by_id.remove(id)));
    Arranged {
        rules: arranged,
        superseded,
        conflicts,
        cycle,
    }
}

fn ready(waiting: &BTreeMap<String, BTreeSet<String>>) -> Option<String> {
    let mut free = waiting.iter().filter(|(_, needs)| needs.is_empty());
    free.next().map(|(id, _)| id.clone())
}

fn superseded(rules: &BTreeMap<String, Rule>) -> Vec<(String, String)> {
    let mut gone: BTreeMap<String, String> = BTreeMap::new();
    for rule in rules.values() {
        for old in &rule.relations.supersedes {
            // Smaller ids come first: who is gone already takes nobody's place.
            if *old != rule.id && rules.contains_key(old) && !gone.contains_key(&rule.id) {
                gone.entry(old.clone()).or_insert_with(|| rule.id.clone());
            }
        }
    }
    gone.into_iter().collect()
}

fn conflicts(rules: &BTreeMap<String, Rule>) -> Vec<(String, String)> {
    let mut pairs = BTreeSet::new();
    for rule in rules.values() {
        for other in rule
            .relations
            .conflicts_with
            .iter()
            .filter(|id| rules.contains_key(*id))
        {
            let (one, other) = (
                rule.id.clone().min(other.clone()),
                rule.id.clone().max(other.clone()),
            );
            if one != other {
                pairs.insert((one, other));
            }
        }
    }
    pairs.into_iter().collect()
}
