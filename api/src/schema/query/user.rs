//! People and their tokens.

#![expect(
    clippy::too_many_arguments,
    reason = "a field has the arguments that it has, and resolvers are async"
)]

use async_graphql::{Context, Object, Result};
use domain::permission::Permission;
use projections::read::{Everything, TokenRow, UserRow};

use crate::access::require;
use crate::schema::connection::{Connection, Wish, list_cost, listed};
use crate::schema::object::user::{Token, User};

/// See the module.
#[derive(Default)]
pub(crate) struct UserQuery;

#[Object]
impl UserQuery {
    /// People by name.
    #[graphql(complexity = "list_cost(first, last, child_complexity)")]
    async fn users(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, from the beginning; 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "Only after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end; 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only before this cursor.")] before: Option<String>,
    ) -> Result<Connection<User>> {
        let access = require(ctx, Permission::UserRead)?;
        let wish = Wish::new(first, after, last, before);
        listed(&access, Everything::<UserRow>::default(), wish, User).await
    }

    /// Bearer tokens, newest first.
    #[graphql(complexity = "list_cost(first, last, child_complexity)")]
    async fn tokens(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, from the beginning; 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "Only after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end; 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only before this cursor.")] before: Option<String>,
    ) -> Result<Connection<Token>> {
        let access = require(ctx, Permission::TokenRead)?;
        let wish = Wish::new(first, after, last, before);
        listed(&access, Everything::<TokenRow>::default(), wish, Token).await
    }
}
