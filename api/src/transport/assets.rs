//! The files of the web UI, embedded in the binary. Every unknown path is the one page of the UI.

use axum::http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use rust_embed::{EmbeddedFile, RustEmbed};

#[derive(RustEmbed)]
#[folder = "../frontend/dist"]
struct Ui;

const PAGE: &str = "index.html";
/// Files below have their hash in the name.
const HASHED: &str = "assets/";
const NOT_BUILT: &str =
    "This build has no web UI. Build it with `make build`; the API is at /graphql.\n";

/// The file of a path, or the page.
pub(crate) async fn file(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    if method != Method::GET && method != Method::HEAD {
        return (StatusCode::METHOD_NOT_ALLOWED, [(ALLOW, "GET, HEAD")]).into_response();
    }
    let path = uri.path().trim_start_matches('/');
    match Ui::get(path).filter(|_| !path.is_empty()) {
        Some(file) => respond(path, &file, &headers),
        // A missing hashed file is missing: the page in its place would only confuse.
        None if path.starts_with(HASHED) => StatusCode::NOT_FOUND.into_response(),
        None => match Ui::get(PAGE) {
            Some(page) => respond(PAGE, &page, &headers),
            None => (StatusCode::NOT_FOUND, NOT_BUILT).into_response(),
        },
    }
}

fn respond(path: &str, file: &EmbeddedFile, headers: &HeaderMap) -> Response {
    let etag = format!("\"{}\"", hex::encode(file.metadata.sha256_hash()));
    if headers
        .get(IF_NONE_MATCH)
        .is_some_and(|known| known.as_bytes() == etag.as_bytes())
    {
        return StatusCode::NOT_MODIFIED.into_response();
    }
    let cache = if path.starts_with(HASHED) {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let kind = file.metadata.mimetype().to_owned();
    let headers = [
        (CONTENT_TYPE, kind),
        (CACHE_CONTROL, cache.to_owned()),
        (ETAG, etag),
    ];
    (headers, file.data.clone().into_owned()).into_response()
}
