//! What was found for one rule on one host, with what it rests on.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, Result, SimpleObject};
use domain::catalogue::CataloguePublished;
use domain::permission::Permission;
use projections::read::{RuleStateRow, ScanRow};

use super::fact::Fact;
use super::host::{Host, load_host};
use super::judgement::{EffectiveVariable, Implementation, Source, StrictVerdict};
use super::rule::Rule;
use super::rule_pack::RulePackReference;
use super::scan::{Scan, load_scan};
use super::scan_result::{scan_result, stored_results, tried_rules};
use super::verdict::{Severity, Verdict};
use crate::access::require;
use crate::schema::error::Fault;
use crate::schema::id::global_text;
use crate::schema::loader::{CatalogueOf, FactsOf, RuleKey};
use crate::schema::scalar::{DateTime, Digest};

/// What is known of a rule on a host.
pub(crate) struct RuleResult(pub(crate) RuleStateRow);

/// One observation, as a person would make it by hand.
#[derive(Debug, Clone, SimpleObject)]
pub(crate) struct Evidence {
    /// The command that shows the same.
    command: String,
    /// Its exit code; null when it did not end by itself.
    exit_code: Option<u32>,
    /// What it printed, cut to what is worth showing.
    stdout: String,
    /// What it said on standard error, cut.
    stderr: String,
    /// The hash of everything that it printed.
    sha256: Digest,
    /// Whether more was printed than is shown.
    is_truncated: bool,
    /// The file that decided, when one did.
    file: Option<String>,
    /// The line in that file.
    line: Option<u32>,
}

impl From<domain::results::Evidence> for Evidence {
    fn from(evidence: domain::results::Evidence) -> Self {
        Self {
            command: evidence.command,
            exit_code: evidence.exit,
            stdout: evidence.stdout,
            stderr: evidence.stderr,
            sha256: Digest(evidence.sha256),
            is_truncated: evidence.truncated,
            file: evidence.file,
            line: evidence.line,
        }
    }
}

impl RuleResult {
    /// The scan that looked.
    async fn scan_row(&self, ctx: &Context<'_>) -> Result<Option<ScanRow>> {
        let access = require(ctx, Permission::ScanRead)?;
        let row = access.loaders().load_one(self.0.scan).await;
        Ok(row.map_err(Fault::internal)?)
    }

    /// Everything that the scan wrote down of the rule.
    async fn stored(&self, ctx: &Context<'_>) -> Result<Option<domain::results::RuleResult>> {
        let Some(scan) = self.scan_row(ctx).await? else {
            return Ok(None);
        };
        let results = stored_results(ctx, &scan).await?;
        Ok(results.and_then(|results| results.get(&self.0.rule).cloned()))
    }

    /// The list of rules that it was judged by.
    async fn published(&self, ctx: &Context<'_>) -> Result<Option<Arc<CataloguePublished>>> {
        let scan = self.scan_row(ctx).await?;
        let Some(catalogue) = scan.and_then(|scan| scan.catalogue) else {
            return Ok(None);
        };
        let access = require(ctx, Permission::ScanRead)?;
        let published = access.loaders().load_one(CatalogueOf(catalogue)).await;
        Ok(published.map_err(Fault::internal)?)
    }
}

/// What is known of a rule on a host.
#[Object]
impl RuleResult {
    /// The global id.
    pub(crate) async fn id(&self) -> ID {
        let (host, rule) = (self.0.host, &self.0.rule);
        // What a scan found then is another thing than what is known now.
        let key = if self.0.current {
            format!("{host}/{rule}")
        } else {
            format!("{host}/{rule}/{}", self.0.scan)
        };
        global_text("rule_result", &key)
    }

    /// The host.
    async fn host(&self, ctx: &Context<'_>) -> Result<Option<Host>> {
        load_host(ctx, self.0.host).await
    }

    /// The rule, in its newest form; null for one that never counted.
    async fn rule(&self, ctx: &Context<'_>) -> Result<Option<Rule>> {
        let access = require(ctx, Permission::RuleRead)?;
        let key = RuleKey(self.0.rule.clone());
        let row = access
            .loaders()
            .load_one(key)
            .await
            .map_err(Fault::internal)?;
        Ok(row.map(Rule))
    }

    /// What the rule is about, in one line: of a trial as the rules say that are tried.
    async fn title(&self, ctx: &Context<'_>) -> Result<String> {
        if !self.0.current
            && let Some(scan) = self.scan_row(ctx).await?
            && let Some(rules) = tried_rules(ctx, &scan).await?
        {
            let rule = rules.get(&self.0.rule);
            return Ok(rule.map_or_else(|| self.0.rule.clone(), |rule| rule.title.clone()));
        }
        let access = require(ctx, Permission::RuleRead)?;
        let row = access
            .loaders()
            .load_one(RuleKey(self.0.rule.clone()))
            .await
            .map_err(Fault::internal)?;
        Ok(row.map_or_else(|| self.0.rule.clone(), |row| row.title))
    }

    /// The version of the rule pack that the rule was from; null for a rule that ships.
    async fn rule_pack(&self, ctx: &Context<'_>) -> Result<Option<RulePackReference>> {
        let stored = self.stored(ctx).await?;
        Ok(stored.and_then(|stored| stored.pack).map(RulePackReference))
    }

    /// The id of the rule as its file and people name it.
    async fn rule_key(&self) -> &str {
        &self.0.rule
    }

    /// What was found.
    async fn verdict(&self) -> Verdict {
        self.0.verdict.into()
    }

