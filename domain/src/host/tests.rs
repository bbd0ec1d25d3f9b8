//! Scenarios of a host.

use super::*;
use crate::aggregate::{Aggregate, Claim};
use crate::event::EventBody;
use crate::id::HostId;
use crate::maintenance::{EndMaintenance, Maintenance, StartMaintenance};
use crate::spec::{given, id};
use crate::target::Target;
use crate::time::Timestamp;
use crate::validate::InvalidField;

fn host() -> HostId {
    id(1)
}

fn details(name: &str) -> HostDetails {
    HostDetails {
        name: name.to_owned(),
        environment: "production".to_owned(),
        description: String::new(),
        tags: vec!["web".to_owned()],
        connection: Connection::Ssh(SshConnection {
            address: "10.0.0.1".to_owned(),
            port: 22,
            credential: None,
            sudo: SudoMode::Nopasswd,
            host_key_policy: HostKeyPolicy::TrustOnFirstUse,
            jump: None,
        }),
    }
}

fn key(fingerprint: &str) -> HostKey {
    HostKey {
        endpoint: "10.0.0.1:22".to_owned(),
        algorithm: "ssh-ed25519".to_owned(),
        public_key: format!("AAAA{fingerprint}"),
        fingerprint: format!("SHA256:{fingerprint}"),
    }
}

fn registered() -> HostEvent {
    HostRegistered {
        host: host(),
        details: details("web-1"),
    }
    .into()
}

fn removed() -> HostEvent {
    HostRemoved {
        host: host(),
        details: details("web-1"),
    }
    .into()
}

fn trusted(fingerprint: &str) -> HostKeyTrusted {
    HostKeyTrusted {
        host: host(),
        key: key(fingerprint),
        replaced: None,
        first_use: true,
    }
}

fn register(details: HostDetails) -> HostCommand {
    HostCommand::Register(RegisterHost {
        host: host(),
        details,
        trusted_keys: Vec::new(),
    })
}

#[test]
fn a_host_is_registered_once() {
    given::<Host>([])
        .when(register(details("web-1")))
        .then([registered()]);
    given::<Host>([registered()])
        .when(register(details("web-1")))
        .refused(HostError::AlreadyRegistered);
}

#[test]
fn tags_are_kept_sorted_and_without_repeats() {
    let mut given_tags = details("web-1");
    given_tags.tags = ["web", "db", "web"].map(str::to_owned).to_vec();
    let mut kept = details("web-1");
    kept.tags = ["db", "web"].map(str::to_owned).to_vec();
    given::<Host>([])
        .when(register(given_tags))
        .then([HostRegistered {
            host: host(),
            details: kept,
        }
        .into()]);
}

#[test]
fn keys_confirmed_while_adding_are_trusted_and_not_as_first_use() {
    let command = RegisterHost {
        host: host(),
        details: details("web-1"),
        trusted_keys: vec![key("a")],
    };
    let confirmed = HostKeyTrusted {
        first_use: false,
        ..trusted("a")
    };
    given::<Host>([])
        .when(HostCommand::Register(command))
        .then([registered(), confirmed.into()]);
}

#[test]
fn an_address_that_could_be_an_option_is_refused() {
    let mut bad = details("web-1");
    if let Connection::Ssh(ssh) = &mut bad.connection {
        ssh.address = "-oProxyCommand=id".to_owned();
    }
    let reason = "must be a host name or an IP address, without a port";
    given::<Host>([])
        .when(register(bad))
        .refused(InvalidField::new("address", reason));
}

#[test]
fn an_edit_tells_old_and_new_and_the_same_again_is_no_event() {
    let edit = |name| {
        HostCommand::Edit(EditHost {
            details: details(name),
        })
    };
    given::<Host>([registered()])
        .when(edit("web-2"))
        .then([HostEdited {
            host: host(),
            before: details("web-1"),
            after: details("web-2"),
        }
        .into()]);
    given::<Host>([registered()]).when(edit("web-1")).then([]);
}

#[test]
fn a_removed_host_can_be_restored_and_nothing_else() {
    let history = || [registered(), removed()];
    given::<Host>(history())
        .when(HostCommand::Edit(EditHost {
            details: details("x"),
        }))
        .refused(HostError::Removed);
    given::<Host>(history())
        .when(HostCommand::Remove(RemoveHost))
        .refused(HostError::Removed);
    given::<Host>(history())
        .when(HostCommand::Restore(RestoreHost))
        .then([HostRestored {
            host: host(),
            details: details("web-1"),
        }
        .into()]);
    given::<Host>([registered()])
        .when(HostCommand::Restore(RestoreHost))
        .refused(HostError::NotRemoved);
}

