//! Frameworks as lenses: one scan, seen by what one framework asks.

use async_graphql::{Context, Object, Result, SimpleObject};
use domain::lens::{Section, benchmark_name, framework_name, section_name};
use domain::permission::Permission;
use projections::read::{HostLensRow, LensRow, SectionRow};

use super::standing::effective_target;
use super::target::EffectiveTarget;
use super::variable::VariableDeviation;
use super::verdict::Totals;
use crate::access::require;
use crate::schema::error::Fault;

/// A host, seen by a framework that fits it.
pub(crate) struct HostLens(pub(crate) HostLensRow);

/// A framework over all hosts under watch.
pub(crate) struct Lens(pub(crate) LensRow);

/// The edition of a framework for one system.
#[derive(Debug, Clone, SimpleObject)]
pub(crate) struct Benchmark {
    /// `debian12`.
    key: String,
    /// `Debian 12`.
    name: String,
    /// How many rules are in it.
    rules: u32,
}

/// A section of a framework. The tree is in the keys: `parent` names the section above.
#[derive(Debug, Clone, SimpleObject)]
pub(crate) struct LensSection {
    /// Unique in the framework; what filters take.
    key: String,
    /// The key of the section above; null at the top.
    parent: Option<String>,
    /// How people call it: `5.1.20`, `AC-6(1)`, `V-257985`.
    label: String,
    /// What it is about, where there are words for it.
    name: Option<String>,
    /// How many sections are above it.
    depth: u32,
    /// How many rules are in it or below.
    rules: u32,
    /// The verdicts of these rules; null without a host.
    totals: Option<Totals>,
}

/// Sections in the order of people. With `judged`, the rows hold verdicts.
fn tree(framework: &str, rows: Vec<SectionRow>, judged: bool) -> Vec<LensSection> {
    let mut sections: Vec<(Section, SectionRow)> = rows
        .into_iter()
        .map(|row| (Section::of(framework, &row.section), row))
        .collect();
    sections.sort_by(|(one, _), (other, _)| one.order(other));
    sections
        .into_iter()
        .map(|(section, row)| LensSection {
            name: section_name(framework, &section.key).map(str::to_owned),
            key: section.key,
            parent: section.parent,
            label: section.label,
            depth: section.depth,
            rules: row.rules,
            totals: judged.then(|| row.totals.into()),
        })
        .collect()
}

/// A host, seen by a framework that fits it.
#[Object]
impl HostLens {
    /// The framework: `cis`, `stig`, `nist_800_53`, ….
    async fn key(&self) -> &str {
        &self.0.framework
    }

    /// The framework as people call it.
    async fn name(&self) -> &str {
        framework_name(&self.0.framework)
    }

    /// The benchmark that fits the host, as people call it; null for frameworks without.
    async fn benchmark(&self) -> Option<String> {
        (!self.0.benchmark.is_empty()).then(|| benchmark_name(&self.0.benchmark))
    }

    /// The verdicts of the rules of this framework.
    async fn totals(&self) -> Totals {
        self.0.totals.into()
    }

    /// How many rules of the framework were looked at.
    async fn rules(&self) -> u32 {
        self.0.totals.sum()
    }

    /// The target that counts for the host in this framework; null when nobody has set one.
    async fn target(&self, ctx: &Context<'_>) -> Result<Option<EffectiveTarget>> {
        let (host, framework) = (self.0.host, Some(self.0.framework.as_str()));
        effective_target(ctx, host, framework, Some(self.0.totals)).await
    }

    /// The rules whose newest scan judged with another value than the benchmark asks for, because somebody set it.
    #[graphql(complexity = "10 * child_complexity")]
    async fn deviations(&self, ctx: &Context<'_>) -> Result<Vec<VariableDeviation>> {
        let access = require(ctx, Permission::HostRead)?;
        let rules = access.read().valued_rules(self.0.host, &self.0.framework);
        let rules = rules.await.map_err(Fault::from)?;
        let declared = access.inner().variables.declared();
        let mut found = Vec::new();
        for rule in rules {
            for variable in rule.variables {
                let known = declared.iter().find(|one| one.name == variable.name);
                let benchmark_value = known.map(|one| one.benchmark_value(&rule.rule));
                if let Some(asked) = benchmark_value.filter(|asked| *asked != variable.value) {
                    found.push(VariableDeviation {
                        rule_key: rule.rule.clone(),
                        benchmark_value: asked.to_owned(),
                        given_by: variable.given_by(),
                        variable: variable.name,
                        value: variable.value,
                    });
                }
            }
        }
        Ok(found)
    }

    /// How many of them concern the host.
    async fn applicable(&self) -> u32 {
        self.0.totals.sum() - self.0.totals.not_applicable
    }

    /// The sections with the verdicts in them and below.
    #[graphql(complexity = "20 * child_complexity")]
    async fn sections(&self, ctx: &Context<'_>) -> Result<Vec<LensSection>> {
        let access = require(ctx, Permission::HostRead)?;
        let rows = access
            .read()
            .host_sections(self.0.host, &self.0.framework)
            .await
            .map_err(Fault::from)?;
        Ok(tree(&self.0.framework, rows, true))
    }
}

/// A framework over all hosts under watch.
#[Object]
impl Lens {
    /// `cis`, `stig`, `nist_800_53`, ….
    async fn key(&self) -> &str {
        &self.0.framework
    }

    /// As people call it.
    async fn name(&self) -> &str {
        framework_name(&self.0.framework)
    }

    /// Its editions for single systems; none for frameworks that are for every system.
    async fn benchmarks(&self) -> Vec<Benchmark> {
        self.0
            .benchmarks
            .iter()
            .filter(|(key, _)| !key.is_empty())
            .map(|(key, rules)| Benchmark {
                key: key.clone(),
                name: benchmark_name(key),
                rules: *rules,
            })
            .collect()
    }

    /// How many rules it names, in all its editions.
    async fn rules(&self) -> u32 {
        self.0.rules
    }

    /// How many hosts under watch it fits, of those that were scanned.
    async fn hosts(&self) -> u32 {
        self.0.hosts
    }

    /// The verdicts of its rules on these hosts, added up.
    async fn totals(&self) -> Totals {
        self.0.totals.into()
    }

    /// Hosts that were judged and have a target, for the framework or over all rules.
    async fn targeted(&self) -> u32 {
        self.0.targeted
    }

    /// Of those, hosts whose score in the framework does not reach it.
    async fn below_target(&self) -> u32 {
        self.0.below_target
    }

    /// Whether the organisation looks through it.
    async fn is_enabled(&self) -> bool {
        self.0.is_enabled
    }

    /// Its sections, or those of one edition, with how many rules are in them and below.
    #[graphql(complexity = "20 * child_complexity")]
    async fn sections(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only of this edition: `debian12`.")] benchmark: Option<String>,
    ) -> Result<Vec<LensSection>> {
        let access = require(ctx, Permission::RuleRead)?;
        let rows = access
            .read()
            .sections(&self.0.framework, benchmark.as_deref())
            .await
            .map_err(Fault::from)?;
        Ok(tree(&self.0.framework, rows, false))
    }
}
