//! The binary as a server of its own, and requests over one connection. Must not know what is measured.

use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

/// A server that ends with this value.
pub(crate) struct Server {
    child: Child,
    /// Where it listens: an address and a port.
    pub(crate) address: String,
}

impl Server {
    /// Starts the binary that `BINARY_UNDER_TEST` names on a data folder; `settings` are its environment.
    pub(crate) async fn start(folder: &Path, settings: &[(&str, &str)]) -> Self {
        let mut child = openwatch()
            .args(["serve", "--listen", "127.0.0.1:0", "--data-dir"])
            .arg(folder)
            .envs(settings.iter().copied())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let output = tokio::process::ChildStdout::from_std(child.stdout.take().unwrap()).unwrap();
        let mut lines = BufReader::new(output).lines();
        let line = lines.next_line().await.unwrap().unwrap();
        // Whatever else it says must not fill the pipe.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        let address = line.split("http://").nth(1).unwrap();
        let address = address.split('/').next().unwrap().to_owned();
        Self { child, address }
    }

    /// A token of a new administrator.
    pub(crate) fn token(folder: &Path) -> String {
        admin(
            folder,
            &[
                "create-user",
                "--username",
                "bench",
                "--role",
                "admin",
                "--password-stdin",
            ],
        );
        let made = admin(
            folder,
            &["create-token", "--user", "bench", "--name", "bench"],
        );
        made.lines().last().unwrap().trim().to_owned()
    }

    /// Seconds of CPU that it has used, and KiB of memory that it has held at most: `proc_pid_stat(5)`,
    /// `proc_pid_status(5)`.
    pub(crate) fn used(&self) -> (f64, u64) {
        let read = |name: &str| {
            std::fs::read_to_string(format!("/proc/{}/{name}", self.child.id())).unwrap()
        };
        let stat = read("stat");
        let fields: Vec<&str> = stat
            .rsplit(')')
            .next()
            .unwrap()
            .split_whitespace()
            .collect();
        let ticks: f64 = fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap();
        let status = read("status");
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let peak = peak.unwrap().trim().trim_end_matches(" kB").parse();
        (ticks / 100.0, peak.unwrap())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn openwatch() -> Command {
    Command::new(std::env::var("BINARY_UNDER_TEST").expect("run it with make bench"))
}

fn admin(folder: &Path, arguments: &[&str]) -> String {
    use std::io::Write as _;

    let mut child = openwatch()
        .arg("admin")
        .args(arguments)
        .arg("--data-dir")
        .arg(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(b"a long passphrase of nobody\n").unwrap();
    drop(input);
    let done = child.wait_with_output().unwrap();
    assert!(done.status.success());
    String::from_utf8(done.stdout).unwrap()
}

/// One connection; requests go one after the other.
pub(crate) struct Connection(BufReader<TcpStream>);

impl Connection {
    /// Connects.
    pub(crate) async fn open(address: &str) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self(BufReader::new(stream))
    }

    /// Sends a request as it stands and reads the body of the answer.
    pub(crate) async fn ask(&mut self, request: &str) -> Vec<u8> {
        self.0.write_all(request.as_bytes()).await.unwrap();
        let (mut line, mut length) = (String::new(), 0);
        while self.0.read_line(&mut line).await.unwrap() > 2 {
            let header = line.to_ascii_lowercase();
            if let Some(value) = header.strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
            line.clear();
        }
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).await.unwrap();
        body
    }

    /// What the API answers; an error of it ends the benchmark.
    pub(crate) async fn graphql(&mut self, token: &str, query: &str, variables: Value) -> Value {
        let body = json!({ "query": query, "variables": variables }).to_string();
        let request = format!("{}authorization: Bearer {token}\r\n\r\n{body}", head(&body));
        let answer: Value = serde_json::from_slice(&self.ask(&request).await).unwrap();
        assert!(answer["errors"].is_null(), "{answer}");
        answer["data"].clone()
    }
}

/// A request of the API without its last header.
pub(crate) fn head(body: &str) -> String {
    format!(
        "POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n\
         content-length: {}\r\n",
        body.len()
    )
}
