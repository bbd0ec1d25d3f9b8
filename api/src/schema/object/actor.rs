//! Who did something.

use async_graphql::{Enum, ID, SimpleObject};
use domain::actor::{Actor as DomainActor, ActorKind as DomainKind};

/// What kind of actor it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub(crate) enum ActorKind {
    /// A person with a browser.
    User,
    /// A program with a bearer token.
    Token,
    /// A part of the product.
    System,
    /// Somebody who had not logged in.
    Anonymous,
}

/// Who did something, as it was called at that time.
#[derive(Debug, Clone, SimpleObject)]
pub(crate) struct Actor {
    /// What kind of actor it is.
    kind: ActorKind,
    /// The id of the user or token, or the name of the part of the product.
    id: ID,
    /// Its name at that time.
    label: String,
    /// The network address that it came from.
    address: Option<String>,
}

impl Actor {
    /// An actor of the audit log, whose kind is a word.
    pub(crate) fn of_words(kind: &str, id: String, label: String, address: Option<String>) -> Self {
        let kind = match kind {
            "USER" => ActorKind::User,
            "TOKEN" => ActorKind::Token,
            "SYSTEM" => ActorKind::System,
            _ => ActorKind::Anonymous,
        };
        Self {
            kind,
            id: ID(id),
            label,
            address,
        }
    }
}

impl From<DomainActor> for Actor {
    fn from(actor: DomainActor) -> Self {
        let kind = match actor.kind {
            DomainKind::User => ActorKind::User,
            DomainKind::Token => ActorKind::Token,
            DomainKind::System => ActorKind::System,
            DomainKind::Anonymous => ActorKind::Anonymous,
        };
        Self {
            kind,
            id: ID(actor.id),
            label: actor.label,
            address: actor.address,
        }
    }
}
