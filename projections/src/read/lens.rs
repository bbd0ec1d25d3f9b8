//! Frameworks as lenses: verdicts of hosts counted by framework and section, and how many rules each has.

use std::collections::BTreeMap;

use domain::id::HostId;
use domain::verdict::{Totals, Verdict};
use event_store::{Row, StoreError, Value};

use super::Read;
use super::column::{known, parsed};
use super::page::Filter;

/// One host, seen by a framework that fits it.
#[derive(Debug, Clone, PartialEq)]
pub struct HostLensRow {
    /// The host.
    pub host: HostId,
    /// The framework.
    pub framework: String,
    /// The benchmark that fits the host; empty for frameworks without.
    pub benchmark: String,
    /// The verdicts of its rules.
    pub totals: Totals,
}

/// A section of a framework with the verdicts of the rules in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SectionRow {
    /// The key of the section.
    pub section: String,
    /// The verdicts; without a host, none.
    pub totals: Totals,
    /// How many rules are in it.
    pub rules: u32,
}

/// A framework over all hosts under watch.
#[derive(Debug, Clone, PartialEq)]
pub struct LensRow {
    /// The framework.
    pub framework: String,
    /// Its benchmarks, each with how many rules it has; an empty name for those of no benchmark.
    pub benchmarks: Vec<(String, u32)>,
    /// How many rules it names at all.
    pub rules: u32,
    /// How many hosts it fits.
    pub hosts: u32,
    /// The verdicts on them, added up.
    pub totals: Totals,
    /// Those that were judged and have a target.
    pub targeted: u32,
    /// Of those, hosts whose score does not reach it.
    pub below_target: u32,
    /// Whether the organisation looks through it.
    pub is_enabled: bool,
}

pub(super) fn totals(row: &Row) -> Result<Totals, StoreError> {
    Ok(Totals {
        pass: row.get("pass")?,
        fail: row.get("fail")?,
        error: row.get("error")?,
        not_applicable: row.get("not_applicable")?,
        manual: row.get("manual")?,
    })
}

impl Read {
    /// These hosts by each framework that fits them and is enabled, in the order of hosts and frameworks.
    pub async fn host_lenses(&self, hosts: &[HostId]) -> Result<Vec<HostLensRow>, StoreError> {
        if hosts.is_empty() {
            return Ok(Vec::new());
        }
        let ids = hosts.iter().map(|host| host.to_string().into()).collect();
        let enabled = self.enabled_lenses().await?.unwrap_or_default();
        let enabled = enabled.into_iter().map(Value::from).collect();
        let filter = Filter::default().any_of("host_id", ids);
        let (sql, params) = filter.any_of("framework", enabled).fill(
            "SELECT host_id, framework, benchmark, pass, fail, error, not_applicable, manual \
             FROM host_lens WHERE {} ORDER BY host_id, framework",
        );
        let rows = self.db.fetch_all(&sql, &params).await?;
        let read = |row: &Row| {
            Ok(HostLensRow {
                host: parsed(row, "host_id")?,
                framework: row.get("framework")?,
                benchmark: row.get("benchmark")?,
                totals: totals(row)?,
            })
        };
        rows.iter().map(read).collect()
    }

    /// The sections of a framework with the verdicts of one host, by key.
    pub async fn host_sections(
        &self,
        host: HostId,
        framework: &str,
    ) -> Result<Vec<SectionRow>, StoreError> {
        let rows = self
            .db
            .fetch_all(
                "SELECT place.section, state.verdict, count(DISTINCT state.rule) AS number \
                 FROM host_rule_state AS state \
                 JOIN host_posture AS posture ON posture.host_id = state.host_id \
                 JOIN rule_section AS place ON place.rule = state.rule AND place.framework = $2 \
                 AND place.benchmark IN ('', posture.benchmark) \
                 WHERE state.host_id = $1 AND state.retired = 0 GROUP BY place.section, state.verdict",
                &[host.to_string().into(), framework.into()],
            )
            .await?;
        let mut sections: BTreeMap<String, Totals> = BTreeMap::new();
        for row in &rows {
            let word: String = row.get("verdict")?;
            let verdict = known(Verdict::ALL.into_iter().find(|one| one.as_str() == word))?;
            let totals = sections.entry(row.get("section")?).or_default();
            *totals.of_verdict(verdict) += row.get::<u32>("number")?;
        }
        let row = |(section, totals): (String, Totals)| SectionRow {
            section,
            rules: totals.sum(),
            totals,
        };
        Ok(sections.into_iter().map(row).collect())
    }

