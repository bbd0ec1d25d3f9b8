//! What the tests stand on: the API over a database that vanishes, and callers of every kind.

use std::sync::Arc;

use domain::credential::SshKeyFacts;
use domain::id::{SessionId, TypedId as _, UserId};
use domain::permission::Role;
use domain::port::{
    ConnectionAttempt, ConnectionProbe, ConnectionReport, KeyRefusal, Pending, SealedSecret, Vault,
    VaultError,
};
use domain::rejudge::{Rejudge, RejudgeError, RejudgeQuestion, Rejudged};
use domain::scan::FailureReason;
use event_store::Engine;
use event_store::testing::TestDatabase;
use projections::Projections;
use tokio_util::sync::CancellationToken;

use crate::auth::caller::{Caller, Identity};
use crate::state::{ApiParts, ApiState, SetupToken};

/// The API over a database that vanishes with it.
pub(super) struct Bench {
    _database: TestDatabase,
    pub(super) state: ApiState,
}

impl Bench {
    pub(super) async fn new() -> Self {
        let database = TestDatabase::new(Engine::Sqlite).await;
        let store = database.open().await;
        projections::migrate(store.db()).await.unwrap();
        let stop = CancellationToken::new();
        let (projections, _) = Projections::start(store.clone(), stop.clone())
            .await
            .unwrap();
        let state = ApiState::new(ApiParts {
            store,
            projections,
            vault: Arc::new(NoVault),
            probe: Arc::new(NoProbe),
            rejudge: Arc::new(NoRejudge),
            setup: SetupToken::new(None, || {}),
            secure: false,
            origins: Vec::new(),
            stop,
        });
        Self {
            _database: database,
            state,
        }
    }

    /// Somebody with a role, or nobody.
    pub(super) fn caller(&self, role: Option<Role>) -> Caller {
        let ids = self.state.inner.store.ids().as_ref();
        let identity = match role {
            None => Identity::Anonymous,
            Some(role) => Identity::Session {
                user: UserId::draw(ids),
                username: role.as_str().to_owned(),
                role,
                session: SessionId::draw(ids),
                expires_at: self.state.inner.store.clock().now(),
            },
        };
        Caller {
            identity,
            address: "192.0.2.1".to_owned(),
        }
    }
}

struct NoVault;

impl Vault for NoVault {
    fn seal(&self, _: &str, _: &[u8]) -> Result<SealedSecret, VaultError> {
        Err(VaultError::Entropy)
    }

    fn open(&self, _: &str, _: &SealedSecret) -> Result<Vec<u8>, VaultError> {
        Err(VaultError::Sealed)
    }
}

struct NoRejudge;

impl Rejudge for NoRejudge {
    fn rejudge(&self, question: RejudgeQuestion) -> Pending<'_, Result<Rejudged, RejudgeError>> {
        let scan = question.scan;
        Box::pin(async move { Err(RejudgeError::NoResult { scan }) })
    }
}

struct NoProbe;

impl ConnectionProbe for NoProbe {
    fn probe(&self, _: ConnectionAttempt) -> Pending<'_, ConnectionReport> {
        Box::pin(async {
            ConnectionReport {
                presented_keys: Vec::new(),
                facts: None,
                failure: Some((FailureReason::HostUnreachable, "no network".to_owned())),
            }
        })
    }

    fn inspect_key(&self, _: &str, _: Option<&str>) -> Result<SshKeyFacts, KeyRefusal> {
        Err(KeyRefusal::Malformed)
    }
}
