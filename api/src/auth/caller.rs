//! From the secret that a request brings to the one who calls. Asked anew for every request and again
//! while a subscription runs: a disabled user or a revoked token stops at once.

use std::time::Duration;

use domain::actor::{Actor, ActorKind};
use domain::id::{SessionId, TokenId, UserId};
use domain::permission::{Permission, Role};
use domain::time::Timestamp;
use domain::token::{Token, TokenState};
use domain::user::User;
use event_store::{Store, StoreError};

use super::secret::secret_hash;

/// A session ends after this time without use.
pub(crate) const IDLE: Duration = Duration::from_hours(12);
/// A session ends after this time whatever happens.
pub(crate) const LIFETIME: Duration = Duration::from_hours(7 * 24);
/// The use of a session is written down this often at most.
const TOUCH: Duration = Duration::from_mins(1);

/// What a request brings to prove who calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Proof {
    /// Nothing.
    None,
    /// The secret of a session cookie.
    Session(String),
    /// A bearer token.
    Bearer(String),
}

/// The one who calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Caller {
    /// Who.
    pub(crate) identity: Identity,
    /// The network address.
    pub(crate) address: String,
}

/// Who it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Identity {
    /// Somebody who has not logged in.
    Anonymous,
    /// A person with a browser.
    Session {
        /// The person.
        user: UserId,
        /// The name.
        username: String,
        /// What the person may do.
        role: Role,
        /// The session.
        session: SessionId,
        /// When it ends.
        expires_at: Timestamp,
    },
    /// A program.
    Token {
        /// The token.
        token: TokenId,
        /// What it is called.
        name: String,
        /// Whose it is.
        user: UserId,
        /// What it may do.
        role: Role,
    },
}

impl Caller {
    /// Somebody who has not logged in.
    pub(crate) fn anonymous(address: String) -> Self {
        Self {
            identity: Identity::Anonymous,
            address,
        }
    }

    /// Whether this is allowed.
    pub(crate) fn may(&self, permission: Permission) -> bool {
        self.role().is_some_and(|role| role.allows(permission))
    }

    /// The role, of those who have one.
    pub(crate) fn role(&self) -> Option<Role> {
        match &self.identity {
            Identity::Anonymous => None,
            Identity::Session { role, .. } | Identity::Token { role, .. } => Some(*role),
        }
    }

    /// The person, or the owner of the token.
    pub(crate) fn user(&self) -> Option<UserId> {
        match &self.identity {
            Identity::Anonymous => None,
            Identity::Session { user, .. } | Identity::Token { user, .. } => Some(*user),
        }
    }

    /// How the log names the caller.
    pub(crate) fn actor(&self) -> Actor {
        let address = Some(self.address.clone());
        match &self.identity {
            Identity::Anonymous => Actor::anonymous(address),
            Identity::Session {
                user,
                username,
                session,
                ..
            } => Actor {
                kind: ActorKind::User,
                id: user.to_string(),
                label: username.clone(),
                address,
                session: Some(*session),
            },
            Identity::Token { token, name, .. } => Actor {
                kind: ActorKind::Token,
                id: token.to_string(),
                label: name.clone(),
                address,
                session: None,
            },
        }
    }
}

/// Finds out who calls. `None`: the proof does not count (any more).
pub(crate) async fn identify(
    store: &Store,
    proof: &Proof,
    address: &str,
) -> Result<Option<Caller>, StoreError> {
    let identity = match proof {
        Proof::None => Some(Identity::Anonymous),
        Proof::Session(secret) => of_session(store, secret).await?,
        Proof::Bearer(secret) => of_token(store, secret).await?,
    };
    Ok(identity.map(|identity| Caller {
        identity,
        address: address.to_owned(),
    }))
}

async fn of_session(store: &Store, secret: &str) -> Result<Option<Identity>, StoreError> {
    let Some(session) = store.session_by_hash(&secret_hash(secret)).await? else {
        return Ok(None);
    };
    let now = store.clock().now();
    if now >= session.expires_at || now >= session.idle_expires_at {
        return Ok(None);
    }
    let state = store.load::<User>(session.user).await?.state;
    let Some((user, username, role)) = state.current.filter(|_| !state.disabled) else {
        return Ok(None);
    };
    if now >= later(session.last_seen_at, TOUCH) {
        let idle = later(now, IDLE).min(session.expires_at);
        store.touch_session(session.session, now, idle).await?;
    }
    Ok(Some(Identity::Session {
        user,
        username,
        role,
        session: session.session,
        expires_at: session.expires_at,
    }))
}

async fn of_token(store: &Store, secret: &str) -> Result<Option<Identity>, StoreError> {
    let Some(found) = store.token_by_hash(&secret_hash(secret)).await? else {
        return Ok(None);
    };
    let now = store.clock().now();
    if found.expires_at.is_some_and(|expires_at| now >= expires_at) {
        return Ok(None);
    }
    let TokenState::Live(token) = store.load::<Token>(found.token).await?.state else {
        return Ok(None);
    };
    let owner = store.load::<User>(token.user).await?.state;
    let Some((user, _, owner_role)) = owner.current.filter(|_| !owner.disabled) else {
        return Ok(None);
    };
    // A token never keeps more than its owner has: who loses a role loses it there as well.
    let role = if owner_role.covers(token.role) {
        token.role
    } else {
        owner_role
    };
    if found
        .last_used_at
        .is_none_or(|last| now >= later(last, TOUCH))
    {
        store.touch_token(found.token, now).await?;
    }
    Ok(Some(Identity::Token {
        token: found.token,
        name: token.name,
        user,
        role,
    }))
}

/// An instant and a span after it.
pub(crate) fn later(instant: Timestamp, span: Duration) -> Timestamp {
    let micros = i64::try_from(span.as_micros()).unwrap_or(i64::MAX);
    Timestamp::from_micros(instant.as_micros().saturating_add(micros))
}
