//! What the API works with, put together by the binary.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use domain::explanation::ExplainRule;
use domain::port::{ConnectionProbe, Vault};
use domain::rejudge::Rejudge;
use domain::rule_pack::RulePacks;
use domain::variable::VariableDeclarations;
use event_store::Store;
use projections::Projections;
use projections::read::Read;
use subtle::ConstantTimeEq as _;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::auth::throttle::Throttle;

/// Requests that are worked on at the same time.
const IN_FLIGHT: usize = 64;

/// What the binary gives.
pub struct ApiParts {
    /// The log.
    pub store: Store,
    /// The read tables.
    pub projections: Projections,
    /// Where secrets are sealed.
    pub vault: Arc<dyn Vault>,
    /// Who tries connections.
    pub probe: Arc<dyn ConnectionProbe>,
    /// Who judges what was collected again.
    pub rejudge: Arc<dyn Rejudge>,
    /// Who puts rules in words.
    pub explain: Arc<dyn ExplainRule>,
    /// Who knows the variables of the rules.
    pub variables: Arc<dyn VariableDeclarations>,
    /// Who reads rule packs.
    pub rule_packs: Arc<dyn RulePacks>,
    /// The token of the first-run link.
    pub setup: SetupToken,
    /// Whether browsers reach us over TLS, so that cookies may insist on it.
    pub secure: bool,
    /// Origins beside our own that may call, as `https://watch.example.org`.
    pub origins: Vec<String>,
    /// What was measured, in the text format of Prometheus.
    pub metrics: Box<dyn Fn() -> String + Send + Sync>,
    /// Cancelled when the server stops: sockets say goodbye.
    pub stop: CancellationToken,
}

/// The one-time token of the first-run link.
pub struct SetupToken {
    token: Mutex<Option<String>>,
    used: Box<dyn Fn() + Send + Sync>,
}

impl SetupToken {
    /// A token, and what is to be done once it was used.
    pub fn new(token: Option<String>, used: impl Fn() + Send + Sync + 'static) -> Self {
        Self {
            token: Mutex::new(token),
            used: Box::new(used),
        }
    }

    /// Whether this is the token. Takes the same time whatever is wrong with it.
    pub(crate) fn holds(&self, given: &str) -> bool {
        let token = self.token.lock().unwrap_or_else(PoisonError::into_inner);
        token
            .as_ref()
            .is_some_and(|token| token.as_bytes().ct_eq(given.as_bytes()).into())
    }

    /// The token has done its work.
    pub(crate) fn use_up(&self) {
        self.token
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        (self.used)();
    }
}

/// The state of the API. Cheap to clone. Resolvers do not get at it but through the module `access`.
#[derive(Clone)]
pub struct ApiState {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) store: Store,
    pub(crate) read: Read,
    pub(crate) projections: Projections,
    pub(crate) vault: Arc<dyn Vault>,
    pub(crate) probe: Arc<dyn ConnectionProbe>,
    pub(crate) rejudge: Arc<dyn Rejudge>,
    pub(crate) explain: Arc<dyn ExplainRule>,
    pub(crate) variables: Arc<dyn VariableDeclarations>,
    pub(crate) rule_packs: Arc<dyn RulePacks>,
    pub(crate) setup: SetupToken,
    pub(crate) secure: bool,
    pub(crate) origins: Vec<String>,
    pub(crate) metrics: Box<dyn Fn() -> String + Send + Sync>,
    pub(crate) stop: CancellationToken,
    pub(crate) throttle: Throttle,
    pub(crate) in_flight: Semaphore,
}

impl ApiState {
    /// Puts the parts together.
    pub fn new(parts: ApiParts) -> Self {
        let read = Read::new(parts.store.db().clone());
        Self {
            inner: Arc::new(Inner {
                store: parts.store,
                read,
                projections: parts.projections,
                vault: parts.vault,
                probe: parts.probe,
                rejudge: parts.rejudge,
                explain: parts.explain,
                variables: parts.variables,
                rule_packs: parts.rule_packs,
                setup: parts.setup,
                secure: parts.secure,
                origins: parts.origins,
                metrics: parts.metrics,
                stop: parts.stop,
                throttle: Throttle::default(),
                in_flight: Semaphore::new(IN_FLIGHT),
            }),
        }
    }
}

/// How long an answer waits for the read tables to hold what was asked for.
pub(crate) const CATCH_UP: Duration = Duration::from_secs(5);
