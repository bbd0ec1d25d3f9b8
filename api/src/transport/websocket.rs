//! GraphQL over WebSocket: the protocol `graphql-transport-ws` with its exact close codes
//! (github.com/enisdenjo/graphql-ws, PROTOCOL.md). One task a socket: it reads, it pulls from running
//! operations one message at a time, and it waits for the socket to take each: nothing piles up.

use std::net::SocketAddr;
use std::time::Duration;

use async_graphql::Response as GraphQlResponse;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use futures::stream::BoxStream;
use futures::{FutureExt as _, StreamExt as _};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use tokio::time::{Instant, sleep_until, timeout};
use tokio_stream::StreamMap;

use super::operation::{body, caller, from_fields, is_request_error, prepare};
use super::{Endpoint, origin};
use crate::auth::caller::{Caller, Identity, Proof, identify};
use crate::schema::cost::add_codes;

const PROTOCOL: &str = "graphql-transport-ws";
/// The client has to introduce itself in this time.
const INIT: Duration = Duration::from_secs(3);
/// We ask for a sign of life this often; a silent client is given up after one more.
const PING: Duration = Duration::from_secs(20);
/// A client that takes nothing for this long is given up.
const WRITE: Duration = Duration::from_secs(10);
/// Permissions are looked at again at most this often.
const RECHECK: Duration = Duration::from_millis(500);
/// The closing handshake may take this long.
const GOODBYE: Duration = Duration::from_secs(2);
/// Operations of one socket.
const OPERATIONS: usize = 16;
/// Bytes of one message from the client.
const MESSAGE: usize = 64 * 1024;

/// Close codes of the protocol, and of RFC 6455.
mod code {
    pub(super) const GOING_AWAY: u16 = 1001;
    pub(super) const RESTART: u16 = 1012;
    pub(super) const BAD_REQUEST: u16 = 4400;
    pub(super) const UNAUTHORIZED: u16 = 4401;
    pub(super) const FORBIDDEN: u16 = 4403;
    pub(super) const NOT_ACCEPTABLE: u16 = 4406;
    pub(super) const INIT_TIMEOUT: u16 = 4408;
    pub(super) const DUPLICATE: u16 = 4409;
    pub(super) const TOO_MANY_INITS: u16 = 4429;
}

/// A message of the client.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
enum Incoming {
    ConnectionInit {
        payload: Option<Map<String, Value>>,
    },
    Ping {
        #[serde(rename = "payload")]
        _payload: Option<Value>,
    },
    Pong {
        #[serde(rename = "payload")]
        _payload: Option<Value>,
    },
    Subscribe {
        id: String,
        payload: Map<String, Value>,
    },
    Complete {
        id: String,
    },
}

/// Why a socket is closed.
struct Close(u16, String);

impl Close {
    fn new(code: u16, reason: impl Into<String>) -> Self {
        Self(code, reason.into())
    }
}

/// What an operation gives: an answer, or its end.
enum Output {
    Answer(Box<GraphQlResponse>),
    End,
}

/// Takes an upgrade from our own pages and from programs.
pub(crate) fn accept(
    endpoint: Endpoint,
    upgrade: WebSocketUpgrade,
    headers: &HeaderMap,
    peer: SocketAddr,
) -> Response {
    if !origin::allowed(&endpoint.state.inner, headers) {
        return (StatusCode::FORBIDDEN, "this page is not of this site").into_response();
    }
    let headers = headers.clone();
    upgrade
        .protocols([PROTOCOL])
        .max_message_size(MESSAGE)
        .max_frame_size(MESSAGE)
        .on_upgrade(move |socket| async move {
            if socket.protocol().and_then(|known| known.to_str().ok()) != Some(PROTOCOL) {
                close(
                    socket,
                    Close::new(code::NOT_ACCEPTABLE, "Subprotocol not acceptable"),
                )
                .await;
                return;
            }
            let mut connection = Connection::new(endpoint, socket, headers, peer);
            match connection.serve().await {
                Err(Some(reason)) => close(connection.socket, reason).await,
                _ => drain(connection.socket).await,
            }
        })
}

