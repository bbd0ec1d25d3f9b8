//! A whole scan of a host of the lab, against one command for each check: over one russh connection, and over one
//! connection of the OpenSSH client. All with sudo, as the other scanners have it. The log-in counts for all three,
//! and once more it does not.

use std::process::Stdio;
use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::credential::AuthMethod;
use domain::host::{HostKeyPolicy, SudoMode};
use domain::port::CredentialSecret;
use domain::scan::Selection;
use engine::rule::RuleBase;
use engine::scan::{ScanOptions, ScanOutcome, judge_all, scan};
use event_store::testing::ManualClock;
use russh::client;
use russh::keys::PrivateKeyWithHashAlg;
use tokio::process::Command;
use workers::reach::{Machine, reach};
use workers::ssh::{Endpoint, Hop, Login, SshOptions, SshTarget};

use crate::lab::Lab;
use crate::{Figure, delay};

/// What one check costs when it is a command of its own: a file is read, something is looked up.
const CHECK: &str =
    "sudo -n sh -c 'grep -c . /etc/ssh/sshd_config; stat -c %a /etc/passwd; echo done'";

/// The account of the lab that may use sudo.
const USER: &str = "nopasswd";

/// How long something took: with the log-in, and after it.
struct Took {
    whole: Duration,
    after_log_in: Duration,
}

/// Figures for both baselines at three distances, and what a scan costs the host and us.
pub(crate) async fn measure() -> Vec<Figure> {
    let Some(lab) = Lab::up() else {
        println!("scan: left out, since the lab needs root");
        return Vec::new();
    };
    let mut figures = Vec::new();
    let mut last = None;
    for rtt in [0, 20, 100] {
        let port = delay::link((lab.address.clone(), 22), Duration::from_millis(rtt)).await;
        let bench = Bench::new(&lab, port);
        let (ours, outcome) = bench.best_of_three().await;
        let russh = bench.one_exec_a_check().await;
        let openssh = bench.control_master().await;
        for (what, baseline) in [
            ("one exec a check, russh", russh),
            ("one exec a check, ControlMaster", openssh),
        ] {
            figures.push(bench.figure(
                &format!("{rtt} ms RTT"),
                ours.whole,
                (what, baseline.whole),
            ));
            figures.push(bench.figure(
                &format!("{rtt} ms RTT, logged in"),
                ours.after_log_in,
                (what, baseline.after_log_in),
            ));
        }
        last = Some((bench.base, outcome));
    }
    let (base, outcome) = last.unwrap();
    figures.extend(costs(&base, &outcome));
    figures
}

/// Each beside the limit that was set for 300 rules.
fn costs(base: &RuleBase, outcome: &ScanOutcome) -> Vec<Figure> {
    let cost = &outcome.cost;
    let begun = Instant::now();
    for _ in 0..20 {
        judge_all(base, &Selection::default(), &outcome.facts, &mut |_| {});
    }
    let judged = begun.elapsed() / 20;
    let wire = (cost.bytes_in + cost.bytes_out) as f64 / 1024.0;
    [
        ("CPU on the host", cost.remote_cpu_ms as f64, "ms", 1500.0),
        ("over the wire, unpacked", wire, "KiB", 2048.0),
        ("judged from facts", millis(judged), "ms", 20.0),
        (
            "round trips after the log-in",
            f64::from(cost.round_trips),
            "",
            4.0,
        ),
        ("calls of sudo", f64::from(cost.sudo_calls), "", 1.0),
    ]
    .into_iter()
    .map(|(name, value, unit, limit)| Figure {
        name: name.to_owned(),
        value,
        unit,
        baseline: ("the limit for 300 rules", limit),
        limit: "",
    })
    .collect()
}

fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

struct Bench<'a> {
    lab: &'a Lab,
    port: u16,
    base: RuleBase,
}

impl<'a> Bench<'a> {
    fn new(lab: &'a Lab, port: u16) -> Self {
        let base = RuleBase::builtin().unwrap();
        Self { lab, port, base }
    }

