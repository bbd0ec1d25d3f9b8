//! Events as they are stored: names with versions, tagged bodies, metadata, upcasting.
//!
//! A stored name never changes its meaning. The body is CBOR (RFC 8949) with integer keys, so that
//! fields can be added and none can be confused; people see JSON.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::actor::Actor;
use crate::aggregate::Claim;
use crate::id::{CommandId, CorrelationId, HostId};
use crate::time::Timestamp;

/// A place in the log: 1 is the first event, without gaps; 0 is before everything.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Position(pub u64);

impl std::fmt::Display for Position {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// The name of a stream: the kind of the aggregate and the key within the kind.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct StreamId {
    /// The kind: `host`, `scan`, ….
    pub kind: String,
    /// The key, mostly a UUID.
    pub key: String,
}

impl StreamId {
    /// The stream of an aggregate with this key.
    pub fn new(kind: &str, key: impl std::fmt::Display) -> Self {
        Self {
            kind: kind.to_owned(),
            key: key.to_string(),
        }
    }
}

impl std::fmt::Display for StreamId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.kind, self.key)
    }
}

/// What goes with every event beside its body. Stored as CBOR, committed to by the leaf.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase")]
pub struct Metadata {
    /// Who.
    #[n(0)]
    pub actor: Actor,
    /// Everything that one request set in motion shares this id.
    #[n(1)]
    pub correlation: CorrelationId,
    /// The position of the event that caused this one, when an event did.
    #[n(2)]
    pub causation: Option<u64>,
    /// The command that was decided.
    #[n(3)]
    pub command: CommandId,
    /// The hosts that the event concerns.
    #[n(4)]
    pub hosts: Vec<HostId>,
}

/// One event as the log holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedEvent {
    /// The place in the log.
    pub position: Position,
    /// The stream.
    pub stream: StreamId,
    /// The place in the stream, from 1.
    pub stream_version: u64,
    /// The stored name without the version: `scan.requested`.
    pub name: String,
    /// The version of the stored form, from 1.
    pub version: u16,
    /// When the log wrote it down.
    pub recorded_at: Timestamp,
    /// Who, why, whom.
    pub metadata: Metadata,
    /// The body, CBOR.
    pub body: Vec<u8>,
}

impl RecordedEvent {
    /// The stored type name with its version: `scan.requested.v1`.
    pub fn type_name(&self) -> String {
        format!("{}.v{}", self.name, self.version)
    }

    /// The event in its current form, upcast if an old version was stored.
    pub fn decode(&self) -> Result<DomainEvent, DecodeError> {
        DomainEvent::decode(&self.name, self.version, &self.body)
    }
}

/// Why stored bytes could not be read as an event.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// No event of this name is known to this build.
    #[error("unknown event type {name}.v{version}")]
    UnknownType {
        /// The stored name.
        name: String,
        /// The stored version.
        version: u16,
    },
    /// The body does not have the shape of its type.
    #[error("malformed body of {name}.v{version}")]
    Malformed {
        /// The stored name.
        name: String,
        /// The stored version.
        version: u16,
        /// What the decoder met.
        source: minicbor::decode::Error,
    },
}

/// What every event enum of an aggregate offers; written by [`events!`](crate::events).
pub trait EventBody: Clone + std::fmt::Debug + PartialEq + Send + Sync + 'static {
    /// The stored names and current versions, in the order of declaration.
    const TYPES: &'static [(&'static str, u16)];

    /// The stored name without the version.
    fn name(&self) -> &'static str;

    /// The version that is written today.
    fn version(&self) -> u16;

    /// The body as CBOR.
    fn encode(&self) -> Vec<u8>;

    /// Reads a stored body, upcasting old versions.
    fn decode(name: &str, version: u16, body: &[u8]) -> Result<Self, DecodeError>;

    /// The body as a person reads it.
    fn to_json(&self) -> serde_json::Value;

    /// The hosts that the event concerns.
    fn hosts(&self) -> Vec<HostId>;

    /// The unique values that the event takes or gives back.
    fn claims(&self) -> Vec<Claim>;
}

/// What a single event struct says of itself. The defaults fit events about no host and no claim.
pub trait EventFacts {
    /// The hosts that the event concerns.
    fn hosts(&self) -> Vec<HostId> {
        Vec::new()
    }

    /// The unique values that the event takes or gives back.
    fn claims(&self) -> Vec<Claim> {
        Vec::new()
    }
}

impl<T: EventFacts> EventFacts for Box<T> {
    fn hosts(&self) -> Vec<HostId> {
        T::hosts(self)
    }

    fn claims(&self) -> Vec<Claim> {
        T::claims(self)
    }
}

