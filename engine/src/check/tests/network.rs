//! Sockets and the packet filter.

use domain::verdict::Verdict;

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
fn a_program_may_listen_wherever_it_does_and_one_that_sends_does_not_listen() {
    let check =
        "{method: listening_ports, allowed: [\"22/tcp\"], programs: [sshd], clients: [rsyslogd]}";
    for (socket, program, expected) in [
        ("tcp LISTEN 0 128 0.0.0.0:2222 0.0.0.0:*", "sshd", Pass),
        ("udp UNCONN 0 0 0.0.0.0:2222 0.0.0.0:*", "sshd", Fail),
        ("tcp LISTEN 0 128 0.0.0.0:2222 0.0.0.0:*", "nc", Fail),
        ("udp UNCONN 0 0 0.0.0.0:47305 0.0.0.0:*", "rsyslogd", Pass),
        ("udp UNCONN 0 0 0.0.0.0:514 0.0.0.0:*", "rsyslogd", Fail),
        ("tcp LISTEN 0 128 0.0.0.0:47305 0.0.0.0:*", "rsyslogd", Fail),
        ("udp UNCONN 0 0 0.0.0.0:47305 0.0.0.0:*", "named", Fail),
    ] {
        let line = format!("{socket} users:((\"{program}\",pid=7,fd=5))\n");
        assert_eq!(verdict(check, &[("sockets", &line)]), expected, "{line}");
    }
    let unseen = "tcp LISTEN 0 128 0.0.0.0:2222 0.0.0.0:*\n";
    assert_eq!(verdict(check, &[("sockets", unseen)]), Fail);
}

const DENY_INPUT: &str = "{method: firewall_policy, default_deny: [input]}";
const ACCEPT: &str = r#"{"accept": null}"#;
const DROP: &str = r#"{"counter": {"packets": 0, "bytes": 0}}, {"drop": null}"#;
const ZONE: &str = r#"{"chain": {"family": "inet", "table": "t", "name": "zone"}}"#;

fn chain(family: &str, hook: &str, policy: &str) -> String {
    format!(
        r#"{{"chain": {{"family": "{family}", "table": "t", "name": "c", "type": "filter", "hook": "{hook}", "policy": "{policy}"}}}}"#
    )
}

fn rule(expression: &str) -> String {
    format!(
        r#"{{"rule": {{"family": "inet", "table": "t", "chain": "c", "expr": [{expression}]}}}}"#
    )
}

fn zone_rule(expression: &str) -> String {
    rule(expression).replace(r#""chain": "c""#, r#""chain": "zone""#)
}

#[test]
fn a_policy_holds_for_both_protocols_and_the_hook_that_is_asked_for() {
    let conditional = r#"{"match": {"op": "==", "left": 1, "right": 2}}, {"drop": null}"#;
    deny_input(&[
        (vec![], Fail),
        (vec![chain("inet", "input", "drop")], Pass),
        (vec![chain("ip", "input", "drop")], Fail),
        (
            vec![chain("ip", "input", "drop"), chain("ip6", "input", "drop")],
            Pass,
        ),
        (vec![chain("inet", "forward", "drop")], Fail),
        (vec![chain("inet", "input", "accept")], Fail),
        (vec![chain("inet", "input", "accept"), rule(DROP)], Pass),
        (
            vec![chain("inet", "input", "accept"), rule(conditional)],
            Fail,
        ),
    ]);
}

#[test]
fn the_first_rule_without_a_condition_decides_wherever_it_leads() {
    let accepting = || chain("inet", "input", "accept");
    let dropping = || chain("inet", "input", "drop");
    let goto = rule(r#"{"goto": {"target": "zone"}}"#);
    let jump = rule(r#"{"jump": {"target": "zone"}}"#);
    let round = rule(r#"{"jump": {"target": "c"}}"#);
    deny_input(&[
        (vec![accepting(), rule(DROP), rule(ACCEPT)], Pass),
        (vec![dropping(), rule(ACCEPT)], Fail),
        (
            vec![
                dropping(),
                goto,
                ZONE.to_owned(),
                zone_rule(ACCEPT),
                rule(DROP),
            ],
            Fail,
        ),
        (
            vec![accepting(), jump, ZONE.to_owned(), zone_rule(DROP)],
            Pass,
        ),
        (vec![dropping(), round], Pass),
    ]);
}

fn deny_input(rulesets: &[(Vec<String>, Verdict)]) {
    for (items, expected) in rulesets {
        let text = format!("{{\"nftables\": [{}]}}", items.join(","));
        let frames = [("firewall nft", text.as_str()), ("firewall legacy", "")];
        assert_eq!(verdict(DENY_INPUT, &frames), *expected, "{text}");
    }
}

#[test]
fn tables_of_iptables_are_read_where_nft_is_missing() {
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
        assert_eq!(judged(DENY_INPUT, &frames).verdict, expected, "{legacy}");
    }
}
