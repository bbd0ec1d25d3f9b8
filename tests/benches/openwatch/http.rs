//! A query over HTTP, against the shortest answer of the same server.

use std::time::{Duration, Instant};

use crate::Figure;
use crate::server::{Connection, Server, head};

const REQUESTS: usize = 1000;

/// Figures of the binary that is built beside the benchmark, or that `BINARY_UNDER_TEST` names.
pub(crate) async fn measure() -> Vec<Figure> {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path(), &[]).await;
    let health = rate(&server, "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").await;
    let mut figures = Vec::new();
    for (name, text) in [
        ("query, nothing", "{ __typename }"),
        ("query, one read", "{ setup { administratorExists } }"),
    ] {
        let body = serde_json::json!({ "query": text }).to_string();
        let request = format!("{}\r\n{body}", head(&body));
        figures.push(Figure {
            name: name.to_owned(),
            value: rate(&server, &request).await,
            unit: "requests/s",
            baseline: ("GET /healthz", health),
            limit: "CPU: parsing and validation",
        });
    }
    figures
}

/// Requests a second over one connection, one after the other.
async fn rate(server: &Server, request: &str) -> f64 {
    let mut connection = Connection::open(&server.address).await;
    let mut best = Duration::MAX;
    for _ in 0..3 {
        let begun = Instant::now();
        for _ in 0..REQUESTS {
            connection.ask(request).await;
        }
        best = best.min(begun.elapsed());
    }
    REQUESTS as f64 / best.as_secs_f64()
}
