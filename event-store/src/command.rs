//! What goes into the log and what comes back: commands with their context, events, answers.

use domain::actor::Actor;
use domain::aggregate::{Aggregate, Claim};
use domain::digest::Digest;
use domain::event::{EventBody, Position, StreamId};
use domain::id::{CommandId, CorrelationId, HostId, SessionId, TokenId, UserId};
use domain::port::SealedSecret;

use crate::auth::{SessionSecret, TokenSecret};

/// A stream that was looked at when the decision was made, and must not have moved since.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guard {
    /// The stream.
    pub stream: StreamId,
    /// Its version at that time; 0 for a stream without events.
    pub version: u64,
}

/// What is written in the transaction of the events, before them, and only if they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attachment {
    /// Content that an event refers to by its hash.
    Blob {
        /// SHA-256 of the bytes.
        hash: Digest,
        /// The content.
        bytes: Vec<u8>,
    },
    /// A sealed secret; replaces an older one of the record.
    Secret {
        /// Whose.
        record: String,
        /// The secret.
        sealed: SealedSecret,
    },
    /// Destroys a sealed secret.
    DropSecret {
        /// Whose.
        record: String,
    },
    /// The hash of a password; replaces an older one.
    Password {
        /// Whose.
        user: UserId,
        /// PHC string.
        hash: String,
    },
    /// A logged-in browser.
    Session(SessionSecret),
    /// Makes a session end.
    DropSession {
        /// Which.
        session: SessionId,
    },
    /// Makes all sessions of a person end, except perhaps one.
    DropSessions {
        /// Whose.
        user: UserId,
        /// The one that stays.
        except: Option<SessionId>,
    },
    /// A bearer token.
    Token(TokenSecret),
    /// Makes a token stop working.
    DropToken {
        /// Which.
        token: TokenId,
    },
}

/// Who commands, why, and under which conditions.
#[derive(Debug, Clone)]
pub struct CommandContext {
    /// The id of the command; a repeat gets the first answer. One id serves one stream.
    pub command: CommandId,
    /// Who.
    pub actor: Actor,
    /// What request it belongs to.
    pub correlation: CorrelationId,
    /// The event that caused it.
    pub causation: Option<Position>,
    /// Streams that must not have moved.
    pub guards: Vec<Guard>,
    /// What is written together with the events.
    pub attachments: Vec<Attachment>,
}

impl CommandContext {
    /// A context without cause, guard or attachment.
    pub const fn new(command: CommandId, actor: Actor, correlation: CorrelationId) -> Self {
        Self {
            command,
            actor,
            correlation,
            causation: None,
            guards: Vec::new(),
            attachments: Vec::new(),
        }
    }

    /// Names the event that caused the command.
    #[must_use]
    pub const fn caused_by(mut self, position: Position) -> Self {
        self.causation = Some(position);
        self
    }

    /// Demands that a stream is still at a version.
    #[must_use]
    pub fn guard(mut self, stream: StreamId, version: u64) -> Self {
        self.guards.push(Guard { stream, version });
        self
    }

    /// Writes something together with the events.
    #[must_use]
    pub fn attach(mut self, attachment: Attachment) -> Self {
        self.attachments.push(attachment);
        self
    }
}

/// Where the stream has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// Wherever it is.
    Any,
    /// At this version; 0 means that it has no events.
    Version(u64),
}

/// One event on its way into the log.
#[derive(Debug, Clone, PartialEq)]
pub struct NewEvent {
    /// The stored name without the version.
    pub name: String,
    /// The version of the stored form.
    pub version: u16,
    /// The body, CBOR.
    pub body: Vec<u8>,
    /// The hosts that it concerns.
    pub hosts: Vec<HostId>,
    /// The unique values that it takes or gives back.
    pub claims: Vec<Claim>,
}

impl NewEvent {
    /// An event of an aggregate, encoded.
    pub fn of<E: EventBody>(event: &E) -> Self {
        Self {
            name: event.name().to_owned(),
            version: event.version(),
            body: event.encode(),
            hosts: event.hosts(),
            claims: event.claims(),
        }
    }
}

/// Events for one stream, all or none.
#[derive(Debug, Clone)]
pub struct Append {
    /// The stream.
    pub stream: StreamId,
    /// Where it has to be.
    pub expected: Expected,
    /// The events in order.
    pub events: Vec<NewEvent>,
    /// Who, why, under which conditions.
    pub context: CommandContext,
}

/// Where the events of a command are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appended {
    /// The stream; of a repeated command, the one of the first time.
    pub stream: StreamId,
    /// Of the first event; the head of the log when there was none.
    pub first: Position,
    /// Of the last event; the head of the log when there was none.
    pub last: Position,
    /// The command was carried out before, and these are the positions of that time.
    pub repeated: bool,
}

/// An aggregate as the log has it now.
#[derive(Debug, Clone)]
pub struct Loaded<A: Aggregate> {
    /// The folded state.
    pub state: A::State,
    /// How many events were folded.
    pub version: u64,
}

/// A command that was carried out.
#[derive(Debug, Clone)]
pub struct Executed<A: Aggregate> {
    /// The stream; of a repeated command, the one of the first time.
    pub stream: StreamId,
    /// The state after it; of a repeated command, right after the first time.
    pub state: A::State,
    /// What it caused.
    pub events: Vec<A::Event>,
    /// Of the last event; the head of the log when nothing happened.
    pub position: Position,
    /// The command was carried out before, and this is the answer of that time.
    pub repeated: bool,
}
