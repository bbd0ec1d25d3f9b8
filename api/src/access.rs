//! The one door to everything that a resolver can do. A resolver has a GraphQL context and nothing
//! else; what it may touch it gets here, after the permission was looked at. The state of the API and
//! the caller lie in the context under private types, so there is no way around.

use std::sync::Arc;

use async_graphql::Context;
use async_graphql::dataloader::DataLoader;
use domain::actor::Actor;
use domain::aggregate::Aggregate;
use domain::id::{CommandId, CorrelationId, TypedId as _};
use domain::permission::Permission;
use event_store::{CommandContext, ExecuteError, Executed, Position, Store};
use projections::read::Read;

use crate::auth::caller::{Caller, Identity, Proof};
use crate::schema::error::{Fault, FaultCode};
use crate::schema::loader::Loaders;
use crate::state::{ApiState, CATCH_UP, Inner};

/// The state, in the data of the schema.
struct Hidden(ApiState);

/// The caller, in the data of one request.
struct Calling {
    caller: Caller,
    proof: Proof,
    correlation: CorrelationId,
    loaders: Arc<DataLoader<Loaders>>,
}

/// Data for the schema.
pub(crate) fn schema_data(state: ApiState) -> impl std::any::Any + Send + Sync {
    Hidden(state)
}

/// Data for one request.
pub(crate) fn request_data(
    state: &ApiState,
    caller: Caller,
    proof: Proof,
) -> impl std::any::Any + Send + Sync {
    let loaders = DataLoader::new(
        Loaders::new(state.inner.read.clone(), state.inner.store.clone()),
        tokio::spawn,
    )
    .delay(std::time::Duration::ZERO)
    .max_batch_size(200);
    Calling {
        caller,
        proof,
        correlation: CorrelationId::draw(state.inner.store.ids().as_ref()),
        loaders: Arc::new(loaders),
    }
}

/// The right to do what a permission allows, in the name of the caller.
pub(crate) struct Access<'c> {
    inner: &'c Inner,
    calling: &'c Calling,
}

/// Lets the caller in who has the permission.
pub(crate) fn require<'c>(ctx: &Context<'c>, permission: Permission) -> Result<Access<'c>, Fault> {
    let access = anyone(ctx)?;
    permit(&access.calling.caller, permission)?;
    Ok(access)
}

/// Lets the caller of a route beside GraphQL in who has the permission.
pub(crate) fn admit<'s>(
    state: &'s ApiState,
    caller: &Caller,
    permission: Permission,
) -> Result<&'s Inner, Fault> {
    permit(caller, permission)?;
    Ok(&state.inner)
}

fn permit(caller: &Caller, permission: Permission) -> Result<(), Fault> {
    if caller.may(permission) {
        return Ok(());
    }
    Err(match caller.identity {
        Identity::Anonymous => unauthenticated(),
        _ => Fault::new(
            FaultCode::Forbidden,
            format!(
                "this needs the permission {}, which your role does not have",
                permission.as_str()
            ),
        ),
    })
}

/// Lets in whoever has logged in.
pub(crate) fn signed_in<'c>(ctx: &Context<'c>) -> Result<Access<'c>, Fault> {
    let access = anyone(ctx)?;
    match access.calling.caller.identity {
        Identity::Anonymous => Err(unauthenticated()),
        _ => Ok(access),
    }
}

/// Lets everybody in. For what has to be seen before the log-in, and nothing else.
pub(crate) fn anyone<'c>(ctx: &Context<'c>) -> Result<Access<'c>, Fault> {
    match (ctx.data_opt::<Hidden>(), ctx.data_opt::<Calling>()) {
        (Some(state), Some(calling)) => Ok(Access {
            inner: &state.0.inner,
            calling,
        }),
        _ => Err(Fault::internal("a request without a caller")),
    }
}

/// What a subscription holds on to after its resolver has returned. The caller was let in before; who
/// follows for long looks at the permission again.
pub(crate) fn state(ctx: &Context<'_>) -> Result<Arc<Inner>, Fault> {
    signed_in(ctx)?;
    match ctx.data_opt::<Hidden>() {
        Some(state) => Ok(Arc::clone(&state.0.inner)),
        None => Err(Fault::internal("a schema without state")),
    }
}

fn unauthenticated() -> Fault {
    Fault::new(
        FaultCode::Unauthenticated,
        "log in first, or send a bearer token",
    )
}

impl<'c> Access<'c> {
    /// The read models.
    pub(crate) fn read(&self) -> &'c Read {
        &self.inner.read
    }

    /// The log.
    pub(crate) fn store(&self) -> &'c Store {
        &self.inner.store
    }

    /// Everything else that the API works with.
    pub(crate) fn inner(&self) -> &'c Inner {
        self.inner
    }

    /// The one who calls.
    pub(crate) fn caller(&self) -> &'c Caller {
        &self.calling.caller
    }

    /// How the caller has proved who it is, to ask again later.
    pub(crate) fn proof(&self) -> &'c Proof {
        &self.calling.proof
    }

    /// Rows by id, gathered over the whole request.
    pub(crate) fn loaders(&self) -> &'c DataLoader<Loaders> {
        &self.calling.loaders
    }

    /// A context for a command of the caller. A key that the client repeats gets the first answer.
    pub(crate) fn context(&self, idempotency: Option<CommandId>) -> CommandContext {
        self.context_of(idempotency, self.calling.caller.actor())
    }

    /// The same in the name of somebody else: a log-in belongs to who logs in.
    pub(crate) fn context_of(&self, command: Option<CommandId>, actor: Actor) -> CommandContext {
        let command = command.unwrap_or_else(|| CommandId::draw(self.inner.store.ids().as_ref()));
        CommandContext::new(command, actor, self.calling.correlation)
    }

    /// Sends a command and waits until the read tables hold what came of it.
    pub(crate) async fn execute<A: Aggregate>(
        &self,
        key: impl std::fmt::Display + Send,
        command: A::Command,
        context: CommandContext,
    ) -> Result<Executed<A>, ExecuteError<A::Error>> {
        let executed = self.inner.store.execute::<A>(key, command, context).await?;
        self.settle(executed.position).await;
        Ok(executed)
    }

    /// Waits for the read tables a while; an answer that is a little old is better than none.
    pub(crate) async fn settle(&self, position: Position) {
        if let Err(behind) = self.inner.projections.at_least(position, CATCH_UP).await {
            tracing::warn!(%behind, "answering from older tables");
        }
    }
}
