//! Units of systemd: now, and after a boot.

use super::{Error, Fail, Pass, verdict};

fn units(load: &str, active: &str, sub: &str, enabled: &str) -> String {
    format!(
        "x.service\n\nLoadState={load}\nActiveState={active}\nSubState={sub}\nUnitFileState={enabled}\n"
    )
}

#[test]
fn a_unit_counts_now_and_after_a_boot() {
    let on = "{method: service_state, name: x, enabled: true, active: true}";
    let off = "{method: service_state, name: x, enabled: false, active: false}";
    for (load, active, sub, enabled, up, down) in [
        ("loaded", "active", "running", "enabled", Pass, Fail),
        ("loaded", "active", "running", "static", Pass, Fail),
        ("loaded", "active", "running", "disabled", Fail, Fail),
        ("loaded", "active", "running", "enabled-runtime", Fail, Fail),
        ("loaded", "active", "running", "indirect", Fail, Fail),
        ("loaded", "inactive", "dead", "enabled", Fail, Fail),
        ("loaded", "failed", "failed", "enabled", Fail, Fail),
        (
            "loaded",
            "activating",
            "auto-restart",
            "enabled",
            Fail,
            Fail,
        ),
        (
            "loaded",
            "activating",
            "auto-restart",
            "disabled",
            Fail,
            Fail,
        ),
        ("loaded", "inactive", "dead", "disabled", Fail, Pass),
        ("masked", "inactive", "dead", "masked", Fail, Pass),
        ("masked", "active", "running", "masked", Fail, Fail),
        ("not-found", "inactive", "dead", "", Fail, Pass),
        ("error", "inactive", "dead", "", Error, Error),
        ("bad-setting", "inactive", "dead", "disabled", Error, Error),
        ("", "", "", "", Error, Error),
    ] {
        let text = units(load, active, sub, enabled);
        assert_eq!(verdict(on, &[("units", &text)]), up, "{text}");
        assert_eq!(verdict(off, &[("units", &text)]), down, "{text}");
    }
    assert_eq!(verdict(off, &[("units", "x.service\n\n")]), Error);
    assert_eq!(
        verdict(off, &[("units", "y.service\n\nLoadState=loaded\n")]),
        Error
    );
}
