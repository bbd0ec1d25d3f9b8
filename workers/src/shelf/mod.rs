//! The rules that scans are made with: those that the program was started with, and the enabled versions of rule
//! packs. Read from the log whenever somebody asks, so every process has the same ones at the same time; put
//! together once for each set of versions.

mod read;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, PoisonError, RwLock};

use async_trait::async_trait;
use domain::digest::Digest;
use domain::id::{Ids, RulePackId};
use domain::rule_base::AnnounceRuleBase;
use domain::rule_pack::{PackFiles, PackVersion, RulePack, RulePackError, RunnableVersion};
use domain::time::Clock;
use domain::variable::{DeclaredVariable, VariableDeclarations, VariableRefusal};
use engine::pack::Verifier;
use engine::rule::{RuleBase, RuleBaseError};
use event_store::{Attachment, Store, StoreError};
use tokio::sync::Mutex;

use crate::pack_scanner::{Origins, PackScanner, content};
use crate::reactors::board::Board;
use crate::scanner::{Scanner, Scanners};
use crate::variables::PackVariables;

/// Rules that cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum ShelfError {
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The version may not run.
    #[error(transparent)]
    NotRunnable(#[from] RulePackError),
    /// They do not hold any more, or there are none here.
    #[error("{0}")]
    Refused(String),
}

/// Which versions are put together.
type Versions = BTreeMap<RulePackId, u32>;

/// Rules of all processes of an installation.
pub struct Shelf {
    store: Store,
    board: Arc<dyn Board>,
    base: RuleBase,
    trusted: Vec<Verifier>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
    current: Mutex<Option<(Versions, Arc<Assembled>)>>,
    /// The variables of what was put together last.
    variables: RwLock<Arc<PackVariables>>,
}

/// Everything that counts, put together.
struct Assembled {
    scanner: Arc<PackScanner>,
    /// Packs that do not go together with the rest, and why.
    left_out: Vec<(RulePackId, String)>,
}

impl Shelf {
    /// A shelf with the rules that the program was started with, and the keys whose signatures are taken.
    pub fn new(
        store: Store,
        board: Arc<dyn Board>,
        base: RuleBase,
        trusted: Vec<Verifier>,
        (clock, ids): (Arc<dyn Clock>, Arc<dyn Ids>),
    ) -> Self {
        Self {
            variables: RwLock::new(Arc::new(PackVariables::of(&base))),
            store,
            board,
            base,
            trusted,
            clock,
            ids,
            current: Mutex::new(None),
        }
    }

    /// The rules that the program was started with, as this version of the product says at its start, and the blob
    /// that goes with it.
    pub fn announcement(
        &self,
        version: &str,
    ) -> Result<(AnnounceRuleBase, Attachment), serde_json::Error> {
        let bytes = content(&self.base)?;
        let hash = Digest::of(&bytes);
        let rules = self.base.rules().iter();
        let announce = AnnounceRuleBase {
            version: version.to_owned(),
            rule_set: self.base.hash(),
            name: self.base.name().to_owned(),
            rules: rules.map(|rule| rule.id.clone()).collect(),
            content: hash,
        };
        Ok((announce, Attachment::Blob { hash, bytes }))
    }

    /// Everything that counts now.
    pub async fn rules(&self) -> Result<Arc<RuleBase>, ShelfError> {
        Ok(Arc::clone(self.assembled().await?.scanner.rule_base()))
    }

