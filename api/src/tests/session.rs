//! Who calls: sessions and tokens count until they end, and not a moment longer.

use std::sync::Arc;
use std::time::Duration;

use domain::actor::Actor;
use domain::id::{CommandId, CorrelationId, SessionId, TokenId, TypedId as _, UserId};
use domain::permission::Role;
use domain::token::{Token, TokenCommand};
use domain::user::{CreateUser, User, UserCommand};
use event_store::auth::{SessionSecret, TokenSecret};
use event_store::testing::{CountingIds, ManualClock, TestDatabase};
use event_store::{Attachment, CommandContext, Engine, Store, StoreOptions};

use crate::auth::caller::{Caller, IDLE, LIFETIME, Proof, identify, later};
use crate::auth::secret::secret_hash;

struct Installation {
    _database: TestDatabase,
    clock: Arc<ManualClock>,
    store: Store,
    user: UserId,
}

impl Installation {
    /// An auditor who has logged in and has a token.
    async fn new() -> Self {
        let database = TestDatabase::new(Engine::Sqlite).await;
        let clock = Arc::new(ManualClock::new());
        let ids = Arc::new(CountingIds::new(3));
        let url = database.url().parse().unwrap();
        let store = Store::open(StoreOptions::new(url, clock.clone(), ids))
            .await
            .unwrap();
        let (user, session) = (
            UserId::draw(store.ids().as_ref()),
            SessionId::draw(store.ids().as_ref()),
        );
        let installation = Self {
            _database: database,
            clock,
            store,
            user,
        };
        let now = installation.store.clock().now();
        let secret = SessionSecret {
            session,
            token_hash: secret_hash("cookie"),
            user,
            created_at: now,
            last_seen_at: now,
            idle_expires_at: later(now, IDLE),
            expires_at: later(now, LIFETIME),
        };
        let create = UserCommand::Create(CreateUser {
            user,
            username: "ada".to_owned(),
            role: Role::Auditor,
            first_administrator: false,
        });
        installation
            .send(create, Some(Attachment::Session(secret)))
            .await;
        installation.token().await;
        installation
    }

    fn context(&self) -> CommandContext {
        let ids = self.store.ids().as_ref();
        CommandContext::new(
            CommandId::draw(ids),
            Actor::system("test"),
            CorrelationId::draw(ids),
        )
    }

    async fn send(&self, command: UserCommand, attachment: Option<Attachment>) {
        let context = attachment
            .into_iter()
            .fold(self.context(), CommandContext::attach);
        self.store
            .execute::<User>(self.user, command, context)
            .await
            .unwrap();
    }

    async fn token(&self) {
        let token = TokenId::draw(self.store.ids().as_ref());
        let secret = TokenSecret {
            token,
            token_hash: secret_hash("owt_x"),
            user: self.user,
            created_at: self.store.clock().now(),
            last_used_at: None,
            expires_at: None,
        };
        let create = TokenCommand::Create {
            token,
            user: self.user,
            user_role: Role::Auditor,
            name: "ci".to_owned(),
            role: Role::Auditor,
            expires_at: None,
        };
        let context = self.context().attach(Attachment::Token(secret));
        self.store
            .execute::<Token>(token, create, context)
            .await
            .unwrap();
    }

    async fn session(&self) -> Option<Caller> {
        let proof = Proof::Session("cookie".to_owned());
        identify(&self.store, &proof, "192.0.2.1").await.unwrap()
    }

    async fn bearer(&self) -> Option<Caller> {
        identify(&self.store, &Proof::Bearer("owt_x".to_owned()), "192.0.2.1")
            .await
            .unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_without_use_and_at_its_end_whatever_happens() {
    let installation = Installation::new().await;
    // Used every few hours it goes on, to the end of its life.
    let step = Duration::from_hours(8);
    let mut age = Duration::ZERO;
    while age + step < LIFETIME {
        assert_eq!(
            installation.session().await.unwrap().role(),
            Some(Role::Auditor),
            "{age:?}"
        );
        installation.clock.advance(step);
        age += step;
    }
    installation.clock.advance(step);
    assert_eq!(installation.session().await, None);

    let idle = Installation::new().await;
    idle.clock.advance(IDLE);
    assert_eq!(idle.session().await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_disabled_or_loses_a_role_loses_it_at_once() {
    let installation = Installation::new().await;
    assert!(installation.bearer().await.is_some());
    installation
        .send(UserCommand::ChangeRole(Role::Viewer), None)
        .await;
    assert_eq!(
        installation.session().await.unwrap().role(),
        Some(Role::Viewer)
    );
    let token = installation.bearer().await.unwrap();
    assert_eq!(
        token.role(),
        Some(Role::Viewer),
        "a token keeps no more than its owner"
    );
    installation.send(UserCommand::Disable, None).await;
    assert_eq!(installation.session().await, None);
    assert_eq!(installation.bearer().await, None);
}
