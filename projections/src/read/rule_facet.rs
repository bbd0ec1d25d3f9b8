//! What rules can be narrowed down by: for each facet its values, with how many rules there would be. The
//! choice within a facet does not narrow the facet itself, so that a second value can be added.

use std::collections::{BTreeMap, BTreeSet};

use domain::time::Timestamp;
use event_store::{Row, StoreError};

use super::Read;
use super::column::json;
use super::page::Listing as _;
use super::rule::{COUNTED, RuleFilter, RuleStanding, severity};

/// A value of a facet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FacetValue {
    /// The value, as filters take it.
    pub value: String,
    /// How many rules have it.
    pub rules: u32,
}

/// The facets of rules.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RuleFacets {
    /// By severity.
    pub severities: Vec<FacetValue>,
    /// By category.
    pub categories: Vec<FacetValue>,
    /// By the family of machines that they are for.
    pub families: Vec<FacetValue>,
    /// By check method.
    pub methods: Vec<FacetValue>,
    /// By framework.
    pub frameworks: Vec<FacetValue>,
    /// By verdict on a host under watch.
    pub verdicts: Vec<FacetValue>,
    /// By whether they count.
    pub standings: Vec<FacetValue>,
}

/// The facets, in the order of the arrays below.
const FACETS: usize = 7;

/// The values of one rule, facet by facet; nothing stands for every value.
type Values = [Option<BTreeSet<String>>; FACETS];

impl Read {
    /// The facets of the rules that a filter leaves.
    pub async fn rule_facets(&self, filter: &RuleFilter) -> Result<RuleFacets, StoreError> {
        let base = RuleFilter {
            search: filter.search.clone(),
            place: filter.place.clone(),
            ..RuleFilter::default()
        };
        let frameworks = self
            .pairs(
                "SELECT DISTINCT rule, framework AS value FROM rule_section",
                "",
            )
            .await?;
        let verdicts = "SELECT DISTINCT state.rule, state.verdict AS value FROM host_rule_state AS state WHERE ";
        let verdicts = self.pairs(verdicts, COUNTED).await?;
        let none = BTreeSet::new();
        let read = |row: &Row| {
            let rule: String = row.get("rule")?;
            let platforms: Vec<String> = json(row, "platforms")?;
            let one = |value: String| Some(BTreeSet::from([value]));
            Ok::<Values, StoreError>([
                one(severity(row)?.as_str().to_owned()),
                one(row.get("category")?),
                (!platforms.is_empty()).then(|| platforms.iter().map(|one| family(one)).collect()),
                Some(json(row, "methods")?),
                Some(frameworks.get(&rule).unwrap_or(&none).clone()),
                Some(verdicts.get(&rule).unwrap_or(&none).clone()),
                one(standing(row)?.as_str().to_owned()),
            ])
        };
        let rules = base.list().all(&self.db, u32::MAX - 1, read).await?;
        let mut facets = count(&rules, &chosen(filter));
        if let Some(enabled) = self.enabled_lenses().await? {
            facets.frameworks.retain(|one| enabled.contains(&one.value));
        }
        Ok(facets)
    }

    async fn pairs(
        &self,
        statement: &str,
        condition: &str,
    ) -> Result<BTreeMap<String, BTreeSet<String>>, StoreError> {
        let mut sets: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for row in self
            .db
            .fetch_all(&format!("{statement}{condition}"), &[])
            .await?
        {
            sets.entry(row.get("rule")?)
                .or_default()
                .insert(row.get("value")?);
        }
        Ok(sets)
    }
}

fn standing(row: &Row) -> Result<RuleStanding, StoreError> {
    let retired_at: Option<Timestamp> = row.get("retired_at")?;
    Ok(retired_at.map_or(RuleStanding::InForce, |_| RuleStanding::Retired))
}

/// `debian` of `debian 12 and later`.
fn family(platform: &str) -> String {
    platform.split(' ').next().unwrap_or_default().to_owned()
}

