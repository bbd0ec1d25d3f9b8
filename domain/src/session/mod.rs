//! The session: one browser that has logged in, from log-in to log-out. The secret of the cookie is
//! beside the log; whether the password was right is found out before the command is sent.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::aggregate::Aggregate;
use crate::event::EventFacts;
use crate::id::{SessionId, UserId};
use crate::time::Timestamp;

/// Why a log-in was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(index_only)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum LogInRefusal {
    /// Nobody has that name. What was typed is not recorded: it may be a password.
    #[n(0)]
    UnknownUser,
    /// The password is wrong.
    #[n(1)]
    WrongPassword,
    /// The person is disabled.
    #[n(2)]
    Disabled,
}

/// Any command to a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SessionCommand {
    /// Begin a session for a person whose password was right.
    LogIn {
        /// The new id.
        session: SessionId,
        /// Who.
        user: UserId,
        /// When the session ends whatever happens.
        expires_at: Timestamp,
    },
    /// Write down that somebody was not let in.
    RefuseLogIn {
        /// Who it would have been, when that is known.
        user: Option<UserId>,
        /// Why.
        reason: LogInRefusal,
    },
    /// End the session.
    LogOut,
}

/// A person logged in.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase")]
pub struct LoggedIn {
    /// The session.
    #[n(0)]
    pub session: SessionId,
    /// Who.
    #[n(1)]
    pub user: UserId,
    /// When it ends whatever happens.
    #[n(2)]
    pub expires_at: Timestamp,
}

/// Somebody was not let in.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase")]
pub struct LogInRefused {
    /// Who it would have been, when that is known.
    #[n(0)]
    pub user: Option<UserId>,
    /// Why.
    #[n(1)]
    pub reason: LogInRefusal,
}

/// A person logged out.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase")]
pub struct LoggedOut {
    /// The session.
    #[n(0)]
    pub session: SessionId,
    /// Who.
    #[n(1)]
    pub user: UserId,
}

impl EventFacts for LoggedIn {}
impl EventFacts for LogInRefused {}
impl EventFacts for LoggedOut {}

crate::events! {
    /// Everything that can happen to a session.
    pub enum SessionEvent {
        LoggedIn(LoggedIn) = "session.logged_in" v 1;
        LogInRefused(LogInRefused) = "session.log_in_refused" v 1;
        LoggedOut(LoggedOut) = "session.logged_out" v 1;
    }
}

/// The aggregate of one browser that has logged in.
#[derive(Debug)]
pub struct Session;

/// Where a session is in its life.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum SessionState {
    /// No event yet.
    #[default]
    Unknown,
    /// Open until the instant, at most.
    Open {
        /// The session.
        session: SessionId,
        /// Who.
        user: UserId,
        /// When it ends whatever happens.
        expires_at: Timestamp,
    },
    /// Over, or never let in.
    Ended,
}

/// Why a command to a session is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SessionError {
    /// The id is taken.
    #[error("the session exists already")]
    AlreadyExists,
    /// There is no such session.
    #[error("there is no such session")]
    NotFound,
}

impl Aggregate for Session {
    const KIND: &'static str = "session";
    type State = SessionState;
    type Event = SessionEvent;
    type Command = SessionCommand;
    type Error = SessionError;

    fn decide(
        state: &SessionState,
        command: SessionCommand,
    ) -> Result<Vec<SessionEvent>, SessionError> {
        match (command, state) {
            (
                SessionCommand::LogIn {
                    session,
                    user,
                    expires_at,
                },
                SessionState::Unknown,
            ) => Ok(vec![
                LoggedIn {
                    session,
                    user,
                    expires_at,
                }
                .into(),
            ]),
            (SessionCommand::RefuseLogIn { user, reason }, SessionState::Unknown) => {
                Ok(vec![LogInRefused { user, reason }.into()])
            }
            (SessionCommand::LogIn { .. } | SessionCommand::RefuseLogIn { .. }, _) => {
                Err(SessionError::AlreadyExists)
            }
            (SessionCommand::LogOut, SessionState::Open { session, user, .. }) => Ok(vec![
                LoggedOut {
                    session: *session,
                    user: *user,
                }
                .into(),
            ]),
            (SessionCommand::LogOut, SessionState::Ended) => Ok(Vec::new()),
            (SessionCommand::LogOut, SessionState::Unknown) => Err(SessionError::NotFound),
        }
    }

    fn evolve(_: SessionState, event: &SessionEvent) -> SessionState {
        match event {
            SessionEvent::LoggedIn(event) => SessionState::Open {
                session: event.session,
                user: event.user,
                expires_at: event.expires_at,
            },
            SessionEvent::LogInRefused(_) | SessionEvent::LoggedOut(_) => SessionState::Ended,
        }
    }
}
