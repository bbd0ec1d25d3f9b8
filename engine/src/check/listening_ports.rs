//! `listening_ports`: nothing but what is named can be reached from other machines, or a port is not.

use super::{CheckResult, Checked, Method};
use crate::collect::{Collector, Need, Socket, sockets};
use crate::facts::Facts;
use crate::rule::schema::{Demanded, Form, Key, Kind, Shape, TEXTS, Together};
use crate::rule::{Node, Reader};

/// Parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListeningPorts(Demand);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Demand {
    /// Everything else is reachable from this machine alone.
    Only(Allowed),
    /// These are reachable from this machine alone, if at all.
    Local(Vec<(u16, String)>),
}

/// What may be reached.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Allowed {
    /// Ports such as `22/tcp`.
    ports: Vec<(u16, String)>,
    /// Programs whose ports of TCP may be reached, whatever the number.
    programs: Vec<String>,
    /// Programs that send by UDP: the kernel gives their sockets a port, at which nobody listens.
    clients: Vec<String>,
}

impl Allowed {
    fn holds(&self, socket: &Socket) -> bool {
        let program = program(socket);
        let among = |list: &[String]| list.iter().any(|name| name == program);
        named(&self.ports, socket)
            || (socket.protocol == "tcp" && among(&self.programs))
            || (socket.protocol == "udp" && socket.port >= FIRST_OF_CLIENTS && among(&self.clients))
    }
}

/// The first port that Linux gives of its own accord (`net.ipv4.ip_local_port_range`).
const FIRST_OF_CLIENTS: u16 = 32768;

const PORT: Kind = Kind::Formed(Form {
    pattern: "^[0-9]{1,5}/(tcp|udp)$",
    words: "a port such as \"22/tcp\"",
});

impl Method for ListeningPorts {
    const SHAPE: Shape = Shape {
        what: "a listening_ports check",
        doc: "Nothing but these ports, or none of these, can be reached from other machines.",
        keys: &[
            Key::free(
                "allowed",
                Kind::List(&PORT),
                "The ports that may be reached, such as [\"22/tcp\"].",
            ),
            Key::free(
                "programs",
                TEXTS,
                "Programs whose TCP ports may be reached too, whatever the number, such as [sshd].",
            ),
            Key::free(
                "clients",
                TEXTS,
                "Programs whose UDP sockets from port 32768 on do not count, since they only send, such as [rsyslogd].",
            ),
            Key::free(
                "only_loopback",
                Kind::List(&PORT),
                "Ports that only the machine itself may reach.",
            ),
        ],
        demand: Demanded::None,
        together: &[
            Together::One(&["allowed", "only_loopback"]),
            Together::With("programs", &["allowed"]),
            Together::With("clients", &["allowed"]),
        ],
    };

    fn read(reader: &mut Reader<'_>, node: &Node, _: &[String]) -> Option<Self> {
        match (node.get("allowed"), node.get("only_loopback")) {
            (Some(allowed), None) => {
                let ports = ports(reader, allowed, "allowed")?;
                let mut names = |key| match node.get(key) {
                    Some(list) => reader.texts(list, key),
                    None => Some(Vec::new()),
                };
                Some(Demand::Only(Allowed {
                    ports,
                    programs: names("programs")?,
                    clients: names("clients")?,
                }))
            }
            (None, Some(local)) => ports(reader, local, "only_loopback").map(Demand::Local),
            _ => {
                let message = "a listening_ports check needs either allowed or only_loopback";
                reader.fault(node.mark, message);
                None
            }
        }
        .map(Self)
    }

    fn needs(&self) -> Vec<Need> {
        vec![Need::new(Collector::Sockets, "")]
    }

    fn expected(&self) -> String {
        let words = |list: &[(u16, String)]| {
            let words: Vec<String> = list
                .iter()
                .map(|(port, protocol)| format!("{port}/{protocol}"))
                .collect();
            words.join(", ")
        };
        match &self.0 {
            Demand::Only(allowed) => {
                let ports = words(&allowed.ports);
                let named = std::iter::once(&ports).chain(&allowed.programs);
                let named: Vec<&str> = named
                    .map(String::as_str)
                    .filter(|name| !name.is_empty())
                    .collect();
                if named.is_empty() {
                    "nothing can be reached from elsewhere".to_owned()
                } else {
                    format!("only {} can be reached from elsewhere", named.join(", "))
                }
            }
            Demand::Local(list) => format!("{} cannot be reached from elsewhere", words(list)),
        }
    }

    fn judge(&self, facts: &Facts) -> Checked {
        let reading = sockets(facts)?;
        let is_bad = |socket: &&Socket| {
            !socket.is_loopback()
                && match &self.0 {
                    Demand::Only(allowed) => !allowed.holds(socket),
                    Demand::Local(local) => named(local, socket),
                }
        };
        let mut bad: Vec<String> = reading.value.iter().filter(is_bad).map(describe).collect();
        bad.sort();
        bad.dedup();
        let actual = if bad.is_empty() {
            "nothing else can be reached".to_owned()
        } else {
            bad.join(", ")
        };
        Ok(CheckResult::compared(
            bad.is_empty(),
            self.expected(),
            actual,
            vec![reading.evidence],
        ))
    }
}

fn named(list: &[(u16, String)], socket: &Socket) -> bool {
    list.iter()
        .any(|(port, protocol)| socket.port == *port && socket.protocol == *protocol)
}

/// The name of the program that waits, empty where ss does not tell.
fn program(socket: &Socket) -> &str {
    socket.program.split('"').nth(1).unwrap_or_default()
}

fn describe(socket: &Socket) -> String {
    let program = program(socket);
    let place = format!("{}/{} at {}", socket.port, socket.protocol, socket.address);
    if program.is_empty() {
        place
    } else {
        format!("{place} ({program})")
    }
}

/// A list of ports with their protocols.
fn ports(reader: &mut Reader<'_>, node: &Node, what: &str) -> Option<Vec<(u16, String)>> {
    let mut read = Vec::new();
    for item in reader.list(node, what)? {
        let text = reader.text(item, what)?;
        let parts = text.split_once('/');
        let Some((Ok(port), protocol @ ("tcp" | "udp"))) =
            parts.map(|(port, protocol)| (port.parse::<u16>(), protocol))
        else {
            let message = format!("{what} holds ports such as \"22/tcp\", not {text:?}");
            reader.fault(item.mark, message);
            return None;
        };
        read.push((port, protocol.to_owned()));
    }
    Some(read)
}