    /// Whether the rule counts no more: the result stays to be looked at, and is in no score. Of a scan as it was
    /// then: no.
    async fn is_retired(&self) -> bool {
        self.0.retired
    }

    /// How bad a fail is.
    async fn severity(&self) -> Severity {
        self.0.severity.into()
    }

    /// Why, in words.
    async fn reason(&self) -> &str {
        &self.0.reason
    }

    /// What the rule demands.
    async fn expected(&self) -> Option<&str> {
        self.0.expected.as_deref()
    }

    /// What the host has.
    async fn actual(&self) -> Option<&str> {
        self.0.actual.as_deref()
    }

    /// When the verdict was first this one without a break.
    async fn since(&self) -> DateTime {
        self.0.since.into()
    }

    /// When it was last looked at.
    async fn checked_at(&self) -> DateTime {
        self.0.checked_at.into()
    }

    /// The scan that looked last.
    async fn scan(&self, ctx: &Context<'_>) -> Result<Option<Scan>> {
        load_scan(ctx, self.0.scan).await
    }

    /// What the verdict rests on.
    #[graphql(complexity = "5 * child_complexity")]
    async fn evidence(&self, ctx: &Context<'_>) -> Result<Vec<Evidence>> {
        let access = require(ctx, Permission::ScanRead)?;
        let blob = access
            .store()
            .get_blob(&self.0.evidence)
            .await
            .map_err(Fault::from)?;
        let blob = blob.ok_or_else(|| Fault::internal("the evidence is not in the store"))?;
        let items: Vec<domain::results::Evidence> =
            serde_json::from_slice(&blob).map_err(Fault::internal)?;
        Ok(items.into_iter().map(Evidence::from).collect())
    }

    /// Where the value that decided comes from, when it comes from a file.
    async fn source(&self, ctx: &Context<'_>) -> Result<Option<Source>> {
        let stored = self.stored(ctx).await?;
        Ok(stored.and_then(|stored| stored.source).map(Source::from))
    }

    /// The implementation of the rule that was taken, and why; null for scans of old versions.
    async fn implementation(&self, ctx: &Context<'_>) -> Result<Option<Implementation>> {
        let stored = self.stored(ctx).await?;
        let choice = stored.map(|stored| stored.implementation);
        Ok(choice
            .filter(|choice| !choice.why.is_empty())
            .map(Implementation::from))
    }

    /// The values that the variables of the rule had.
    async fn variables(&self, ctx: &Context<'_>) -> Result<Vec<EffectiveVariable>> {
        let stored = self.stored(ctx).await?;
        let variables = stored.map(|stored| stored.variables).unwrap_or_default();
        Ok(variables.into_iter().map(Into::into).collect())
    }

    /// For rules of other formats: what our own semantics would say, where it is something else.
    async fn strict(&self, ctx: &Context<'_>) -> Result<Option<StrictVerdict>> {
        let stored = self.stored(ctx).await?;
        Ok(stored
            .and_then(|stored| stored.strict)
            .map(StrictVerdict::from))
    }

    /// What was collected for it, as it is stored; none for scans of old versions.
    #[graphql(complexity = "5 * child_complexity")]
    async fn facts(&self, ctx: &Context<'_>) -> Result<Vec<Fact>> {
        let (Some(scan), Some(stored)) = (self.scan_row(ctx).await?, self.stored(ctx).await?)
        else {
            return Ok(Vec::new());
        };
        let Some(manifest) = scan.stored_facts else {
            return Ok(Vec::new());
        };
        let access = require(ctx, Permission::ScanRead)?;
        let index = access.loaders().load_one(FactsOf(manifest)).await;
        let index = index.map_err(Fault::internal)?.unwrap_or_default();
        let facts = stored.facts.into_iter().filter_map(|key| {
            let frame = index.get(&key)?.clone();
            let took = scan.collection_times.iter().find(|one| one.fact == key);
            let took_ms = took.map(|one| one.ms);
            Some(Fact {
                key,
                frame,
                took_ms,
            })
        });
        Ok(facts.collect())
    }

    /// The name of the pack that it was judged by.
    async fn pack(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        let published = self.published(ctx).await?;
        Ok(published.map(|published| published.pack.clone()))
    }

    /// The first half of the hash of the rule that it was judged by: a changed rule has another.
    async fn rule_version(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        let published = self.published(ctx).await?;
        let rule = published.as_ref().and_then(|published| {
            let mut rules = published.rules.iter();
            rules.find(|rule| rule.rule == self.0.rule)
        });
        Ok(rule.map(|rule| hex::encode(&rule.version)))
    }

    /// The last result of this rule on this host that was another one: another verdict, or other observations.
    #[graphql(complexity = "5 + child_complexity")]
    async fn previous(&self, ctx: &Context<'_>) -> Result<Option<RuleResult>> {
        let access = require(ctx, Permission::ScanRead)?;
        let (host, rule) = (self.0.host, self.0.rule.as_str());
        let intervals = access
            .read()
            .rule_intervals(host, rule, self.0.checked_at, 2)
            .await
            .map_err(Fault::from)?;
        let Some(before) = intervals.get(1) else {
            return Ok(None);
        };
        let scan = access.loaders().load_one(before.scan).await;
        match scan.map_err(Fault::internal)? {
            Some(scan) => scan_result(ctx, &scan, rule).await,
            None => Ok(None),
        }
    }

    /// The hash of the evidence as it is kept.
    async fn evidence_hash(&self) -> Digest {
        Digest(self.0.evidence)
    }
}
