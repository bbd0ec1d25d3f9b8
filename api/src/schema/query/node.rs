//! What is there before the log-in, and anything by its global id.

#![expect(clippy::unused_async, reason = "resolvers are async")]

use async_graphql::{Context, ID, Object, Result, SimpleObject};
use domain::digest::Digest as DomainDigest;

use crate::access::{anyone, signed_in};
use crate::auth::caller::Identity;
use crate::schema::error::{Fault, FaultCode};
use crate::schema::object::node::{Node, load_node};
use crate::schema::object::user::Viewer;
use crate::schema::scalar::Digest;
use crate::schema::sdl;

/// See the module.
#[derive(Default)]
pub(crate) struct NodeQuery;

/// What this API is.
#[derive(Debug, Clone, SimpleObject)]
pub(crate) struct ApiVersion {
    /// The version of the server.
    build: String,
    /// The hash of the schema as `openwatch schema` prints it.
    schema_hash: Digest,
}

/// Whether the installation was set up.
#[derive(Debug, Clone, SimpleObject)]
pub(crate) struct Setup {
    /// Whether there is an administrator; without one, the setup link makes the first.
    administrator_exists: bool,
}

/// Things that are asked for together, at most.
const NODES: usize = 100;

#[Object]
impl NodeQuery {
    /// What this API is. Needs no log-in.
    async fn api_version(&self, ctx: &Context<'_>) -> Result<ApiVersion> {
        anyone(ctx)?;
        Ok(ApiVersion {
            build: env!("CARGO_PKG_VERSION").to_owned(),
            schema_hash: Digest(DomainDigest::of(sdl().as_bytes())),
        })
    }

    /// Whether the installation was set up. Needs no log-in.
    async fn setup(&self, ctx: &Context<'_>) -> Result<Setup> {
        let access = anyone(ctx)?;
        let administrator_exists = access
            .read()
            .administrator_exists()
            .await
            .map_err(Fault::from)?;
        Ok(Setup {
            administrator_exists,
        })
    }

    /// The one who asks; null before the log-in.
    async fn viewer(&self, ctx: &Context<'_>) -> Result<Option<Viewer>> {
        let access = anyone(ctx)?;
        Ok(match access.caller().identity {
            Identity::Anonymous => None,
            _ => Some(Viewer),
        })
    }

    /// The thing with a global id; null when there is none, or when it may not be seen.
    async fn node(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The global id.")] id: ID,
    ) -> Result<Option<Node>> {
        signed_in(ctx)?;
        load_node(ctx, &id).await
    }

    /// The things with these global ids, in the same order; at most 100.
    #[graphql(complexity = "ids.len() * child_complexity")]
    async fn nodes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The global ids.")] ids: Vec<ID>,
    ) -> Result<Vec<Option<Node>>> {
        signed_in(ctx)?;
        if ids.len() > NODES {
            let message = format!("at most {NODES} ids can be asked for together");
            return Err(Fault::new(FaultCode::BadUserInput, message).into());
        }
        let mut nodes = Vec::with_capacity(ids.len());
        for id in &ids {
            nodes.push(load_node(ctx, id).await?);
        }
        Ok(nodes)
    }
}
