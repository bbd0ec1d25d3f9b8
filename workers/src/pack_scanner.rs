//! The rules of the engine as a [`Scanner`]: one pack, one catalogue. Must not know the log.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use domain::catalogue::{
    CONTENT_SCHEMA, CatalogueContent, CatalogueRule, PublishCatalogue, RuleContent,
};
use domain::digest::Digest;
use domain::id::Ids;
use domain::port::ScanPhase;
use domain::rule_pack::PackVersion;
use domain::scan::{FailureReason, Selection};
use domain::time::Clock;
use domain::variable::EffectiveVariable;
use engine::collect::plan;
use engine::host::Host;
use engine::judge::JudgedRule;
use engine::rule::{Implementation, PlatformRange, Rule, RuleBase, Values};
use engine::scan::{ScanError, ScanOptions, ScanStep};

use crate::failure::Failure;
use crate::scanner::{Found, OnProgress, Scanned, Scanner};
use crate::variables::PackVariables;

/// Bytes of a rule's hash that tell its versions apart in a catalogue.
const VERSION: usize = 16;

/// Sets of other values that are kept ready at most.
const OTHERS: usize = 16;

/// A pack of rules that judges machines.
pub struct PackScanner {
    rule_base: Arc<RuleBase>,
    catalogue: PublishCatalogue,
    content: Arc<Vec<u8>>,
    variables: Arc<PackVariables>,
    /// The same rules with other values, the newest last: hosts of a group mostly share theirs.
    others: Mutex<VecDeque<(Values, Arc<Self>)>>,
    /// The keys of the facts that each implementation of each rule looks at.
    keys: Vec<Vec<Vec<String>>>,
    origins: Arc<Origins>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
}

/// The versions of rule packs that rules are from, by the ids of the rules.
pub type Origins = HashMap<String, PackVersion>;

impl PackScanner {
    /// A scanner for all rules of a pack. The error is that of writing their texts as JSON.
    pub fn new(
        rule_base: RuleBase,
        origins: Origins,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn Ids>,
    ) -> Result<Self, serde_json::Error> {
        let content = content(&rule_base)?;
        Ok(Self {
            keys: rule_base.rules().iter().map(fact_keys).collect(),
            catalogue: catalogue(&rule_base, Digest::of(&content), None),
            content: Arc::new(content),
            variables: Arc::new(PackVariables::of(&rule_base)),
            others: Mutex::default(),
            rule_base: Arc::new(rule_base),
            origins: Arc::new(origins),
            clock,
            ids,
        })
    }

    /// The variables of its rules.
    pub fn variables(&self) -> Arc<PackVariables> {
        Arc::clone(&self.variables)
    }

    /// The same rules with other values. What the rules say stays the content of the catalogue that this one has:
    /// results tell the values.
    fn other(&self, values: &Values) -> Result<Self, Failure> {
        let rule_base = self.rule_base.with_values(values);
        let rule_base = rule_base.map_err(|error| Failure::of(FailureReason::Internal, &error))?;
        let base = Some(self.catalogue.catalogue);
        Ok(Self {
            keys: rule_base.rules().iter().map(fact_keys).collect(),
            catalogue: catalogue(&rule_base, self.catalogue.content, base),
            content: Arc::clone(&self.content),
            variables: Arc::clone(&self.variables),
            others: Mutex::default(),
            rule_base: Arc::new(rule_base),
            origins: Arc::clone(&self.origins),
            clock: Arc::clone(&self.clock),
            ids: Arc::clone(&self.ids),
        })
    }

    /// The rules.
    pub fn rule_base(&self) -> &Arc<RuleBase> {
        &self.rule_base
    }

    fn found(&self, result: JudgedRule, keys: &[Vec<String>]) -> Found {
        let chosen = result.implementation.number.and_then(|number| {
            let place = usize::try_from(number).ok()?.checked_sub(1)?;
            keys.get(place)
        });
        Found {
            facts: chosen.cloned().unwrap_or_default(),
            pack: self.origins.get(&result.rule).cloned(),
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
}

#[async_trait]
impl Scanner for PackScanner {
    fn catalogue(&self) -> &PublishCatalogue {
        &self.catalogue
    }

    fn content(&self) -> &[u8] {
        &self.content
    }

    fn with_values(
        self: Arc<Self>,
        values: &[EffectiveVariable],
    ) -> Result<Arc<dyn Scanner>, Failure> {
        let values = self.variables.fitting(values);
        if values.is_empty() {
            return Ok(self);
        }
        let mut others = self.others.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, known)) = others.iter().find(|(known, _)| *known == values) {
            return Ok(Arc::<Self>::clone(known));
        }
        let other = Arc::new(self.other(&values)?);
        if others.len() == OTHERS {
            others.pop_front();
        }
        others.push_back((values, Arc::clone(&other)));
        Ok(other)
    }

    async fn scan(
        &self,
        host: &dyn Host,
        selection: &Selection,
        progress: OnProgress<'_>,
    ) -> Result<Scanned, Failure> {
        let mut tell = |step: ScanStep| match step {
            ScanStep::Collecting { done, total } => progress(ScanPhase::Collecting, done, total),
            ScanStep::Judging { done, total } => progress(ScanPhase::Judging, done, total),
        };
        let options = ScanOptions::new(self.ids.next().as_u128());
        let watch: (&dyn Clock, &mut (dyn FnMut(ScanStep) + Send)) =
            (self.clock.as_ref(), &mut tell);
        let outcome = engine::scan::scan(host, &self.rule_base, selection, &options, watch)
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
                .map(|(result, keys)| result.map(|result| self.found(result, keys)))
                .collect(),
        })
    }
}

/// A scan without verdicts as a reason and its words.
pub fn failure(error: &ScanError) -> Failure {
    let (reason, detail) = error.reason();
    Failure { reason, detail }
}

/// What the rules of a pack say, as the blob that events name.
pub(crate) fn content(rule_base: &RuleBase) -> Result<Vec<u8>, serde_json::Error> {
    serde_json::to_vec(&CatalogueContent {
        schema: CONTENT_SCHEMA.to_owned(),
        rules: rule_base.rules().iter().map(rule_content).collect(),
    })
}

fn fact_keys(rule: &Rule) -> Vec<Vec<String>> {
    let keys = |implementation: &Implementation| {
        let needs = implementation.check.needs().into_iter().collect();
        plan(&needs).into_iter().map(|spec| spec.key).collect()
    };
    rule.implementations.iter().map(keys).collect()
}

fn catalogue(rule_base: &RuleBase, content: Digest, base: Option<Digest>) -> PublishCatalogue {
    PublishCatalogue {
        catalogue: rule_base.hash(),
        pack: rule_base.name().to_owned(),
        rules: rule_base.rules().iter().map(catalogue_rule).collect(),
        content,
        base,
    }
}

/// How a rule stands in a catalogue.
pub(crate) fn catalogue_rule(rule: &Rule) -> CatalogueRule {
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
