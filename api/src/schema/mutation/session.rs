//! Logging in and out, and the first administrator.

use async_graphql::{Context, InputObject, Object, Result};
use axum::http::header::SET_COOKIE;
use domain::actor::{Actor, ActorKind};
use domain::id::{SessionId, TypedId as _, UserId};
use domain::permission::Role;
use domain::session::{LogInRefusal, Session, SessionCommand};
use domain::user::{CreateUser, User as UserAggregate, UserCommand};
use event_store::auth::SessionSecret;
use event_store::{Attachment, Position};

use super::payload::{outcome, payloads};
use crate::access::{Access, anyone, signed_in};
use crate::auth::caller::{IDLE, Identity, LIFETIME, later};
use crate::auth::password::{hash_password, password_holds};
use crate::auth::secret::{random_secret, secret_hash};
use crate::auth::{cookie, password::PasswordError};
use crate::schema::error::{Fault, Refusal, UserError, UserErrorCode, refusal};
use crate::schema::object::user::User;

/// See the module.
#[derive(Default)]
pub(crate) struct SessionMutation;

payloads! {
    /// What came of logging in.
    LogInPayload {
        /// The person who is logged in now.
        user: User
    }
    /// What came of logging out.
    LogOutPayload {
        /// Whether there was a session to end.
        ended: bool
    }
}

/// The first administrator.
#[derive(InputObject)]
pub(crate) struct CreateFirstAdministratorInput {
    /// The token of the setup link.
    #[graphql(secret)]
    setup_token: String,
    /// The name to log in with.
    username: String,
    /// A password of at least 12 characters.
    #[graphql(secret)]
    password: String,
}

/// Somebody who logs in.
#[derive(InputObject)]
pub(crate) struct LogInInput {
    /// The name.
    username: String,
    /// The password.
    #[graphql(secret)]
    password: String,
}

#[Object]
impl SessionMutation {
    /// Makes the first administrator and logs in. Needs the one-time link that the server prints.
    async fn create_first_administrator(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The token of the link and the administrator.")]
        input: CreateFirstAdministratorInput,
    ) -> Result<LogInPayload> {
        let access = anyone(ctx)?;
        let result = first_administrator(ctx, &access, input).await;
        Ok(outcome(&access, result).await?.into())
    }

    /// Logs in: the answer sets a session cookie.
    async fn log_in(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Name and password.")] input: LogInInput,
    ) -> Result<LogInPayload> {
        let access = anyone(ctx)?;
        let result = log_in(ctx, &access, input).await;
        Ok(outcome(&access, result).await?.into())
    }

    /// Ends the session.
    async fn log_out(&self, ctx: &Context<'_>) -> Result<LogOutPayload> {
        let access = signed_in(ctx)?;
        let result = log_out(ctx, &access).await;
        Ok(outcome(&access, result).await?.into())
    }
}

async fn first_administrator(
    ctx: &Context<'_>,
    access: &Access<'_>,
    input: CreateFirstAdministratorInput,
) -> Result<(User, Position), Refusal> {
    if !access.inner().setup.holds(&input.setup_token) {
        let message =
            "the setup link was used or is not the newest; the server prints it at its start";
        return Err(UserError::field(&["setupToken"], UserErrorCode::NotFound, message).into());
    }
    let hash = hash(input.password, "password").await?;
    let user = UserId::draw(access.store().ids().as_ref());
    let create = UserCommand::Create(CreateUser {
        user,
        username: input.username.clone(),
        role: Role::Admin,
        first_administrator: true,
    });
    let context = access
        .context(None)
        .attach(Attachment::Password { user, hash });
    access
        .execute::<UserAggregate>(user, create, context)
        .await
        .map_err(refusal::<UserAggregate>)?;
    access.inner().setup.use_up();
    begin(ctx, access, user, input.username).await
}