async fn close(mut socket: WebSocket, Close(code, reason): Close) {
    // A close frame holds 123 bytes of reason (RFC 6455, section 5.5).
    let mut reason = reason;
    reason.truncate(reason.floor_char_boundary(123));
    let frame = CloseFrame {
        code,
        reason: reason.into(),
    };
    // The other side may be gone already.
    let _ = timeout(GOODBYE, socket.send(Message::Close(Some(frame)))).await;
    drain(socket).await;
}

/// Reads to the end, which sends the answer to a close frame: without it a browser waits for seconds.
async fn drain(mut socket: WebSocket) {
    let reading = async { while let Some(Ok(_)) = socket.recv().await {} };
    let _ = timeout(GOODBYE, reading).await;
}

struct Connection {
    endpoint: Endpoint,
    socket: WebSocket,
    headers: HeaderMap,
    peer: SocketAddr,
    who: Option<(Caller, Proof)>,
    operations: StreamMap<String, BoxStream<'static, Output>>,
    heard: Instant,
    ping_at: Instant,
    check_at: Instant,
}

/// `None`: the client has gone.
type Step = Result<(), Option<Close>>;

impl Connection {
    fn new(endpoint: Endpoint, socket: WebSocket, headers: HeaderMap, peer: SocketAddr) -> Self {
        let now = Instant::now();
        Self {
            endpoint,
            socket,
            headers,
            peer,
            who: None,
            operations: StreamMap::new(),
            heard: now,
            ping_at: now + PING,
            check_at: now,
        }
    }

    async fn serve(&mut self) -> Step {
        let init_by = Instant::now() + INIT;
        let mut tables = self.endpoint.state.inner.projections.position();
        let stop = self.endpoint.state.inner.stop.clone();
        loop {
            let recheck = self.who.is_some() && tables.has_changed().unwrap_or(false);
            tokio::select! {
                biased;
                () = stop.cancelled() => {
                    return Err(Some(Close::new(code::RESTART, "The server restarts; resume with your last position")));
                }
                () = sleep_until(init_by), if self.who.is_none() => {
                    return Err(Some(Close::new(code::INIT_TIMEOUT, "Connection initialisation timeout")));
                }
                () = sleep_until(self.check_at), if recheck => {
                    tables.mark_unchanged();
                    self.check_at = Instant::now() + RECHECK;
                    self.check().await?;
                }
                () = sleep_until(self.ping_at) => self.ping().await?,
                message = self.socket.recv() => match message {
                    Some(Ok(message)) => self.take(message).await?,
                    _ => return Err(None),
                },
                Some((id, output)) = self.operations.next(), if !self.operations.is_empty() => {
                    self.give(id, output).await?;
                }
                _ = tables.changed(), if self.who.is_some() && !recheck => {
                    // Looked at in the next round: `changed` has marked it as seen.
                    tables.mark_changed();
                }
            }
        }
    }

    async fn take(&mut self, message: Message) -> Step {
        self.heard = Instant::now();
        let text = match message {
            Message::Text(text) => text,
            Message::Close(_) => return Err(None),
            Message::Ping(_) | Message::Pong(_) => return Ok(()),
            Message::Binary(_) => return Err(Some(invalid())),
        };
        let incoming: Incoming = serde_json::from_str(&text).map_err(|_| Some(invalid()))?;
        match incoming {
            Incoming::ConnectionInit { payload } => self.init(payload.unwrap_or_default()).await,
            Incoming::Ping { .. } => self.send(json!({ "type": "pong" })).await,
            Incoming::Pong { .. } => Ok(()),
            Incoming::Subscribe { id, payload } => self.subscribe(id, payload).await,
            Incoming::Complete { id } => {
                self.operations.remove(&id);
                Ok(())
            }
        }
    }

