//! People: making them, their role, their password, disabling and enabling.

use async_graphql::{Context, ID, InputObject, Object, Result};
use domain::id::{TypedId as _, UserId};
use domain::permission::{Permission, Role as DomainRole};
use domain::user::{CreateUser, User as UserAggregate, UserCommand};
use event_store::{Attachment, CommandContext, Position};

use super::payload::{command_of, made, outcome, payloads};
use super::session::hash;
use crate::access::{Access, require, signed_in};
use crate::auth::caller::Identity;
use crate::auth::password::password_holds;
use crate::schema::error::{Fault, Refusal, UserError, UserErrorCode, refusal};
use crate::schema::id::of_input;
use crate::schema::object::user::{Role, User};

/// See the module.
#[derive(Default)]
pub(crate) struct UserMutation;

payloads! {
    /// What came of it.
    UserPayload {
        /// The person.
        user: User
    }
}

/// A person to be added.
#[derive(InputObject)]
pub(crate) struct CreateUserInput {
    /// The name to log in with.
    username: String,
    /// A password of at least 12 characters.
    #[graphql(secret)]
    password: String,
    /// What the person may do.
    role: Role,
    /// Repeating a mutation with the same key does nothing and gives the first answer.
    idempotency_key: Option<ID>,
}

/// A person.
#[derive(Debug, InputObject)]
pub(crate) struct UserInput {
    /// The person.
    id: ID,
}

/// A new role for a person.
#[derive(Debug, InputObject)]
pub(crate) struct ChangeUserRoleInput {
    /// The person.
    id: ID,
    /// What the person may do from now on.
    role: Role,
}

/// A new password of one's own.
#[derive(InputObject)]
pub(crate) struct ChangePasswordInput {
    /// The password as it is.
    #[graphql(secret)]
    current: String,
    /// The new one, of at least 12 characters.
    #[graphql(secret)]
    new: String,
}

#[Object]
impl UserMutation {
    /// Adds a person.
    async fn create_user(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The person.")] input: CreateUserInput,
    ) -> Result<UserPayload> {
        let access = require(ctx, Permission::UserWrite)?;
        let result = create(&access, input).await;
        Ok(outcome(&access, result).await?.into())
    }

    /// Shuts a person out at once. Sessions end, tokens stop.
    async fn disable_user(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The person.")] input: UserInput,
    ) -> Result<UserPayload> {
        let access = require(ctx, Permission::UserWrite)?;
        let result = disable(&access, &input).await;
        Ok(outcome(&access, result).await?.into())
    }

    /// Lets a person in again.
    async fn enable_user(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The person.")] input: UserInput,
    ) -> Result<UserPayload> {
        let access = require(ctx, Permission::UserWrite)?;
        let result = match of_input(&input.id, "id") {
            Ok(user) => send(&access, user, UserCommand::Enable, access.context(None)).await,
            Err(error) => Err(error.into()),
        };
        Ok(outcome(&access, result).await?.into())
    }

    /// Gives a person another role. It counts at once.
    async fn change_user_role(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The person and the role.")] input: ChangeUserRoleInput,
    ) -> Result<UserPayload> {
        let access = require(ctx, Permission::UserWrite)?;
        let result = change_role(&access, input).await;
        Ok(outcome(&access, result).await?.into())
    }

    /// Changes one's own password. Every other session of the person ends.
    async fn change_password(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The old password and the new one.")] input: ChangePasswordInput,
    ) -> Result<UserPayload> {
        let access = signed_in(ctx)?;
        let result = change_password(&access, input).await;
        Ok(outcome(&access, result).await?.into())
    }
}

async fn create(access: &Access<'_>, input: CreateUserInput) -> Result<(User, Position), Refusal> {
    let drawn = UserId::draw(access.store().ids().as_ref());
    let hash = hash(input.password, "password").await?;
    let create = UserCommand::Create(CreateUser {
        user: drawn,
        username: input.username,
        role: input.role.into(),
        first_administrator: false,
    });
    let context = access
        .context(command_of(access, input.idempotency_key.as_ref(), "create"))
        .attach(Attachment::Password { user: drawn, hash });
    let executed = access
        .execute::<UserAggregate>(drawn, create, context)
        .await
        .map_err(refusal::<UserAggregate>)?;
    Ok((
        load(access, made(&executed.stream, drawn)).await?,
        executed.position,
    ))
}

async fn disable(access: &Access<'_>, input: &UserInput) -> Result<(User, Position), Refusal> {
    let user: UserId = of_input(&input.id, "id")?;
    keep_an_administrator(access, user).await?;
    let drop = Attachment::DropSessions { user, except: None };
    send(
        access,
        user,
        UserCommand::Disable,
        access.context(None).attach(drop),
    )
    .await
}

async fn change_role(
    access: &Access<'_>,
    input: ChangeUserRoleInput,
) -> Result<(User, Position), Refusal> {
    let user: UserId = of_input(&input.id, "id")?;
    let role: DomainRole = input.role.into();
    if role != DomainRole::Admin {
        keep_an_administrator(access, user).await?;
    }
    send(
        access,
        user,
        UserCommand::ChangeRole(role),
        access.context(None),
    )
    .await
}

/// Refuses what would leave nobody who can add people.
async fn keep_an_administrator(access: &Access<'_>, user: UserId) -> Result<(), Refusal> {
    if access.read().another_administrator(user).await? {
        return Ok(());
    }
    let message = "this is the last administrator; make another one first";
    Err(UserError::conflict(UserErrorCode::Conflict, message).into())
}

async fn change_password(
    access: &Access<'_>,
    input: ChangePasswordInput,
) -> Result<(User, Position), Refusal> {
    let Identity::Session { user, session, .. } = &access.caller().identity else {
        let message = "a password is changed in the browser, not with a token";
        return Err(UserError::conflict(UserErrorCode::NotAllowed, message).into());
    };
    let stored = access.store().password_hash(*user).await?;
    let current = input.current;
    let right = tokio::task::spawn_blocking(move || password_holds(&current, stored.as_deref()))
        .await
        .map_err(Fault::internal)?;
    if !right {
        let message = "this is not your password";
        return Err(UserError::field(&["current"], UserErrorCode::WrongPassword, message).into());
    }
    let hash = hash(input.new, "new").await?;
    let context = access
        .context(None)
        .attach(Attachment::Password { user: *user, hash })
        .attach(Attachment::DropSessions {
            user: *user,
            except: Some(*session),
        });
    send(access, *user, UserCommand::ChangePassword, context).await
}

async fn send(
    access: &Access<'_>,
    user: UserId,
    command: UserCommand,
    context: CommandContext,
) -> Result<(User, Position), Refusal> {
    let executed = access
        .execute::<UserAggregate>(user, command, context)
        .await
        .map_err(refusal::<UserAggregate>)?;
    Ok((load(access, user).await?, executed.position))
}

async fn load(access: &Access<'_>, user: UserId) -> Result<User, Refusal> {
    let row = access.read().users_by_id(&[user]).await?.into_iter().next();
    row.map(User)
        .ok_or_else(|| Fault::behind("the user").into())
}
