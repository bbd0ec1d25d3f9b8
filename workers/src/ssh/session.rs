//! A logged-in connection: how it comes about, step by step with deadlines, through a host on the
//! way if need be, and the one shell that it carries.

use std::borrow::Cow;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use domain::host::HostKey;
use russh::client::{Config, Handle};
use russh::{Disconnect, Preferred, compression};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::auth::{self, LogInError};
use super::client::{Client, Observed};
use super::link::open_link;
use super::{Endpoint, Hop, SshError, SshOptions, SshTarget, handshake, host_key};
use crate::shell::{Elevation, Link};

/// How long a host that we leave may take to hear it.
const GOODBYE: Duration = Duration::from_secs(1);

/// The step in which the host looks up the groups of the account and runs its PAM stack.
const OPENING: &str = "opening a session (a name service or PAM may be slow there)";

/// A logged-in connection.
pub struct SshSession {
    host: Connected,
    /// Kept because the connection to the host runs through it.
    jump: Option<Connected>,
    endpoint: Endpoint,
    open: Duration,
    /// The keys that were shown, the host on the way first.
    pub presented_keys: Vec<HostKey>,
    /// Those of them that were accepted because they were the first.
    pub first_used_keys: Vec<HostKey>,
}

/// No connection, but perhaps keys that were shown before it failed.
#[derive(Debug, thiserror::Error)]
#[error("{error}")]
pub struct NotConnected {
    /// The keys that were shown.
    pub presented_keys: Vec<HostKey>,
    /// Why there is no connection.
    #[source]
    pub error: SshError,
}

struct Connected {
    handle: Handle<Client>,
    observed: Observed,
}

/// Connects, checks the host key, logs in.
pub async fn connect(
    target: &SshTarget,
    options: &SshOptions,
) -> Result<SshSession, Box<NotConnected>> {
    let seen = [Observed::default(), Observed::default()];
    let outcome = establish(target, options, &seen).await;
    let presented_keys = seen
        .iter()
        .filter_map(|observed| observed.with(|seen| seen.presented.clone()))
        .collect();
    let (host, jump) = match outcome {
        Ok(connected) => connected,
        Err(error) => {
            return Err(Box::new(NotConnected {
                presented_keys,
                error,
            }));
        }
    };
    let first_used_keys = seen
        .iter()
        .filter_map(|observed| {
            observed.with(|seen| seen.presented.clone().filter(|_| seen.first_use))
        })
        .collect();
    Ok(SshSession {
        host,
        jump,
        endpoint: target.host.endpoint.clone(),
        open: options.open,
        presented_keys,
        first_used_keys,
    })
}

async fn establish(
    target: &SshTarget,
    options: &SshOptions,
    [on_the_way, at_the_end]: &[Observed; 2],
) -> Result<(Connected, Option<Connected>), SshError> {
    let handshake = Handshake { target, options };
    let Some(jump) = &target.jump else {
        let stream = dial(&target.host.endpoint, options).await?;
        return Ok((
            handshake.make(&target.host, stream, at_the_end).await?,
            None,
        ));
    };
    let stream = dial(&jump.endpoint, options).await?;
    let way = handshake.make(jump, stream, on_the_way).await?;
    let end = &target.host.endpoint;
    let opened =
        way.handle
            .channel_open_direct_tcpip(&end.address, u32::from(end.port), "127.0.0.1", 0);
    let channel = within(
        end,
        "connecting through the jump host",
        options.connect,
        opened,
    )
    .await?
    .map_err(|source| SshError::JumpRefused {
        jump: jump.endpoint.to_string(),
        endpoint: end.to_string(),
        source: Box::new(source),
    })?;
    let host = handshake
        .make(&target.host, channel.into_stream(), at_the_end)
        .await?;
    Ok((host, Some(way)))
}

/// Tries every address of the name; the bound holds for all of them together.
async fn dial(endpoint: &Endpoint, options: &SshOptions) -> Result<TcpStream, SshError> {
    let connecting = async {
        let stream = TcpStream::connect((endpoint.address.as_str(), endpoint.port)).await?;
        // Without it every small packet waits for the acknowledgement of the one before.
        stream.set_nodelay(true)?;
        Ok(stream)
    };
    within(endpoint, "connecting", options.connect, connecting)
        .await?
        .map_err(|source| SshError::Unreachable {
            endpoint: endpoint.to_string(),
            source,
        })
}

/// Key exchange and log-in on a stream.
struct Handshake<'a> {
    target: &'a SshTarget,
    options: &'a SshOptions,
}

