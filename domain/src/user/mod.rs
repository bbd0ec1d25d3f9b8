//! The user: a person who may log in, with one role. Password hashes live beside the log, never in it.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::aggregate::{Aggregate, Claim};
use crate::event::EventFacts;
use crate::id::UserId;
use crate::permission::Role;
use crate::validate::{self, InvalidField};

/// Add a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateUser {
    /// The new id.
    pub user: UserId,
    /// The name to log in with; unique, whatever the case.
    pub username: String,
    /// What they may do.
    pub role: Role,
    /// Whether this is the administrator of the first start; there is one, once.
    pub first_administrator: bool,
}

/// Any command to a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UserCommand {
    /// See [`CreateUser`].
    Create(CreateUser),
    /// Give another role.
    ChangeRole(Role),
    /// Set a new password. The hash travels beside the command.
    ChangePassword,
    /// Refuse log-ins from now on and end all sessions.
    Disable,
    /// Allow log-ins again.
    Enable,
}

/// A person was added.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase")]
pub struct UserCreated {
    /// The person.
    #[n(0)]
    pub user: UserId,
    /// The name to log in with.
    #[n(1)]
    pub username: String,
    /// What they may do.
    #[n(2)]
    pub role: Role,
    /// Whether this is the administrator of the first start.
    #[n(3)]
    pub first_administrator: bool,
}

/// A person got another role.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase")]
pub struct UserRoleChanged {
    /// The person.
    #[n(0)]
    pub user: UserId,
    /// As it was.
    #[n(1)]
    pub before: Role,
    /// As it is now.
    #[n(2)]
    pub after: Role,
}

/// A person has a new password.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase")]
pub struct UserPasswordChanged {
    /// The person.
    #[n(0)]
    pub user: UserId,
}

/// A person may no longer log in.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase")]
pub struct UserDisabled {
    /// The person.
    #[n(0)]
    pub user: UserId,
}

/// A person may log in again.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase")]
pub struct UserEnabled {
    /// The person.
    #[n(0)]
    pub user: UserId,
}

impl EventFacts for UserCreated {
    fn claims(&self) -> Vec<Claim> {
        let take = |scope, value| Claim::Take { scope, value };
        let mut claims = vec![take("username", self.username.to_lowercase())];
        if self.first_administrator {
            claims.push(take("first_administrator", "organisation".to_owned()));
        }
        claims
    }
}
impl EventFacts for UserRoleChanged {}
impl EventFacts for UserPasswordChanged {}
impl EventFacts for UserDisabled {}
impl EventFacts for UserEnabled {}

crate::events! {
    /// Everything that can happen to a user.
    pub enum UserEvent {
        Created(UserCreated) = "user.created" v 1;
        RoleChanged(UserRoleChanged) = "user.role_changed" v 1;
        PasswordChanged(UserPasswordChanged) = "user.password_changed" v 1;
        Disabled(UserDisabled) = "user.disabled" v 1;
        Enabled(UserEnabled) = "user.enabled" v 1;
    }
}

/// The aggregate of a person.
#[derive(Debug)]
pub struct User;

/// What the events of a user add up to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UserState {
    /// The id, name and role, once created.
    pub current: Option<(UserId, String, Role)>,
    /// Whether log-ins are refused.
    pub disabled: bool,
}

/// Why a command to a user is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UserError {
    /// The id is taken.
    #[error("the user exists already")]
    AlreadyExists,
    /// There is no such user.
    #[error("there is no such user")]
    NotFound,
    /// The first administrator has to be an administrator.
    #[error("the first administrator needs the role admin")]
    FirstAdministratorRole,
    /// A field does not hold.
    #[error("a field does not hold")]
    Invalid(#[from] InvalidField),
}

impl Aggregate for User {
    const KIND: &'static str = "user";
    type State = UserState;
    type Event = UserEvent;
    type Command = UserCommand;
    type Error = UserError;

    fn decide(state: &UserState, command: UserCommand) -> Result<Vec<UserEvent>, UserError> {
        match command {
            UserCommand::Create(command) => create(state, command),
            UserCommand::ChangeRole(after) => {
                let (user, before) = existing(state)?;
                let changed = UserRoleChanged {
                    user,
                    before,
                    after,
                };
                Ok(if before == after {
                    Vec::new()
                } else {
                    vec![changed.into()]
                })
            }
            UserCommand::ChangePassword => {
                let (user, _) = existing(state)?;
                Ok(vec![UserPasswordChanged { user }.into()])
            }
            UserCommand::Disable => {
                let (user, _) = existing(state)?;
                Ok(if state.disabled {
                    Vec::new()
                } else {
                    vec![UserDisabled { user }.into()]
                })
            }
            UserCommand::Enable => {
                let (user, _) = existing(state)?;
                Ok(if state.disabled {
                    vec![UserEnabled { user }.into()]
                } else {
                    Vec::new()
                })
            }
        }
    }

    fn evolve(mut state: UserState, event: &UserEvent) -> UserState {
        match event {
            UserEvent::Created(event) => {
                state.current = Some((event.user, event.username.clone(), event.role));
            }
            UserEvent::RoleChanged(event) => {
                if let Some((_, _, role)) = &mut state.current {
                    *role = event.after;
                }
            }
            UserEvent::PasswordChanged(_) => {}
            UserEvent::Disabled(_) => state.disabled = true,
            UserEvent::Enabled(_) => state.disabled = false,
        }
        state
    }
}

fn create(state: &UserState, command: CreateUser) -> Result<Vec<UserEvent>, UserError> {
    if state.current.is_some() {
        return Err(UserError::AlreadyExists);
    }
    let CreateUser {
        user,
        username,
        role,
        first_administrator,
    } = command;
    validate::line("username", &username, 64)?;
    if !username
        .chars()
        .all(|c| c.is_alphanumeric() || "._-@+".contains(c))
    {
        let reason = "may hold letters, digits and . _ - @ + only";
        return Err(InvalidField::new("username", reason).into());
    }
    if first_administrator && role != Role::Admin {
        return Err(UserError::FirstAdministratorRole);
    }
    Ok(vec![
        UserCreated {
            user,
            username,
            role,
            first_administrator,
        }
        .into(),
    ])
}

fn existing(state: &UserState) -> Result<(UserId, Role), UserError> {
    state
        .current
        .as_ref()
        .map(|(user, _, role)| (*user, *role))
        .ok_or(UserError::NotFound)
}
