//! A whole scan, against one command for each check: over one russh connection, and over one connection
//! of the OpenSSH client. The log-in counts for all three.

use std::process::Stdio;
use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::credential::AuthMethod;
use domain::host::{HostKeyPolicy, SudoMode};
use domain::port::CredentialSecret;
use domain::scan::Selection;
use engine::rule::RulePack;
use event_store::testing::{CountingIds, ManualClock};
use russh::client;
use russh::keys::PrivateKeyWithHashAlg;
use tokio::process::Command;
use workers::pack_scanner::PackScanner;
use workers::reach::{Target, reach};
use workers::scanner::Scanner as _;
use workers::ssh::{Endpoint, Hop, Login, SshOptions, SshTarget};

use crate::sshd::Sshd;
use crate::{Figure, best, delay};

/// What one check costs when it is a command of its own: a file is read, something is looked up.
const CHECK: &str = "grep -c . /etc/ssh/sshd_config; stat -c %a /etc/passwd; echo done";

/// Figures for both baselines at two distances.
pub(crate) async fn measure() -> Vec<Figure> {
    let sshd = Sshd::start().await;
    let mut figures = Vec::new();
    for rtt in [0, 20] {
        let port = delay::link(sshd.port, Duration::from_millis(rtt)).await;
        let scan = Scan::new(&sshd, port);
        let ours = best(|| scan.ours()).await;
        let russh = once(scan.one_exec_a_check()).await;
        let openssh = once(scan.control_master()).await;
        let limit = if rtt == 0 {
            "CPU of the host"
        } else {
            "round trips, mostly of the log-in"
        };
        for (what, baseline) in [
            ("one exec a check, russh", russh),
            ("one exec a check, ControlMaster", openssh),
        ] {
            figures.push(Figure {
                name: format!("scan {} rules, {rtt} ms RTT", scan.rules()),
                value: millis(ours),
                unit: "ms",
                baseline: (what, millis(baseline)),
                limit,
            });
        }
    }
    figures
}

fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

async fn once(work: impl Future<Output = ()>) -> Duration {
    let begun = Instant::now();
    work.await;
    begun.elapsed()
}

struct Scan<'a> {
    sshd: &'a Sshd,
    port: u16,
    scanner: PackScanner,
}

impl<'a> Scan<'a> {
    fn new(sshd: &'a Sshd, port: u16) -> Self {
        let pack = RulePack::builtin().unwrap();
        let (clock, ids) = (Arc::new(ManualClock::new()), Arc::new(CountingIds::new(1)));
        Self {
            sshd,
            port,
            scanner: PackScanner::new(pack, clock, ids).unwrap(),
        }
    }

    fn rules(&self) -> usize {
        self.scanner.catalogue().rules.len()
    }

    fn target(&self) -> Target {
        let secret = CredentialSecret {
            private_key: Some(std::fs::read_to_string(self.sshd.key()).unwrap()),
            ..CredentialSecret::default()
        };
        let login = Login {
            username: self.sshd.user.clone(),
            method: AuthMethod::Key,
            secret,
        };
        let endpoint = Endpoint {
            address: "127.0.0.1".to_owned(),
            port: self.port,
        };
        let target = SshTarget {
            host: Hop { endpoint, login },
            jump: None,
            policy: HostKeyPolicy::TrustOnFirstUse,
            trusted_keys: Vec::new(),
        };
        Target::Ssh(Box::new(target), SudoMode::None)
    }

    async fn ours(&self) {
        let reached = reach(&self.target(), &SshOptions::default()).await.unwrap();
        let mut nobody = |_, _, _| {};
        let selection = Selection::default();
        let scanned = self
            .scanner
            .scan(reached.host(), &selection, &mut nobody)
            .await
            .unwrap();
        assert!(scanned.cost.round_trips <= 4);
        reached.close().await;
    }

    async fn one_exec_a_check(&self) {
        let config = Arc::new(client::Config {
            nodelay: true,
            ..client::Config::default()
        });
        let mut session = client::connect(config, ("127.0.0.1", self.port), AnyKey)
            .await
            .unwrap();
        let key = Arc::new(russh::keys::load_secret_key(self.sshd.key(), None).unwrap());
        let key = PrivateKeyWithHashAlg::new(key, None);
        assert!(
            session
                .authenticate_publickey(&self.sshd.user, key)
                .await
                .unwrap()
                .success()
        );
        for _ in 0..self.rules() {
            let mut channel = session.channel_open_session().await.unwrap();
            channel.exec(true, CHECK).await.unwrap();
            while channel.wait().await.is_some() {}
        }
    }

    async fn control_master(&self) {
        let socket = self.sshd.key().with_extension("socket");
        let ssh = |more: &[&str]| {
            let mut command = Command::new("ssh");
            command
                .arg("-i")
                .arg(self.sshd.key())
                .arg("-S")
                .arg(&socket)
                .args([
                    "-o",
                    "StrictHostKeyChecking=no",
                    "-o",
                    "UserKnownHostsFile=/dev/null",
                ])
                .args(["-o", "LogLevel=ERROR", "-p", &self.port.to_string()])
                .args(more)
                .arg(format!("{}@127.0.0.1", self.sshd.user))
                .stdin(Stdio::null())
                .stdout(Stdio::null());
            command
        };
        assert!(ssh(&["-M", "-f", "-N"]).status().await.unwrap().success());
        for _ in 0..self.rules() {
            assert!(ssh(&[]).arg(CHECK).status().await.unwrap().success());
        }
        ssh(&["-O", "exit"])
            .stderr(Stdio::null())
            .status()
            .await
            .unwrap();
    }
}

/// Takes any host key: it is our own server.
struct AnyKey;

impl client::Handler for AnyKey {
    type Error = russh::Error;

    async fn check_server_key(
        &mut self,
        _: &russh::keys::PublicKeyOrCertificate,
    ) -> Result<bool, russh::Error> {
        Ok(true)
    }
}
