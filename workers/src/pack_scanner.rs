//! The rules of the engine as a [`Scanner`]: one pack, one catalogue. Must not know the log.

use std::sync::Arc;

use async_trait::async_trait;
use domain::catalogue::{
    CONTENT_SCHEMA, CatalogueContent, CatalogueRule, PublishCatalogue, RuleContent,
};
use domain::digest::Digest;
use domain::id::Ids;
use domain::port::ScanPhase;
use domain::scan::Selection;
use domain::time::Clock;
use engine::collect::plan;
use engine::host::Host;
use engine::judge::RuleResult;
use engine::rule::{Implementation, PlatformRange, Rule, RulePack};
use engine::scan::{ScanError, ScanOptions, Step};

use crate::failure::Failure;
use crate::scanner::{Found, OnProgress, Scanned, Scanner};

/// Bytes of a rule's hash that tell its versions apart in a catalogue.
const VERSION: usize = 16;

/// A pack of rules that judges machines.
pub struct PackScanner {
    pack: RulePack,
    catalogue: PublishCatalogue,
    content: Vec<u8>,
    /// The keys of the facts that each implementation of each rule looks at.
    keys: Vec<Vec<Vec<String>>>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
}

impl PackScanner {
    /// A scanner for all rules of a pack. The error is that of writing their texts as JSON.
    pub fn new(
        pack: RulePack,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn Ids>,
    ) -> Result<Self, serde_json::Error> {
        let content = serde_json::to_vec(&CatalogueContent {
            schema: CONTENT_SCHEMA.to_owned(),
            rules: pack.rules().iter().map(rule_content).collect(),
        })?;
        let catalogue = PublishCatalogue {
            catalogue: pack.hash(),
            pack: pack.name().to_owned(),
            rules: pack.rules().iter().map(catalogue_rule).collect(),
            content: Digest::of(&content),
        };
        Ok(Self {
            keys: pack.rules().iter().map(fact_keys).collect(),
            pack,
            catalogue,
            content,
            clock,
            ids,
        })
    }
}

#[async_trait]
impl Scanner for PackScanner {
    fn catalogue(&self) -> &PublishCatalogue {
        &self.catalogue
    }

    fn content(&self) -> &[u8] {
        &self.content
    }

    async fn scan(
        &self,
        host: &dyn Host,
        selection: &Selection,
        progress: OnProgress<'_>,
    ) -> Result<Scanned, Failure> {
        let mut tell = |step: Step| match step {
            Step::Collecting { done, total } => progress(ScanPhase::Collecting, done, total),
            Step::Judging { done, total } => progress(ScanPhase::Judging, done, total),
        };
        let options = ScanOptions::new(self.ids.next().as_u128());
        let watch: (&dyn Clock, &mut (dyn FnMut(Step) + Send)) = (self.clock.as_ref(), &mut tell);
        let outcome = engine::scan::scan(host, &self.pack, selection, &options, watch)
            .await
            .map_err(|error| failure(&error))?;
        Ok(Scanned {
            facts: outcome.host,
            cost: outcome.cost,
            collection_times: outcome.collection_times,
            collected: Some(outcome.facts),
            found: outcome
                .results
                .into_iter()
                .zip(&self.keys)
                .map(|(result, keys)| result.map(|result| found(result, keys)))
                .collect(),
        })
    }
}

/// A scan without verdicts as a reason and its words.
pub fn failure(error: &ScanError) -> Failure {
    let (reason, detail) = error.reason();
    Failure { reason, detail }
}

fn found(result: RuleResult, keys: &[Vec<String>]) -> Found {
    let chosen = result.implementation.number.and_then(|number| {
        let place = usize::try_from(number).ok()?.checked_sub(1)?;
        keys.get(place)
    });
    Found {
        facts: chosen.cloned().unwrap_or_default(),
        source: result.source,
        variables: result.variables,
        verdict: result.verdict,
        reason: result.reason,
        expected: result.expected,
        actual: result.actual,
        evidence: result.evidence,
        implementation: result.implementation,
        strict: result.strict,
    }
}

fn fact_keys(rule: &Rule) -> Vec<Vec<String>> {
    let keys = |implementation: &Implementation| {
        let needs = implementation.check.needs().into_iter().collect();
        plan(&needs).into_iter().map(|spec| spec.key).collect()
    };
    rule.implementations.iter().map(keys).collect()
}

fn catalogue_rule(rule: &Rule) -> CatalogueRule {
    let hash = rule.hash.as_bytes();
    CatalogueRule {
        rule: rule.id.clone(),
        version: hash.get(..VERSION).unwrap_or(hash).to_vec(),
        severity: rule.severity,
    }
}

fn rule_content(rule: &Rule) -> RuleContent {
    RuleContent {
        rule: rule.id.clone(),
        title: rule.title.clone(),
        description: rule.description.clone(),
        rationale: rule.rationale.clone(),
        severity: rule.severity,
        category: rule.category.clone(),
        tags: rule.tags.clone(),
        platforms: rule
            .platforms
            .iter()
            .map(PlatformRange::to_string)
            .collect(),
        references: rule.references.clone(),
        methods: rule.methods().into_iter().map(str::to_owned).collect(),
        profile: rule.profile.map(str::to_owned),
        variables: rule.variables_in_words(),
        remediations: rule.remediations(),
        text: rule.text.clone(),
        hash: rule.hash,
    }
}
