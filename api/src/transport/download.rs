//! Scans as files: `/exports/scans/<id>/<format>` and `/exports/fleet-scans/<id>/<format>`, for whoever may see
//! scans, by the session of a browser or by a bearer token. `?verdict=fail,error` leaves other results out. One
//! report at a time is in memory, whatever the fleet and however slow the reader.

use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::{ConnectInfo, Path, RawQuery, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use domain::causes::in_full;
use domain::id::{FleetScanId, ScanId, TypedId};
use domain::permission::Permission;
use domain::verdict::Verdict;
use export::{Document, FleetReports, Format, ReadError, Scope, stored};

use super::Endpoint;
use super::negotiation::Media;
use super::operation::caller;
use super::refused::Refused;
use crate::access::admit;
use crate::schema::error::Fault;
use crate::schema::id::parts;
use crate::state::Inner;

/// What a request asks for, once it was let in.
struct Wanted<'s, T> {
    inner: &'s Inner,
    id: T,
    format: Format,
    verdicts: Vec<Verdict>,
}

/// One scan.
pub(crate) async fn scan(
    State(endpoint): State<Endpoint>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    Path(path): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Response {
    let answer = async {
        let wanted: Wanted<'_, ScanId> = let_in(&endpoint, &headers, peer, path, query).await?;
        let report = stored(&wanted.inner.store, wanted.id).await;
        let report = report.map_err(|error| unread(&error))?;
        let mut document = Document::new(wanted.format, Scope::One);
        let text = document
            .add(&report.of_verdicts(&wanted.verdicts))
            .map_err(|error| Refused::of_fault(&Fault::internal(in_full(&error))))?;
        let text = text + &document.end();
        Ok(file(&wanted, "scan", text.into()))
    };
    answer
        .await
        .unwrap_or_else(|refused: Refused| refused.respond(Media::Json))
}

/// All scans of a fleet scan.
pub(crate) async fn fleet_scan(
    State(endpoint): State<Endpoint>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    Path(path): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Response {
    let answer = async {
        let wanted: Wanted<'_, FleetScanId> =
            let_in(&endpoint, &headers, peer, path, query).await?;
        let reports = FleetReports::open(wanted.inner.store.clone(), wanted.id).await;
        let reports = reports.map_err(|error| unread(&error))?;
        let document = Document::new(wanted.format, Scope::Many);
        let begun = Some((reports, document, wanted.verdicts.clone()));
        let pieces = futures::stream::try_unfold(begun, piece);
        Ok(file(&wanted, "fleet-scan", Body::from_stream(pieces)))
    };
    answer
        .await
        .unwrap_or_else(|refused: Refused| refused.respond(Media::Json))
}

/// What is left of a document.
type Rest = Option<(FleetReports, Document, Vec<Verdict>)>;

/// The next piece of a document. An error breaks the answer off: a reader sees that it is not whole.
async fn piece(rest: Rest) -> Result<Option<(String, Rest)>, std::io::Error> {
    let Some((mut reports, mut document, verdicts)) = rest else {
        return Ok(None);
    };
    let broken = |error: &dyn std::error::Error| {
        tracing::error!(error = in_full(error), "an export broke off");
        std::io::Error::other(in_full(error))
    };
    let report = reports.next().await.map_err(|error| broken(&error))?;
    let Some(report) = report else {
        return Ok(Some((document.end(), None)));
    };
    let text = document
        .add(&report.of_verdicts(&verdicts))
        .map_err(|error| broken(&error))?;
    Ok(Some((text, Some((reports, document, verdicts)))))
}

/// Who calls is found out, permission looked at, and what is asked for read, in this order.
async fn let_in<'s, T: TypedId>(
    endpoint: &'s Endpoint,
    headers: &HeaderMap,
    peer: SocketAddr,
    (id, format): (String, String),
    query: Option<String>,
) -> Result<Wanted<'s, T>, Refused> {
    let (caller, _) = caller(endpoint, headers, peer).await?;
    let inner = admit(&endpoint.state, &caller, Permission::ScanRead)
        .map_err(|fault| Refused::of_fault(&fault))?;
    let id = match parts(&id) {
        Some((kind, key)) if kind == T::KIND => key.parse().ok(),
        _ => id.parse().ok(),
    };
    let mut formats = Format::FILES.into_iter();
    let format = formats.find(|known| known.as_str() == format);
    let (Some(id), Some(format)) = (id, format) else {
        let message = "there is no such file: say /exports/scans/ID/FORMAT or /exports/fleet-scans/ID/FORMAT \
            with json, jsonl, csv, junit or sarif";
        return Err(Refused::new(StatusCode::NOT_FOUND, "NOT_FOUND", message));
    };
    Ok(Wanted {
        inner,
        id,
        format,
        verdicts: verdicts(&query.unwrap_or_default())?,
    })
}

fn verdicts(query: &str) -> Result<Vec<Verdict>, Refused> {
    let mut wanted = Vec::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        if name != "verdict" {
            let message = format!("{name:?} is not known here: verdict=fail,error is");
            return Err(Refused::bad(message));
        }
        for word in value.split(',') {
            let mut known = Verdict::ALL.into_iter();
            let verdict = known.find(|verdict| verdict.as_str() == word);
            wanted.push(verdict.ok_or_else(|| {
                Refused::bad("a verdict is pass, fail, error, not_applicable or manual")
            })?);
        }
    }
    Ok(wanted)
}

fn file<T: TypedId>(wanted: &Wanted<'_, T>, noun: &str, body: Body) -> Response {
    let (format, id) = (wanted.format, wanted.id);
    // Nouns, ids and endings have no characters that would need quoting (RFC 6266).
    let name = format!(
        "attachment; filename=\"{noun}-{id}.{}\"",
        format.extension()
    );
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(format.media_type()));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(name) = HeaderValue::from_str(&name) {
        headers.insert(CONTENT_DISPOSITION, name);
    }
    response
}

fn unread(error: &ReadError) -> Refused {
    match error {
        ReadError::NoScan(_) | ReadError::NoFleetScan(_) => {
            Refused::new(StatusCode::NOT_FOUND, "NOT_FOUND", error.to_string())
        }
        ReadError::NotEnded(_) | ReadError::Trial(_) => {
            Refused::new(StatusCode::CONFLICT, "CONFLICT", error.to_string())
        }
        ReadError::Broken { .. } | ReadError::Store(_) => {
            Refused::of_fault(&Fault::internal(in_full(error)))
        }
    }
}
