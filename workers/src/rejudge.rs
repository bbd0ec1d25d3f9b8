//! Judges the facts of an earlier scan by other rules. Reads, judges, compares; writes nothing and touches no
//! host.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use domain::catalogue::{Catalogue, CatalogueContent};
use domain::digest::Digest;
use domain::id::ScanId;
use domain::lens::variant;
use domain::port::Pending;
use domain::rejudge::{
    Judged, Judgement, Rejudge, RejudgeError, RejudgeQuestion, Rejudged, RejudgedRule, Side, cause,
};
use domain::results::{RuleResult, ScanResults};
use domain::scan::{Scan, ScanCompleted, Selection};
use domain::variable::{EffectiveVariable, VariableDeclarations as _, VariableOrigin};
use domain::verdict::{Severity, Totals, VerdictVector};
use engine::facts::Facts;
use engine::judge::JudgedRule;
use engine::rule::{RuleBase, RuleBaseError};
use engine::scan::{judge_all, selects};
use event_store::{Store, StoreError};
use tokio::sync::Semaphore;

use crate::reactors::run_scan::completed_scan;
use crate::recall::{self, RecallFailure};
use crate::shelf::Shelf;
use crate::variables::PackVariables;

/// Judges stored facts again with the rules that count now, or with those of a published catalogue.
pub struct Rejudger {
    store: Store,
    shelf: Arc<Shelf>,
    /// Judging takes a processor; more at a time than there are would only wait in memory.
    turns: Semaphore,
}

impl Rejudger {
    /// Judges with the rules of this shelf where no others are named.
    pub fn new(store: Store, shelf: Arc<Shelf>) -> Self {
        let turns = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self {
            store,
            shelf,
            turns: Semaphore::new(turns),
        }
    }

    async fn answer(&self, question: RejudgeQuestion) -> Result<Rejudged, RejudgeError> {
        let _turn = self.turns.acquire().await;
        let current = self.shelf.rules().await.map_err(fault)?;
        let pack = match question.catalogue {
            None => current,
            Some(hash) if hash == current.hash() => current,
            Some(hash) => Arc::new(published(&self.store, hash).await?),
        };
        let asked = (question.selection, question.variables.as_slice());
        rejudge(&self.store, question.scan, pack, asked).await
    }
}

impl Rejudge for Rejudger {
    fn rejudge(&self, question: RejudgeQuestion) -> Pending<'_, Result<Rejudged, RejudgeError>> {
        Box::pin(self.answer(question))
    }
}

fn fault(error: impl std::error::Error + Send + Sync + 'static) -> RejudgeError {
    RejudgeError::Fault(Box::new(error))
}

/// The rules of a published catalogue, read anew from their texts.
async fn published(store: &Store, hash: Digest) -> Result<RuleBase, RejudgeError> {
    let content = catalogue(store, hash)
        .await
        .map_err(fault)?
        .ok_or(RejudgeError::NoCatalogue { catalogue: hash })?;
    // Rules that stand once for each profile have one file.
    let texts: BTreeMap<String, String> = content
        .1
        .rules
        .into_iter()
        .map(|rule| {
            let subject = variant(&rule.rule).0;
            (format!("{}/{subject}.yml", rule.category), rule.text)
        })
        .collect();
    let texts: Vec<(String, String)> = texts.into_iter().collect();
    RuleBase::from_texts(&content.0, &texts).map_err(|error: RuleBaseError| {
        RejudgeError::Unreadable {
            detail: error.to_string(),
        }
    })
}

/// The name of a published catalogue and what its rules say.
async fn catalogue(
    store: &Store,
    hash: Digest,
) -> Result<Option<(String, CatalogueContent)>, StoreError> {
    let Some(published) = store.load::<Catalogue>(hash).await?.state else {
        return Ok(None);
    };
    let lost = StoreError::Inconsistent {
        what: "find the rules of a catalogue",
    };
    let bytes = store.get_blob(&published.content).await?.ok_or(lost)?;
    let content = serde_json::from_slice(&bytes).map_err(|_| StoreError::Inconsistent {
        what: "read the rules of a catalogue",
    })?;
    Ok(Some((published.pack, content)))
}

/// What was said at the time of the scan.
struct Then {
    completed: Box<ScanCompleted>,
    selection: Selection,
    pack: String,
    content: CatalogueContent,
    results: Vec<RuleResult>,
}

async fn then(store: &Store, scan: ScanId) -> Result<Then, RejudgeError> {
    let completed = completed_scan(store, scan).await.map_err(fault)?;
    let completed = completed.ok_or(RejudgeError::NoResult { scan })?;
    let state = store.load::<Scan>(scan).await.map_err(fault)?.state;
    let hash = completed.catalogue;
    let (pack, content) = catalogue(store, hash)
        .await
        .map_err(fault)?
        .ok_or(RejudgeError::NoCatalogue { catalogue: hash })?;
    let bytes = store.get_blob(&completed.results).await.map_err(fault)?;
    let lost = || StoreError::Inconsistent {
        what: "find the results of a scan",
    };
    let bytes = bytes.ok_or_else(|| fault(lost()))?;
    let results: ScanResults = serde_json::from_slice(&bytes).map_err(fault)?;
    Ok(Then {
        completed,
        selection: state.selection,
        pack,
        content,
        results: results.results,
    })
}