fn chosen(filter: &RuleFilter) -> [BTreeSet<String>; FACETS] {
    let texts = |list: &[String]| list.iter().cloned().collect();
    [
        filter
            .severities
            .iter()
            .map(|one| one.as_str().to_owned())
            .collect(),
        texts(&filter.categories),
        texts(&filter.families),
        texts(&filter.methods),
        texts(&filter.frameworks),
        filter
            .verdicts
            .iter()
            .map(|one| one.as_str().to_owned())
            .collect(),
        filter
            .standings
            .iter()
            .map(|one| one.as_str().to_owned())
            .collect(),
    ]
}

fn count(rules: &[Values], chosen: &[BTreeSet<String>; FACETS]) -> RuleFacets {
    let mut counts: [BTreeMap<&str, u32>; FACETS] = Default::default();
    for (at, counts) in counts.iter_mut().enumerate() {
        // Every value is shown, be it with zero rules: a choice that was made can be taken back.
        let all: BTreeSet<&str> = rules
            .iter()
            .filter_map(|rule| rule.get(at)?.as_ref())
            .flatten()
            .map(String::as_str)
            .collect();
        counts.extend(all.iter().map(|value| (*value, 0)));
        for rule in rules.iter().filter(|rule| holds(rule, chosen, at)) {
            let Some(values) = rule.get(at) else { continue };
            for value in values.as_ref().map_or_else(
                || all.iter().copied().collect(),
                |values| values.iter().map(String::as_str).collect::<Vec<_>>(),
            ) {
                *counts.entry(value).or_default() += 1;
            }
        }
    }
    let [
        severities,
        categories,
        families,
        methods,
        frameworks,
        verdicts,
        standings,
    ] = counts.map(|counts| {
        let value = |(value, rules): (&str, u32)| FacetValue {
            value: value.to_owned(),
            rules,
        };
        counts.into_iter().map(value).collect::<Vec<_>>()
    });
    RuleFacets {
        severities,
        categories,
        families,
        methods,
        frameworks,
        verdicts,
        standings,
    }
}

/// Whether a rule is chosen by every facet but one.
fn holds(rule: &Values, chosen: &[BTreeSet<String>; FACETS], but: usize) -> bool {
    rule.iter()
        .zip(chosen)
        .enumerate()
        .all(|(at, (values, chosen))| {
            at == but
                || chosen.is_empty()
                || values
                    .as_ref()
                    .is_none_or(|values| !values.is_disjoint(chosen))
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::verdict::Severity;

    fn rule(severity: &str, families: &[&str]) -> Values {
        let set = |values: &[&str]| values.iter().map(|one| (*one).to_owned()).collect();
        let families = (!families.is_empty()).then(|| set(families));
        [
            Some(set(&[severity])),
            Some(set(&["ssh"])),
            families,
            Some(set(&[])),
            Some(set(&[])),
            Some(set(&[])),
            Some(set(&["in_force"])),
        ]
    }

    fn value(value: &str, rules: u32) -> FacetValue {
        FacetValue {
            value: value.to_owned(),
            rules,
        }
    }

    #[test]
    fn a_choice_narrows_every_facet_but_its_own() {
        let rules = [
            rule("high", &["debian"]),
            rule("low", &["rhel"]),
            rule("low", &[]),
        ];
        let filter = RuleFilter {
            severities: vec![Severity::High],
            ..RuleFilter::default()
        };
        let facets = count(&rules, &chosen(&filter));
        assert_eq!(facets.severities, [value("high", 1), value("low", 2)]);
        assert_eq!(facets.categories, [value("ssh", 1)]);
        // What is for every machine is for each family.
        assert_eq!(facets.families, [value("debian", 1), value("rhel", 0)]);
        let filter = RuleFilter {
            families: vec!["rhel".to_owned()],
            ..RuleFilter::default()
        };
        let facets = count(&rules, &chosen(&filter));
        assert_eq!(facets.severities, [value("high", 0), value("low", 2)]);
        assert_eq!(facets.families, [value("debian", 2), value("rhel", 2)]);
    }
}