/// Declares the event enum of an aggregate: variant, body struct, stored name, version.
///
/// `from { 1 => f }` upcasts old versions: `f` takes the stored bytes and gives today's struct.
#[macro_export]
macro_rules! events {
    (
        $(#[$doc:meta])*
        $vis:vis enum $enum:ident {
            $($variant:ident($body:ty) = $name:literal v $version:literal
                $(from { $($old:literal => $upcast:expr),+ $(,)? })?;)+
        }
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq)]
        $vis enum $enum {
            $(
                #[doc = concat!("Stored as `", $name, ".v", $version, "`.")]
                $variant($body),
            )+
        }

        impl $crate::event::EventBody for $enum {
            const TYPES: &'static [(&'static str, u16)] = &[$(($name, $version)),+];

            fn name(&self) -> &'static str {
                match self { $(Self::$variant(_) => $name),+ }
            }

            fn version(&self) -> u16 {
                match self { $(Self::$variant(_) => $version),+ }
            }

            fn encode(&self) -> Vec<u8> {
                match self { $(Self::$variant(body) => $crate::event::to_cbor(body)),+ }
            }

            fn decode(
                name: &str,
                version: u16,
                body: &[u8],
            ) -> Result<Self, $crate::event::DecodeError> {
                let malformed = |source| $crate::event::DecodeError::Malformed {
                    name: name.to_owned(),
                    version,
                    source,
                };
                match (name, version) {
                    $(
                        ($name, $version) =>
                            minicbor::decode(body).map(Self::$variant).map_err(malformed),
                        $($(($name, $old) =>
                            ($upcast)(body).map(Self::$variant).map_err(malformed),)+)?
                    )+
                    _ => Err($crate::event::DecodeError::UnknownType {
                        name: name.to_owned(),
                        version,
                    }),
                }
            }

            fn to_json(&self) -> serde_json::Value {
                match self { $(Self::$variant(body) => $crate::event::to_json(body)),+ }
            }

            fn hosts(&self) -> Vec<$crate::id::HostId> {
                match self { $(Self::$variant(body) => $crate::event::EventFacts::hosts(body)),+ }
            }

            fn claims(&self) -> Vec<$crate::aggregate::Claim> {
                match self { $(Self::$variant(body) => $crate::event::EventFacts::claims(body)),+ }
            }
        }

        $(impl From<$body> for $enum {
            fn from(body: $body) -> Self {
                Self::$variant(body)
            }
        })+
    };
}

/// CBOR bytes of a value. Writing to memory cannot fail.
pub fn to_cbor<T: Encode<()>>(value: &T) -> Vec<u8> {
    let mut bytes = Vec::new();
    match minicbor::encode(value, &mut bytes) {
        Ok(()) => bytes,
        Err(error) => unreachable!("encoding to memory failed: {error}"),
    }
}

/// JSON of a value whose keys are all text.
pub fn to_json<T: Serialize>(value: &T) -> serde_json::Value {
    serde_json::to_value(value).unwrap_or(serde_json::Value::Null)
}

macro_rules! domain_events {
    ($($(#[$doc:meta])* $variant:ident($module:ident::$enum:ident);)+) => {
        /// Any event of any aggregate. Projections match on it without a wildcard arm.
        #[derive(Debug, Clone, PartialEq)]
        pub enum DomainEvent {
            $($(#[$doc])* $variant(crate::$module::$enum),)+
        }

        impl DomainEvent {
            /// The stored names and current versions of every event.
            pub fn types() -> Vec<(&'static str, u16)> {
                [$(crate::$module::$enum::TYPES),+].concat()
            }

            /// Reads a stored body, upcasting old versions.
            pub fn decode(name: &str, version: u16, body: &[u8]) -> Result<Self, DecodeError> {
                $(if crate::$module::$enum::TYPES.iter().any(|(known, _)| *known == name) {
                    return crate::$module::$enum::decode(name, version, body).map(Self::$variant);
                })+
                Err(DecodeError::UnknownType { name: name.to_owned(), version })
            }

            /// The body as a person reads it.
            pub fn to_json(&self) -> serde_json::Value {
                match self { $(Self::$variant(event) => event.to_json()),+ }
            }
        }

        $(impl From<crate::$module::$enum> for DomainEvent {
            fn from(event: crate::$module::$enum) -> Self {
                Self::$variant(event)
            }
        })+
    };
}

domain_events! {
    /// A published list of rules.
    Catalogue(catalogue::CatalogueEvent);
    /// A stored way to log in.
    Credential(credential::CredentialEvent);
    /// Hosts that belong together.
    Group(group::GroupEvent);
    /// A scan of many hosts.
    FleetScan(fleet_scan::FleetScanEvent);
    /// A machine under watch.
    Host(host::HostEvent);
    /// What a person prefers.
    Preference(preference::PreferenceEvent);
    /// The rules that processes are started with.
    RuleBase(rule_base::RuleBaseEvent);
    /// Rules of the organisation's own.
    RulePack(rule_pack::RulePackEvent);
    /// Trust in a set of rules.
    RuleSet(rule_set::RuleSetEvent);
    /// One scan.
    Scan(scan::ScanEvent);
    /// A browser that has logged in.
    Session(session::SessionEvent);
    /// What holds for the whole organisation.
    Settings(settings::SettingsEvent);
    /// A bearer secret for automation.
    Token(token::TokenEvent);
    /// A person.
    User(user::UserEvent);
}
