//! Kernel modules and kernel parameters: now, and after a boot.

use super::{Error, Fail, NotApplicable, Pass, Verdict, file, verdict};

#[test]
fn a_module_is_off_only_when_nothing_loads_it() {
    let check = "{method: kernel_module_state, name: usb-storage, state: disabled}";
    let off = &["install usb-storage /bin/false"][..];
    let cases: &[(&str, &[&str], &[&str], Verdict)] = &[
        ("loaded=0 builtin=0 available=1", off, &[], Pass),
        (
            "loaded=0 builtin=0 available=1",
            &["install usb_storage /usr/bin/true"],
            &[],
            Pass,
        ),
        (
            "loaded=0 builtin=0 available=1",
            &["blacklist usb-storage"],
            &[],
            Fail,
        ),
        ("loaded=1 builtin=0 available=1", off, &[], Fail),
        ("loaded=0 builtin=1 available=0", off, &[], Fail),
        ("loaded=0 builtin=0 available=0", &[], &[], Pass),
        ("loaded=0 builtin=? available=?", off, &[], Error),
        ("loaded=1 builtin=? available=?", off, &[], Fail),
        // The first install line counts.
        (
            "loaded=0 builtin=0 available=1",
            &[
                "install usb-storage /sbin/modprobe -i usb-storage",
                "install usb-storage /bin/true",
            ],
            &[],
            Fail,
        ),
        (
            "loaded=0 builtin=0 available=1",
            &["install usb-storage /bin/true; modprobe -i usb-storage"],
            &[],
            Fail,
        ),
        (
            "loaded=0 builtin=0 available=1",
            &["#install usb-storage /bin/true"],
            &[],
            Fail,
        ),
        // A file of the administrator hides one of the distribution.
        ("loaded=0 builtin=0 available=1", &["# nothing"], off, Fail),
    ];
    for (state, etc, usr, expected) in cases {
        let modules = format!("usb_storage {state}\n");
        let (etc, usr) = (
            file("/etc/modprobe.d/usb.conf", etc),
            file("/usr/lib/modprobe.d/usb.conf", usr),
        );
        let frames = [
            ("modules", modules.as_str()),
            ("content /etc/modprobe.d/*.conf", etc.as_str()),
            ("content /usr/lib/modprobe.d/*.conf", usr.as_str()),
        ];
        assert_eq!(verdict(check, &frames), *expected, "{state} {etc} {usr}");
    }
}

#[test]
fn a_kernel_parameter_counts_now_and_after_a_boot() {
    let check = "{method: sysctl_value, key: net.ipv4.conf.all.rp_filter, expected: \"1\"}";
    let name = "net.ipv4.conf.all.rp_filter";
    let cases: &[(&str, &[&str], &[&str], Verdict)] = &[
        ("1", &["net.ipv4.conf.all.rp_filter = 1"], &[], Pass),
        ("1", &["net/ipv4/conf/all/rp_filter=1"], &[], Pass),
        ("1", &["-net.ipv4.conf.all.rp_filter = 1"], &[], Pass),
        ("1", &[], &[], Fail),
        ("0", &["net.ipv4.conf.all.rp_filter = 1"], &[], Fail),
        ("1", &["net.ipv4.conf.all.rp_filter = 0"], &[], Fail),
        ("1", &["net.ipv4.conf.all.rp_filter = 1 # yes"], &[], Fail),
        (
            "1",
            &[
                "net.ipv4.conf.all.rp_filter = 0",
                "net.ipv4.conf.all.rp_filter = 1",
            ],
            &[],
            Pass,
        ),
        ("1", &["# net.ipv4.conf.all.rp_filter = 1"], &[], Fail),
        ("1", &["net.ipv4.conf.*.rp_filter = 1"], &[], Pass),
        (
            "1",
            &[
                "net.ipv4.conf.all.rp_filter = 1",
                "net.ipv4.conf.*.rp_filter = 0",
            ],
            &[],
            Pass,
        ),
        (
            "1",
            &[
                "net.ipv4.conf.*.rp_filter = 1",
                "-net.ipv4.conf.all.rp_filter",
            ],
            &[],
            Fail,
        ),
        // 10-a.conf of the distribution comes before 50-b.conf of the administrator.
        (
            "1",
            &["net.ipv4.conf.all.rp_filter = 1"],
            &["net.ipv4.conf.all.rp_filter = 0"],
            Pass,
        ),
    ];
    for (now, etc, usr, expected) in cases {
        let now = format!("value {name} {now}\n");
        let (etc, usr) = (
            file("/etc/sysctl.d/50-b.conf", etc),
            file("/usr/lib/sysctl.d/10-a.conf", usr),
        );
        let frames = [
            ("sysctl", now.as_str()),
            ("content /etc/sysctl.d/*.conf", etc.as_str()),
            ("content /usr/lib/sysctl.d/*.conf", usr.as_str()),
        ];
        assert_eq!(verdict(check, &frames), *expected, "{now}{etc}{usr}");
    }
    let absent = format!("absent {name}\n");
    assert_eq!(verdict(check, &[("sysctl", &absent)]), NotApplicable);
    assert_eq!(
        verdict(check, &[("sysctl", &format!("unreadable {name}\n"))]),
        Error
    );
    assert_eq!(verdict(check, &[("sysctl", "")]), Error);
}

