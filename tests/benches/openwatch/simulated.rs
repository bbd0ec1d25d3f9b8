//! A thousand machines in this process: SSH servers that answer the program of a scan with what this machine said once.
//! Every address of 127.0.0.0/8 is one of them. Must not know who asks.

use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use bytes::Bytes;
use domain::scan::Selection;
use domain::time::Clock;
use engine::host::{Host, RunError, RunLimits, RunReport, Sink};
use engine::rule::RuleBase;
use engine::scan::{ScanOptions, ScanStep, scan};
use event_store::testing::ManualClock;
use russh::keys::{Algorithm, PrivateKey, PublicKey};
use russh::server::{
    Auth, ChannelOpenHandle, Config, Handler, Msg, Session, VerifiedPublicKey, run_stream,
};
use russh::{Channel, ChannelId};
use tokio::net::TcpListener;
use workers::local::LocalHost;

/// Digits of the marker that stands before every frame: `@` and 128 bits.
const MARKER: usize = 33;

/// What this machine prints when it is scanned, with the marker that it was printed under.
pub(crate) struct Recording {
    text: Vec<u8>,
    marker: String,
}

impl Recording {
    /// Scans this machine.
    pub(crate) async fn of_this_machine(base: &RuleBase) -> Self {
        let options = ScanOptions::new(7);
        let tee = Tee(Mutex::default());
        let clock = ManualClock::new();
        let mut nobody = |_: ScanStep| {};
        let watch: (&dyn Clock, &mut (dyn FnMut(ScanStep) + Send)) = (&clock, &mut nobody);
        let scanned = scan(&tee, base, &Selection::default(), &options, watch).await;
        scanned.unwrap();
        Self {
            text: tee.0.into_inner().unwrap(),
            marker: format!("@{:032x}", options.nonce),
        }
    }

    /// What a host with this name prints when it is asked under this marker. Hosts differ in their names and in one process.
    fn told_by(&self, host: &str, marker: &str) -> Vec<u8> {
        let text = String::from_utf8_lossy(&self.text);
        let (before, name) = text.split_once("\nhostname=").unwrap();
        let (_, after) = name.split_once('\n').unwrap();
        let text = format!("{before}\nhostname={host}\n{after}");
        text.replace(&self.marker, marker).into_bytes()
    }
}

/// This machine, and what it printed.
struct Tee(Mutex<Vec<u8>>);

#[async_trait]
impl Host for Tee {
    async fn run(
        &self,
        program: Bytes,
        limits: RunLimits,
        sink: &mut Sink<'_>,
    ) -> Result<RunReport, RunError> {
        let mut both = |bytes: &[u8]| {
            self.0.lock().unwrap().extend_from_slice(bytes);
            sink(bytes);
        };
        LocalHost.run(program, limits, &mut both).await
    }
}

/// The servers, while the process lives.
pub(crate) struct Machines {
    /// Where each of them listens, at its own address.
    pub(crate) port: u16,
}

impl Machines {
    /// Starts them. `key` is the one that they let in.
    pub(crate) async fn start(recording: Recording, key: PublicKey) -> Self {
        let host_key = PrivateKey::random(&mut russh::keys::key::safe_rng(), Algorithm::Ed25519);
        let config = Arc::new(Config {
            keys: vec![host_key.unwrap()],
            nodelay: true,
            ..Config::default()
        });
        let listener = TcpListener::bind((Ipv4Addr::UNSPECIFIED, 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (recording, key) = (Arc::new(recording), Arc::new(key));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let machine = Machine {
                    name: stream.local_addr().unwrap().ip().to_string(),
                    recording: Arc::clone(&recording),
                    key: Arc::clone(&key),
                    heard: Vec::new(),
                };
                let config = Arc::clone(&config);
                tokio::spawn(async move {
                    if let Ok(session) = run_stream(config, stream, machine).await {
                        let _ = session.await;
                    }
                });
            }
        });
        Self { port }
    }

    /// The address of one of them; 250 are in one network.
    pub(crate) fn address(number: usize) -> String {
        format!("127.1.{}.{}", number / 250, number % 250 + 1)
    }
}

/// One connection to one of them.
struct Machine {
    name: String,
    recording: Arc<Recording>,
    key: Arc<PublicKey>,
    heard: Vec<u8>,
}

impl Handler for Machine {
    type Error = russh::Error;

    async fn auth_publickey(
        &mut self,
        _: &str,
        key: VerifiedPublicKey<'_>,
    ) -> Result<Auth, Self::Error> {
        let known = key.public_key.key_data() == self.key.key_data();
        Ok(if known { Auth::Accept } else { Auth::reject() })
    }

    async fn channel_open_session(
        &mut self,
        _: Channel<Msg>,
        open: ChannelOpenHandle,
        _: &mut Session,
    ) -> Result<(), Self::Error> {
        open.accept().await;
        Ok(())
    }

    async fn exec_request(
        &mut self,
        channel: ChannelId,
        _: &[u8],
        session: &mut Session,
    ) -> Result<(), Self::Error> {
        session.channel_success(channel)?;
        let ready = "\nopenwatch-shell\n\nopenwatch-ready-0\n";
        session.data(channel, Bytes::from_static(ready.as_bytes()))
    }

    async fn data(
        &mut self,
        _: ChannelId,
        data: &[u8],
        _: &mut Session,
    ) -> Result<(), Self::Error> {
        self.heard.extend_from_slice(data);
        Ok(())
    }

    /// The whole program has come.
    async fn channel_eof(
        &mut self,
        channel: ChannelId,
        session: &mut Session,
    ) -> Result<(), Self::Error> {
        let program = String::from_utf8_lossy(&self.heard);
        let marker = marker_of(&program).unwrap();
        let answer = self.recording.told_by(&self.name, marker);
        session.data(channel, Bytes::from(answer))?;
        session.exit_status_request(channel, 0)?;
        session.close(channel)
    }
}

/// The marker that a program prints.
fn marker_of(program: &str) -> Option<&str> {
    program.match_indices('@').find_map(|(at, _)| {
        let marker = program.get(at..at + MARKER)?;
        let digits = marker.get(1..)?;
        digits
            .bytes()
            .all(|byte| byte.is_ascii_hexdigit())
            .then_some(marker)
    })
}
