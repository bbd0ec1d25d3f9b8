//! The catalogue: the ordered list of rules that a scan judged by. A verdict vector means nothing
//! without it, so it is published once, by its hash, before the first scan that uses it.

mod content;

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::aggregate::Aggregate;
use crate::digest::Digest;
use crate::event::EventFacts;
use crate::verdict::Severity;

pub use content::{
    CONTENT_SCHEMA, CatalogueContent, RemediationContent, RemediationStep, RuleContent,
    RuleReference, VariableContent,
};

/// One rule in a catalogue. The full text of all rules is the blob that the event names.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase")]
pub struct CatalogueRule {
    /// The id of the rule: `sshd-root-login-disabled`.
    #[n(0)]
    pub rule: String,
    /// The first 16 bytes of the hash of the rule's canonical text: a changed rule has another.
    #[cbor(n(1), with = "minicbor::bytes")]
    #[serde(with = "short_hash")]
    pub version: Vec<u8>,
    /// How bad a fail is.
    #[n(2)]
    pub severity: Severity,
}

pub(crate) mod short_hash {
    //! Hexadecimal text of a cut hash at the JSON edge.
    use serde::{Deserialize, Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(bytes: &[u8], s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&hex::encode(bytes))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Vec<u8>, D::Error> {
        hex::decode(String::deserialize(d)?).map_err(serde::de::Error::custom)
    }
}

/// Publish a catalogue. Publishing the same one again changes nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishCatalogue {
    /// The hash of the whole; also the key of the stream.
    pub catalogue: Digest,
    /// The name of the pack: `openwatch`, the name of a directory.
    pub pack: String,
    /// The rules in the order of every vector.
    pub rules: Vec<CatalogueRule>,
    /// The blob with the full text of all rules.
    pub content: Digest,
    /// The catalogue of the same rules with the values that their files give, where these have values of an
    /// organisation, a group or a host.
    pub base: Option<Digest>,
}

/// A catalogue was published.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase")]
pub struct CataloguePublished {
    /// The hash of the whole.
    #[n(0)]
    pub catalogue: Digest,
    /// The name of the pack.
    #[n(1)]
    pub pack: String,
    /// The rules in the order of every vector.
    #[n(2)]
    pub rules: Vec<CatalogueRule>,
    /// The blob with the full text of all rules.
    #[n(3)]
    pub content: Digest,
    /// The catalogue of the same rules with the values that their files give, where these have values of an
    /// organisation, a group or a host. What rules say is read there.
    #[n(4)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<Digest>,
}

impl EventFacts for CataloguePublished {}

crate::events! {
    /// Everything that can happen to a catalogue.
    pub enum CatalogueEvent {
        Published(CataloguePublished) = "catalogue.published" v 1;
    }
}

/// The aggregate of a published list of rules.
#[derive(Debug)]
pub struct Catalogue;

/// Why a catalogue is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CatalogueError {
    /// There is nothing to judge by.
    #[error("a catalogue needs at least one rule")]
    Empty,
}

impl Aggregate for Catalogue {
    const KIND: &'static str = "catalogue";
    type State = Option<CataloguePublished>;
    type Event = CatalogueEvent;
    type Command = PublishCatalogue;
    type Error = CatalogueError;

    fn decide(
        state: &Self::State,
        command: PublishCatalogue,
    ) -> Result<Vec<CatalogueEvent>, CatalogueError> {
        if state.is_some() {
            return Ok(Vec::new());
        }
        if command.rules.is_empty() {
            return Err(CatalogueError::Empty);
        }
        let PublishCatalogue {
            catalogue,
            pack,
            rules,
            content,
            base,
        } = command;
        Ok(vec![
            CataloguePublished {
                catalogue,
                pack,
                rules,
                content,
                base,
            }
            .into(),
        ])
    }

    fn evolve(_: Self::State, event: &CatalogueEvent) -> Self::State {
        let CatalogueEvent::Published(published) = event;
        Some(published.clone())
    }
}
