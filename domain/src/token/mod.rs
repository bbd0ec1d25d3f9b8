//! The token: a bearer secret for automation, with a role of its own. Only its hash is kept, beside the log.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::aggregate::Aggregate;
use crate::event::EventFacts;
use crate::id::{TokenId, UserId};
use crate::permission::Role;
use crate::time::Timestamp;
use crate::validate::{self, InvalidField};

/// Any command to a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenCommand {
    /// Make a token for a person.
    Create {
        /// The new id.
        token: TokenId,
        /// Whose.
        user: UserId,
        /// The role of that person now; the token may not exceed it.
        user_role: Role,
        /// What it is for.
        name: String,
        /// What it may do.
        role: Role,
        /// When it stops working.
        expires_at: Option<Timestamp>,
    },
    /// Make it stop working now.
    Revoke,
}

/// A token was made.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase")]
pub struct TokenCreated {
    /// The token.
    #[n(0)]
    pub token: TokenId,
    /// Whose.
    #[n(1)]
    pub user: UserId,
    /// What it is for.
    #[n(2)]
    pub name: String,
    /// What it may do.
    #[n(3)]
    pub role: Role,
    /// When it stops working.
    #[n(4)]
    pub expires_at: Option<Timestamp>,
}

/// A token stopped working.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase")]
pub struct TokenRevoked {
    /// The token.
    #[n(0)]
    pub token: TokenId,
}

impl EventFacts for TokenCreated {}
impl EventFacts for TokenRevoked {}

crate::events! {
    /// Everything that can happen to a token.
    pub enum TokenEvent {
        Created(TokenCreated) = "token.created" v 1;
        Revoked(TokenRevoked) = "token.revoked" v 1;
    }
}

/// The aggregate of a bearer secret.
#[derive(Debug)]
pub struct Token;

/// Where a token is in its life.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum TokenState {
    /// No event yet.
    #[default]
    Unknown,
    /// Works until it expires.
    Live(TokenCreated),
    /// Works no longer.
    Revoked,
}

/// Why a command to a token is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// The id is taken.
    #[error("the token exists already")]
    AlreadyExists,
    /// There is no such token.
    #[error("there is no such token")]
    NotFound,
    /// The token would allow what its owner may not do.
    #[error("a token may not be given more than its owner has")]
    RoleExceedsOwner,
    /// A field does not hold.
    #[error("a field does not hold")]
    Invalid(#[from] InvalidField),
}

impl Aggregate for Token {
    const KIND: &'static str = "token";
    type State = TokenState;
    type Event = TokenEvent;
    type Command = TokenCommand;
    type Error = TokenError;

    fn decide(state: &TokenState, command: TokenCommand) -> Result<Vec<TokenEvent>, TokenError> {
        match (command, state) {
            (
                TokenCommand::Create {
                    token,
                    user,
                    user_role,
                    name,
                    role,
                    expires_at,
                },
                TokenState::Unknown,
            ) => {
                validate::line("name", &name, 128)?;
                if !user_role.covers(role) {
                    return Err(TokenError::RoleExceedsOwner);
                }
                Ok(vec![
                    TokenCreated {
                        token,
                        user,
                        name,
                        role,
                        expires_at,
                    }
                    .into(),
                ])
            }
            (TokenCommand::Create { .. }, _) => Err(TokenError::AlreadyExists),
            (TokenCommand::Revoke, TokenState::Live(live)) => {
                Ok(vec![TokenRevoked { token: live.token }.into()])
            }
            (TokenCommand::Revoke, TokenState::Revoked) => Ok(Vec::new()),
            (TokenCommand::Revoke, TokenState::Unknown) => Err(TokenError::NotFound),
        }
    }

    fn evolve(_: TokenState, event: &TokenEvent) -> TokenState {
        match event {
            TokenEvent::Created(event) => TokenState::Live(event.clone()),
            TokenEvent::Revoked(_) => TokenState::Revoked,
        }
    }
}
