//! The one GraphQL API: schema, permissions, and the HTTP and WebSocket transport. Must not know SSH,
//! rules or SQL: it writes through commands, reads through read models, and meets workers in the log.

mod access;
mod auth;
mod schema;
mod state;
#[cfg(test)]
mod tests;
mod transport;

pub use auth::password::{PasswordError, hash_password};
pub use auth::secret::{bearer_token, random_secret, secret_hash};
pub use schema::id::parts as id_parts;
pub use schema::sdl;
pub use state::{ApiParts, ApiState, SetupToken};
pub use transport::router;
