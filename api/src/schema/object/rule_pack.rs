//! Rules of the organisation's own.

use async_graphql::{Context, ID, Object, Result, SimpleObject};
use domain::id::RulePackId;
use domain::permission::Permission;
use domain::rule_pack::PackVersion;
use projections::read::RulePackRow;

use super::rule_pack_version::RulePackVersion;
use crate::access::require;
use crate::schema::error::Fault;
use crate::schema::id::global;
use crate::schema::scalar::{DateTime, Digest};

/// Rules of the organisation's own, in versions. One of them may count at a time.
pub(crate) struct RulePack(pub(crate) RulePackRow);

/// Rules of the organisation's own, in versions. One of them may count at a time.
#[Object]
impl RulePack {
    /// The global id.
    pub(crate) async fn id(&self) -> ID {
        global(self.0.id)
    }

    /// Unique while the pack is in use.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Whether it was taken out of use; its history stays.
    async fn is_removed(&self) -> bool {
        self.0.removed
    }

    /// The number of the version that counts; null when none does.
    async fn enabled_number(&self) -> Option<u32> {
        self.0.enabled.map(|(number, _)| number)
    }

    /// Since when that version counts.
    async fn enabled_at(&self) -> Option<DateTime> {
        self.0.enabled.map(|(_, at)| at.into())
    }

    /// The number of the newest version.
    async fn latest_number(&self) -> u32 {
        self.0.latest
    }

    /// When it was made.
    async fn created_at(&self) -> DateTime {
        self.0.created_at.into()
    }

    /// When it was last changed.
    async fn updated_at(&self) -> DateTime {
        self.0.changed_at.into()
    }

    /// One version; the newest without a wish.
    #[graphql(complexity = "2 + child_complexity")]
    async fn version(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its number.")] number: Option<u32>,
    ) -> Result<Option<RulePackVersion>> {
        let access = require(ctx, Permission::RuleRead)?;
        let number = number.unwrap_or(self.0.latest);
        let row = access.read().rule_pack_version(self.0.id, number).await;
        let enabled = self.enabled();
        Ok(row
            .map_err(Fault::from)?
            .map(|row| RulePackVersion { row, enabled }))
    }

    /// Every version, the newest first.
    #[graphql(complexity = "5 * child_complexity")]
    async fn versions(&self, ctx: &Context<'_>) -> Result<Vec<RulePackVersion>> {
        let access = require(ctx, Permission::RuleRead)?;
        let rows = access.read().rule_pack_versions(self.0.id).await;
        let enabled = self.enabled();
        Ok(rows
            .map_err(Fault::from)?
            .into_iter()
            .map(|row| RulePackVersion { row, enabled })
            .collect())
    }

    /// Why scans leave the enabled version out; null when they do not. It fitted when it was enabled: rules that came
    /// with a newer version of the product are in its way.
    #[graphql(complexity = 20)]
    async fn problem(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        let access = require(ctx, Permission::RuleRead)?;
        if self.0.enabled.is_none() {
            return Ok(None);
        }
        let left_out = access.inner().rule_packs.left_out().await;
        let left_out = left_out
            .map_err(|error| Fault::internal(domain::causes::in_full(&error)))?
            .into_iter();
        let mut ours = left_out.filter(|(pack, _)| *pack == self.0.id);
        Ok(ours.next().map(|(_, why)| why))
    }
}

impl RulePack {
    fn enabled(&self) -> Option<u32> {
        self.0.enabled.map(|(number, _)| number)
    }
}

/// A version as results name it, whatever became of the pack.
pub(crate) struct RulePackReference(pub(crate) PackVersion);

/// A version of a rule pack as results name it, whatever became of the pack.
#[Object]
impl RulePackReference {
    /// The name of the pack then.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The number of the version.
    async fn number(&self) -> u32 {
        self.0.version
    }

    /// The hash over all rules of the version.
    async fn hash(&self) -> Digest {
        Digest(self.0.rule_set)
    }

    /// The pack.
    async fn pack(&self, ctx: &Context<'_>) -> Result<Option<RulePack>> {
        load_rule_pack(ctx, self.0.pack).await
    }
}

/// A pack that holds a rule.
#[derive(SimpleObject)]
pub(crate) struct RulePackOfRule {
    /// The pack.
    pub(crate) pack: RulePack,
    /// The numbers of the versions that hold the rule, in ascending order.
    pub(crate) numbers: Vec<u32>,
    /// Whether one of them counts.
    pub(crate) is_enabled: bool,
}

/// A pack by id, for those who may see rules.
pub(crate) async fn load_rule_pack(
    ctx: &Context<'_>,
    pack: RulePackId,
) -> Result<Option<RulePack>> {
    let access = require(ctx, Permission::RuleRead)?;
    let row = access
        .loaders()
        .load_one(pack)
        .await
        .map_err(Fault::internal)?;
    Ok(row.map(RulePack))
}
