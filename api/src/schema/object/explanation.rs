//! A rule in words: how it is judged, what each verdict means, how a fail is mended.

use async_graphql::SimpleObject;
use domain::catalogue::RemediationContent;
use domain::explanation as said;
use domain::lens::framework_name;

use super::verdict::Verdict;

/// A rule in words, said by the program that judges it.
#[derive(Debug, Clone, SimpleObject)]
pub(crate) struct RuleExplanation {
    /// The ways to judge it, in the order in which they are tried: the first whose condition holds is taken.
    ways: Vec<JudgingWay>,
    /// When it comes to each verdict.
    verdicts: Vec<VerdictMeaning>,
    /// The values that it may be judged with.
    variables: Vec<RuleVariable>,
    /// What it comes to on the recorded hosts that it is tested with.
    examples: Vec<RuleExample>,
}

/// One way to judge a rule.
#[derive(Debug, Clone, SimpleObject)]
pub(crate) struct JudgingWay {
    /// When it is taken, as the rest of "it is so that …"; null: on every host.
    when: Option<String>,
    /// What must be so, line by line.
    checks: Vec<CheckStep>,
    /// What is read on the host for it.
    facts: Vec<FactRead>,
    /// How a fail is mended; null when the rule does not say.
    remediation: Option<Remediation>,
}

/// One line of a check.
#[derive(Debug, Clone, SimpleObject)]
pub(crate) struct CheckStep {
    /// How deep it is nested, from 0.
    depth: u32,
    /// The method; null for a combination of those below it.
    method: Option<String>,
    /// What must be so.
    demand: String,
    /// What the method does in general.
    meaning: Option<String>,
    /// The script, for checks that bring their own.
    script: Option<String>,
}

/// Something that is read on a host.
#[derive(Debug, Clone, SimpleObject)]
pub(crate) struct FactRead {
    /// Its key.
    key: String,
    /// What it is.
    what: String,
    /// The shell that reads it.
    script: String,
}

/// When a rule comes to a verdict.
#[derive(Debug, Clone, SimpleObject)]
pub(crate) struct VerdictMeaning {
    /// The verdict.
    verdict: Verdict,
    /// When.
    when: String,
}

/// A variable of a rule.
#[derive(Debug, Clone, SimpleObject)]
pub(crate) struct RuleVariable {
    /// The name.
    name: String,
    /// What it is for.
    description: String,
    /// What it may hold: `a whole number from 1 to 10`.
    allowed: String,
    /// Its value where no profile and nobody gives another; a list has commas.
    default: String,
    /// Where the default comes from.
    default_source: String,
    /// Its value for each profile of the rule; none for a rule without profiles.
    profiles: Vec<ProfileValue>,
}

/// The value of a variable for one profile.
#[derive(Debug, Clone, SimpleObject)]
pub(crate) struct ProfileValue {
    /// The framework that is the profile.
    profile: String,
    /// How people call it.
    profile_name: String,
    /// The id of the rule with this value.
    rule_key: String,
    /// The value; a list has commas.
    value: String,
    /// Where it comes from.
    source: String,
}

/// What a rule comes to on a recorded host.
#[derive(Debug, Clone, SimpleObject)]
pub(crate) struct RuleExample {
    /// The situation.
    name: String,
    /// What the situation is in general.
    shows: String,
    /// The verdict.
    verdict: Verdict,
    /// Why.
    reason: String,
    /// What a person would run to see the same.
    commands: Vec<String>,
}

/// How a fail is mended: steps with what follows from them, or what a person does.
#[derive(Debug, Clone, SimpleObject)]
pub(crate) struct Remediation {
    /// What a person does; null when there are steps.
    manual: Option<String>,
    /// What is done, in order.
    steps: Vec<RemediationStep>,
    /// Units that read their files again afterwards, of those that the host has.
    reload: Vec<String>,
    /// Units that are restarted afterwards, of those that the host has.
    restart: Vec<String>,
    /// Whether it counts only after a boot.
    needs_reboot: bool,
    /// What it changes beyond files: `how people log in over SSH`.
    effects: Vec<String>,
    /// `low`, `medium` or `high`; null for what a person does.
    risk: Option<String>,
    /// Why it is as risky as that.
    risk_reason: Option<String>,
    /// Whether it can be taken back, in words; null for what a person does.
    reversal: Option<String>,
}

/// One step of a remediation.
#[derive(Debug, Clone, SimpleObject)]
pub(crate) struct RemediationStep {
    /// `sysctl_set`, `config_set`, ….
    mechanism: String,
    /// What it does, as the end of a sentence.
    what: String,
}

fn all<A, B>(items: Vec<A>, one: impl Fn(A) -> B) -> Vec<B> {
    items.into_iter().map(one).collect()
}

impl From<said::Explanation> for RuleExplanation {
    fn from(explained: said::Explanation) -> Self {
        Self {
            ways: all(explained.ways, JudgingWay::from),
            verdicts: all(explained.verdicts, |one| VerdictMeaning {
                verdict: one.verdict.into(),
                when: one.when,
            }),
            variables: all(explained.variables, RuleVariable::from),
            examples: all(explained.examples, |one| RuleExample {
                name: one.name,
                shows: one.shows,
                verdict: one.verdict.into(),
                reason: one.reason,
                commands: one.commands,
            }),
        }
    }
}

impl From<said::Way> for JudgingWay {
    fn from(way: said::Way) -> Self {
        Self {
            when: way.when,
            checks: all(way.check, |step| CheckStep {
                depth: u32::try_from(step.depth).unwrap_or(u32::MAX),
                method: step.method,
                demand: step.demand,
                meaning: step.meaning,
                script: step.script,
            }),
            facts: all(way.facts, |fact| FactRead {
                key: fact.key,
                what: fact.what,
                script: fact.script,
            }),
            remediation: way.remediation.map(Remediation::from),
        }
    }
}

impl From<said::VariableExplained> for RuleVariable {
    fn from(variable: said::VariableExplained) -> Self {
        Self {
            name: variable.name,
            description: variable.description,
            allowed: variable.allowed,
            default: variable.default,
            default_source: variable.default_source,
            profiles: all(variable.profiles, |one| ProfileValue {
                profile_name: framework_name(&one.profile).to_owned(),
                profile: one.profile,
                rule_key: one.rule,
                value: one.value,
                source: one.source,
            }),
        }
    }
}

impl From<RemediationContent> for Remediation {
    fn from(content: RemediationContent) -> Self {
        Self {
            manual: content.manual,
            steps: all(content.steps, |step| RemediationStep {
                mechanism: step.mechanism,
                what: step.what,
            }),
            reload: content.reload,
            restart: content.restart,
            needs_reboot: content.reboot,
            effects: content.effects,
            risk: content.risk,
            risk_reason: content.risk_reason,
            reversal: content.reversal,
        }
    }
}
