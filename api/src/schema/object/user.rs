//! People, their tokens, and the one who asks.

#![expect(
    clippy::unused_async,
    reason = "a field has the arguments that it has, and resolvers are async"
)]

use async_graphql::{Context, Enum, ID, Object, Result, SimpleObject};
use domain::permission::Permission as DomainPermission;
use domain::preference::PreferenceKey as DomainKey;
use projections::read::{TokenRow, UserRow};

use crate::access::{require, signed_in};
use crate::auth::caller::Identity;
use crate::schema::error::{Fault, FaultCode};
use crate::schema::id::global;
use crate::schema::scalar::DateTime;

/// What a person may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::permission::Role")]
pub(crate) enum Role {
    /// Looks.
    Viewer,
    /// Looks, and sees the audit log.
    Auditor,
    /// Runs scans and keeps hosts.
    OpsLead,
    /// Everything except adding people, changing their roles, disabling and enabling them.
    SecurityAdmin,
    /// Everything.
    Admin,
}

/// A person who may log in.
pub(crate) struct User(pub(crate) UserRow);

/// A person who may log in.
#[Object]
impl User {
    /// The global id.
    pub(crate) async fn id(&self) -> ID {
        global(self.0.id)
    }

    /// The name to log in with.
    async fn username(&self) -> &str {
        &self.0.username
    }

    /// What the person may do.
    async fn role(&self) -> Role {
        self.0.role.into()
    }

    /// Whether the person may not log in.
    async fn is_disabled(&self) -> bool {
        self.0.disabled
    }

    /// When it was made.
    async fn created_at(&self) -> DateTime {
        self.0.created_at.into()
    }

    /// When the person last logged in.
    async fn last_log_in_at(&self) -> Option<DateTime> {
        self.0.last_log_in_at.map(DateTime)
    }
}

/// A bearer token for automation. Its secret is shown once, when it is made.
pub(crate) struct Token(pub(crate) TokenRow);

/// A bearer token for automation. Its secret is shown once, when it is made.
#[Object]
impl Token {
    /// The global id.
    pub(crate) async fn id(&self) -> ID {
        global(self.0.id)
    }

    /// What it is for.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// What it may do, at most what its owner may.
    async fn role(&self) -> Role {
        self.0.role.into()
    }

    /// Whose it is.
    async fn user(&self, ctx: &Context<'_>) -> Result<Option<User>> {
        let access = require(ctx, DomainPermission::UserRead)?;
        let row = access
            .loaders()
            .load_one(self.0.user)
            .await
            .map_err(Fault::internal)?;
        Ok(row.map(User))
    }

    /// When it was made.
    async fn created_at(&self) -> DateTime {
        self.0.created_at.into()
    }

    /// When it stops working; null: never.
    async fn expires_at(&self) -> Option<DateTime> {
        self.0.expires_at.map(DateTime)
    }

    /// When it was revoked.
    async fn revoked_at(&self) -> Option<DateTime> {
        self.0.revoked_at.map(DateTime)
    }
}

/// A setting of the user interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::preference::PreferenceKey")]
pub(crate) enum PreferenceKey {
    /// `system`, `dark` or `light`.
    ColorScheme,
    /// `comfortable` or `compact`.
    Density,
    /// `utc` or `local`.
    TimeZone,
    /// `system` or `reduced`.
    Motion,
}

/// What a person prefers.
#[derive(Debug, Clone, SimpleObject)]
pub(crate) struct Preference {
    /// The setting.
    pub(crate) key: PreferenceKey,
    /// One of its values.
    pub(crate) value: String,
}

impl Preference {
    /// A row of the read table; nothing when this build does not know it.
    pub(crate) fn of_words(name: &str, value: String) -> Option<Self> {
        let key = DomainKey::ALL
            .into_iter()
            .find(|key| key.as_str() == name)?;
        Some(Self {
            key: key.into(),
            value,
        })
    }
}

/// The one who asks.
pub(crate) struct Viewer;

/// The one who asks.
#[Object]
impl Viewer {
    /// The person, or the owner of the token.
    async fn user(&self, ctx: &Context<'_>) -> Result<User> {
        let access = signed_in(ctx)?;
        let gone = || Fault::new(FaultCode::Unauthenticated, "log in first");
        let user = access.caller().user().ok_or_else(gone)?;
        let row = access
            .loaders()
            .load_one(user)
            .await
            .map_err(Fault::internal)?;
        Ok(row.map(User).ok_or_else(gone)?)
    }

    /// The role that counts here: of the token when a token asks.
    async fn role(&self, ctx: &Context<'_>) -> Result<Role> {
        let access = signed_in(ctx)?;
        let role = access.caller().role();
        Ok(role
            .map(Role::from)
            .ok_or_else(|| Fault::internal("a caller without a role"))?)
    }

    /// What the one who asks may do: `host:read`, `scan:request`, ….
    async fn permissions(&self, ctx: &Context<'_>) -> Result<Vec<&'static str>> {
        let access = signed_in(ctx)?;
        let may = DomainPermission::ALL
            .iter()
            .filter(|one| access.caller().may(**one));
        Ok(may.map(|permission| permission.as_str()).collect())
    }

    /// What the person prefers. Settings that were never changed are absent.
    async fn preferences(&self, ctx: &Context<'_>) -> Result<Vec<Preference>> {
        let access = signed_in(ctx)?;
        let Some(user) = access.caller().user() else {
            return Ok(Vec::new());
        };
        let rows = access.read().preferences(user).await.map_err(Fault::from)?;
        Ok(rows
            .into_iter()
            .filter_map(|(name, value)| Preference::of_words(&name, value))
            .collect())
    }

    /// When the session ends at the latest; null for tokens.
    async fn session_expires_at(&self, ctx: &Context<'_>) -> Result<Option<DateTime>> {
        let access = signed_in(ctx)?;
        Ok(match access.caller().identity {
            Identity::Session { expires_at, .. } => Some(expires_at.into()),
            _ => None,
        })
    }
}
