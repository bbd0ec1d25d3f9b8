//! The host: a machine under watch, how it is reached, and the SSH host keys that are trusted for it.

mod command;
mod decide;
mod event;
mod state;
#[cfg(test)]
mod tests;

pub use command::{
    Connection, EditHost, ForgetHostKey, HostCommand, HostDetails, HostKey, HostKeyPolicy,
    JumpHost, RegisterHost, RemoveHost, RestoreHost, SetHostTarget, SetHostVariable, SshConnection,
    SudoMode, TrustHostKey,
};
pub use decide::{Host, HostError};
pub use event::{
    HostEdited, HostEvent, HostKeyForgotten, HostKeyTrusted, HostMaintenanceEnded,
    HostMaintenanceStarted, HostRegistered, HostRemoved, HostRestored, HostTargetSet,
    HostVariableSet,
};
pub use state::{HostState, HostStatus, ScannableHost};
