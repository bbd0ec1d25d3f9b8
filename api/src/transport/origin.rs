//! Which pages may call. A browser says where a request comes from; programs say nothing.

use axum::http::HeaderMap;
use axum::http::header::{HOST, ORIGIN};

use crate::state::Inner;

/// Whether the page that sent the request is ours, or on the list. Requests without an origin are not
/// from pages of other sites.
pub(crate) fn allowed(inner: &Inner, headers: &HeaderMap) -> bool {
    if headers
        .get("sec-fetch-site")
        .is_some_and(|site| site == "cross-site")
        && !listed(inner, headers)
    {
        return false;
    }
    match headers.get(ORIGIN) {
        None => true,
        Some(_) => listed(inner, headers) || own(inner, headers),
    }
}

fn listed(inner: &Inner, headers: &HeaderMap) -> bool {
    let origin = headers.get(ORIGIN).and_then(|origin| origin.to_str().ok());
    origin.is_some_and(|origin| inner.origins.iter().any(|known| known == origin))
}

/// The origin has the scheme that we serve and the host that the request is for.
fn own(inner: &Inner, headers: &HeaderMap) -> bool {
    let origin = headers.get(ORIGIN).and_then(|origin| origin.to_str().ok());
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    let (Some(origin), Some(host)) = (origin, host) else {
        return false;
    };
    let scheme = if inner.secure { "https" } else { "http" };
    origin.eq_ignore_ascii_case(&format!("{scheme}://{host}"))
}