    fn figure(&self, name: &str, ours: Duration, theirs: (&'static str, Duration)) -> Figure {
        Figure {
            name: format!("{} rules, {name}", self.base.rules().len()),
            value: millis(ours),
            unit: "ms",
            baseline: (theirs.0, millis(theirs.1)),
            limit: "CPU of the host, round trips",
        }
    }

    fn target(&self) -> Machine {
        let secret = CredentialSecret {
            private_key: Some(std::fs::read_to_string(&self.lab.key).unwrap()),
            ..CredentialSecret::default()
        };
        let login = Login {
            username: USER.to_owned(),
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
        Machine::Ssh(Box::new(target), SudoMode::Nopasswd)
    }

    async fn best_of_three(&self) -> (Took, ScanOutcome) {
        let mut best: Option<(Took, ScanOutcome)> = None;
        for nonce in 0..3 {
            let (took, outcome) = self.ours(nonce).await;
            if best
                .as_ref()
                .is_none_or(|(known, _)| took.whole < known.whole)
            {
                best = Some((took, outcome));
            }
        }
        best.unwrap()
    }

    async fn ours(&self, nonce: u128) -> (Took, ScanOutcome) {
        let begun = Instant::now();
        let reached = reach(&self.target(), &SshOptions::default()).await.unwrap();
        let logged_in = Instant::now();
        let (selection, options) = (Selection::default(), ScanOptions::new(nonce));
        let (clock, mut nobody) = (ManualClock::new(), |_| {});
        let watch = (&clock as _, &mut nobody as _);
        let outcome = scan(reached.host(), &self.base, &selection, &options, watch).await;
        let took = Took {
            whole: begun.elapsed(),
            after_log_in: logged_in.elapsed(),
        };
        reached.close().await;
        (took, outcome.unwrap())
    }

    async fn one_exec_a_check(&self) -> Took {
        let begun = Instant::now();
        let config = Arc::new(client::Config {
            nodelay: true,
            ..client::Config::default()
        });
        let address = ("127.0.0.1", self.port);
        let mut session = client::connect(config, address, AnyKey).await.unwrap();
        let key = Arc::new(russh::keys::load_secret_key(&self.lab.key, None).unwrap());
        let key = PrivateKeyWithHashAlg::new(key, None);
        let accepted = session.authenticate_publickey(USER, key).await.unwrap();
        assert!(accepted.success());
        let logged_in = Instant::now();
        for _ in self.base.rules() {
            let mut channel = session.channel_open_session().await.unwrap();
            channel.exec(true, CHECK).await.unwrap();
            while channel.wait().await.is_some() {}
        }
        Took {
            whole: begun.elapsed(),
            after_log_in: logged_in.elapsed(),
        }
    }

    async fn control_master(&self) -> Took {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("socket");
        let ssh = |more: &[&str]| {
            let mut command = Command::new("ssh");
            command
                .arg("-i")
                .arg(&self.lab.key)
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
                .arg(format!("{USER}@127.0.0.1"))
                .stdin(Stdio::null())
                .stdout(Stdio::null());
            command
        };
        let begun = Instant::now();
        assert!(ssh(&["-M", "-f", "-N"]).status().await.unwrap().success());
        let logged_in = Instant::now();
        for _ in self.base.rules() {
            assert!(ssh(&[]).arg(CHECK).status().await.unwrap().success());
        }
        let took = Took {
            whole: begun.elapsed(),
            after_log_in: logged_in.elapsed(),
        };
        ssh(&["-O", "exit"])
            .stderr(Stdio::null())
            .status()
            .await
            .unwrap();
        took
    }
}

/// Takes any host key: it is our own host.
pub(crate) struct AnyKey;

impl client::Handler for AnyKey {
    type Error = russh::Error;

    async fn check_server_key(
        &mut self,
        _: &russh::keys::PublicKeyOrCertificate,
    ) -> Result<bool, russh::Error> {
        Ok(true)
    }
}
