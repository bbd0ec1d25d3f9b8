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
        ("enabled", "WantedBy=rescue.target", Fail, Fail),
        ("enabled", "WantedBy=", Pass, Fail),
        ("enabled", "WantedBy=\nUpheldBy=x.socket", Pass, Fail),
        ("disabled", "WantedBy=\nBoundBy=x.socket", Fail, Fail),
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
fn what_is_stopped_now_starts_at_the_next_boot() {
    let on = "{method: service_state, name: x, enabled: true}";
    let off = "{method: service_state, name: x, enabled: false}";
    let by = "Id=once.service\nLoadState=loaded\nActiveState=inactive\n";
    for (enabled, wanted, links, boot, up, down) in [
        (
            "static",
            "once.service",
            "",
            "default.target once.service",
            Pass,
            Fail,
        ),
        (
            "static",
            "once.service",
            "",
            "default.target once",
            Fail,
            Pass,
        ),
        (
            "disabled",
            "once.service",
            "",
            "default.target once.service",
            Fail,
            Fail,
        ),
        ("disabled", "once.service", "", "", Fail, Pass),
        // systemd has not read the link since it was made.
        (
            "enabled",
            "",
            "once.service/x.service",
            "once.service",
            Pass,
            Fail,
        ),
        ("enabled", "", "once.service/x.service", "", Fail, Fail),
        // Enabled as an alias.
        (
            "enabled",
            "",
            "once.service/other-x.service",
            "once.service",
            Fail,
            Fail,
        ),
    ] {
        let text = format!(
            "{}WantedBy={wanted}\n\n{by}\nLinks={links}\nBoot={boot}\n",
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

#[test]
fn each_cron_reads_tables_in_its_own_way() {
    let check = "{method: schedule, pattern: aide}";
    let stat = ["hourly", "daily", "weekly", "monthly"]
        .map(|folder| format!("absent\t/etc/cron.{folder}/*\t/etc/cron.{folder}/*\n"))
        .concat();
    let good = "1:0 5 * * * root aide\n";
    let wrong_before = "1:0 25 * * * root x\n2:0 5 * * * root aide\n";
    for (program, lines, known, expected) in [
        ("cron", good, "644\t0\t1\n", Pass),
        ("crond", good, "644\t0\t1\n", Pass),
        ("anacron", good, "644\t0\t1\n", Fail),
        ("fcron", good, "666\t0\t1\n", Pass),
        ("cron", good, "664\t0\t1\n", Fail),
        ("crond", good, "664\t0\t1\n", Fail),
        ("cron", good, "755\t0\t1\n", Pass),
        ("crond", good, "755\t0\t1\n", Fail),
        ("cron", good, "644\t1\t1\n", Fail),
        ("cron", good, "644\t0\t2\n", Fail),
        ("cron", wrong_before, "644\t0\t1\n", Fail),
        ("crond", wrong_before, "644\t0\t1\n", Pass),
        ("crond", good, "644\t0\t1\nopen\t/etc/cron.d/x\n", Fail),
        (
            "cron",
            good,
            "644\t0\t1\naccount\troot\t0\naccounts\n",
            Pass,
        ),
        (
            "cron",
            good,
            "644\t0\t1\naccount\tada\t1000\naccounts\n",
            Fail,
        ),
    ] {
        let host = format!("program\t/usr/sbin/{program}\ntable\t/etc/cron.d/x\t{known}");
        let table = format!("file /etc/cron.d/x\n{lines}");
        let frames = [
            ("cron", host.as_str()),
            ("stat", &stat),
            ("content /etc/crontab", ""),
            ("content /etc/cron.d/*", &table),
            ("content /var/spool/cron/crontabs/*", ""),
            ("content /var/spool/cron/*", ""),
        ];
        assert_eq!(verdict(check, &frames), expected, "{host}{table}");
    }
}
