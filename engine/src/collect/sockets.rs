//! Sockets that wait for others, from ss(8).

use std::collections::BTreeSet;

use super::FrameSpec;
use crate::facts::{Facts, Reading, Unknown, observed};

const KEY: &str = "sockets";

const COMMAND: &str = "ss -H -lntup";

/// A socket that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Socket {
    /// `tcp` or `udp`.
    pub protocol: String,
    /// The address, without brackets and interface; `*` means every one.
    pub address: String,
    /// The port.
    pub port: u16,
    /// The interface to which it is bound; empty where it is bound to none.
    pub interface: String,
    /// Which program waits, as ss shows it; empty where it does not know.
    pub program: String,
}

impl Socket {
    /// Whether it can be reached from this machine alone (RFC 1122 and RFC 4291).
    pub fn is_loopback(&self) -> bool {
        if self.interface == "lo" {
            return true;
        }
        let mapped = self.address.trim_start_matches("::ffff:");
        mapped
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback())
    }
}

pub(super) fn frames(_: &BTreeSet<&str>) -> Vec<FrameSpec> {
    vec![FrameSpec::new(KEY, COMMAND, 20)]
}

/// All of them.
pub fn sockets(facts: &Facts) -> Result<Reading<Vec<Socket>>, Unknown> {
    let frame = facts.ended(KEY, COMMAND)?;
    let evidence = observed(frame, COMMAND);
    if frame.exit != Some(0) {
        let words = frame.stderr.lines().next().unwrap_or("no reason given");
        return Err(Unknown::new(format!("ss does not answer: {words}")).seen(evidence));
    }
    let text = frame.text();
    let read: Option<Vec<Socket>> = text.lines().map(socket).collect();
    match read {
        Some(value) => Ok(Reading { value, evidence }),
        None => Err(Unknown::new("ss gave an answer of another form").seen(evidence)),
    }
}

/// `tcp LISTEN 0 128 127.0.0.1%lo:22 0.0.0.0:* users:(("sshd",pid=1,fd=3))`.
fn socket(line: &str) -> Option<Socket> {
    let columns: Vec<&str> = line.split_whitespace().collect();
    let [protocol @ ("tcp" | "udp"), _, _, _, local, _, rest @ ..] = columns.as_slice() else {
        return None;
    };
    let (address, port) = local.rsplit_once(':')?;
    let (address, interface) = address.split_once('%').unwrap_or((address, ""));
    Some(Socket {
        protocol: (*protocol).to_owned(),
        address: address.trim_matches(['[', ']']).to_owned(),
        port: port.parse().ok()?,
        interface: interface.trim_end_matches(']').to_owned(),
        program: rest.join(" "),
    })
}
