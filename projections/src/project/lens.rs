//! The part of `host_rule_state` that sees verdicts by framework: which sections rules are in, and the
//! verdicts of each host counted for each framework. Counts follow the newest rules: when a rule gets into
//! another section, hosts need no scan for it.

use std::collections::BTreeSet;

use domain::catalogue::{CatalogueContent, RuleContent};
use domain::id::HostId;
use domain::lens::{sections, shows};
use domain::verdict::Verdict;
use event_store::{StoreError, Tx, Value};

use super::row::text;

/// Takes in the sections of rules, but for those of which others say more lately. Every host has to be counted again
/// then.
pub(super) async fn follow_rules(
    tx: &mut Tx,
    content: &CatalogueContent,
    but: &BTreeSet<String>,
) -> Result<(), StoreError> {
    let known: BTreeSet<&str> = content.rules.iter().map(|rule| &*rule.rule).collect();
    let told: Vec<&RuleContent> = content
        .rules
        .iter()
        .filter(|rule| !but.contains(&rule.rule))
        .collect();
    let gone: Vec<Vec<Value>> = told
        .iter()
        .map(|rule| vec![rule.rule.as_str().into()])
        .collect();
    tx.execute_many("DELETE FROM rule_section WHERE rule = $1", &gone)
        .await?;
    for rule in told {
        let rows = rows(rule, |rule| known.contains(rule));
        tx.execute_many(
            "INSERT INTO rule_section (rule, framework, benchmark, section) VALUES ($1, $2, $3, $4)",
            &rows,
        )
        .await?;
    }
    Ok(())
}

/// A rule is once in a section, however many of its controls are below.
fn rows(rule: &RuleContent, has_rule: impl Fn(&str) -> bool) -> Vec<Vec<Value>> {
    let mut places = BTreeSet::new();
    for reference in &rule.references {
        let framework = reference.framework.as_str();
        if shows(framework, &rule.rule, &has_rule) {
            for section in sections(framework, &reference.control) {
                places.insert((framework, reference.benchmark.as_str(), section.key));
            }
        }
    }
    let row = |(framework, benchmark, section): (&str, &str, String)| {
        let rule = rule.rule.as_str().into();
        vec![rule, framework.into(), benchmark.into(), section.into()]
    };
    places.into_iter().map(row).collect()
}

/// Counts the verdicts of one host, or of all, for each framework that fits it.
pub(super) async fn count(tx: &mut Tx, host: Option<HostId>) -> Result<(), StoreError> {
    let of_one = host.map(|_| "AND state.host_id = $1").unwrap_or_default();
    let (forget, params) = match host {
        Some(host) => ("DELETE FROM host_lens WHERE host_id = $1", vec![text(host)]),
        None => ("DELETE FROM host_lens", Vec::new()),
    };
    tx.execute(forget, &params).await?;
    let [pass, fail, error, not_applicable, manual] = Verdict::ALL.map(|verdict| {
        let verdict = verdict.as_str();
        format!("sum(CASE WHEN verdict = '{verdict}' THEN 1 ELSE 0 END) AS {verdict}")
    });
    // A rule counts once, even where a framework names it both for all machines and in a benchmark.
    let sql = format!(
        "WITH seen AS (SELECT state.host_id, state.rule, state.verdict, place.framework, \
         max(place.benchmark) AS benchmark FROM host_rule_state AS state \
         JOIN host_posture AS posture ON posture.host_id = state.host_id \
         JOIN rule_section AS place ON place.rule = state.rule \
         AND place.benchmark IN ('', posture.benchmark) \
         WHERE state.retired = 0 {of_one} GROUP BY state.host_id, state.rule, state.verdict, place.framework), \
         counted AS (SELECT host_id, framework, max(benchmark) AS benchmark, \
         {pass}, {fail}, {error}, {not_applicable}, {manual} FROM seen GROUP BY host_id, framework) \
         INSERT INTO host_lens (host_id, framework, benchmark, pass, fail, error, not_applicable, manual, \
         score) SELECT host_id, framework, benchmark, pass, fail, error, not_applicable, manual, \
         CASE WHEN pass + fail > 0 THEN CAST(pass AS DOUBLE PRECISION) / (pass + fail) END FROM counted"
    );
    tx.execute(&sql, &params).await.map(drop)
}
