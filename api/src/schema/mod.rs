//! The GraphQL schema: objects, queries, mutations, subscriptions. One file a noun.

pub(crate) mod connection;
pub(crate) mod cost;
pub(crate) mod error;
pub(crate) mod id;
pub(crate) mod limit;
pub(crate) mod loader;
pub(crate) mod mutation;
pub(crate) mod object;
pub(crate) mod position;
pub(crate) mod query;
pub(crate) mod scalar;
pub(crate) mod subscription;

use async_graphql::{Schema, SchemaBuilder};

use self::mutation::Mutation;
use self::query::Query;
use self::subscription::Subscription;
use crate::access;
use crate::state::ApiState;

/// The schema of the API.
pub(crate) type ApiSchema = Schema<Query, Mutation, Subscription>;

/// Levels of a document: the deepest of the web UI has nine.
const DEPTH: usize = 13;
/// What a document may cost.
const COST: usize = 5_000;
/// Selection sets within each other while parsing.
const RECURSION: usize = 32;
/// Directives of one field.
const DIRECTIVES: usize = 5;

fn builder() -> SchemaBuilder<Query, Mutation, Subscription> {
    Schema::build(
        Query::default(),
        Mutation::default(),
        Subscription::default(),
    )
    .register_output_type::<object::node::Node>()
    .limit_depth(DEPTH)
    .limit_complexity(COST)
    .limit_recursive_depth(RECURSION)
    .limit_directives(DIRECTIVES)
    .disable_suggestions()
    .extension(limit::DocumentLimits)
    .extension(cost::ReportCost)
}

/// The schema with its state.
pub(crate) fn schema(state: ApiState) -> ApiSchema {
    builder().data(access::schema_data(state)).finish()
}

/// The schema in the schema definition language, sorted, as it is committed.
pub fn sdl() -> String {
    let options = async_graphql::SDLExportOptions::new()
        .sorted_arguments()
        .sorted_enum_items()
        .sorted_fields()
        .include_specified_by();
    let text = builder().finish().sdl_with_options(options);
    format!("{}\n", text.trim_end())
}
