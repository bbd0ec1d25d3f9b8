//! The one shape of payloads, and keys that make a repeated mutation harmless.

use async_graphql::ID;
use domain::digest::Digest;
use domain::id::{CommandId, TypedId as _};
use event_store::Position;
use uuid::Uuid;

use crate::access::Access;
use crate::schema::error::{Fault, Refusal, UserError};
use crate::schema::position::EventPosition;

/// What came of a mutation.
pub(crate) struct Outcome<T> {
    pub(crate) subject: Option<T>,
    pub(crate) errors: Vec<UserError>,
    pub(crate) position: EventPosition,
}

/// A success with its position, or a refusal as data. Faults go to the top.
pub(crate) async fn outcome<T>(
    access: &Access<'_>,
    result: Result<(T, Position), Refusal>,
) -> Result<Outcome<T>, Fault> {
    let (subject, errors, position) = match result {
        Ok((subject, position)) => (Some(subject), Vec::new(), position),
        Err(Refusal::User(error)) => (None, vec![*error], *access.store().head().borrow()),
        Err(Refusal::Several(errors)) => (None, errors, *access.store().head().borrow()),
        Err(Refusal::Fault(fault)) => return Err(fault),
    };
    let position = EventPosition::of(access, position).await?;
    Ok(Outcome {
        subject,
        errors,
        position,
    })
}

/// The command id of a key that a client chose: keys of different callers never meet.
pub(crate) fn command_of(access: &Access<'_>, key: Option<&ID>, part: &str) -> Option<CommandId> {
    let actor = access.caller().actor();
    key.map(|key| {
        let parts = ["idempotency key", actor.id.as_str(), part, key.as_str()].join("\0");
        let digest = Digest::of(parts.as_bytes());
        let mut bytes = [0; 16];
        for (to, from) in bytes.iter_mut().zip(digest.as_bytes()) {
            *to = *from;
        }
        // A UUID of the form for custom content (RFC 9562, section 5.8).
        CommandId::from_uuid(uuid::Builder::from_custom_bytes(bytes).into_uuid())
    })
}

/// The id of the thing that a command made: of a repeated one that of the first time.
pub(crate) fn made<T: domain::id::TypedId>(stream: &event_store::StreamId, drawn: T) -> T {
    stream.key.parse::<Uuid>().map_or(drawn, T::from_uuid)
}

/// Declares payload types around [`Outcome`].
macro_rules! payloads {
    ($($(#[$doc:meta])* $name:ident { $(#[$field_doc:meta])* $field:ident: $subject:ty })+) => {$(
        $(#[$doc])*
        #[derive(async_graphql::SimpleObject)]
        pub(crate) struct $name {
            $(#[$field_doc])*
            $field: Option<$subject>,
            /// What stood in the way; empty when it worked.
            errors: Vec<crate::schema::error::UserError>,
            /// A place in the log that holds what the mutation wrote.
            position: crate::schema::position::EventPosition,
        }

        impl From<crate::schema::mutation::payload::Outcome<$subject>> for $name {
            fn from(outcome: crate::schema::mutation::payload::Outcome<$subject>) -> Self {
                Self {
                    $field: outcome.subject,
                    errors: outcome.errors,
                    position: outcome.position,
                }
            }
        }
    )+};
}
pub(crate) use payloads;
