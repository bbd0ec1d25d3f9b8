//! `openwatch schema`: the GraphQL schema, as clients generate code from it.

use serde::Serialize;

use crate::console::Console;
use crate::exit::{Exit, Failure};

#[derive(Serialize)]
struct Schema {
    sdl: String,
}

/// Prints the schema.
pub(crate) fn run(console: Console) -> Result<Exit, Failure> {
    let schema = Schema { sdl: api::sdl() };
    console.result(&schema.sdl, &schema)?;
    Ok(Exit::Ok)
}
