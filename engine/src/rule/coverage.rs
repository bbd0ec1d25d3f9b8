//! What rules cover of the published benchmarks, counted from their references. A control that no rule names is
//! not covered, whatever else the rules do.

use std::collections::BTreeMap;

use serde::Serialize;

use super::benchmark::{BENCHMARKS, Benchmark};
use super::{Platform, Rule};

/// What rules cover of one benchmark.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Coverage {
    /// `cis`, `stig`, `nist_800_53`.
    pub framework: &'static str,
    /// `debian12`, …; empty for frameworks without benchmarks.
    pub benchmark: &'static str,
    /// What people call it.
    pub title: &'static str,
    /// The edition.
    pub version: &'static str,
    /// How many controls it has, where that is known.
    pub total: Option<usize>,
    /// Controls that at least one rule judges by itself.
    pub automated: usize,
    /// Controls that only rules for a person name.
    pub manual: usize,
    /// Controls that no rule names, where the total is known.
    pub not_covered: Option<usize>,
    /// Rules that apply to the machine that the benchmark is for, whatever they refer to.
    pub rules_that_apply: usize,
    /// Every control that is covered, in order.
    pub controls: Vec<CoveredControl>,
}

/// One control with the rules that name it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CoveredControl {
    /// `5.1.20`, `V-257985`, `AC-6(2)`.
    pub control: String,
    /// Whether a rule judges it by itself.
    pub automated: bool,
    /// The ids of the rules.
    pub rules: Vec<String>,
}

/// Counts all benchmarks.
pub fn coverage(rules: &[Rule]) -> Vec<Coverage> {
    BENCHMARKS.iter().map(|one| cover(one, rules)).collect()
}

fn cover(benchmark: &Benchmark, rules: &[Rule]) -> Coverage {
    let mut controls: BTreeMap<Order, CoveredControl> = BTreeMap::new();
    for rule in rules {
        let automated = rule.methods() != ["manual"];
        for reference in rule.references.iter().filter(|reference| {
            reference.framework == benchmark.framework && reference.benchmark == benchmark.benchmark
        }) {
            let covered = controls
                .entry(Order::of(&reference.control))
                .or_insert_with(|| CoveredControl {
                    control: reference.control.clone(),
                    automated: false,
                    rules: Vec::new(),
                });
            covered.automated |= automated;
            covered.rules.push(rule.id.clone());
        }
    }
    let automated = controls.values().filter(|one| one.automated).count();
    Coverage {
        framework: benchmark.framework,
        benchmark: benchmark.benchmark,
        title: benchmark.title,
        version: benchmark.version,
        total: benchmark.total,
        automated,
        manual: controls.len() - automated,
        not_covered: benchmark
            .total
            .map(|total| total.saturating_sub(controls.len())),
        rules_that_apply: rules.iter().filter(|rule| applies(benchmark, rule)).count(),
        controls: controls.into_values().collect(),
    }
}

fn applies(benchmark: &Benchmark, rule: &Rule) -> bool {
    let (id, version) = benchmark.system;
    let platform = Platform {
        id: id.to_owned(),
        version: version.to_owned(),
        ..Platform::default()
    };
    id.is_empty() || rule.platforms.is_empty() || rule.platforms.iter().any(|p| platform.matches(p))
}

/// Controls in the order of people: 5.1.9 before 5.1.20.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Order(Vec<(String, u64)>);

impl Order {
    fn of(control: &str) -> Self {
        let mut parts = Vec::new();
        let (mut word, mut digits) = (String::new(), String::new());
        for c in control.chars().chain(['\0']) {
            if c.is_ascii_digit() {
                digits.push(c);
                continue;
            }
            if !digits.is_empty() {
                parts.push((
                    std::mem::take(&mut word),
                    digits.parse().unwrap_or(u64::MAX),
                ));
                digits.clear();
            }
            word.push(c);
        }
        parts.push((word, 0));
        Self(parts)
    }
}
