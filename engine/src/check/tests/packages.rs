//! Packages: there only when they are whole.

use super::{Error, Fail, Pass, verdict};

#[test]
fn a_package_is_there_only_when_it_is_whole() {
    let present = "{method: package_state, name: sudo, state: present}";
    let absent = "{method: package_state, name: sudo, state: absent}";
    for (line, there, away) in [
        ("ii \tsudo\t1.9", Pass, Fail),
        ("hi \tsudo\t1.9", Pass, Fail),
        ("it \tsudo\t1.9", Pass, Fail),
        ("ri \tsudo\t1.9", Pass, Fail),
        ("rc \tsudo\t1.9", Fail, Pass),
        ("un \tsudo\t", Fail, Pass),
        ("iU \tsudo\t1.9", Error, Error),
        ("iF \tsudo\t1.9", Error, Error),
        ("iH \tsudo\t1.9", Error, Error),
        ("iHR\tsudo\t1.9", Error, Error),
        ("ii \tsudo-ldap\t1.9", Fail, Pass),
        ("rc \tsudo\t1.8\nii \tsudo\t1.9", Pass, Fail),
    ] {
        let text = format!("dpkg\nii \tbash\t5.2\n{line}\n");
        assert_eq!(verdict(present, &[("packages", &text)]), there, "{line}");
        assert_eq!(verdict(absent, &[("packages", &text)]), away, "{line}");
    }
    // A database without a single package is not the machine's own.
    assert_eq!(verdict(absent, &[("packages", "rpm\n")]), Error);
    assert_eq!(verdict(absent, &[("packages", "")]), Error);
}
