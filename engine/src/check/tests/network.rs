//! Sockets and the packet filter.

use super::{Error, Fail, Frame, Pass, judged, verdict};

#[test]
fn only_other_addresses_than_the_loopback_are_reached_from_elsewhere() {
    let only = "{method: listening_ports, allowed: [\"22/tcp\"]}";
    let local = "{method: listening_ports, only_loopback: [\"25/tcp\"]}";
    for (line, is_only, is_local) in [
        ("tcp LISTEN 0 128 0.0.0.0:22 0.0.0.0:*", Pass, Pass),
        ("udp UNCONN 0 0 0.0.0.0:22 0.0.0.0:*", Fail, Pass),
        ("tcp LISTEN 0 128 127.0.0.1:25 0.0.0.0:*", Pass, Pass),
        ("tcp LISTEN 0 128 127.8.9.1%lo:25 0.0.0.0:*", Pass, Pass),
        ("tcp LISTEN 0 128 [::1]:25 [::]:*", Pass, Pass),
        ("tcp LISTEN 0 128 [::ffff:127.0.0.1]:25 *:*", Pass, Pass),
        ("tcp LISTEN 0 128 *:25 *:*", Fail, Fail),
        ("tcp LISTEN 0 128 [fe80::1]%eth0:25 [::]:*", Fail, Fail),
        (
            "tcp LISTEN 0 128 10.0.0.7:25 0.0.0.0:* users:((\"x\",pid=1,fd=2))",
            Fail,
            Fail,
        ),
        ("", Pass, Pass),
        ("Cannot open netlink socket", Error, Error),
    ] {
        let text = if line.is_empty() {
            String::new()
        } else {
            format!("{line}\n")
        };
        assert_eq!(verdict(only, &[("sockets", &text)]), is_only, "{line}");
        assert_eq!(verdict(local, &[("sockets", &text)]), is_local, "{line}");
    }
}

#[test]
fn a_packet_that_no_rule_takes_is_refused_for_both_protocols() {
    let check = "{method: firewall_policy, default_deny: [input]}";
    let chain = |family: &str, hook: &str, policy: &str| {
        format!(
            r#"{{"chain": {{"family": "{family}", "table": "t", "name": "c", "type": "filter", "hook": "{hook}", "policy": "{policy}"}}}}"#
        )
    };
    let rule = |expression: &str| {
        format!(
            r#"{{"rule": {{"family": "inet", "table": "t", "chain": "c", "expr": [{expression}]}}}}"#
        )
    };
    let zone = r#"{"chain": {"family": "inet", "table": "t", "name": "zone"}}"#;
    let zone_rule =
        |expression: &str| rule(expression).replace(r#""chain": "c""#, r#""chain": "zone""#);
    let counter = r#"{"counter": {"packets": 0, "bytes": 0}}, {"drop": null}"#;
    let conditional = r#"{"match": {"op": "==", "left": 1, "right": 2}}, {"drop": null}"#;
    for (items, expected) in [
        (vec![chain("inet", "input", "drop")], Pass),
        (vec![chain("ip", "input", "drop")], Fail),
        (
            vec![chain("ip", "input", "drop"), chain("ip6", "input", "drop")],
            Pass,
        ),
        (vec![chain("inet", "forward", "drop")], Fail),
        (vec![chain("inet", "input", "accept")], Fail),
        (vec![chain("inet", "input", "accept"), rule(counter)], Pass),
        (
            vec![chain("inet", "input", "accept"), rule(conditional)],
            Fail,
        ),
        // The first rule without a condition decides, wherever it leads.
        (
            vec![
                chain("inet", "input", "accept"),
                rule(counter),
                rule(r#"{"accept": null}"#),
            ],
            Pass,
        ),
        (
            vec![chain("inet", "input", "drop"), rule(r#"{"accept": null}"#)],
            Fail,
        ),
        (
            vec![
                chain("inet", "input", "drop"),
                rule(r#"{"goto": {"target": "zone"}}"#),
                zone.to_owned(),
                zone_rule(r#"{"accept": null}"#),
                rule(r#"{"drop": null}"#),
            ],
            Fail,
        ),
        (
            vec![
                chain("inet", "input", "accept"),
                rule(r#"{"jump": {"target": "zone"}}"#),
                zone.to_owned(),
                zone_rule(counter),
            ],
            Pass,
        ),
        (
            vec![
                chain("inet", "input", "drop"),
                rule(r#"{"jump": {"target": "c"}}"#),
            ],
            Pass,
        ),
        (vec![], Fail),
    ] {
        let text = format!("{{\"nftables\": [{}]}}", items.join(","));
        let frames = [("firewall nft", text.as_str()), ("firewall legacy", "")];
        assert_eq!(verdict(check, &frames), expected, "{text}");
    }
    let missing = Frame {
        exit: Some(127),
        ..Frame::default()
    };
    let tables = "family ip\n*filter\n:INPUT DROP [0:0]\nCOMMIT\nfamily ip6\n*nat\n:INPUT DROP [0:0]\n*filter\n:INPUT ACCEPT [0:0]\n";
    for (legacy, expected) in [
        ("", Error),
        (tables, Fail),
        (
            &format!("{tables}-A INPUT -j REJECT --reject-with icmp6-port-unreachable\n"),
            Pass,
        ),
        (
            &format!("{tables}-A INPUT -j ACCEPT\n-A INPUT -j DROP\n"),
            Fail,
        ),
    ] {
        let frames = [
            ("firewall nft", missing.clone()),
            ("firewall legacy", Frame::ok(legacy)),
        ];
        assert_eq!(judged(check, &frames).verdict, expected, "{legacy}");
    }
}