impl Handshake<'_> {
    async fn make<S>(
        &self,
        hop: &Hop,
        stream: S,
        observed: &Observed,
    ) -> Result<Connected, SshError>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let client = Client {
            endpoint: hop.endpoint.clone(),
            trusted: self.target.trusted_keys.clone(),
            revoked: self.options.revoked_keys.clone(),
            policy: self.target.policy,
            observed: observed.clone(),
        };
        let greeting = russh::client::connect_stream(self.config(&hop.endpoint), stream, client);
        let mut handle = within(
            &hop.endpoint,
            "the SSH handshake",
            self.options.handshake,
            greeting,
        )
        .await?
        .map_err(|error| handshake::fault(&hop.endpoint, error))?;
        let logging_in = auth::log_in(&mut handle, &hop.login, self.options);
        let outcome = within(
            &hop.endpoint,
            "logging in",
            self.options.authenticate,
            logging_in,
        )
        .await?;
        outcome.map_err(|error| log_in_error(hop, observed, handle.is_closed(), error))?;
        Ok(Connected {
            handle,
            observed: observed.clone(),
        })
    }

    fn config(&self, endpoint: &Endpoint) -> Arc<Config> {
        Arc::new(Config {
            client_id: russh::SshId::Standard("SSH-2.0-OpenWatch".into()),
            preferred: Preferred {
                kex: Cow::Borrowed(&handshake::KEY_EXCHANGES),
                key: host_key::preference(endpoint, &self.target.trusted_keys),
                // Shell and the text of files: a sixth of the bytes, so fewer round trips of a young connection.
                compression: Cow::Borrowed(&[compression::ZLIB_LEGACY, compression::NONE]),
                ..Preferred::default()
            },
            nodelay: true,
            keepalive_interval: Some(self.options.keepalive),
            keepalive_max: 3,
            // Ends connections that hang before the log-in, where no keepalive is sent.
            inactivity_timeout: Some(self.options.keepalive.saturating_mul(6)),
            ..Config::default()
        })
    }
}

fn log_in_error(hop: &Hop, observed: &Observed, closed: bool, error: LogInError) -> SshError {
    let (farewell, no_method_left) =
        observed.with(|seen| (seen.farewell.clone(), seen.no_method_left));
    let endpoint = hop.endpoint.to_string();
    match error {
        LogInError::Refused(_) if closed && farewell.is_none() && !no_method_left => {
            SshError::ConnectionLost { endpoint, farewell }
        }
        LogInError::Refused(detail) => SshError::AuthenticationRefused {
            endpoint,
            username: hop.login.username.clone(),
            detail: farewell.map_or(detail.clone(), |words| format!("{detail} ({words})")),
        },
        LogInError::Failed(SshError::Protocol(_)) => {
            SshError::ConnectionLost { endpoint, farewell }
        }
        LogInError::Failed(error) => error,
    }
}

async fn within<T>(
    endpoint: &Endpoint,
    step: &'static str,
    limit: Duration,
    work: impl Future<Output = T>,
) -> Result<T, SshError> {
    timeout(limit, work).await.map_err(|_| SshError::TimedOut {
        endpoint: endpoint.to_string(),
        step,
        limit,
    })
}

impl SshSession {
    /// Opens the one channel and starts the command in it, without waiting for its answer: one
    /// round trip. The first output comes with the next one.
    pub async fn start(&self, elevation: &Elevation) -> Result<Link, SshError> {
        let opening = open_link(&self.host.handle, elevation.command());
        let opened = within(&self.endpoint, OPENING, self.open, opening).await?;
        opened.map_err(|source| self.session_error(Box::new(source)))
    }

    /// The loss of the connection, with the last words of the host.
    pub fn lost(&self) -> SshError {
        SshError::ConnectionLost {
            endpoint: self.endpoint.to_string(),
            farewell: self.host.observed.with(|seen| seen.farewell.clone()),
        }
    }

    fn session_error(&self, source: Box<russh::Error>) -> SshError {
        if self.host.handle.is_closed() {
            return self.lost();
        }
        let endpoint = self.endpoint.to_string();
        SshError::SessionRefused { endpoint, source }
    }

    /// Says goodbye. Dropping the session ends it as well, without a word.
    pub async fn close(self) {
        for connected in [Some(self.host), self.jump].into_iter().flatten() {
            let goodbye = connected
                .handle
                .disconnect(Disconnect::ByApplication, "done", "en");
            // The answer of a host that we leave does not matter.
            let _ = timeout(GOODBYE, goodbye).await;
        }
    }

    /// Says goodbye and waits until it is said, with all that was to be said before: for a process that ends.
    pub async fn leave(self) {
        for connected in [Some(self.host), self.jump].into_iter().flatten() {
            let leaving = async {
                let goodbye =
                    connected
                        .handle
                        .disconnect(Disconnect::ByApplication, "called off", "en");
                let _ = goodbye.await;
                let _ = connected.handle.await;
            };
            let _ = timeout(GOODBYE, leaving).await;
        }
    }
}
