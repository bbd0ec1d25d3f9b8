//! A private OpenSSH server on loopback, with keys and accounts of its own, gone with its fixture.

use std::fmt::Write as _;
use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

/// A running server.
pub(crate) struct Sshd {
    pub(crate) port: u16,
    pub(crate) folder: tempfile::TempDir,
    server: Child,
}

/// Kinds of keys as `ssh-keygen` names them: type and bits.
pub(crate) const KINDS: [(&str, &str); 6] = [
    ("ed25519", "256"),
    ("ecdsa", "256"),
    ("ecdsa", "384"),
    ("ecdsa", "521"),
    ("rsa", "2048"),
    ("rsa", "3072"),
];

impl Sshd {
    /// Starts a server with host keys of the given kinds and further configuration lines.
    pub(crate) async fn start(host_keys: &[(&str, &str)], more: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let host_keys = make_host_keys(folder.path(), host_keys).await;
        // Others may take a free port before our server does: then the next one is tried.
        for _ in 0..20 {
            let port = TcpListener::bind("127.0.0.1:0")
                .unwrap()
                .local_addr()
                .unwrap()
                .port();
            let config = configure(folder.path(), port, &format!("{more}{host_keys}"));
            if let Some(server) = serve(&config).await {
                return Self {
                    port,
                    folder,
                    server,
                };
            }
        }
        panic!("sshd did not start");
    }

    /// Another server with other host keys in the place of the first one.
    pub(crate) async fn start_on(mut first: Self, host_keys: &[(&str, &str)]) -> Self {
        first.server.kill().await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let host_keys = make_host_keys(folder.path(), host_keys).await;
        let config = configure(folder.path(), first.port, &host_keys);
        Self {
            port: first.port,
            server: serve(&config).await.expect("the port is free again"),
            folder,
        }
    }

    /// Makes a key pair that may log in; returns the path of the private key.
    pub(crate) async fn authorized_key(&self, kind: (&str, &str), passphrase: &str) -> PathBuf {
        let path = self
            .folder
            .path()
            .join(format!("user_{}_{}_{}", kind.0, kind.1, passphrase));
        keygen(&path, kind, passphrase).await;
        let public = fs::read_to_string(path.with_extension("pub")).unwrap();
        let authorized = self.folder.path().join("authorized_keys");
        let before = fs::read_to_string(&authorized).unwrap_or_default();
        fs::write(&authorized, before + &public).unwrap();
        path
    }
}

/// Makes host keys; returns the lines that name them.
async fn make_host_keys(folder: &Path, kinds: &[(&str, &str)]) -> String {
    let mut lines = String::new();
    for (index, kind) in kinds.iter().enumerate() {
        let path = folder.join(format!("host_{index}"));
        keygen(&path, *kind, "").await;
        writeln!(lines, "HostKey {}", path.display()).unwrap();
    }
    lines
}

fn configure(folder: &Path, port: u16, more: &str) -> PathBuf {
    let text = format!(
        "{more}ListenAddress 127.0.0.1:{port}\nPidFile none\nUsePAM no\nStrictModes no\n\
         PermitRootLogin yes\nAuthorizedKeysFile {}\nMaxStartups 100\n",
        folder.join("authorized_keys").display()
    );
    let config = folder.join("sshd_config");
    fs::write(&config, text).unwrap();
    config
}

/// Starts a server and waits until it listens.
async fn serve(config: &Path) -> Option<Child> {
    if rustix::process::geteuid().is_root() {
        fs::create_dir_all("/run/sshd").unwrap();
    }
    let mut server = Command::new("/usr/sbin/sshd")
        .args(["-D", "-e", "-f"])
        .arg(config)
        .stdin(Stdio::null())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(server.stderr.take().unwrap()).lines();
    let listening = async {
        while let Ok(Some(line)) = lines.next_line().await {
            if line.contains("Server listening on") {
                // Whatever it says later is read, so that it never blocks.
                tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
                return true;
            }
        }
        false
    };
    let started = tokio::time::timeout(Duration::from_secs(10), listening).await;
    (started == Ok(true)).then_some(server)
}

/// Makes a key pair with the tool of OpenSSH.
pub(crate) async fn keygen(path: &Path, (kind, bits): (&str, &str), passphrase: &str) {
    let status = Command::new("ssh-keygen")
        .args([
            "-q", "-t", kind, "-b", bits, "-N", passphrase, "-C", "test", "-f",
        ])
        .arg(path)
        .stdin(Stdio::null())
        .status()
        .await
        .unwrap();
    assert!(status.success());
}

/// What `ssh-keygen -l` says of a key: bits and fingerprint.
pub(crate) async fn fingerprint(path: &Path) -> (u32, String) {
    let output = Command::new("ssh-keygen")
        .arg("-lf")
        .arg(path)
        .output()
        .await
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let mut words = text.split_whitespace();
    let bits = words.next().unwrap().parse().unwrap();
    (bits, words.next().unwrap().to_owned())
}

/// The account that runs the tests: a server without root can log in only that one.
pub(crate) async fn me() -> String {
    let output = Command::new("id").arg("-un").output().await.unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}