    async fn init(&mut self, payload: Map<String, Value>) -> Step {
        if self.who.is_some() {
            let reason = "Too many initialisation requests";
            return Err(Some(Close::new(code::TOO_MANY_INITS, reason)));
        }
        let forbidden = || Some(Close::new(code::FORBIDDEN, "Forbidden"));
        let token = payload
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case("authorization"))
            .and_then(|(_, value)| value.as_str());
        if let Some(value) = token {
            let value = value.parse().map_err(|_| forbidden())?;
            self.headers
                .insert(axum::http::header::AUTHORIZATION, value);
        }
        let (caller, proof) = caller(&self.endpoint, &self.headers, self.peer)
            .await
            .map_err(|_| forbidden())?;
        if caller.identity == Identity::Anonymous {
            return Err(forbidden());
        }
        self.who = Some((caller, proof));
        self.send(json!({ "type": "connection_ack" })).await
    }

    async fn subscribe(&mut self, id: String, payload: Map<String, Value>) -> Step {
        let Some((caller, proof)) = self.who.clone() else {
            return Err(Some(Close::new(code::UNAUTHORIZED, "Unauthorized")));
        };
        if self.operations.contains_key(&id) {
            let reason = format!("Subscriber for {id} already exists");
            return Err(Some(Close::new(code::DUPLICATE, reason)));
        }
        if self.operations.len() >= OPERATIONS {
            let message = format!("one connection may have {OPERATIONS} operations");
            return self.refuse(&id, &message, "RESOURCE_EXHAUSTED").await;
        }
        let request = match from_fields(payload) {
            Ok(request) => prepare(&self.endpoint, request, caller, proof),
            Err(refused) => {
                let message = refused.message().to_owned();
                return self.refuse(&id, &message, "BAD_USER_INPUT").await;
            }
        };
        let answers = self.endpoint.schema.execute_stream(request);
        let outputs = answers
            .map(|mut answer| {
                add_codes(&mut answer);
                Output::Answer(Box::new(answer))
            })
            .chain(async { Output::End }.into_stream());
        self.operations.insert(id, outputs.boxed());
        Ok(())
    }

    async fn refuse(&mut self, id: &str, message: &str, code: &str) -> Step {
        let error = json!({ "message": message, "extensions": { "code": code } });
        self.send(json!({ "id": id, "type": "error", "payload": [error] }))
            .await
    }

    async fn give(&mut self, id: String, output: Output) -> Step {
        let answer = match output {
            Output::End => {
                self.operations.remove(&id);
                return self.send(json!({ "id": id, "type": "complete" })).await;
            }
            Output::Answer(answer) => answer,
        };
        if is_request_error(&answer) {
            self.operations.remove(&id);
            return self
                .send(json!({ "id": id, "type": "error", "payload": answer.errors }))
                .await;
        }
        let payload: Value = serde_json::from_str(&body(&answer, false)).unwrap_or_default();
        self.send(json!({ "id": id, "type": "next", "payload": payload }))
            .await
    }

    /// A sign of life is due.
    async fn ping(&mut self) -> Step {
        let now = Instant::now();
        if now.duration_since(self.heard) > PING * 2 {
            return Err(Some(Close::new(code::GOING_AWAY, "No sign of life")));
        }
        self.ping_at = now + PING;
        self.send(json!({ "type": "ping" })).await
    }

    /// Whether the one who called is still let in.
    async fn check(&mut self) -> Step {
        let Some((known, proof)) = &self.who else {
            return Ok(());
        };
        match identify(&self.endpoint.state.inner.store, proof, &known.address).await {
            Ok(Some(caller)) => {
                let proof = proof.clone();
                self.who = Some((caller, proof));
                Ok(())
            }
            Ok(None) => Err(Some(Close::new(code::FORBIDDEN, "Forbidden"))),
            // Looked at again with the next event.
            Err(_) => Ok(()),
        }
    }

    async fn send(&mut self, message: Value) -> Step {
        let sending = self.socket.send(Message::Text(message.to_string().into()));
        match timeout(WRITE, sending).await {
            Ok(Ok(())) => Ok(()),
            _ => Err(None),
        }
    }
}

fn invalid() -> Close {
    Close::new(code::BAD_REQUEST, "Invalid message received")
}
