//! Credentials.

#![expect(
    clippy::too_many_arguments,
    reason = "a field has the arguments that it has, and resolvers are async"
)]

use async_graphql::{Context, ID, Object, Result};
use domain::id::CredentialId;
use domain::permission::Permission;
use projections::read::{CredentialRow, Everything};

use crate::access::require;
use crate::schema::connection::{Connection, Wish, list_cost, listed};
use crate::schema::error::Fault;
use crate::schema::id::typed;
use crate::schema::object::credential::Credential;

/// See the module.
#[derive(Default)]
pub(crate) struct CredentialQuery;

#[Object]
impl CredentialQuery {
    /// Credentials by name, without those that were removed.
    #[graphql(complexity = "list_cost(first, last, child_complexity)")]
    async fn credentials(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, from the beginning; 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "Only after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end; 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only before this cursor.")] before: Option<String>,
    ) -> Result<Connection<Credential>> {
        let access = require(ctx, Permission::CredentialRead)?;
        let wish = Wish::new(first, after, last, before);
        listed(
            &access,
            Everything::<CredentialRow>::default(),
            wish,
            Credential,
        )
        .await
    }

    /// A credential; null when there is none with this id.
    async fn credential(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The global id.")] id: ID,
    ) -> Result<Option<Credential>> {
        let access = require(ctx, Permission::CredentialRead)?;
        let Some(id) = typed::<CredentialId>(&id) else {
            return Ok(None);
        };
        let row = access
            .loaders()
            .load_one(id)
            .await
            .map_err(Fault::internal)?;
        Ok(row.map(Credential))
    }
}
