//! What a scan does on a machine, as a port: the reactor knows no rule, and its tests need no engine.

use std::sync::Arc;

use async_trait::async_trait;
use domain::catalogue::PublishCatalogue;
use domain::port::ScanPhase;
use domain::results::{Choice, Evidence, Source, StrictVerdict};
use domain::rule_pack::PackVersion;
use domain::scan::{CollectionTime, Cost, HostFacts, Selection};
use domain::variable::EffectiveVariable;
use domain::verdict::Verdict;
use engine::facts::Facts;
use engine::host::Host;

use crate::failure::Failure;
use crate::shelf::ShelfError;

/// What was found for one rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The verdict.
    pub verdict: Verdict,
    /// Why, in words.
    pub reason: String,
    /// What the rule demands.
    pub expected: Option<String>,
    /// What the host has.
    pub actual: Option<String>,
    /// What it rests on.
    pub evidence: Vec<Evidence>,
    /// Where the value that decided comes from, when it comes from a file.
    pub source: Option<Source>,
    /// The implementation that was chosen, and why.
    pub implementation: Choice,
    /// The values that the variables of the rule had.
    pub variables: Vec<EffectiveVariable>,
    /// The keys of the facts that the rule looks at.
    pub facts: Vec<String>,
    /// What our own semantics would say of a rule in another format, where it is something else.
    pub strict: Option<StrictVerdict>,
    /// The version of the rule pack that the rule is from; nothing for rules that ship.
    pub pack: Option<PackVersion>,
}

/// What one look at a machine gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scanned {
    /// What was learned of the host.
    pub facts: HostFacts,
    /// What it cost; the duration is the scanner's own.
    pub cost: Cost,
    /// Collectors that took their time on the host.
    pub collection_times: Vec<CollectionTime>,
    /// What was collected, where it is to be kept for judging again.
    pub collected: Option<Facts>,
    /// One place a rule, in the order of the catalogue; nothing where a rule was not selected.
    pub found: Vec<Option<Found>>,
}

/// Is told where the scan is: phase, steps done, steps in all (0 while unknown).
pub type OnProgress<'a> = &'a mut (dyn FnMut(ScanPhase, u32, u32) + Send);

/// A pack of rules that is ready to judge machines.
#[async_trait]
pub trait Scanner: Send + Sync {
    /// The rules in the order of every vector.
    fn catalogue(&self) -> &PublishCatalogue;

    /// The blob that the catalogue names as its content.
    fn content(&self) -> &[u8];

    /// The same rules with these values of their variables; itself where they change nothing.
    fn with_values(
        self: Arc<Self>,
        values: &[EffectiveVariable],
    ) -> Result<Arc<dyn Scanner>, Failure>;

    /// Looks at a machine once and judges the selected rules. A failure means: no verdicts at all.
    async fn scan(
        &self,
        host: &dyn Host,
        selection: &Selection,
        progress: OnProgress<'_>,
    ) -> Result<Scanned, Failure>;
}

/// Which rules a scan is made with. Asked anew for each scan: packs are enabled while the program runs.
#[async_trait]
pub trait Scanners: Send + Sync {
    /// Everything that counts now.
    async fn current(&self) -> Result<Arc<dyn Scanner>, ShelfError>;

    /// One version of a rule pack alone, for a trial.
    async fn of_version(&self, version: &PackVersion) -> Result<Arc<dyn Scanner>, ShelfError>;
}

/// Always the same rules, and no packs: for a command that brings its own.
pub struct OneScanner(pub Arc<dyn Scanner>);

#[async_trait]
impl Scanners for OneScanner {
    async fn current(&self) -> Result<Arc<dyn Scanner>, ShelfError> {
        Ok(Arc::clone(&self.0))
    }

    async fn of_version(&self, version: &PackVersion) -> Result<Arc<dyn Scanner>, ShelfError> {
        let PackVersion { name, version, .. } = version;
        Err(ShelfError::Refused(format!(
            "this process scans without rule packs, so it cannot try {name} {version}"
        )))
    }
}
