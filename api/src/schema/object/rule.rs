//! Rules.

#![expect(
    clippy::too_many_arguments,
    reason = "a field has the arguments that it has, and resolvers are async"
)]

use async_graphql::{Context, ID, Object, Result, SimpleObject};
use domain::explanation::ExplainQuestion;
use domain::lens::{benchmark_name, framework_name, has_place, section_name, sections};
use domain::permission::Permission;
use projections::read::{RuleRow, RuleStateFilter, RuleVersionRow};

use super::explanation::RuleExplanation;
use super::rule_pack::{RulePackOfRule, load_rule_pack};
use super::rule_result::RuleResult;
use super::verdict::{Severity, Totals, Verdict};
use crate::access::require;
use crate::schema::connection::{Connection, Wish, list_cost, listed};
use crate::schema::error::Fault;
use crate::schema::id::global_text;
use crate::schema::loader::{PacksOf, TotalsOf};
use crate::schema::scalar::{DateTime, Digest};

/// A rule that hosts are judged by.
pub(crate) struct Rule(pub(crate) RuleRow);

/// Where a rule stands in a benchmark or a catalogue of controls.
#[derive(Debug, Clone, SimpleObject)]
pub(crate) struct RuleReference {
    /// `cis`, `stig`, `nist_800_53`, ….
    framework: String,
    /// The benchmark within it, as `debian12`; empty for frameworks without.
    benchmark: String,
    /// The section or control: `5.1.20`, `AC-6(2)`.
    control: String,
    /// The framework as people call it.
    framework_name: String,
    /// The benchmark as people call it; null for frameworks without.
    benchmark_name: Option<String>,
    /// The version of the benchmark that the number was looked up in, where it is known.
    version: Option<String>,
    /// What the section, or the nearest one above it, is about, where we have words for it.
    section_name: Option<String>,
}

/// One text that a rule had.
#[derive(Debug, Clone, SimpleObject)]
pub(crate) struct RuleVersion {
    /// When it was first published.
    published_at: DateTime,
    /// The list of rules that it was first in.
    catalogue: Digest,
    /// One line.
    title: String,
    /// How bad a fail was.
    severity: Severity,
    /// The rule file, YAML.
    text: String,
    /// The hash of the rule file.
    hash: Digest,
    /// Whether it is what the rule says now.
    is_current: bool,
}

fn nearest_name(framework: &str, control: &str) -> Option<String> {
    let path = sections(framework, control);
    // Categories are known by their number; their names say only how bad they are.
    if framework == "stig" {
        let category = path.into_iter().next().map(|category| category.key);
        return category.filter(|_| has_place(framework, control));
    }
    let mut upwards = path.iter().rev();
    upwards
        .find_map(|section| section_name(framework, &section.key))
        .map(str::to_owned)
}

/// A rule that hosts are judged by.
#[Object]
impl Rule {
    /// The global id.
    pub(crate) async fn id(&self) -> ID {
        global_text("rule", &self.0.rule)
    }

    /// The id of the rule as its file and people name it.
    async fn key(&self) -> &str {
        &self.0.rule
    }

    /// One line.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// What is judged.
    async fn description(&self) -> &str {
        &self.0.description
    }

    /// Why it matters.
    async fn rationale(&self) -> &str {
        &self.0.rationale
    }

    /// How bad a fail is.
    async fn severity(&self) -> Severity {
        self.0.severity.into()
    }

    /// The kind of thing that it is about: `ssh`, `kernel`, ….
    async fn category(&self) -> &str {
        &self.0.category
    }

    /// For filters.
    async fn tags(&self) -> &[String] {
        &self.0.tags
    }

    /// Which machines it concerns, in words; none: all.
    async fn platforms(&self) -> &[String] {
        &self.0.platforms
    }

    /// Where it stands in benchmarks and catalogues of controls.
    async fn references(&self) -> Vec<RuleReference> {
        self.0
            .references
            .iter()
            .cloned()
            .map(|reference| RuleReference {
                framework_name: framework_name(&reference.framework).to_owned(),
                benchmark_name: (!reference.benchmark.is_empty())
                    .then(|| benchmark_name(&reference.benchmark)),
                version: reference.version,
                section_name: nearest_name(&reference.framework, &reference.control),
                framework: reference.framework,
                benchmark: reference.benchmark,
                control: reference.control,
            })
            .collect()
    }

