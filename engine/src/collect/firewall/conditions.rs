//! For which packets the rules of nft hold.

use serde_json::Value;

use super::chains::{names, text};

/// Parts of a rule that are no conditions.
const QUIET: [&str; 4] = ["counter", "log", "mangle", "notrack"];

/// Matches of iptables that hold for some packets alone.
const MATCHES: &str = "addrtype ah cgroup cluster connbytes connlabel connlimit connmark conntrack cpu dccp devgroup dscp \
    dst ecn esp eui64 frag hashlimit hbh helper hl icmp icmp6 iprange ipv6header ipvs length limit mac \
    mark mh multiport osf owner physdev pkttype policy quota rateest realm recent rpfilter rt sctp set \
    socket state string tcp tcpmss time tos ttl udp udplite";

/// For which packets a rule holds; of several conditions the least counts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum When {
    Never,
    Sometimes,
    /// nft does not show the condition.
    Hidden,
    /// For all that begin something: what is let in by that is let in.
    Begins,
    Always,
}

/// What a map of verdicts does with the protocol, or with what begins something; else the end of the rule itself.
pub(super) fn chosen<'v>(end: &'v Value, holds: When, family: &str) -> (&'v Value, When) {
    let Some(map) = end.get("vmap") else {
        return (end, holds);
    };
    let key = map.get("key");
    let of = |kind: &str| {
        key.and_then(|key| key.get(kind))
            .map_or("", |key| text(key, "key"))
    };
    let (word, least) = match (of("ct"), of("meta")) {
        ("state", _) => ("new", When::Begins),
        (_, "nfproto") if family == "ip" => ("ipv4", When::Always),
        (_, "nfproto") => ("ipv6", When::Always),
        (_, "protocol") => (family, When::Always),
        _ => return (end, When::Sometimes),
    };
    let pairs = map.get("data").and_then(|data| data.get("set"));
    let mut pairs = pairs.and_then(Value::as_array).into_iter().flatten();
    let verdict = pairs.find_map(|pair| {
        let pair = pair.as_array()?;
        (pair.first()?.as_str()? == word).then(|| pair.get(1))?
    });
    verdict.map_or((end, When::Sometimes), |verdict| {
        (verdict, holds.min(least))
    })
}

/// For which packets of a protocol a part of a rule holds.
pub(super) fn when(part: &Value, family: &str) -> When {
    if QUIET.iter().any(|quiet| part.get(quiet).is_some()) {
        return When::Always;
    }
    if let Some(xt) = part.get("xt") {
        return match text(xt, "name") {
            "comment" | "nfacct" => When::Always,
            // An older nft names none; most are conditions.
            "" => When::Sometimes,
            name if MATCHES.split(' ').any(|known| known == name) => When::Sometimes,
            _ => When::Hidden,
        };
    }
    let Some(matched) = part.get("match") else {
        return When::Sometimes;
    };
    let is_not = text(matched, "op") == "!=";
    if !is_not && !["==", "in"].contains(&text(matched, "op")) {
        return When::Sometimes;
    }
    let side = |side: &str, kind: &str| matched.get(side).and_then(|value| value.get(kind));
    let right = matched.get("right").map(names).unwrap_or_default();
    if let Some(payload) = side("left", "payload") {
        if is_every_port(payload, side("right", "range")) && !is_not {
            return When::Begins;
        }
        return address(payload, matched.get("right"), family, is_not);
    }
    if let Some(key) = side("left", "meta") {
        let key = text(key, "key");
        if key == "l4proto" && !is_not && matched.get("right").is_some_and(is_every_transport) {
            return When::Begins;
        }
        return meta(key, &right, family, is_not);
    }
    if let Some(fib) = side("left", "fib") {
        // What is for this host is all that a chain of input sees.
        let is_local = text(fib, "result") == "type" && right == ["local"] && !is_not;
        let of = fib.get("flags").map(names).unwrap_or_default();
        return if is_local && of == ["daddr"] {
            When::Begins
        } else {
            When::Sometimes
        };
    }
    match side("left", "ct") {
        Some(ct) if text(ct, "key") == "state" => state(&right, is_not),
        _ => When::Sometimes,
    }
}

fn meta(key: &str, right: &[&str], family: &str, is_not: bool) -> When {
    let word = match key {
        "protocol" => family,
        "nfproto" if family == "ip" => "ipv4",
        "nfproto" => "ipv6",
        // From elsewhere.
        "iifname" | "iif" if right == ["lo"] && is_not => return When::Begins,
        _ => return When::Sometimes,
    };
    if right.is_empty() {
        return When::Sometimes;
    }
    if right.contains(&word) == is_not {
        return When::Never;
    }
    When::Always
}

/// A set with TCP and UDP, by name or, where the host knows no names, by number (RFC 9293, RFC 768).
fn is_every_transport(right: &Value) -> bool {
    let set = right.get("set").and_then(Value::as_array);
    let has = |name: &str, number: u64| {
        let is_it = |one: &Value| one.as_str() == Some(name) || one.as_u64() == Some(number);
        set.is_some_and(|set| set.iter().any(is_it))
    };
    has("tcp", 6) && has("udp", 17)
}

/// A range that holds every port.
fn is_every_port(payload: &Value, range: Option<&Value>) -> bool {
    let ends = range.and_then(Value::as_array).map(Vec::as_slice);
    let number = |end: &Value| end.as_u64();
    text(payload, "field") == "dport"
        && matches!(ends, Some([from, to]) if number(from) <= Some(1) && number(to) == Some(65535))
}

/// `ip saddr 0.0.0.0/0` is whatever comes by that protocol.
fn address(payload: &Value, right: Option<&Value>, family: &str, is_not: bool) -> When {
    let protocol = text(payload, "protocol");
    if ["ip", "ip6"].contains(&protocol) && protocol != family {
        return When::Never;
    }
    let is_all = |value: &Value| {
        let length = value.get("prefix").and_then(|prefix| prefix.get("len"));
        length.and_then(Value::as_u64) == Some(0)
    };
    let set = right.and_then(|right| right.get("set")?.as_array());
    let holds = right.is_some_and(is_all) || set.is_some_and(|set| set.iter().any(is_all));
    match (holds, is_not) {
        (true, false) => When::Always,
        (true, true) => When::Never,
        _ => When::Sometimes,
    }
}

const STATES: [&str; 5] = ["new", "established", "related", "invalid", "untracked"];

fn state(named: &[&str], is_not: bool) -> When {
    if named.is_empty() {
        return When::Sometimes;
    }
    let holds = |state: &&str| named.contains(state) != is_not;
    if STATES.iter().all(&holds) {
        When::Always
    } else if holds(&"new") {
        When::Begins
    } else {
        When::Sometimes
    }
}