#[test]
fn only_a_host_under_watch_is_scannable() {
    assert!(Host::fold(&[]).scannable().is_none());
    assert_eq!(
        Host::fold(&[registered()]).scannable().unwrap().id(),
        host()
    );
    assert!(Host::fold(&[registered(), removed()]).scannable().is_none());
}

#[test]
fn first_use_never_replaces_a_trusted_key() {
    let trust = |fingerprint, first_use| {
        HostCommand::TrustKey(TrustHostKey {
            key: key(fingerprint),
            first_use,
        })
    };
    let history = || [registered(), trusted("a").into()];
    given::<Host>(history()).when(trust("a", true)).then([]);
    given::<Host>(history())
        .when(trust("b", true))
        .refused(HostError::KeyChanged {
            endpoint: "10.0.0.1:22".to_owned(),
            trusted: "SHA256:a".to_owned(),
            presented: "SHA256:b".to_owned(),
        });
    let replacing = HostKeyTrusted {
        replaced: Some(key("a")),
        first_use: false,
        ..trusted("b")
    };
    given::<Host>(history())
        .when(trust("b", false))
        .then([replacing.into()]);
}

#[test]
fn a_key_that_is_not_trusted_cannot_be_forgotten() {
    let forget = |fingerprint: &str| {
        HostCommand::ForgetKey(ForgetHostKey {
            fingerprint: format!("SHA256:{fingerprint}"),
        })
    };
    let history = || [registered(), trusted("a").into()];
    given::<Host>(history())
        .when(forget("a"))
        .then([HostKeyForgotten {
            host: host(),
            key: key("a"),
        }
        .into()]);
    given::<Host>(history())
        .when(forget("b"))
        .refused(HostError::KeyNotTrusted {
            fingerprint: "SHA256:b".to_owned(),
        });
}

#[test]
fn a_name_is_claimed_within_its_environment_whatever_the_case() {
    let take = |value: &str| Claim::Take {
        scope: "host_name",
        value: value.to_owned(),
    };
    let release = |value: &str| Claim::Release {
        scope: "host_name",
        value: value.to_owned(),
    };
    let upper = HostRegistered {
        host: host(),
        details: details("WEB-1"),
    };
    assert_eq!(HostEvent::from(upper).claims(), [take("production/web-1")]);
    assert_eq!(removed().claims(), [release("production/web-1")]);
    let edited = HostEdited {
        host: host(),
        before: details("a"),
        after: details("b"),
    };
    assert_eq!(
        HostEvent::from(edited).claims(),
        [release("production/a"), take("production/b")]
    );
}

#[test]
fn a_target_of_its_own_is_set_and_taken_away() {
    let target = |score| {
        Some(Target {
            score: Some(score),
            ..Target::default()
        })
    };
    let set = |target| HostCommand::SetTarget(SetHostTarget { target });
    let event = |before, after| -> HostEvent {
        HostTargetSet {
            host: host(),
            before,
            after,
        }
        .into()
    };
    given::<Host>([registered()])
        .when(set(target(90)))
        .then([event(None, target(90))]);
    let history = || [registered(), event(None, target(90))];
    given::<Host>(history()).when(set(target(90))).then([]);
    given::<Host>(history())
        .when(set(None))
        .then([event(target(90), None)]);
    given::<Host>([registered(), removed()])
        .when(set(target(90)))
        .refused(HostError::Removed);
}

#[test]
fn a_host_is_put_into_maintenance_and_taken_out_again() {
    let maintenance = || Maintenance {
        reason: "new disks".to_owned(),
        until: Some(Timestamp::from_micros(9)),
    };
    let start = |now| {
        HostCommand::StartMaintenance(StartMaintenance {
            maintenance: maintenance(),
            now: Timestamp::from_micros(now),
        })
    };
    let started = || -> HostEvent {
        HostMaintenanceStarted {
            host: host(),
            maintenance: maintenance(),
            replaced: None,
        }
        .into()
    };
    given::<Host>([registered()])
        .when(start(1))
        .then([started()]);
    given::<Host>([registered()])
        .when(start(9))
        .refused(InvalidField::new("until", "must be in the future"));
    given::<Host>([registered(), started()])
        .when(start(1))
        .then([]);
    given::<Host>([registered(), started()])
        .when(HostCommand::EndMaintenance(EndMaintenance))
        .then([HostMaintenanceEnded {
            host: host(),
            maintenance: maintenance(),
        }
        .into()]);
    // Whether a scan is possible does not depend on it: somebody may ask for one.
    assert!(Host::fold(&[registered(), started()]).scannable().is_some());
}