#[test]
fn a_star_stands_for_every_interface() {
    let key = "net.ipv4.conf.*.send_redirects";
    let check = format!("{{method: sysctl_value, key: {key}, expected: \"0\"}}");
    let both = [
        "net.ipv4.conf.all.send_redirects = 0",
        "net.ipv4.conf.default.send_redirects = 0",
    ];
    let with = |line| [both[0], both[1], line];
    let cases: &[(&str, &[&str], Verdict)] = &[
        ("each KEY /all/default/eth0 0\n", &both, Pass),
        ("each KEY /all/default 0\neach KEY /eth0 1\n", &both, Fail),
        ("each KEY /all/default/eth0 0\n", &both[..1], Fail),
        (
            "each KEY /all/default/eth0.7 0\n",
            &with("net.ipv4.conf.eth0/7.send_redirects = 1"),
            Fail,
        ),
        // A card that is not there.
        (
            "each KEY /all/default/eth0 0\n",
            &with("net.ipv4.conf.eth1.send_redirects = 1"),
            Pass,
        ),
        (
            "each KEY /all/default/eth0 0\n",
            &with("net.ipv4.conf.eth*.send_redirects = 1"),
            Fail,
        ),
        ("boot masked\neach KEY /all/default 0\n", &both, Fail),
        (
            "boot without patterns\neach KEY /all/default 0\n",
            &["net.ipv4.conf.*.send_redirects = 0"],
            Fail,
        ),
        ("absent KEY\n", &both, NotApplicable),
        ("each KEY\n", &both, Error),
        ("", &both, Error),
    ];
    for (now, lines, expected) in cases {
        let now = now.replace("KEY", key);
        let lines = file("/etc/sysctl.d/50-b.conf", lines);
        let frames = [
            ("sysctl", now.as_str()),
            ("content /etc/sysctl.d/*.conf", lines.as_str()),
        ];
        assert_eq!(verdict(&check, &frames), *expected, "{now}{lines}");
    }
}

#[test]
fn forwarding_has_several_names() {
    let now = "value net.ipv4.ip_forward 0\neach net.ipv4.conf.*.forwarding /all/default/eth0 0\n";
    let cases: &[(&[&str], Verdict)] = &[
        (&[], Pass),
        (&["net.ipv4.ip_forward = 0"], Pass),
        (&["net.ipv4.conf.all.forwarding = 1"], Fail),
        (&["net.ipv4.conf.*.forwarding = 1"], Fail),
        (
            &[
                "net.ipv4.conf.all.forwarding = 1",
                "net.ipv4.ip_forward = 0",
            ],
            Pass,
        ),
        (
            &[
                "net.ipv4.ip_forward = 0",
                "net.ipv4.conf.all.forwarding = 1",
            ],
            Fail,
        ),
    ];
    for key in ["net.ipv4.ip_forward", "net.ipv4.conf.*.forwarding"] {
        let check =
            format!("{{method: sysctl_value, key: {key}, expected: \"0\", persisted: false}}");
        for (lines, expected) in cases {
            let lines = file("/etc/sysctl.d/50-b.conf", lines);
            let frames = [
                ("sysctl", now),
                ("content /etc/sysctl.d/*.conf", lines.as_str()),
            ];
            assert_eq!(verdict(&check, &frames), *expected, "{key} {lines}");
        }
    }
}
