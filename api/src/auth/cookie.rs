//! The session cookie: out of reach of scripts, sent by our own pages only.

use axum::http::HeaderMap;
use axum::http::header::COOKIE;

/// Its name over TLS. The prefix makes browsers insist on `Secure`, on the path `/` and on this host.
const SECURE_NAME: &str = "__Host-openwatch";
/// Its name on loopback without TLS.
const PLAIN_NAME: &str = "openwatch";

fn name(secure: bool) -> &'static str {
    if secure { SECURE_NAME } else { PLAIN_NAME }
}

/// The `Set-Cookie` value that gives a browser its session.
pub(crate) fn give(secret: &str, secure: bool, lifetime_seconds: i64) -> String {
    let flag = if secure { "; Secure" } else { "" };
    format!(
        "{}={secret}; Path=/; HttpOnly; SameSite=Strict; Max-Age={lifetime_seconds}{flag}",
        name(secure)
    )
}

/// The `Set-Cookie` value that takes it away.
pub(crate) fn take(secure: bool) -> String {
    give("", secure, 0)
}

/// The secret that a request brings.
pub(crate) fn find(headers: &HeaderMap, secure: bool) -> Option<&str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(found, value)| *found == name(secure) && !value.is_empty())
        .map(|(_, value)| value)
}
