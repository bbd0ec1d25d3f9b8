//! Puts rules in words for those who do not know the engine.

use domain::explanation::{ExplainQuestion, ExplainRule, Explanation};
use domain::port::Pending;
use engine::explain::explain;
use engine::rule::RuleBase;

/// Reads the text of a rule anew, as it was published.
#[derive(Debug, Clone, Copy)]
pub struct Explainer;

impl ExplainRule for Explainer {
    fn explain(&self, question: ExplainQuestion) -> Pending<'_, Option<Explanation>> {
        Box::pin(async move {
            // Every recorded host is judged for it: too long for a thread that others wait for.
            let task = tokio::task::spawn_blocking(move || answer(question));
            task.await.unwrap_or_else(|error| {
                tracing::error!(%error, "a rule could not be put in words");
                None
            })
        })
    }
}

fn answer(question: ExplainQuestion) -> Option<Explanation> {
    let subject = question.rule.split('@').next().unwrap_or_default();
    let file = format!("{}/{subject}.yml", question.category);
    let base = RuleBase::from_texts(subject, &[(file, question.text)]).ok()?;
    let rule = base.get(&question.rule)?;
    Some(explain(rule, base.rules()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_is_put_in_words_from_its_published_text() {
        let base = RuleBase::builtin().unwrap();
        for rule in base.rules() {
            let said = answer(ExplainQuestion {
                rule: rule.id.clone(),
                category: rule.category.clone(),
                text: rule.text.clone(),
            });
            assert_eq!(said, Some(explain(rule, base.rules())), "{}", rule.id);
        }
    }

    #[test]
    fn values_of_all_profiles_are_told_with_their_sources() {
        let base = RuleBase::builtin().unwrap();
        let rule = base.get("account-password-max-days@cis").unwrap();
        let said = explain(rule, base.rules());
        let [days] = said.variables.as_slice() else {
            panic!("one variable");
        };
        let values: Vec<(&str, &str)> = days
            .profiles
            .iter()
            .map(|one| (one.rule.as_str(), one.value.as_str()))
            .collect();
        let stig = ("account-password-max-days@stig", "60");
        assert_eq!(values, [("account-password-max-days@cis", "365"), stig]);
        assert!(days.profiles.iter().all(|one| !one.source.is_empty()));
        let remedy = said.ways[0].remediation.as_ref().unwrap();
        assert!(remedy.steps[0].what.contains("PASS_MAX_DAYS"), "{remedy:?}");
    }

    #[test]
    fn a_text_that_cannot_be_read_has_no_words() {
        let question = ExplainQuestion {
            rule: "a".to_owned(),
            category: "ssh".to_owned(),
            text: "schema: openwatch/9".to_owned(),
        };
        assert_eq!(answer(question), None);
    }
}
