//! Rules.

use async_graphql::{ID, Object, SimpleObject};
use projections::read::RuleRow;

use super::verdict::Severity;
use crate::schema::id::global_text;
use crate::schema::scalar::Digest;

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
}
