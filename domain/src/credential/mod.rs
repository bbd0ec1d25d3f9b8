//! The credential: how to log in to hosts. The secret itself is in the vault and never in an event.

mod command;
mod decide;
mod event;
#[cfg(test)]
mod tests;

pub use command::{
    AuthMethod, CreateCredential, CredentialCommand, CredentialDetails, EditCredential,
    MakeDefaultCredential, RemoveCredential, SshKeyFacts,
};
pub use decide::{Credential, CredentialError, CredentialState};
pub use event::{
    CredentialCreated, CredentialEdited, CredentialEvent, CredentialRemoved,
    DefaultCredentialCleared, DefaultCredentialMade,
};