async fn log_in(
    ctx: &Context<'_>,
    access: &Access<'_>,
    input: LogInInput,
) -> Result<(User, Position), Refusal> {
    let address = access.caller().address.clone();
    let throttle = &access.inner().throttle;
    if let Some(wait) = throttle.wait(&input.username, &address) {
        let message = format!(
            "too many wrong passwords; try again in {} s",
            wait.as_secs() + 1
        );
        return Err(UserError::conflict(UserErrorCode::TooManyTries, message).into());
    }
    let row = access.read().user_by_name(&input.username).await?;
    let stored = match &row {
        Some(row) => access.store().password_hash(row.id).await?,
        None => None,
    };
    let (password, known) = (input.password, stored.clone());
    let right = tokio::task::spawn_blocking(move || password_holds(&password, known.as_deref()))
        .await
        .map_err(Fault::internal)?;
    let reason = match &row {
        None => Some(LogInRefusal::UnknownUser),
        Some(_) if !right => Some(LogInRefusal::WrongPassword),
        Some(row) if row.disabled => Some(LogInRefusal::Disabled),
        Some(_) => None,
    };
    let (Some(row), None) = (&row, reason) else {
        throttle.wrong(&input.username, &address);
        refuse(access, row.map(|row| row.id), reason).await?;
        // The same words whatever was wrong: they must not tell who exists.
        let message = "the name or the password is wrong";
        return Err(UserError::conflict(UserErrorCode::WrongPassword, message).into());
    };
    throttle.right(&input.username, &address);
    begin(ctx, access, row.id, row.username.clone()).await
}

/// Writes a refused log-in down.
async fn refuse(
    access: &Access<'_>,
    user: Option<UserId>,
    reason: Option<LogInRefusal>,
) -> Result<(), Refusal> {
    let reason = reason.unwrap_or(LogInRefusal::UnknownUser);
    let session = SessionId::draw(access.store().ids().as_ref());
    let command = SessionCommand::RefuseLogIn { user, reason };
    access
        .execute::<Session>(session, command, access.context(None))
        .await
        .map(drop)
        .map_err(refusal::<Session>)
}

/// Begins a session and hands its cookie out.
async fn begin(
    ctx: &Context<'_>,
    access: &Access<'_>,
    user: UserId,
    username: String,
) -> Result<(User, Position), Refusal> {
    let session = SessionId::draw(access.store().ids().as_ref());
    let secret = random_secret().map_err(Fault::internal)?;
    let now = access.store().clock().now();
    let expires_at = later(now, LIFETIME);
    let attachment = Attachment::Session(SessionSecret {
        session,
        token_hash: secret_hash(&secret),
        user,
        created_at: now,
        last_seen_at: now,
        idle_expires_at: later(now, IDLE),
        expires_at,
    });
    let actor = Actor {
        kind: ActorKind::User,
        id: user.to_string(),
        label: username,
        address: Some(access.caller().address.clone()),
        session: Some(session),
    };
    let context = access.context_of(None, actor).attach(attachment);
    let command = SessionCommand::LogIn {
        session,
        user,
        expires_at,
    };
    let executed = access
        .execute::<Session>(session, command, context)
        .await
        .map_err(refusal::<Session>)?;
    let lifetime = i64::try_from(LIFETIME.as_secs()).unwrap_or(i64::MAX);
    ctx.insert_http_header(
        SET_COOKIE,
        cookie::give(&secret, access.inner().secure, lifetime),
    );
    let row = access.read().users_by_id(&[user]).await?.into_iter().next();
    let row = row.ok_or_else(|| Fault::behind("the user"))?;
    Ok((User(row), executed.position))
}

async fn log_out(ctx: &Context<'_>, access: &Access<'_>) -> Result<(bool, Position), Refusal> {
    let Identity::Session { session, .. } = &access.caller().identity else {
        let message = "a bearer token has no session; revoke it instead";
        return Err(UserError::conflict(UserErrorCode::Conflict, message).into());
    };
    let context = access
        .context(None)
        .attach(Attachment::DropSession { session: *session });
    let executed = access
        .execute::<Session>(*session, SessionCommand::LogOut, context)
        .await
        .map_err(refusal::<Session>)?;
    ctx.insert_http_header(SET_COOKIE, cookie::take(access.inner().secure));
    Ok((!executed.events.is_empty(), executed.position))
}

/// The hash of a new password, made off the async threads.
pub(crate) async fn hash(password: String, field: &str) -> Result<String, Refusal> {
    let hashed = tokio::task::spawn_blocking(move || hash_password(&password))
        .await
        .map_err(Fault::internal)?;
    hashed.map_err(|error| match error {
        PasswordError::Unhashable => Fault::internal(error).into(),
        PasswordError::TooShort | PasswordError::TooLong => {
            UserError::field(&[field], UserErrorCode::Invalid, error.to_string()).into()
        }
    })
}
