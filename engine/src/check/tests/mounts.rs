//! Mounted file systems and their options.

use super::{Error, Fail, NotApplicable, Pass, verdict};

#[test]
fn only_a_filesystem_of_its_own_has_mount_options() {
    let check = "{method: mount_option, path: /tmp, options: [nosuid, nodev]}";
    let root = "28 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw\n";
    for (line, expected) in [
        ("31 28 0:27 / /tmp rw,nosuid,nodev - tmpfs tmpfs rw", Pass),
        (
            "31 28 0:27 / /tmp rw,nosuid shared:9 - tmpfs tmpfs rw,nodev",
            Fail,
        ),
        (
            "31 28 0:27 / /tmp rw,nosuid,nodevice - tmpfs tmpfs rw",
            Fail,
        ),
        ("31 28 0:27 / /tmp/x rw - tmpfs tmpfs rw", NotApplicable),
        ("", NotApplicable),
        (
            "31 28 0:27 / /tmp rw,nosuid,nodev - autofs systemd-1 rw",
            Error,
        ),
        (
            "31 28 0:27 / /tmp rw,nosuid,nodev - tmpfs tmpfs rw\n44 31 0:28 / /tmp rw - tmpfs tmpfs rw",
            Fail,
        ),
    ] {
        let text = format!("{root}{line}\n");
        assert_eq!(verdict(check, &[("mounts", &text)]), expected, "{line}");
    }
    assert_eq!(verdict(check, &[("mounts", "")]), Error);
    assert_eq!(verdict(check, &[("mounts", "nonsense\n")]), Error);
}

#[test]
fn what_is_mounted_on_demand_is_a_filesystem_of_its_own_too() {
    let check = "{method: mount_point, path: /home}";
    let root = "28 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw\n";
    for (line, expected) in [
        ("31 28 254:5 / /home rw - ext4 /dev/vda5 rw", Pass),
        ("31 28 0:61 / /home rw - autofs /etc/auto.home rw", Pass),
        ("31 28 254:5 / /home/one rw - ext4 /dev/vda5 rw", Fail),
        ("31 28 254:5 /home /old rw - ext4 /dev/vda5 rw", Fail),
        ("31 28 254:5 / /home rw", Fail),
        ("", Fail),
    ] {
        let text = format!("{root}{line}\n");
        assert_eq!(verdict(check, &[("mounts", &text)]), expected, "{line}");
    }
    let without_root = "31 28 254:5 / /home rw - ext4 /dev/vda5 rw\n";
    assert_eq!(verdict(check, &[("mounts", without_root)]), Error);
}
