//! The SSH server: what it says of itself, and `Match` blocks.

use super::{Error, Fail, Frame, Pass, Verdict, file, judged, verdict};

#[test]
fn the_ssh_server_is_asked_and_match_blocks_are_read() {
    let check = "{method: sshd_effective_config, key: ClientAliveInterval, min: 1, max: 600}";
    let asked = |value: &str| format!("port 22\nclientaliveinterval {value}\n");
    let cases: &[(&str, &[&str], Verdict)] = &[
        ("300", &[], Pass),
        ("0", &[], Fail),
        ("601", &[], Fail),
        ("300", &["ClientAliveInterval 0"], Pass),
        ("300", &["Match User a", "  ClientAliveInterval 0"], Fail),
        ("300", &["match user a", "  clientaliveinterval=0"], Fail),
        ("300", &["Match User a", "  ClientAliveInterval 5m"], Pass),
        ("300", &["Match User a", "  ClientAliveInterval 1h"], Fail),
        ("300", &["Match User a", "  #ClientAliveInterval 0"], Pass),
        ("300", &["Match User a", "  X11Forwarding yes"], Pass),
    ];
    for (value, lines, expected) in cases {
        let (asked, lines) = (asked(value), file("/etc/ssh/sshd_config", lines));
        let frames = [
            ("sshd", asked.as_str()),
            ("content /etc/ssh/sshd_config", lines.as_str()),
        ];
        assert_eq!(verdict(check, &frames), *expected, "{value} {lines}");
    }
    let said = "# option -oClientAliveInterval=300\nport 22\nclientaliveinterval 300\n";
    assert_eq!(verdict(check, &[("sshd", said)]), Pass);
    let said = "# strange -f\nport 22\nclientaliveinterval 300\n";
    assert_eq!(verdict(check, &[("sshd", said)]), Error);
    assert_eq!(verdict(check, &[("sshd", "port 22\n")]), Fail);
    assert_eq!(verdict(check, &[("sshd", "")]), Error);
    assert_eq!(verdict(check, &[("sshd", "Last login: today\n")]), Error);
    let refused = Frame {
        exit: Some(255),
        stderr: "Missing privilege separation directory: /run/sshd".to_owned(),
        ..Frame::default()
    };
    let result = judged(check, &[("sshd", refused)]);
    assert_eq!(result.verdict, Error);
    assert!(result.reason.contains("/run/sshd"), "{}", result.reason);
}

#[test]
fn a_list_of_a_match_block_that_changes_the_defaults_is_not_known() {
    let said = "port 22\npubkeyacceptedalgorithms ssh-ed25519\n";
    for (demand, value, expected) in [
        ("none_of: [ssh-rsa]", "+ssh-rsa", Fail),
        ("none_of: [ssh-rsa]", "^ssh-rsa", Fail),
        ("none_of: [ssh-rsa]", "+ssh-dss", Error),
        ("none_of: [ssh-rsa]", "-ssh-rsa", Error),
        ("none_of: [ssh-rsa]", "ssh-dss", Pass),
        ("subset_of: [ssh-ed25519]", "+ssh-rsa", Fail),
    ] {
        let check =
            format!("{{method: sshd_effective_config, key: PubkeyAcceptedAlgorithms, {demand}}}");
        let line = format!("PubkeyAcceptedKeyTypes {value}");
        let main = file("/etc/ssh/sshd_config", &["Match User ada", &line]);
        let frames = [
            ("sshd", said),
            ("content /etc/ssh/sshd_config", main.as_str()),
        ];
        assert_eq!(verdict(&check, &frames), expected, "{demand} {value}");
    }
}

#[test]
fn each_name_of_a_list_in_a_match_block_is_looked_at() {
    let check = "{method: sshd_effective_config, key: AllowUsers, none_of: [\"*\"]}";
    let main = [
        "Match Address 10.0.0.0/8",
        "AllowUsers ada bob",
        "AllowUsers eve *",
    ];
    let main = file("/etc/ssh/sshd_config", &main);
    let frames = [
        ("sshd", "port 22\nallowusers ada\n"),
        ("content /etc/ssh/sshd_config", main.as_str()),
    ];
    assert_eq!(verdict(check, &frames), Fail);
}
