//! Decisions about a credential.

use super::command::{AuthMethod, CredentialCommand, CredentialDetails, EditCredential};
use super::event::{
    CredentialCreated, CredentialEdited, CredentialEvent, CredentialRemoved,
    DefaultCredentialCleared, DefaultCredentialMade,
};
use crate::aggregate::Aggregate;
use crate::id::CredentialId;
use crate::validate::{self, InvalidField};

/// The aggregate of a stored way to log in.
#[derive(Debug)]
pub struct Credential;

/// What the events of a credential add up to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CredentialState {
    /// The id and what it is, while it exists.
    pub current: Option<(CredentialId, CredentialDetails)>,
    /// Whether it once existed and was removed.
    pub removed: bool,
    /// Whether hosts without a credential of their own use it.
    pub default: bool,
}

/// Why a command to a credential is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CredentialError {
    /// The id is taken.
    #[error("the credential exists already")]
    AlreadyExists,
    /// There is no such credential, or it was removed.
    #[error("there is no such credential")]
    NotFound,
    /// The key is weaker than what is accepted.
    #[error(
        "{algorithm} with {bits} bits is too weak; use Ed25519, ECDSA or RSA with at least 2048 bits"
    )]
    WeakKey {
        /// As SSH names it.
        algorithm: String,
        /// Its size.
        bits: u32,
    },
    /// A field does not hold.
    #[error("a field does not hold")]
    Invalid(#[from] InvalidField),
}

impl Aggregate for Credential {
    const KIND: &'static str = "credential";
    type State = CredentialState;
    type Event = CredentialEvent;
    type Command = CredentialCommand;
    type Error = CredentialError;

    fn decide(
        state: &CredentialState,
        command: CredentialCommand,
    ) -> Result<Vec<CredentialEvent>, CredentialError> {
        match command {
            CredentialCommand::Create(command) => {
                if state.current.is_some() || state.removed {
                    return Err(CredentialError::AlreadyExists);
                }
                check(&command.details)?;
                let credential = command.credential;
                let mut events = vec![
                    CredentialCreated {
                        credential,
                        details: command.details,
                    }
                    .into(),
                ];
                if command.default {
                    events.push(DefaultCredentialMade { credential }.into());
                }
                Ok(events)
            }
            CredentialCommand::Edit(command) => edit(state, command),
            CredentialCommand::Remove(_) => {
                let (credential, details) = existing(state)?;
                let mut events = Vec::new();
                if state.default {
                    events.push(DefaultCredentialCleared { credential }.into());
                }
                events.push(
                    CredentialRemoved {
                        credential,
                        details: details.clone(),
                    }
                    .into(),
                );
                Ok(events)
            }
            CredentialCommand::MakeDefault(command) => {
                let (credential, _) = existing(state)?;
                Ok(match (state.default, command.default) {
                    (false, true) => vec![DefaultCredentialMade { credential }.into()],
                    (true, false) => vec![DefaultCredentialCleared { credential }.into()],
                    _ => Vec::new(),
                })
            }
        }
    }

    fn evolve(mut state: CredentialState, event: &CredentialEvent) -> CredentialState {
        match event {
            CredentialEvent::Created(event) => {
                state.current = Some((event.credential, event.details.clone()));
            }
            CredentialEvent::Edited(event) => {
                state.current = Some((event.credential, event.after.clone()));
            }
            CredentialEvent::Removed(_) => {
                state.current = None;
                state.removed = true;
            }
            CredentialEvent::DefaultMade(_) => state.default = true,
            CredentialEvent::DefaultCleared(_) => state.default = false,
        }
        state
    }
}

fn edit(
    state: &CredentialState,
    command: EditCredential,
) -> Result<Vec<CredentialEvent>, CredentialError> {
    let (credential, before) = existing(state)?;
    check(&command.details)?;
    if *before == command.details && !command.secret_rotated {
        return Ok(Vec::new());
    }
    Ok(vec![
        CredentialEdited {
            credential,
            before: before.clone(),
            after: command.details,
            secret_rotated: command.secret_rotated,
        }
        .into(),
    ])
}

fn existing(
    state: &CredentialState,
) -> Result<(CredentialId, &CredentialDetails), CredentialError> {
    state
        .current
        .as_ref()
        .map(|(id, details)| (*id, details))
        .ok_or(CredentialError::NotFound)
}

fn check(details: &CredentialDetails) -> Result<(), CredentialError> {
    validate::line("name", &details.name, 128)?;
    validate::optional_line("description", &details.description, 1024)?;
    validate::account("username", &details.username)?;
    match (details.method, &details.key) {
        (AuthMethod::Key | AuthMethod::KeyAndPassword, None) => {
            Err(InvalidField::new("privateKey", "must be given for this method").into())
        }
        (AuthMethod::Password | AuthMethod::Agent, Some(_)) => {
            Err(InvalidField::new("privateKey", "must not be given for this method").into())
        }
        (_, Some(key)) if too_weak(&key.algorithm, key.bits) => Err(CredentialError::WeakKey {
            algorithm: key.algorithm.clone(),
            bits: key.bits,
        }),
        _ => Ok(()),
    }
}

/// NIST SP 800-131A: RSA needs 2048 bits. DSA is gone from OpenSSH since 9.8.
fn too_weak(algorithm: &str, bits: u32) -> bool {
    match algorithm {
        "ssh-ed25519" => false,
        "ssh-rsa" => bits < 2048,
        other => !other.starts_with("ecdsa-sha2-nistp"),
    }
}
