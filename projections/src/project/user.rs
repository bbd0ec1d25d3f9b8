//! People, their bearer tokens and what they prefer.

use async_trait::async_trait;
use domain::event::DomainEvent;
use domain::preference::PreferenceEvent;
use domain::session::SessionEvent;
use domain::token::TokenEvent;
use domain::user::UserEvent;
use event_store::{StoreError, Tx, Value};

use super::Projection;
use super::row::text;
use crate::event::Event;

/// See the module.
pub(super) struct UserProjection;

#[async_trait]
impl Projection for UserProjection {
    fn name(&self) -> &'static str {
        "user"
    }

    fn version(&self) -> i64 {
        1
    }

    fn tables(&self) -> &'static [&'static str] {
        &["user_account", "token", "preference"]
    }

    async fn apply(&self, tx: &mut Tx, event: &Event) -> Result<(), StoreError> {
        let at: Value = event.recorded.recorded_at.into();
        let statement = match &event.body {
            DomainEvent::User(user) => of_user(user, at),
            DomainEvent::Session(session) => of_session(session, at),
            DomainEvent::Token(token) => Some(of_token(token, at)),
            DomainEvent::Preference(PreferenceEvent::Changed(changed)) => Some((
                "INSERT INTO preference (user_id, name, value) VALUES ($1, $2, $3) \
                 ON CONFLICT (user_id, name) DO UPDATE SET value = excluded.value",
                vec![
                    text(changed.user),
                    changed.key.as_str().into(),
                    changed.after.as_str().into(),
                ],
            )),
            _ => None,
        };
        match statement {
            Some((sql, values)) => tx.execute(sql, &values).await.map(drop),
            None => Ok(()),
        }
    }
}

type Statement = (&'static str, Vec<Value>);

fn of_user(event: &UserEvent, at: Value) -> Option<Statement> {
    Some(match event {
        UserEvent::Created(created) => (
            "INSERT INTO user_account (user_id, username, username_key, role, disabled, created_at) \
             VALUES ($1, $2, $3, $4, 0, $5)",
            vec![
                text(created.user),
                created.username.as_str().into(),
                created.username.to_lowercase().into(),
                created.role.as_str().into(),
                at,
            ],
        ),
        UserEvent::RoleChanged(changed) => (
            "UPDATE user_account SET role = $2 WHERE user_id = $1",
            vec![text(changed.user), changed.after.as_str().into()],
        ),
        UserEvent::PasswordChanged(_) => return None,
        UserEvent::Disabled(disabled) => (
            "UPDATE user_account SET disabled = 1 WHERE user_id = $1",
            vec![text(disabled.user)],
        ),
        UserEvent::Enabled(enabled) => (
            "UPDATE user_account SET disabled = 0 WHERE user_id = $1",
            vec![text(enabled.user)],
        ),
    })
}

fn of_session(event: &SessionEvent, at: Value) -> Option<Statement> {
    match event {
        SessionEvent::LoggedIn(logged_in) => Some((
            "UPDATE user_account SET last_log_in_at = $2 WHERE user_id = $1",
            vec![text(logged_in.user), at],
        )),
        SessionEvent::LogInRefused(_) | SessionEvent::LoggedOut(_) => None,
    }
}

fn of_token(event: &TokenEvent, at: Value) -> Statement {
    match event {
        TokenEvent::Created(created) => (
            "INSERT INTO token (token_id, user_id, name, role, created_at, expires_at) \
             VALUES ($1, $2, $3, $4, $5, $6)",
            vec![
                text(created.token),
                text(created.user),
                created.name.as_str().into(),
                created.role.as_str().into(),
                at,
                created.expires_at.into(),
            ],
        ),
        TokenEvent::Revoked(revoked) => (
            "UPDATE token SET revoked_at = $2 WHERE token_id = $1",
            vec![text(revoked.token), at],
        ),
    }
}
