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

#[test]
fn a_unit_starts_where_an_active_one_pulls_it_in() {
    let on = "{method: service_state, name: x, enabled: true}";
    let off = "{method: service_state, name: x, enabled: false}";
    let named = "Id=rescue.target\nLoadState=loaded\nActiveState=inactive\n\n\
        Id=x.socket\nLoadState=loaded\nActiveState=active\n";
    for (enabled, pulled, up, down) in [
        ("static", "WantedBy=", Fail, Pass),
        ("static", "WantedBy=rescue.target", Fail, Pass),
        ("static", "WantedBy=\nTriggeredBy=x.socket", Pass, Fail),
        ("generated", "WantedBy=", Fail, Pass),
        ("disabled", "WantedBy=", Fail, Pass),
        (
            "disabled",
            "RequiredBy=\nTriggeredBy=rescue.target x.socket",
            Fail,
            Fail,
        ),
        ("enabled", "WantedBy=rescue.target", Pass, Fail),
        ("masked-runtime", "WantedBy=", Fail, Fail),
        // Of a unit of which nothing is said nobody knows that it does not run.
        ("static", "WantedBy=other.target", Pass, Fail),
    ] {
        let text = format!(
            "{}{pulled}\n\n{named}",
            units("loaded", "inactive", "dead", enabled)
        );
        assert_eq!(verdict(on, &[("units", &text)]), up, "{text}");
        assert_eq!(verdict(off, &[("units", &text)]), down, "{text}");
    }
}

#[test]
fn a_timer_counts_where_it_comes_and_wakes_something() {
    let check = "{method: schedule, pattern: nothing, timers: [x.timer]}";
    let timer = |sub: &str, service: &str| {
        format!(
            "x.timer\n\nLoadState=loaded\nActiveState=active\nSubState={sub}\nUnitFileState=enabled\n\
             Triggers=x.service\n\nId=x.service\nLoadState={service}\nActiveState=inactive\n"
        )
    };
    let folders = ["hourly", "daily", "weekly", "monthly"]
        .map(|folder| format!("absent\t/etc/cron.{folder}/*\t/etc/cron.{folder}/*\n"))
        .concat();
    for (sub, service, expected) in [
        ("waiting", "loaded", Pass),
        ("running", "loaded", Pass),
        ("elapsed", "loaded", Fail),
        ("waiting", "masked", Fail),
        ("waiting", "not-found", Fail),
    ] {
        let text = timer(sub, service);
        let frames = [
            ("units", text.as_str()),
            ("stat", &folders),
            ("content /etc/crontab", ""),
            ("content /etc/cron.d/*", ""),
            ("content /var/spool/cron/crontabs/*", ""),
            ("content /var/spool/cron/*", ""),
        ];
        assert_eq!(verdict(check, &frames), expected, "{text}");
    }
}
