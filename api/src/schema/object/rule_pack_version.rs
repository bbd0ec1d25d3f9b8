//! One version of a rule pack: its rules, what speaks for them, what its trials showed, what differs from another.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object, Result, SimpleObject};
use domain::permission::Permission;
use domain::rule_pack::{PackFiles, RulePack as RulePackAggregate};
use domain::rule_set::RuleSetVoucher;
use projections::read::{RulePackVersionRow, RuleRow};

use super::actor::Actor;
use super::scan::Scan;
use super::verdict::Severity;
use crate::access::require;
use crate::schema::error::{Fault, FaultCode};
use crate::schema::id::global_text;
use crate::schema::loader::RulesOfVersion;
use crate::schema::scalar::{DateTime, Digest};

/// Trials that are shown.
const TRIALS: u32 = 10;

/// One version of a rule pack.
pub(crate) struct RulePackVersion {
    pub(crate) row: RulePackVersionRow,
    /// The version that counts.
    pub(crate) enabled: Option<u32>,
}

/// What speaks for the scripts of a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub(crate) enum RulePackVoucher {
    /// A person has looked at them.
    Person,
    /// A key that the server knows signs for all of it.
    Signature,
}

/// Why the scripts of a version may run.
#[derive(SimpleObject)]
pub(crate) struct RulePackTrust {
    /// What speaks for them.
    voucher: RulePackVoucher,
    /// The name of the key, for a signature.
    key: Option<String>,
    /// Who said so, or uploaded what was signed.
    trusted_by: Actor,
    /// When.
    trusted_at: DateTime,
}

/// A rule of a version.
#[derive(SimpleObject)]
pub(crate) struct RulePackRule {
    /// The id of the rule as its file and people name it.
    key: String,
    /// One line.
    title: String,
    /// How bad a fail is.
    severity: Severity,
    /// The check methods that it uses.
    methods: Vec<String>,
    /// Whether it brings a script that runs on hosts.
    runs_script: bool,
    /// The rule file, YAML.
    text: String,
}

/// A rule that differs between two versions.
#[derive(SimpleObject)]
pub(crate) struct RulePackChange {
    /// The id of the rule.
    key: String,
    /// The rule file in the older one; null for a rule that is new.
    before: Option<String>,
    /// The rule file in this one; null for a rule that is gone.
    after: Option<String>,
}

/// One version of a rule pack.
#[Object]
impl RulePackVersion {
    /// The global id.
    async fn id(&self) -> ID {
        let key = format!("{}/{}", self.row.pack, self.row.version);
        global_text("rule_pack_version", &key)
    }

    /// Its number, from 1.
    async fn number(&self) -> u32 {
        self.row.version
    }

    /// What is new in it, in the words of who uploaded it.
    async fn note(&self) -> &str {
        &self.row.note
    }

    /// Whether it counts.
    async fn is_enabled(&self) -> bool {
        self.enabled == Some(self.row.version)
    }

    /// The hash over all its rules.
    async fn hash(&self) -> Digest {
        Digest(self.row.rule_set)
    }

    /// How many rules it has.
    async fn rule_count(&self) -> u32 {
        self.row.rule_count
    }

    /// How many of them bring a script that runs on hosts.
    async fn script_count(&self) -> u32 {
        self.row.script_count
    }

    /// Who uploaded it.
    async fn uploaded_by(&self) -> Actor {
        without_address(self.row.uploaded_by.clone())
    }

    /// When.
    async fn uploaded_at(&self) -> DateTime {
        self.row.uploaded_at.into()
    }

    /// Whether it may run on hosts: it brings no scripts, or somebody speaks for them.
    async fn is_runnable(&self) -> bool {
        self.row.script_count == 0 || self.row.trust.is_some()
    }

    /// What speaks for its scripts; null when nothing does.
    async fn trust(&self) -> Option<RulePackTrust> {
        let (voucher, actor, at) = self.row.trust.clone()?;
        let (voucher, key) = match voucher {
            RuleSetVoucher::Signature { key } => (RulePackVoucher::Signature, Some(key)),
            RuleSetVoucher::Ownership | RuleSetVoucher::Operator => (RulePackVoucher::Person, None),
        };
        Some(RulePackTrust {
            voucher,
            key,
            trusted_by: without_address(actor),
            trusted_at: at.into(),
        })
    }

