//! Who did it. An actor is written down as it was at that moment: a later rename changes nothing.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::id::SessionId;

/// The kind of a doer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode, Serialize, Deserialize)]
#[cbor(index_only)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ActorKind {
    /// A person with a session.
    #[n(0)]
    User,
    /// Automation with a bearer token.
    #[n(1)]
    Token,
    /// The product itself: a worker, a schedule, the first start.
    #[n(2)]
    System,
    /// Nobody known, as before the first log-in.
    #[n(3)]
    Anonymous,
}

/// The doer of one command.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase")]
pub struct Actor {
    /// The kind.
    #[n(0)]
    pub kind: ActorKind,
    /// The id within the kind: a user id, a token id, the name of a worker.
    #[n(1)]
    pub id: String,
    /// The name that a reader knows it by, as it was then.
    #[n(2)]
    pub label: String,
    /// The network address that the request came from.
    #[n(3)]
    pub address: Option<String>,
    /// The session, for a person in a browser.
    #[n(4)]
    pub session: Option<SessionId>,
}

impl Actor {
    /// The product itself; `part` names the acting piece, such as `worker`.
    pub fn system(part: &str) -> Self {
        Self {
            kind: ActorKind::System,
            id: part.to_owned(),
            label: "OpenWatch".to_owned(),
            address: None,
            session: None,
        }
    }

    /// Somebody who has not proved who they are.
    pub fn anonymous(address: Option<String>) -> Self {
        Self {
            kind: ActorKind::Anonymous,
            id: String::new(),
            label: "Anonymous".to_owned(),
            address,
            session: None,
        }
    }
}