    fn known_variables(&self) -> Arc<PackVariables> {
        let variables = self
            .variables
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&variables)
    }

    async fn assembled(&self) -> Result<Arc<Assembled>, ShelfError> {
        let mut current = self.current.lock().await;
        let versions = self.board.enabled_packs().await?;
        if let Some((known, assembled)) = current.as_ref()
            && *known == versions
        {
            return Ok(Arc::clone(assembled));
        }
        let assembled = Arc::new(self.assemble(&versions).await?);
        let variables = assembled.scanner.variables();
        *self
            .variables
            .write()
            .unwrap_or_else(PoisonError::into_inner) = variables;
        *current = Some((versions, Arc::clone(&assembled)));
        Ok(assembled)
    }

    /// A pack that does not go together with the rest is left out, loudly: nothing else has to wait for it. It was
    /// looked at when it was enabled, so this happens when the program brings other rules than it did then.
    async fn assemble(&self, versions: &Versions) -> Result<Assembled, ShelfError> {
        let (mut rules, mut origins) = (self.base.clone(), Origins::new());
        let mut left_out = Vec::new();
        for (pack, version) in versions {
            let joined = match self.runnable(*pack, *version).await {
                Ok(runnable) => self.join(&rules, &runnable).await,
                Err(error) => Err(error),
            };
            match joined {
                Ok((joined, added)) => {
                    rules = joined;
                    origins.extend(added);
                }
                Err(ShelfError::Store(error)) => return Err(error.into()),
                Err(error) => {
                    tracing::error!(%pack, version, %error, "an enabled rule pack is left out of scans");
                    left_out.push((*pack, error.to_string()));
                }
            }
        }
        Ok(Assembled {
            scanner: Arc::new(self.scanner(rules, origins)?),
            left_out,
        })
    }

    /// These rules and those of a version as one set.
    async fn join(
        &self,
        rules: &RuleBase,
        version: &RunnableVersion,
    ) -> Result<(RuleBase, Origins), ShelfError> {
        let own = self.read_version(version).await?;
        let joined = rules.joined(&own).map_err(|error| refused(&error))?;
        Ok((joined, origins(&own, version.version())))
    }

    fn scanner(&self, rules: RuleBase, origins: Origins) -> Result<PackScanner, ShelfError> {
        PackScanner::new(rules, origins, self.clock.clone(), self.ids.clone())
            .map_err(|error| ShelfError::Refused(error.to_string()))
    }

    /// The right to run a version, from the log itself and not from what somebody wrote down of it.
    async fn runnable(
        &self,
        pack: RulePackId,
        version: u32,
    ) -> Result<RunnableVersion, ShelfError> {
        let state = self.store.load::<RulePack>(pack).await?.state;
        Ok(state.runnable(version)?)
    }

    /// The rules of a version. Takes the right to run them, so nobody reads what must not run.
    async fn read_version(&self, version: &RunnableVersion) -> Result<RuleBase, ShelfError> {
        let PackVersion {
            name,
            version: number,
            rule_set,
            ..
        } = version.version();
        let files = self.files(&version.content().files).await?;
        let name = format!("{name} {number}");
        let rules = RuleBase::from_upload(&name, &files.files).map_err(|error| refused(&error))?;
        if rules.hash() != *rule_set {
            return Err(ShelfError::Refused(format!(
                "{name} is not what was uploaded: this version of the program reads other rules from its files"
            )));
        }
        Ok(rules)
    }

    async fn files(&self, hash: &Digest) -> Result<PackFiles, ShelfError> {
        let lost = StoreError::Inconsistent {
            what: "find the files of a rule pack",
        };
        let bytes = self.store.get_blob(hash).await?.ok_or(lost)?;
        serde_json::from_slice(&bytes).map_err(|_| {
            StoreError::Inconsistent {
                what: "read the files of a rule pack",
            }
            .into()
        })
    }
}

fn refused(error: &RuleBaseError) -> ShelfError {
    ShelfError::Refused(error.to_string())
}

fn origins(rules: &RuleBase, version: &PackVersion) -> HashMap<String, PackVersion> {
    let ids = rules.rules().iter().map(|rule| rule.id.clone());
    ids.map(|id| (id, version.clone())).collect()
}

#[async_trait]
impl Scanners for Shelf {
    async fn current(&self) -> Result<Arc<dyn Scanner>, ShelfError> {
        let scanner = Arc::clone(&self.assembled().await?.scanner);
        Ok(scanner)
    }

    async fn of_version(&self, version: &PackVersion) -> Result<Arc<dyn Scanner>, ShelfError> {
        let runnable = self.runnable(version.pack, version.version).await?;
        let rules = self.read_version(&runnable).await?;
        let origins = origins(&rules, runnable.version());
        Ok(Arc::new(self.scanner(rules, origins)?))
    }
}

impl VariableDeclarations for Shelf {
    fn declared(&self) -> Vec<DeclaredVariable> {
        self.known_variables().declared()
    }

    fn accept(&self, name: &str, text: &str) -> Result<String, VariableRefusal> {
        self.known_variables().accept(name, text)
    }
}

#[cfg(test)]
mod tests;
