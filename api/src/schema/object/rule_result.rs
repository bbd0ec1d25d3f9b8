//! What was found for one rule on one host, with what it rests on.

use async_graphql::{Context, ID, Object, Result, SimpleObject};
use domain::permission::Permission;
use projections::read::RuleStateRow;

use super::host::{Host, load_host};
use super::rule::Rule;
use super::scan::{Scan, load_scan};
use super::verdict::{Severity, Verdict};
use crate::access::require;
use crate::schema::error::Fault;
use crate::schema::id::global_text;
use crate::schema::loader::RuleKey;
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

/// What is known of a rule on a host.
#[Object]
impl RuleResult {
    /// The global id.
    pub(crate) async fn id(&self) -> ID {
        global_text("rule_result", &format!("{}/{}", self.0.host, self.0.rule))
    }

    /// The host.
    async fn host(&self, ctx: &Context<'_>) -> Result<Option<Host>> {
        load_host(ctx, self.0.host).await
    }

    /// The rule, in its newest form.
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

    /// The id of the rule as its file and people name it.
    async fn rule_key(&self) -> &str {
        &self.0.rule
    }

    /// What was found.
    async fn verdict(&self) -> Verdict {
        self.0.verdict.into()
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

    /// The hash of the evidence as it is kept.
    async fn evidence_hash(&self) -> Digest {
        Digest(self.0.evidence)
    }
}
