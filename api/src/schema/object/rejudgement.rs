//! What other rules say of what an earlier scan collected, beside what was said then.

use async_graphql::{Context, Enum, Object, Result, SimpleObject};
use domain::rejudge as stored;

use super::judgement::{EffectiveVariable, Source};
use super::scan::{Scan, load_scan};
use super::verdict::{Severity, Totals, Verdict};
use crate::schema::scalar::{DateTime, Digest};

/// What other rules say of what an earlier scan collected.
pub(crate) struct Rejudgement(pub(crate) stored::Rejudged);

/// One side of the comparison.
#[derive(Debug, Clone, SimpleObject)]
pub(crate) struct JudgedSide {
    /// The name of the pack.
    pack: String,
    /// The hash of its rules in their order.
    catalogue: Digest,
    /// The framework whose rules were chosen; null for all.
    framework: Option<String>,
    /// The tags of the rules that were chosen; none for all.
    tags: Vec<String>,
    /// The version of the program that judged; empty where it was not written down.
    engine_version: String,
    /// How many rules ended in each verdict.
    totals: Totals,
}

/// One rule on both sides.
#[derive(Debug, Clone, SimpleObject)]
pub(crate) struct RejudgedRule {
    /// The id of the rule as its file and people name it.
    rule_key: String,
    /// Its title, in the newer form.
    title: String,
    /// How bad a fail is, in the newer form.
    severity: Severity,
    /// What was said then; null when it was not judged.
    before: Option<Judgement>,
    /// What is said now; null when it is not judged.
    after: Option<Judgement>,
    /// Whether the text of the rule is another one.
    is_rule_changed: bool,
    /// Why the verdict is another one; null when it is the same.
    cause: Option<RejudgeCause>,
}

/// What was said of a rule.
#[derive(Debug, Clone, SimpleObject)]
pub(crate) struct Judgement {
    /// The verdict.
    verdict: Verdict,
    /// Why, in words.
    reason: String,
    /// What the rule demands.
    expected: Option<String>,
    /// What the host had.
    actual: Option<String>,
    /// Where the value that decided comes from.
    source: Option<Source>,
    /// The values that the variables of the rule had.
    variables: Vec<EffectiveVariable>,
}

/// How many verdicts differ for one reason.
#[derive(Debug, Clone, SimpleObject)]
pub(crate) struct RejudgeCount {
    /// The reason.
    cause: RejudgeCause,
    /// How many.
    count: u32,
}

/// Why a verdict differs although the facts are the same. The host is never among the reasons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Enum)]
#[graphql(remote = "stored::RejudgeCause")]
pub(crate) enum RejudgeCause {
    /// The text of the rule is another one.
    RuleChanged,
    /// The rule was not in the pack then.
    RuleAdded,
    /// The rule is not in the pack any more.
    RuleRemoved,
    /// The rule is the same, with other values.
    VariableChanged,
    /// The rule was there then, and not chosen.
    Selected,
    /// The rule is still there, and not chosen.
    NotSelected,
    /// Rule and values are the same: the program judges differently now.
    EngineChanged,
}

/// What other rules say of what an earlier scan collected.
#[Object]
impl Rejudgement {
    /// The scan.
    async fn scan(&self, ctx: &Context<'_>) -> Result<Option<Scan>> {
        load_scan(ctx, self.0.scan).await
    }

    /// When the facts were collected.
    async fn collected_at(&self) -> DateTime {
        self.0.collected_at.into()
    }

    /// What was said then.
    async fn before(&self) -> JudgedSide {
        side(&self.0.before)
    }

    /// What is said now.
    async fn after(&self) -> JudgedSide {
        side(&self.0.after)
    }

    /// How many verdicts differ, by reason.
    async fn causes(&self) -> Vec<RejudgeCount> {
        let mut causes: Vec<RejudgeCause> = self.causes_of_all().collect();
        causes.sort();
        causes
            .chunk_by(|one, other| one == other)
            .filter_map(|some| {
                Some(RejudgeCount {
                    cause: *some.first()?,
                    count: u32::try_from(some.len()).unwrap_or(u32::MAX),
                })
            })
            .collect()
    }

    /// The rules whose verdict differs; all rules of both sides on demand.
    #[graphql(complexity = "50 * child_complexity")]
    async fn rules(
        &self,
        #[graphql(
            desc = "Also rules whose verdict is the same, and those that are not chosen now.",
            default
        )]
        all: bool,
    ) -> Vec<RejudgedRule> {
        let shown = |rule: &&stored::RejudgedRule| {
            all || !matches!(rule.cause, None | Some(stored::RejudgeCause::NotSelected))
        };
        self.0.rules.iter().filter(shown).map(rejudged).collect()
    }
}

impl Rejudgement {
    fn causes_of_all(&self) -> impl Iterator<Item = RejudgeCause> {
        let causes = self.0.rules.iter().filter_map(|rule| rule.cause);
        causes.map(RejudgeCause::from)
    }
}

fn side(judged: &stored::Judged) -> JudgedSide {
    JudgedSide {
        pack: judged.pack.clone(),
        catalogue: Digest(judged.catalogue),
        framework: judged.selection.framework.clone(),
        tags: judged.selection.tags.clone(),
        engine_version: judged.engine.clone(),
        totals: judged.totals.into(),
    }
}

fn rejudged(rule: &stored::RejudgedRule) -> RejudgedRule {
    RejudgedRule {
        rule_key: rule.rule.clone(),
        title: rule.title.clone(),
        severity: rule.severity.into(),
        before: rule.before.clone().map(Judgement::from),
        after: rule.after.clone().map(Judgement::from),
        is_rule_changed: rule.rule_changed,
        cause: rule.cause.map(RejudgeCause::from),
    }
}

impl From<stored::Judgement> for Judgement {
    fn from(judgement: stored::Judgement) -> Self {
        Self {
            verdict: judgement.verdict.into(),
            reason: judgement.reason,
            expected: judgement.expected,
            actual: judgement.actual,
            source: judgement.source.map(Source::from),
            variables: judgement.variables.into_iter().map(Into::into).collect(),
        }
    }
}
