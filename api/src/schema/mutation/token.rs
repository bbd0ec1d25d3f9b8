//! Bearer tokens for automation.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use domain::id::{TokenId, TypedId as _};
use domain::permission::Permission;
use domain::token::{Token as TokenAggregate, TokenCommand};
use event_store::auth::TokenSecret;
use event_store::{Attachment, Position};

use super::payload::{outcome, payloads};
use crate::access::{Access, require};
use crate::auth::secret::{bearer_token, secret_hash};
use crate::schema::error::{Fault, Refusal, UserError, refusal};
use crate::schema::id::of_input;
use crate::schema::object::user::{Role, Token};
use crate::schema::position::EventPosition;
use crate::schema::scalar::DateTime;

/// See the module.
#[derive(Default)]
pub(crate) struct TokenMutation;

payloads! {
    /// What came of revoking a token.
    TokenPayload {
        /// The token.
        token: Token
    }
}

/// What came of making a token.
#[derive(SimpleObject)]
pub(crate) struct CreateTokenPayload {
    /// The token.
    token: Option<Token>,
    /// The secret that programs send as `Authorization: Bearer …`. It is shown this once.
    secret: Option<String>,
    /// What stood in the way; empty when it worked.
    errors: Vec<UserError>,
    /// A place in the log that holds what the mutation wrote.
    position: EventPosition,
}

/// A token to be made. It belongs to the one who asks.
#[derive(Debug, InputObject)]
pub(crate) struct CreateTokenInput {
    /// What it is for.
    name: String,
    /// What it may do; at most what the one who asks may.
    role: Role,
    /// When it stops working; never without a wish.
    expires_at: Option<DateTime>,
}

/// A token to be revoked.
#[derive(Debug, InputObject)]
pub(crate) struct RevokeTokenInput {
    /// The token.
    id: ID,
}

#[Object]
impl TokenMutation {
    /// Makes a bearer token.
    async fn create_token(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The token.")] input: CreateTokenInput,
    ) -> Result<CreateTokenPayload> {
        let access = require(ctx, Permission::TokenWrite)?;
        let result = create(&access, input).await;
        let outcome = outcome(&access, result).await?;
        let (token, secret) = outcome.subject.unzip();
        let (errors, position) = (outcome.errors, outcome.position);
        Ok(CreateTokenPayload {
            token,
            secret,
            errors,
            position,
        })
    }

    /// Revokes a bearer token. It stops at once.
    async fn revoke_token(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The token.")] input: RevokeTokenInput,
    ) -> Result<TokenPayload> {
        let access = require(ctx, Permission::TokenWrite)?;
        let result = revoke(&access, &input).await;
        Ok(outcome(&access, result).await?.into())
    }
}

async fn create(
    access: &Access<'_>,
    input: CreateTokenInput,
) -> Result<((Token, String), Position), Refusal> {
    let caller = access.caller();
    let (Some(user), Some(user_role)) = (caller.user(), caller.role()) else {
        return Err(Fault::internal("a caller without a user").into());
    };
    let token = TokenId::draw(access.store().ids().as_ref());
    let secret = bearer_token().map_err(Fault::internal)?;
    let expires_at = input.expires_at.map(|instant| instant.0);
    let command = TokenCommand::Create {
        token,
        user,
        user_role,
        name: input.name,
        role: input.role.into(),
        expires_at,
    };
    let context = access.context(None).attach(Attachment::Token(TokenSecret {
        token,
        token_hash: secret_hash(&secret),
        user,
        created_at: access.store().clock().now(),
        last_used_at: None,
        expires_at,
    }));
    let executed = access
        .execute::<TokenAggregate>(token, command, context)
        .await
        .map_err(refusal::<TokenAggregate>)?;
    Ok(((load(access, token).await?, secret), executed.position))
}

async fn revoke(
    access: &Access<'_>,
    input: &RevokeTokenInput,
) -> Result<(Token, Position), Refusal> {
    let token: TokenId = of_input(&input.id, "id")?;
    let context = access.context(None).attach(Attachment::DropToken { token });
    let executed = access
        .execute::<TokenAggregate>(token, TokenCommand::Revoke, context)
        .await
        .map_err(refusal::<TokenAggregate>)?;
    Ok((load(access, token).await?, executed.position))
}

async fn load(access: &Access<'_>, token: TokenId) -> Result<Token, Refusal> {
    let row = access.read().token(token).await?;
    row.map(Token)
        .ok_or_else(|| Fault::behind("the token").into())
}