    /// The sections of a framework, or of one of its benchmarks, with how many rules each has, by key.
    pub async fn sections(
        &self,
        framework: &str,
        benchmark: Option<&str>,
    ) -> Result<Vec<SectionRow>, StoreError> {
        let (sql, params) = Filter::default()
            .with("framework = ?", [framework.into()])
            .with(IN_FORCE, [])
            .maybe("benchmark IN ('', ?)", benchmark.map(Value::from))
            .fill(
                "SELECT section, count(DISTINCT rule) AS number FROM rule_section WHERE {} \
                 GROUP BY section ORDER BY section",
            );
        let rows = self.db.fetch_all(&sql, &params).await?;
        let read = |row: &Row| {
            Ok(SectionRow {
                section: row.get("section")?,
                totals: Totals::default(),
                rules: row.get("number")?,
            })
        };
        rows.iter().map(read).collect()
    }

    /// Every framework that rules name, with its benchmarks and what it says of the hosts under watch.
    pub async fn lenses(&self) -> Result<Vec<LensRow>, StoreError> {
        let enabled = self.enabled_lenses().await?;
        let mut lenses: BTreeMap<String, LensRow> = BTreeMap::new();
        for row in self.db.fetch_all(RULES_OF_LENSES, &[]).await? {
            let framework: String = row.get("framework")?;
            let lens = lenses.entry(framework.clone()).or_insert(LensRow {
                is_enabled: enabled
                    .as_ref()
                    .is_none_or(|keys| keys.contains(&framework)),
                framework,
                benchmarks: Vec::new(),
                rules: row.get("rules")?,
                hosts: 0,
                totals: Totals::default(),
                targeted: 0,
                below_target: 0,
            });
            lens.benchmarks
                .push((row.get("benchmark")?, row.get("number")?));
        }
        for row in self.db.fetch_all(HOSTS_OF_LENSES, &[]).await? {
            if let Some(lens) = lenses.get_mut(&row.get::<String>("framework")?) {
                lens.hosts = row.get("hosts")?;
                lens.totals = totals(&row)?;
                lens.targeted = row.get("targeted")?;
                lens.below_target = row.get("below_target")?;
            }
        }
        Ok(lenses.into_values().collect())
    }
}

/// The condition on sections of rules that count.
const IN_FORCE: &str = "rule NOT IN (SELECT rule FROM rule_retirement WHERE to_position IS NULL)";

const RULES_OF_LENSES: &str = "SELECT place.framework, place.benchmark, count(DISTINCT place.rule) AS number, \
    (SELECT count(DISTINCT every.rule) FROM rule_section AS every \
    WHERE every.framework = place.framework AND every.rule NOT IN \
    (SELECT rule FROM rule_retirement WHERE to_position IS NULL)) AS rules \
    FROM rule_section AS place WHERE place.rule NOT IN \
    (SELECT rule FROM rule_retirement WHERE to_position IS NULL) GROUP BY place.framework, place.benchmark \
    ORDER BY place.framework, place.benchmark";

// The target for the framework, where there is one of its own; else that over all rules.
const HOSTS_OF_LENSES: &str = "SELECT lens.framework, count(*) AS hosts, \
    CAST(sum(pass) AS BIGINT) AS pass, \
    CAST(sum(fail) AS BIGINT) AS fail, CAST(sum(error) AS BIGINT) AS error, \
    CAST(sum(not_applicable) AS BIGINT) AS not_applicable, CAST(sum(manual) AS BIGINT) AS manual, \
    sum(CASE WHEN coalesce(own.percent, every.percent) IS NOT NULL AND pass + fail > 0 THEN 1 ELSE 0 END) \
    AS targeted, \
    sum(CASE WHEN pass * 100 < coalesce(own.percent, every.percent) * (pass + fail) THEN 1 ELSE 0 END) \
    AS below_target FROM host_lens AS lens \
    LEFT JOIN host_target AS own ON own.host_id = lens.host_id AND own.framework = lens.framework \
    LEFT JOIN host_target AS every ON every.host_id = lens.host_id AND every.framework = '' \
    WHERE lens.host_id IN (SELECT host_id FROM host WHERE status = 'active') \
    GROUP BY lens.framework";