    /// The check methods that it uses.
    async fn methods(&self) -> &[String] {
        &self.0.methods
    }

    /// The rule file, YAML.
    async fn text(&self) -> &str {
        &self.0.text
    }

    /// The hash of the rule file.
    async fn hash(&self) -> Digest {
        Digest(self.0.hash)
    }

    /// Since when it counts no more: no process is started with it, and no enabled pack holds it. Null while it counts.
    async fn retired_at(&self) -> Option<DateTime> {
        self.0.retired_at.map(DateTime::from)
    }

    /// How it is judged and how a fail is mended, in words; null when this version cannot read the rule file.
    #[graphql(complexity = "50 + child_complexity")]
    async fn explanation(&self, ctx: &Context<'_>) -> Result<Option<RuleExplanation>> {
        let access = require(ctx, Permission::RuleRead)?;
        let question = ExplainQuestion {
            rule: self.0.rule.clone(),
            category: self.0.category.clone(),
            text: self.0.text.clone(),
        };
        let said = access.inner().explain.explain(question).await;
        Ok(said.map(RuleExplanation::from))
    }

    /// The same rule for its other profiles, in the order of their ids.
    #[graphql(complexity = "5 * child_complexity")]
    async fn variants(&self, ctx: &Context<'_>) -> Result<Vec<Rule>> {
        let access = require(ctx, Permission::RuleRead)?;
        let rows = access.read().rule_variants(&self.0.rule).await;
        Ok(rows.map_err(Fault::from)?.into_iter().map(Rule).collect())
    }

    /// Every text that it had, the newest first.
    #[graphql(complexity = "5 * child_complexity")]
    async fn versions(&self, ctx: &Context<'_>) -> Result<Vec<RuleVersion>> {
        let access = require(ctx, Permission::RuleRead)?;
        let rows = access.read().rule_versions(&self.0.rule).await;
        let version = |row: RuleVersionRow| RuleVersion {
            published_at: row.published_at.into(),
            catalogue: Digest(row.catalogue),
            title: row.title,
            severity: row.severity.into(),
            text: row.text,
            hash: Digest(row.hash),
            is_current: row.hash == self.0.hash,
        };
        Ok(rows
            .map_err(Fault::from)?
            .into_iter()
            .map(version)
            .collect())
    }

    /// The rule packs that hold it; none for a rule that ships.
    #[graphql(complexity = "2 + 2 * child_complexity")]
    async fn packs(&self, ctx: &Context<'_>) -> Result<Vec<RulePackOfRule>> {
        let access = require(ctx, Permission::RuleRead)?;
        let found = access
            .loaders()
            .load_one(PacksOf(self.0.rule.clone()))
            .await;
        let mut packs = Vec::new();
        for (id, numbers) in found.map_err(Fault::internal)?.unwrap_or_default() {
            if let Some(pack) = load_rule_pack(ctx, id).await? {
                let enabled = pack.0.enabled;
                packs.push(RulePackOfRule {
                    is_enabled: enabled.is_some_and(|(number, _)| numbers.contains(&number)),
                    pack,
                    numbers,
                });
            }
        }
        Ok(packs)
    }

    /// How the hosts under watch fare by it.
    async fn totals(&self, ctx: &Context<'_>) -> Result<Totals> {
        let access = require(ctx, Permission::HostRead)?;
        let found = access
            .loaders()
            .load_one(TotalsOf(self.0.rule.clone()))
            .await;
        Ok(found.map_err(Fault::internal)?.unwrap_or_default().into())
    }

    /// What is known of it on each host under watch, what needs a look first.
    #[graphql(complexity = "list_cost(first, last, child_complexity)")]
    async fn results(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, from the beginning; 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "Only after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end; 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only before this cursor.")] before: Option<String>,
        #[graphql(desc = "Only with one of these verdicts.")] verdicts: Option<Vec<Verdict>>,
    ) -> Result<Connection<RuleResult>> {
        let access = require(ctx, Permission::HostRead)?;
        let verdicts = verdicts.unwrap_or_default();
        let filter = RuleStateFilter {
            rule: Some(self.0.rule.clone()),
            verdicts: verdicts.into_iter().map(Verdict::into).collect(),
            watched: true,
            ..RuleStateFilter::default()
        };
        let wish = Wish::new(first, after, last, before);
        listed(&access, filter, wish, RuleResult).await
    }
}
