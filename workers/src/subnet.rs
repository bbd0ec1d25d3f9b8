//! Networks: a /24 of IPv4 or a /64 of IPv6. Names are looked up once in a while; a name that nobody
//! knows belongs to no network.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::time::Duration;

use futures::future::join_all;
use serde::{Deserialize, Serialize};
use tokio::time::{Instant, timeout};

/// How long a name keeps its address.
const KEPT: Duration = Duration::from_mins(10);
/// How long a name server may think about a name.
const ANSWER: Duration = Duration::from_secs(3);

/// Where a host is, as far as it is known without asking anybody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Address {
    /// The machine of the worker.
    Local,
    /// A name or an IP address that a worker dials.
    Direct(String),
    /// A name or an IP address that another host dials: a name means what it means there.
    BehindJump(String),
}

/// A network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Subnet {
    /// The first three bytes of an IPv4 address.
    V4([u8; 3]),
    /// The first four groups of an IPv6 address.
    V6([u16; 4]),
}

impl Subnet {
    /// The network of an address.
    pub fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => {
                let [a, b, c, _] = address.octets();
                Self::V4([a, b, c])
            }
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = Ipv6Addr::segments(&address);
                Self::V6([a, b, c, d])
            }
        }
    }
}

/// What is known of the network of a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Known {
    /// This one.
    Subnet(Subnet),
    /// None that could be told.
    Nowhere,
    /// The name has to be looked up first.
    Ask(String),
}

/// The addresses of names.
#[derive(Debug, Default)]
pub struct Names(HashMap<String, (Option<Subnet>, Instant)>);

impl Names {
    /// The network of a host.
    pub fn subnet(&self, address: &Address) -> Known {
        let text = match address {
            Address::Local => return Known::Nowhere,
            Address::Direct(text) | Address::BehindJump(text) => text,
        };
        if let Ok(address) = text.parse() {
            return Known::Subnet(Subnet::of(address));
        }
        if matches!(address, Address::BehindJump(_)) {
            return Known::Nowhere;
        }
        match self.0.get(text) {
            Some((subnet, until)) if *until > Instant::now() => {
                subnet.map_or(Known::Nowhere, Known::Subnet)
            }
            _ => Known::Ask(text.clone()),
        }
    }

    /// Asks the name servers.
    pub async fn look_up(&mut self, names: Vec<String>) {
        let until = Instant::now() + KEPT;
        self.0.retain(|_, (_, until)| *until > Instant::now());
        let asked = names.into_iter().map(|name| async move {
            let found = timeout(ANSWER, tokio::net::lookup_host((name.as_str(), 22))).await;
            let first = found.ok().and_then(Result::ok);
            let first = first.and_then(|mut found| found.next());
            (name, first.map(|address| Subnet::of(address.ip())))
        });
        for (name, subnet) in join_all(asked).await {
            self.0.insert(name, (subnet, until));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_belongs_to_its_24_or_its_64() {
        let subnet = |text: &str| Subnet::of(text.parse().unwrap());
        assert_eq!(subnet("10.1.2.3"), subnet("10.1.2.200"));
        assert_ne!(subnet("10.1.2.3"), subnet("10.1.3.3"));
        assert_eq!(subnet("::ffff:10.1.2.3"), subnet("10.1.2.3"));
        assert_eq!(subnet("2001:db8::1"), subnet("2001:db8::ffff:1"));
        assert_ne!(subnet("2001:db8::1"), subnet("2001:db8:0:1::1"));
    }

    #[tokio::test]
    async fn a_name_is_looked_up_once_and_one_behind_a_jump_host_never() {
        let mut names = Names::default();
        let here = Address::Direct("localhost".to_owned());
        assert_eq!(names.subnet(&here), Known::Ask("localhost".to_owned()));
        names.look_up(vec!["localhost".to_owned()]).await;
        assert!(matches!(names.subnet(&here), Known::Subnet(_)));
        let there = Address::BehindJump("localhost".to_owned());
        assert_eq!(names.subnet(&there), Known::Nowhere);
    }
}
