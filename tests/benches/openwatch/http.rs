//! A query over HTTP, against the shortest answer of the same server.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

use crate::Figure;

const REQUESTS: usize = 1000;

/// Figures of the binary that is built beside the benchmark, or that `BINARY_UNDER_TEST` names.
pub(crate) async fn measure() -> Vec<Figure> {
    let folder = tempfile::tempdir().unwrap();
    let (mut server, address) = start(folder.path()).await;
    let health = rate(&address, "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").await;
    let query = |query: &str| {
        let body = serde_json::json!({ "query": query }).to_string();
        format!(
            "POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n\
             content-length: {}\r\n\r\n{body}",
            body.len()
        )
    };
    let mut figures = Vec::new();
    for (name, text) in [
        ("query, nothing", "{ __typename }"),
        ("query, one read", "{ setup { administratorExists } }"),
    ] {
        figures.push(Figure {
            name: name.to_owned(),
            value: rate(&address, &query(text)).await,
            unit: "requests/s",
            baseline: ("GET /healthz", health),
            limit: "CPU: parsing and validation",
        });
    }
    server.kill().unwrap();
    server.wait().unwrap();
    figures
}

async fn start(folder: &std::path::Path) -> (Child, String) {
    let binary = std::env::var("BINARY_UNDER_TEST").expect("run it with make bench");
    let mut server = Command::new(binary)
        .args([
            "serve",
            "--no-worker",
            "--listen",
            "127.0.0.1:0",
            "--data-dir",
        ])
        .arg(folder)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let output = tokio::process::ChildStdout::from_std(server.stdout.take().unwrap()).unwrap();
    let mut lines = BufReader::new(output).lines();
    let line = lines.next_line().await.unwrap().unwrap();
    let address = line
        .split("http://")
        .nth(1)
        .unwrap()
        .trim_end_matches('/')
        .to_owned();
    (server, address)
}

/// Requests a second over one connection, one after the other.
async fn rate(address: &str, request: &str) -> f64 {
    let mut stream = BufReader::new(TcpStream::connect(address).await.unwrap());
    stream.get_ref().set_nodelay(true).unwrap();
    let mut best = Duration::MAX;
    for _ in 0..3 {
        let begun = Instant::now();
        for _ in 0..REQUESTS {
            ask(&mut stream, request).await;
        }
        best = best.min(begun.elapsed());
    }
    REQUESTS as f64 / best.as_secs_f64()
}

async fn ask(stream: &mut BufReader<TcpStream>, request: &str) {
    stream.write_all(request.as_bytes()).await.unwrap();
    let (mut line, mut length) = (String::new(), 0);
    while stream.read_line(&mut line).await.unwrap() > 2 {
        let header = line.to_ascii_lowercase();
        if let Some(value) = header.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        line.clear();
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.unwrap();
}