    /// Its rules by id.
    #[graphql(complexity = "20 * child_complexity")]
    async fn rules(&self, ctx: &Context<'_>) -> Result<Vec<RulePackRule>> {
        let access = require(ctx, Permission::RuleRead)?;
        let state = access
            .store()
            .load::<RulePackAggregate>(self.row.pack)
            .await
            .map_err(Fault::from)?
            .state;
        let listed = state.version(self.row.version);
        let listed = listed.iter().flat_map(|version| &version.content.rules);
        let scripts: BTreeSet<&str> = listed
            .filter(|rule| rule.runs_script)
            .map(|rule| rule.rule.as_str())
            .collect();
        let rules = self.content(ctx).await?;
        let rule = |row: &RuleRow| RulePackRule {
            key: row.rule.clone(),
            title: row.title.clone(),
            severity: row.severity.into(),
            methods: row.methods.clone(),
            runs_script: scripts.contains(row.rule.as_str()),
            text: row.text.clone(),
        };
        Ok(rules.values().map(rule).collect())
    }

    /// The rules that differ from another version, by id.
    #[graphql(complexity = "20 * child_complexity")]
    async fn changes(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The number of the other version; without it the one before, and for the first one none."
        )]
        since: Option<u32>,
    ) -> Result<Vec<RulePackChange>> {
        let access = require(ctx, Permission::RuleRead)?;
        let since = since.unwrap_or(self.row.version.saturating_sub(1));
        let after = self.content(ctx).await?;
        let before = if since == 0 {
            Arc::default()
        } else {
            let other = access.read().rule_pack_version(self.row.pack, since).await;
            let row = other.map_err(Fault::from)?.ok_or_else(|| {
                Fault::new(
                    FaultCode::BadUserInput,
                    format!("there is no version {since}"),
                )
            })?;
            let enabled = self.enabled;
            Self { row, enabled }.content(ctx).await?
        };
        let keys: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
        let text = |rules: &BTreeMap<String, RuleRow>, key: &str| {
            rules.get(key).map(|rule| rule.text.clone())
        };
        Ok(keys
            .into_iter()
            .map(|key| RulePackChange {
                key: key.clone(),
                before: text(&before, key),
                after: text(&after, key),
            })
            .filter(|change| change.before != change.after)
            .collect())
    }

    /// The files as they were uploaded, by path.
    #[graphql(complexity = "20 * child_complexity")]
    async fn files(&self, ctx: &Context<'_>) -> Result<Vec<RulePackFile>> {
        let access = require(ctx, Permission::RuleRead)?;
        let bytes = access.store().get_blob(&self.row.files).await;
        let bytes = bytes
            .map_err(Fault::from)?
            .ok_or_else(|| Fault::internal("the files of a rule pack are not in the store"))?;
        let files: PackFiles = serde_json::from_slice(&bytes).map_err(Fault::internal)?;
        let file = |(path, text)| RulePackFile { path, text };
        Ok(files.files.into_iter().map(file).collect())
    }

    /// Whether a trial came to its end with a result, so that it may be enabled.
    #[graphql(complexity = 2)]
    async fn is_tried(&self, ctx: &Context<'_>) -> Result<bool> {
        let access = require(ctx, Permission::RuleRead)?;
        let (pack, version) = (self.row.pack, self.row.version);
        let trial = access.read().completed_trial(pack, version).await;
        Ok(trial.map_err(Fault::from)?.is_some())
    }

    /// Its newest trials, the newest first; at most 10.
    #[graphql(complexity = "10 * child_complexity")]
    async fn trials(&self, ctx: &Context<'_>) -> Result<Vec<Scan>> {
        let access = require(ctx, Permission::ScanRead)?;
        let read = access.read();
        let ids = read.trials(self.row.pack, self.row.version, TRIALS).await;
        let ids = ids.map_err(Fault::from)?;
        let mut rows = read.scans_by_id(&ids).await.map_err(Fault::from)?;
        rows.sort_by_key(|row| std::cmp::Reverse(row.position));
        Ok(rows.into_iter().map(Scan).collect())
    }
}

impl RulePackVersion {
    async fn content(&self, ctx: &Context<'_>) -> Result<Arc<BTreeMap<String, RuleRow>>> {
        let access = require(ctx, Permission::RuleRead)?;
        let key = RulesOfVersion(self.row.pack, self.row.version);
        let rules = access.loaders().load_one(key).await;
        Ok(rules.map_err(Fault::internal)?.unwrap_or_default())
    }
}

/// A file as it was uploaded.
#[derive(SimpleObject)]
pub(crate) struct RulePackFile {
    /// The folder and the name.
    path: String,
    /// What is in it.
    text: String,
}

/// Where people are is for those who may see the audit log.
fn without_address(mut actor: domain::actor::Actor) -> Actor {
    actor.address = None;
    actor.into()
}
