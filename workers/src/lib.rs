//! What acts by itself: SSH and local access to hosts, the vault of secrets, and the reactors that
//! scan. Must not know GraphQL or HTTP: it meets the API in the log, or through ports of the domain.

pub mod entropy;
pub mod explain;
pub mod failure;
pub mod local;
pub mod pack_scanner;
pub mod probe;
pub mod reach;
pub mod reactors;
pub mod recall;
pub mod rejudge;
pub mod scanner;
pub mod shelf;
pub mod shell;
pub mod ssh;
pub mod subnet;
pub mod variables;
pub mod vault;
