//! What the tests stand on: the API over a database that vanishes, and callers of every kind.

use std::sync::Arc;

use domain::actor::Actor;
use domain::credential::SshKeyFacts;
use domain::explanation::{ExplainQuestion, ExplainRule, Explanation};
use domain::id::{CommandId, CorrelationId, RulePackId, SessionId, TokenId, TypedId as _, UserId};
use domain::permission::Role;
use domain::port::{
    ConnectionAttempt, ConnectionProbe, ConnectionReport, KeyRefusal, Pending, SealedSecret, Vault,
    VaultError,
};
use domain::rejudge::{Rejudge, RejudgeError, RejudgeQuestion, Rejudged};
use domain::rule_pack::{ReadPack, ReadPackError, RulePacks, RunnableVersion, UploadedFile};
use domain::scan::FailureReason;
use domain::token::{Token, TokenCommand};
use domain::user::{CreateUser, User, UserCommand};
use domain::variable::{DeclaredVariable, VariableDeclarations, VariableForm, VariableRefusal};
use event_store::auth::TokenSecret;
use event_store::testing::TestDatabase;
use event_store::{Attachment, CommandContext, Engine};
use projections::Projections;
use tokio_util::sync::CancellationToken;

use crate::auth::caller::{Caller, Identity, Proof};
use crate::auth::secret::secret_hash;
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
            explain: Arc::new(NoExplain),
            variables: Arc::new(Timeout),
            rule_packs: Arc::new(NoRulePacks),
            setup: SetupToken::new(None, || {}),
            secure: false,
            metrics: Box::new(String::new),
            origins: Vec::new(),
            stop,
        });
        Self {
            _database: database,
            state,
        }
    }

    /// A context for a command of the tests.
    pub(super) fn context(&self) -> CommandContext {
        let ids = self.state.inner.store.ids().as_ref();
        CommandContext::new(
            CommandId::draw(ids),
            Actor::system("test"),
            CorrelationId::draw(ids),
        )
    }

    /// The proof of a user with a role and a token, as it comes with each request.
    pub(super) async fn bearer(&self, role: Role) -> Proof {
        let store = &self.state.inner.store;
        let ids = store.ids().as_ref();
        let (user, token) = (UserId::draw(ids), TokenId::draw(ids));
        let create = UserCommand::Create(CreateUser {
            user,
            username: role.as_str().to_owned(),
            role,
            first_administrator: false,
        });
        store
            .execute::<User>(user, create, self.context())
            .await
            .unwrap();
        let secret = TokenSecret {
            token,
            token_hash: secret_hash("owt_x"),
            user,
            created_at: store.clock().now(),
            last_used_at: None,
            expires_at: None,
        };
        let create = TokenCommand::Create {
            token,
            user,
            user_role: role,
            name: "test".to_owned(),
            role,
            expires_at: None,
        };
        let context = self.context().attach(Attachment::Token(secret));
        store
            .execute::<Token>(token, create, context)
            .await
            .unwrap();
        Proof::Bearer("owt_x".to_owned())
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

struct NoExplain;

impl ExplainRule for NoExplain {
    fn explain(&self, _: ExplainQuestion) -> Pending<'_, Option<Explanation>> {
        Box::pin(async { None })
    }
}

/// One variable, `timeout`: a number of one or two digits.
struct Timeout;

impl VariableDeclarations for Timeout {
    fn declared(&self) -> Vec<DeclaredVariable> {
        vec![DeclaredVariable {
            name: "timeout".to_owned(),
            description: "How long".to_owned(),
            allowed: "a whole number from 0 to 99".to_owned(),
            form: VariableForm::Integer { min: 0, max: 99 },
            default: "15".to_owned(),
            source: "a manual".to_owned(),
            profiles: Vec::new(),
            rules: vec!["one".to_owned()],
        }]
    }

    fn accept(&self, name: &str, text: &str) -> Result<String, VariableRefusal> {
        let name = name.to_owned();
        if name != "timeout" {
            let near = Some("timeout".to_owned());
            return Err(VariableRefusal::Unknown { name, near });
        }
        match text.trim().parse::<u8>() {
            Ok(number @ 0..=99) => Ok(number.to_string()),
            _ => Err(VariableRefusal::Unfit {
                name,
                allowed: "a whole number from 0 to 99".to_owned(),
                text: text.to_owned(),
            }),
        }
    }
}

struct NoRulePacks;

impl RulePacks for NoRulePacks {
    fn read(&self, _: Vec<UploadedFile>) -> Pending<'_, Result<ReadPack, ReadPackError>> {
        Box::pin(async { Err(ReadPackError::Faults(Vec::new())) })
    }

    fn fits(&self, _: RunnableVersion) -> Pending<'_, Result<(), ReadPackError>> {
        Box::pin(async { Ok(()) })
    }

    fn left_out(&self) -> Pending<'_, Result<Vec<(RulePackId, String)>, ReadPackError>> {
        Box::pin(async { Ok(Vec::new()) })
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