/// What these rules say of the facts of a scan, beside what was said then. Variables have the values that were asked
/// for, and else those that people had set for the host then: a verdict differs by what is asked, not by them.
pub async fn rejudge(
    store: &Store,
    scan: ScanId,
    pack: Arc<RuleBase>,
    (selection, variables): (Selection, &[(String, String)]),
) -> Result<Rejudged, RejudgeError> {
    if !pack.rules().iter().any(|rule| selects(&selection, rule)) {
        return Err(RejudgeError::NothingSelected);
    }
    let then = then(store, scan).await?;
    let pack = with_values(pack, &then.results, variables)?;
    let manifest = then.completed.stored_facts.ok_or(RejudgeError::NoFacts)?;
    let facts = recall::facts(store, manifest)
        .await
        .map_err(|error: RecallFailure| fault(error))?;
    let task = tokio::task::spawn_blocking(move || compare(then, &pack, selection, &facts));
    task.await.map_err(fault)
}

/// The rules with the values that are asked for, and those that people had set then.
fn with_values(
    pack: Arc<RuleBase>,
    then: &[RuleResult],
    asked: &[(String, String)],
) -> Result<Arc<RuleBase>, RejudgeError> {
    let set = |variable: &&EffectiveVariable| {
        (VariableOrigin::Organisation..=VariableOrigin::Host).contains(&variable.origin)
    };
    let variables = then.iter().flat_map(|result| &result.variables);
    let set: Vec<EffectiveVariable> = variables.filter(set).cloned().collect();
    if set.is_empty() && asked.is_empty() {
        return Ok(pack);
    }
    let refused = |detail: String| RejudgeError::Variables { detail };
    let known = PackVariables::of(&pack);
    let mut values = known.fitting(&set);
    for (name, text) in asked {
        let value = known.accept(name, text);
        let value = value.map_err(|error| refused(error.to_string()))?;
        values.give((VariableOrigin::Request, ""), name, &value);
    }
    let pack = pack.with_values(&values);
    let pack = pack.map_err(|error| refused(error.to_string()))?;
    Ok(Arc::new(pack))
}

fn compare(then: Then, pack: &RuleBase, selection: Selection, facts: &Facts) -> Rejudged {
    let now = judge_all(pack, &selection, facts, &mut |_| {});
    let verdicts: Vec<_> = now
        .iter()
        .map(|result| result.as_ref().map(|result| result.verdict))
        .collect();
    let after = Judged {
        pack: pack.name().to_owned(),
        catalogue: pack.hash(),
        selection,
        engine: engine::VERSION.to_owned(),
        totals: Totals::of(&VerdictVector::pack(&verdicts)),
    };
    let rules = rules(&then, pack, now);
    let completed = then.completed;
    let context = completed.context.unwrap_or_default();
    Rejudged {
        scan: completed.scan,
        host: completed.host,
        host_name: context.host,
        host_facts: completed.facts,
        collected_at: completed.finished_at,
        before: Judged {
            pack: then.pack,
            catalogue: completed.catalogue,
            selection: then.selection,
            engine: context.engine,
            totals: completed.totals,
        },
        after,
        rules,
    }
}

fn rules(then: &Then, pack: &RuleBase, now: Vec<Option<JudgedRule>>) -> Vec<RejudgedRule> {
    let texts: HashMap<&str, &str> = then
        .content
        .rules
        .iter()
        .map(|rule| (rule.rule.as_str(), rule.text.as_str()))
        .collect();
    let mut judgements: HashMap<&str, Judgement> = then
        .results
        .iter()
        .map(|result| (result.rule.as_str(), judgement_then(result)))
        .collect();
    let mut rules: Vec<RejudgedRule> = Vec::new();
    for (rule, result) in pack.rules().iter().zip(now) {
        let before = judgements.remove(rule.id.as_str());
        let text = texts.get(rule.id.as_str()).copied();
        let after = result.map(judgement_now);
        rules.push(compared(
            (&rule.id, &rule.title, rule.severity),
            (text, before),
            (Some(&rule.text), after),
        ));
    }
    let known: HashSet<&str> = pack.rules().iter().map(|rule| rule.id.as_str()).collect();
    for rule in then
        .content
        .rules
        .iter()
        .filter(|rule| !known.contains(rule.rule.as_str()))
    {
        let before = judgements.remove(rule.rule.as_str());
        rules.push(compared(
            (&rule.rule, &rule.title, rule.severity),
            (Some(&rule.text), before),
            (None, None),
        ));
    }
    rules.retain(|rule| rule.before.is_some() || rule.after.is_some());
    rules
}

fn compared(
    (rule, title, severity): (&str, &str, Severity),
    (text_then, before): (Option<&str>, Option<Judgement>),
    (text_now, after): (Option<&str>, Option<Judgement>),
) -> RejudgedRule {
    let then = Side {
        text: text_then,
        judgement: before.as_ref(),
    };
    let now = Side {
        text: text_now,
        judgement: after.as_ref(),
    };
    RejudgedRule {
        rule: rule.to_owned(),
        title: title.to_owned(),
        severity,
        rule_changed: text_then != text_now,
        cause: cause(&then, &now),
        before,
        after,
    }
}

fn judgement_then(result: &RuleResult) -> Judgement {
    Judgement {
        verdict: result.verdict,
        reason: result.reason.clone(),
        expected: result.expected.clone(),
        actual: result.actual.clone(),
        source: result.source.clone(),
        variables: result.variables.clone(),
    }
}

fn judgement_now(result: JudgedRule) -> Judgement {
    Judgement {
        verdict: result.verdict,
        reason: result.reason,
        expected: result.expected,
        actual: result.actual,
        source: result.source,
        variables: result.variables,
    }
}
