//! Typed ids: one UUID kind per noun, so that a scan id can never stand where a host id belongs.
//! How an id looks at the API (opaque global ids) is the API's business.

use std::fmt;
use std::str::FromStr;

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Where new ids come from. Production draws UUIDv7 (RFC 9562); tests draw a fixed sequence.
pub trait Ids: Send + Sync {
    /// A UUID that nobody has seen.
    fn next(&self) -> Uuid;
}

/// What every typed id can do.
pub trait TypedId:
    Copy + fmt::Display + FromStr<Err = uuid::Error> + Send + Sync + 'static
{
    /// The stable lower-case noun of the kind: `host`, `scan`, ….
    const KIND: &'static str;

    /// Wraps a UUID.
    fn from_uuid(uuid: Uuid) -> Self;

    /// The UUID inside.
    fn uuid(self) -> Uuid;

    /// Draws a new id.
    fn draw(ids: &dyn Ids) -> Self {
        Self::from_uuid(ids.next())
    }
}

macro_rules! typed_ids {
    ($($(#[$doc:meta])* $name:ident = $kind:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl TypedId for $name {
            const KIND: &'static str = $kind;

            fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}:{}", $kind, self.0)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }

        impl<C> Encode<C> for $name {
            fn encode<W: minicbor::encode::Write>(
                &self,
                e: &mut minicbor::Encoder<W>,
                _: &mut C,
            ) -> Result<(), minicbor::encode::Error<W::Error>> {
                e.bytes(self.0.as_bytes())?.ok()
            }
        }

        impl<'b, C> Decode<'b, C> for $name {
            fn decode(
                d: &mut minicbor::Decoder<'b>,
                _: &mut C,
            ) -> Result<Self, minicbor::decode::Error> {
                Uuid::from_slice(d.bytes()?)
                    .map(Self)
                    .map_err(|_| minicbor::decode::Error::message("an id has 16 bytes"))
            }
        }
    )*};
}

typed_ids! {
    /// One command as its sender numbered it; a repeat with the same id gets the first answer.
    CommandId = "command";
    /// Everything that one request set in motion.
    CorrelationId = "correlation";
    /// A stored way to log in to hosts.
    CredentialId = "credential";
    /// Hosts that belong together.
    GroupId = "group";
    /// A scan of many hosts.
    FleetScanId = "fleet_scan";
    /// A machine under watch.
    HostId = "host";
    /// Rules of the organisation's own.
    RulePackId = "rule_pack";
    /// One scan of one host.
    ScanId = "scan";
    /// A logged-in browser.
    SessionId = "session";
    /// A bearer token for automation.
    TokenId = "token";
    /// A person who may log in.
    UserId = "user";
}
