//! Rows by id, gathered so that a list of things asks once for all that they name.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use domain::catalogue::{Catalogue, CatalogueContent, CataloguePublished};
use domain::digest::Digest;
use domain::id::{CredentialId, FleetScanId, GroupId, HostId, RulePackId, ScanId, UserId};
use domain::results::{RuleResult, ScanResults};
use domain::stored_facts::{FactsManifest, FrameIndex};
use domain::verdict::Totals;
use event_store::{Store, StoreError};
use projections::read::{
    CredentialRow, FleetScanRow, GroupRow, HostAt, HostLensRow, HostRow, HostStanding, Read,
    RollUp, RollUpKey, RulePackRow, RuleRow, ScanRow, UserRow,
};

/// Loads rows of every kind.
pub(crate) struct Loaders {
    read: Read,
    store: Store,
}

impl Loaders {
    /// Loads from these read models.
    pub(crate) fn new(read: Read, store: Store) -> Self {
        Self { read, store }
    }
}

/// The key of a rule.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct RuleKey(pub(crate) String);

/// The key of what groups and settings mean for a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct StandingKey(pub(crate) HostId);

macro_rules! loads {
    ($($key:ty => $row:ty, $ask:ident, |$one:ident| $id:expr;)+) => {$(
        impl Loader<$key> for Loaders {
            type Value = $row;
            type Error = Arc<StoreError>;

            async fn load(&self, keys: &[$key]) -> Result<HashMap<$key, $row>, Arc<StoreError>> {
                let rows = self.read.$ask(keys).await?;
                Ok(rows.into_iter().map(|$one| ($id, $one)).collect())
            }
        }
    )+};
}

/// The host of lenses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct LensesOf(pub(crate) HostId);

impl Loader<LensesOf> for Loaders {
    type Value = Vec<HostLensRow>;
    type Error = Arc<StoreError>;

    async fn load(
        &self,
        keys: &[LensesOf],
    ) -> Result<HashMap<LensesOf, Vec<HostLensRow>>, Arc<StoreError>> {
        let hosts: Vec<HostId> = keys.iter().map(|key| key.0).collect();
        let mut found: HashMap<LensesOf, Vec<HostLensRow>> = HashMap::new();
        for row in self.read.host_lenses(&hosts).await? {
            found.entry(LensesOf(row.host)).or_default().push(row);
        }
        Ok(found)
    }
}

/// A version of a rule pack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct RulesOfVersion(pub(crate) RulePackId, pub(crate) u32);

impl Loader<RulesOfVersion> for Loaders {
    type Value = Arc<BTreeMap<String, RuleRow>>;
    type Error = Arc<StoreError>;

    async fn load(
        &self,
        keys: &[RulesOfVersion],
    ) -> Result<HashMap<RulesOfVersion, Self::Value>, Arc<StoreError>> {
        let mut found = HashMap::new();
        for key in keys {
            let Some(version) = self.read.rule_pack_version(key.0, key.1).await? else {
                continue;
            };
            let lost = StoreError::Inconsistent {
                what: "find the rules of a rule pack",
            };
            let bytes = self.store.get_blob(&version.content).await?.ok_or(lost)?;
            let content: CatalogueContent =
                serde_json::from_slice(&bytes).map_err(|_| StoreError::Inconsistent {
                    what: "read the rules of a rule pack",
                })?;
            let rules = content.rules.into_iter();
            let rules = rules.map(|rule| (rule.rule.clone(), RuleRow::from(rule)));
            found.insert(*key, Arc::new(rules.collect()));
        }
        Ok(found)
    }
}

/// The rule of packs.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct PacksOf(pub(crate) String);

impl Loader<PacksOf> for Loaders {
    type Value = Vec<(RulePackId, Vec<u32>)>;
    type Error = Arc<StoreError>;

    async fn load(
        &self,
        keys: &[PacksOf],
    ) -> Result<HashMap<PacksOf, Self::Value>, Arc<StoreError>> {
        let rules: Vec<String> = keys.iter().map(|key| key.0.clone()).collect();
        let mut found: HashMap<PacksOf, Self::Value> = HashMap::new();
        for (rule, pack, versions) in self.read.packs_of_rules(&rules).await? {
            found
                .entry(PacksOf(rule))
                .or_default()
                .push((pack, versions));
        }
        Ok(found)
    }
}

/// The rule of totals.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct TotalsOf(pub(crate) String);

impl Loader<TotalsOf> for Loaders {
    type Value = Totals;
    type Error = Arc<StoreError>;

    async fn load(&self, keys: &[TotalsOf]) -> Result<HashMap<TotalsOf, Totals>, Arc<StoreError>> {
        let rules: Vec<String> = keys.iter().map(|key| key.0.clone()).collect();
        let totals = self.read.rule_totals(&rules).await?;
        Ok(totals
            .into_iter()
            .map(|(rule, totals)| (TotalsOf(rule), totals))
            .collect())
    }
}

