//! SSH to hosts, on russh: connecting with deadlines, host keys, logging in, one shell.
//! The only module that knows russh. Must not know rules, the log or the database.

mod agent;
mod auth;
mod client;
mod error;
mod handshake;
mod host;
mod host_key;
mod key;
pub mod known_hosts;
mod link;
mod session;
mod short_key;
#[cfg(test)]
pub(crate) mod tests;

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use domain::credential::AuthMethod;
use domain::host::{HostKey, HostKeyPolicy};
use domain::port::CredentialSecret;

pub use error::SshError;
pub use host::SshHost;
pub use key::inspect_key;
pub use session::{NotConnected, SshSession, connect};

/// Where an SSH server listens.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Endpoint {
    /// Host name or IP address.
    pub address: String,
    /// TCP port.
    pub port: u16,
}

impl Endpoint {
    /// The endpoint that a host key belongs to; a key without a port is one of port 22.
    pub(crate) fn of_key(key: &HostKey) -> Self {
        let (address, port) = key
            .endpoint
            .rsplit_once(':')
            .and_then(|(address, port)| Some((address, port.parse().ok()?)))
            .unwrap_or((key.endpoint.as_str(), 22));
        Self {
            address: address
                .trim_start_matches('[')
                .trim_end_matches(']')
                .to_owned(),
            port,
        }
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.address.contains(':') {
            write!(f, "[{}]:{}", self.address, self.port)
        } else {
            write!(f, "{}:{}", self.address, self.port)
        }
    }
}

/// Who logs in, and with what.
#[derive(Debug, Clone)]
pub struct Login {
    /// The account.
    pub username: String,
    /// What is tried, in which order.
    pub method: AuthMethod,
    /// The secrets that the method needs. The password also serves sudo.
    pub secret: CredentialSecret,
}

/// An SSH server and how to log in there.
#[derive(Debug, Clone)]
pub struct Hop {
    /// Where it is.
    pub endpoint: Endpoint,
    /// How to log in.
    pub login: Login,
}

/// A host to connect to.
#[derive(Debug, Clone)]
pub struct SshTarget {
    /// The host.
    pub host: Hop,
    /// The host on the way.
    pub jump: Option<Hop>,
    /// What happens with a key of an endpoint that has no trusted key.
    pub policy: HostKeyPolicy,
    /// Trusted keys of all endpoints.
    pub trusted_keys: Vec<HostKey>,
}

/// Bounds and surroundings of SSH connections.
#[derive(Debug, Clone)]
pub struct SshOptions {
    /// The socket of the SSH agent (`SSH_AUTH_SOCK`), if there is one.
    pub agent_socket: Option<PathBuf>,
    /// Public keys (base64, RFC 4253 section 6.6) that no host may show, whatever else is trusted.
    pub revoked_keys: Vec<String>,
    /// For the name and the TCP connection.
    pub connect: Duration,
    /// For the SSH version line and the key exchange.
    pub handshake: Duration,
    /// For logging in; PAM may wait some seconds after a wrong password.
    pub authenticate: Duration,
    /// For the opening of the channel.
    pub open: Duration,
    /// A silent host is asked for a sign of life after this time; three in vain end the connection.
    pub keepalive: Duration,
}

impl Default for SshOptions {
    fn default() -> Self {
        Self {
            agent_socket: None,
            revoked_keys: Vec::new(),
            connect: Duration::from_secs(10),
            handshake: Duration::from_secs(15),
            authenticate: Duration::from_secs(30),
            open: Duration::from_secs(15),
            keepalive: Duration::from_secs(10),
        }
    }
}
