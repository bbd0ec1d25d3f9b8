//! A thousand simulated machines through the whole server: the API, the log, the projections. Against the same
//! connections by hand, which log in, send the program, read the answer and judge nothing.

use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::scan::Selection;
use engine::rule::RuleBase;
use futures::StreamExt as _;
use russh::ChannelMsg;
use russh::client;
use russh::keys::ssh_key::LineEnding;
use russh::keys::{Algorithm, PrivateKey, PrivateKeyWithHashAlg};
use serde_json::json;

use crate::Figure;
use crate::scan::AnyKey;
use crate::server::{Connection, Server};
use crate::simulated::{Machines, Recording};

/// Machines.
const HOSTS: usize = 1000;
/// Scans at a time, here and there.
const TOGETHER: usize = 64;
/// How often the server is asked whether it is done.
const LOOK: Duration = Duration::from_millis(500);
/// A fleet that takes longer than that is stuck.
const LIMIT: Duration = Duration::from_mins(10);

const CREDENTIAL: &str = "mutation ($input: CreateCredentialInput!) \
    { createCredential(input: $input) { errors { message } } }";
const REGISTER: &str = "mutation ($input: RegisterHostInput!) \
    { registerHost(input: $input) { errors { message } } }";
const SCAN: &str = "mutation ($input: RequestFleetScanInput!) \
    { requestFleetScan(input: $input) { fleetScan { id } errors { message } } }";
const DONE: &str = "query ($id: ID!) { fleetScan(id: $id) { status counts { completed }  } }";

/// Figures of two scans of the fleet: the first, with everything new, and the second, in which little has changed.
pub(crate) async fn measure() -> Vec<Figure> {
    let rules = RuleBase::builtin().unwrap();
    let recording = Recording::of_this_machine(&rules).await;
    let key = PrivateKey::random(&mut russh::keys::key::safe_rng(), Algorithm::Ed25519).unwrap();
    let machines = Machines::start(recording, key.public_key().clone()).await;
    let program = engine::collect::compile(
        &engine::collect::plan(&engine::scan::needs(&rules, &Selection::default())),
        &engine::collect::Nonce::new(9),
        Duration::from_mins(9),
    );
    let bare = by_hand(machines.port, &key, program.text.into()).await;

    let folder = tempfile::tempdir().unwrap();
    let token = Server::token(folder.path());
    let together = TOGETHER.to_string();
    let limits = ["CONCURRENCY", "FLEET_CONCURRENCY", "SUBNET_CONCURRENCY"]
        .map(|limit| format!("OPENWATCH_{limit}"));
    let limits: Vec<_> = limits
        .iter()
        .map(|limit| (limit.as_str(), together.as_str()))
        .collect();
    let server = Server::start(folder.path(), &limits).await;
    let mut api = Connection::open(&server.address).await;
    register(&mut api, &token, &key, machines.port).await;
    let mut figures = Vec::new();
    for which in ["first", "second"] {
        let (cpu, _) = server.used();
        let took = scan_all(&mut api, &token).await;
        let (cpu_after, peak) = server.used();
        figures.push(Figure {
            name: format!(
                "{which} scan of {HOSTS} hosts, {} rules",
                rules.rules().len()
            ),
            value: rate(took),
            unit: "hosts/s",
            baseline: ("SSH alone, nothing judged", rate(bare)),
            limit: "CPU, of which the simulated hosts take their part",
        });
        figures.push(Figure {
            name: format!("{which} scan, CPU of the server a host"),
            value: (cpu_after - cpu) * 1000.0 / HOSTS as f64,
            unit: "ms",
            baseline: ("wall a host", took.as_secs_f64() * 1000.0 / HOSTS as f64),
            limit: "",
        });
        figures.push(Figure {
            name: format!("{which} scan, memory of the server"),
            value: peak as f64 / 1024.0,
            unit: "MiB",
            baseline: ("what we allow", 512.0),
            limit: "",
        });
    }
    figures
}

fn rate(took: Duration) -> f64 {
    HOSTS as f64 / took.as_secs_f64()
}

async fn register(api: &mut Connection, token: &str, key: &PrivateKey, port: u16) {
    let secret = key.to_openssh(LineEnding::LF).unwrap();
    let credential = json!({ "input": {
        "name": "fleet", "username": "scan", "method": "KEY", "privateKey": secret.as_str(), "isDefault": true,
    }});
    expect(&api.graphql(token, CREDENTIAL, credential).await["createCredential"]);
    for number in 0..HOSTS {
        let ssh = json!({
            "address": Machines::address(number), "port": port, "hostKeyPolicy": "TRUST_ON_FIRST_USE",
        });
        let details = json!({ "name": format!("host-{number}"), "connection": { "ssh": ssh } });
        let input = json!({ "input": { "details": details } });
        expect(&api.graphql(token, REGISTER, input).await["registerHost"]);
    }
}

/// From the wish to the end of the last host.
async fn scan_all(api: &mut Connection, token: &str) -> Duration {
    let begun = Instant::now();
    let limits = json!({ "total": TOGETHER, "perSubnet": TOGETHER, "attempts": 1 });
    let input = json!({ "input": { "matching": {}, "limits": limits } });
    let asked = api.graphql(token, SCAN, input).await;
    expect(&asked["requestFleetScan"]);
    let id = asked["requestFleetScan"]["fleetScan"]["id"].clone();
    let mut looks = tokio::time::interval(LOOK);
    loop {
        looks.tick().await;
        let now = api.graphql(token, DONE, json!({ "id": id })).await;
        if now["fleetScan"]["status"] == "COMPLETED" {
            assert_eq!(now["fleetScan"]["counts"]["completed"], HOSTS, "{now}");
            return begun.elapsed();
        }
        assert!(
            begun.elapsed() < LIMIT,
            "the fleet scan does not end: {now}"
        );
    }
}

fn expect(payload: &serde_json::Value) {
    assert_eq!(payload["errors"], json!([]), "{payload}");
}

/// Logs in to every machine, sends the program, reads the answer.
async fn by_hand(port: u16, key: &PrivateKey, program: bytes::Bytes) -> Duration {
    let begun = Instant::now();
    let work = (0..HOSTS).map(|number| one(number, port, key.clone(), program.clone()));
    let work = work.map(tokio::spawn);
    let mut work = futures::stream::iter(work).buffer_unordered(TOGETHER);
    while let Some(done) = work.next().await {
        done.unwrap();
    }
    begun.elapsed()
}

async fn one(number: usize, port: u16, key: PrivateKey, program: bytes::Bytes) {
    let config = Arc::new(client::Config {
        nodelay: true,
        ..client::Config::default()
    });
    let address = (Machines::address(number), port);
    let mut session = client::connect(config, address, AnyKey).await.unwrap();
    let key = PrivateKeyWithHashAlg::new(Arc::new(key), None);
    assert!(
        session
            .authenticate_publickey("scan", key)
            .await
            .unwrap()
            .success()
    );
    let mut channel = session.channel_open_session().await.unwrap();
    channel.exec(true, "sh").await.unwrap();
    channel.data_bytes(program).await.unwrap();
    channel.eof().await.unwrap();
    let mut read = 0;
    while let Some(message) = channel.wait().await {
        if let ChannelMsg::Data { data } = message {
            read += data.len();
        }
    }
    assert!(read > 10_000, "{read} bytes");
}