loads! {
    GroupId => GroupRow, groups_by_id, |row| row.id;
    HostId => HostRow, hosts_by_id, |row| row.id;
    FleetScanId => FleetScanRow, fleet_scans_by_id, |row| row.id;
    RulePackId => RulePackRow, rule_packs_by_id, |row| row.id;
    ScanId => ScanRow, scans_by_id, |row| row.id;
    CredentialId => CredentialRow, credentials_by_id, |row| row.id;
    UserId => UserRow, users_by_id, |row| row.id;
}

/// The hash of the blob with the results of a scan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct ResultsOf(pub(crate) Digest);

/// The results of a scan by the ids of their rules.
pub(crate) type Results = Arc<HashMap<String, RuleResult>>;

impl Loader<ResultsOf> for Loaders {
    type Value = Results;
    type Error = Arc<StoreError>;

    async fn load(
        &self,
        keys: &[ResultsOf],
    ) -> Result<HashMap<ResultsOf, Results>, Arc<StoreError>> {
        let blobs = self.store.get_blobs(keys.iter().map(|key| key.0)).await?;
        blobs
            .iter()
            .map(|(hash, bytes)| {
                let read: ScanResults =
                    serde_json::from_slice(bytes).map_err(|_| StoreError::Inconsistent {
                        what: "read the results of a scan",
                    })?;
                let results = read.results.into_iter();
                let results = results
                    .map(|result| (result.rule.clone(), result))
                    .collect();
                Ok((ResultsOf(*hash), Arc::new(results)))
            })
            .collect()
    }
}

/// The hash of the blob with what a scan collected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct FactsOf(pub(crate) Digest);

impl Loader<FactsOf> for Loaders {
    type Value = Arc<FrameIndex>;
    type Error = Arc<StoreError>;

    async fn load(
        &self,
        keys: &[FactsOf],
    ) -> Result<HashMap<FactsOf, Arc<FrameIndex>>, Arc<StoreError>> {
        let unreadable = |_| StoreError::Inconsistent {
            what: "read what a scan collected",
        };
        let manifests = self.store.get_blobs(keys.iter().map(|key| key.0)).await?;
        let mut found = HashMap::new();
        for (hash, bytes) in manifests {
            let manifest: FactsManifest = serde_json::from_slice(&bytes).map_err(unreadable)?;
            let parts = self.store.get_blobs(manifest.frames.into_values()).await?;
            let mut index = FrameIndex::new();
            for bytes in parts.values() {
                let part: FrameIndex = serde_json::from_slice(bytes).map_err(unreadable)?;
                index.extend(part);
            }
            found.insert(FactsOf(hash), Arc::new(index));
        }
        Ok(found)
    }
}

/// The hash of a published list of rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct CatalogueOf(pub(crate) Digest);

impl Loader<CatalogueOf> for Loaders {
    type Value = Arc<CataloguePublished>;
    type Error = Arc<StoreError>;

    async fn load(
        &self,
        keys: &[CatalogueOf],
    ) -> Result<HashMap<CatalogueOf, Arc<CataloguePublished>>, Arc<StoreError>> {
        let mut found = HashMap::new();
        for key in keys {
            let loaded = self.store.load::<Catalogue>(key.0).await?;
            if let Some(published) = loaded.state {
                found.insert(*key, Arc::new(published));
            }
        }
        Ok(found)
    }
}

impl Loader<StandingKey> for Loaders {
    type Value = HostStanding;
    type Error = Arc<StoreError>;

    async fn load(
        &self,
        keys: &[StandingKey],
    ) -> Result<HashMap<StandingKey, HostStanding>, Arc<StoreError>> {
        let ids: Vec<HostId> = keys.iter().map(|key| key.0).collect();
        let rows = self.read.standings(&ids).await?;
        Ok(rows
            .into_iter()
            .map(|row| (StandingKey(row.host), row))
            .collect())
    }
}

/// The newest scan of a host at an instant.
impl Loader<HostAt> for Loaders {
    type Value = ScanId;
    type Error = Arc<StoreError>;

    async fn load(&self, keys: &[HostAt]) -> Result<HashMap<HostAt, ScanId>, Arc<StoreError>> {
        Ok(self.read.scans_at(keys).await?)
    }
}

impl Loader<RollUpKey> for Loaders {
    type Value = RollUp;
    type Error = Arc<StoreError>;

    async fn load(
        &self,
        keys: &[RollUpKey],
    ) -> Result<HashMap<RollUpKey, RollUp>, Arc<StoreError>> {
        Ok(self.read.roll_ups(keys).await?)
    }
}

impl Loader<RuleKey> for Loaders {
    type Value = RuleRow;
    type Error = Arc<StoreError>;

    async fn load(&self, keys: &[RuleKey]) -> Result<HashMap<RuleKey, RuleRow>, Arc<StoreError>> {
        let ids: Vec<String> = keys.iter().map(|key| key.0.clone()).collect();
        let rows = self.read.rules_by_id(&ids).await?;
        Ok(rows
            .into_iter()
            .map(|row| (RuleKey(row.rule.clone()), row))
            .collect())
    }
}
