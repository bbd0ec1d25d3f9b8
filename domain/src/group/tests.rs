//! Scenarios of a group.

use super::*;
use crate::aggregate::{Aggregate, Claim};
use crate::event::EventBody;
use crate::id::{GroupId, HostId};
use crate::maintenance::{EndMaintenance, Maintenance, StartMaintenance};
use crate::spec::{given, id};
use crate::time::Timestamp;
use crate::validate::InvalidField;

fn group() -> GroupId {
    id(1)
}

fn details(name: &str) -> GroupDetails {
    GroupDetails {
        name: name.to_owned(),
        description: String::new(),
        color: GroupColor::Teal,
        rule: None,
        target: None,
    }
}

fn by_rule(values: &[&str]) -> GroupDetails {
    let condition = Condition {
        kind: ConditionKind::Tag,
        negated: false,
        values: values.iter().map(|value| (*value).to_owned()).collect(),
    };
    GroupDetails {
        rule: Some(MembershipRule {
            combination: Combination::All,
            conditions: vec![condition],
        }),
        ..details("web")
    }
}

fn created(details: GroupDetails) -> GroupEvent {
    let group = group();
    GroupCreated { group, details }.into()
}

fn removed() -> GroupEvent {
    let (group, details) = (group(), details("web"));
    GroupRemoved { group, details }.into()
}

fn added(hosts: &[u128]) -> GroupEvent {
    let (group, hosts) = (group(), ids(hosts));
    GroupHostsAdded { group, hosts }.into()
}

fn ids(numbers: &[u128]) -> Vec<HostId> {
    numbers.iter().map(|number| id(*number)).collect()
}

fn create(details: GroupDetails, hosts: &[u128]) -> GroupCommand {
    GroupCommand::Create(CreateGroup {
        group: group(),
        details,
        hosts: ids(hosts),
    })
}

fn add(hosts: &[u128]) -> GroupCommand {
    GroupCommand::AddHosts(AddHosts { hosts: ids(hosts) })
}

fn take_out(hosts: &[u128]) -> GroupCommand {
    GroupCommand::RemoveHosts(RemoveHosts { hosts: ids(hosts) })
}

#[test]
fn a_group_is_made_once_and_may_have_its_first_hosts() {
    given::<Group>([])
        .when(create(details("web"), &[]))
        .then([created(details("web"))]);
    given::<Group>([])
        .when(create(details("web"), &[7, 5, 7]))
        .then([created(details("web")), added(&[5, 7])]);
    given::<Group>([created(details("web"))])
        .when(create(details("web"), &[]))
        .refused(GroupError::AlreadyExists);
}

#[test]
fn hosts_are_added_and_taken_out_once() {
    let history = || [created(details("web")), added(&[5, 6])];
    given::<Group>(history())
        .when(add(&[5, 7]))
        .then([added(&[7])]);
    given::<Group>(history()).when(add(&[5])).then([]);
    let out = GroupHostsRemoved {
        group: group(),
        hosts: ids(&[6]),
    };
    given::<Group>(history())
        .when(take_out(&[6, 9]))
        .then([out.into()]);
    given::<Group>(history()).when(take_out(&[9])).then([]);
    let many: Vec<u128> = (0..=1000).collect();
    given::<Group>(history())
        .when(add(&many))
        .refused(InvalidField::new(
            "hosts",
            "must not be more than 1000 at once; send them in parts",
        ));
}

#[test]
fn members_that_follow_a_rule_are_not_chosen() {
    given::<Group>([created(by_rule(&["web"]))])
        .when(add(&[5]))
        .refused(GroupError::HasRule);
    given::<Group>([created(by_rule(&["web"]))])
        .when(take_out(&[5]))
        .refused(GroupError::HasRule);
    given::<Group>([])
        .when(create(by_rule(&["web"]), &[5]))
        .refused(GroupError::HasRule);
}

#[test]
fn a_rule_that_does_not_hold_is_refused() {
    given::<Group>([])
        .when(create(by_rule(&[]), &[]))
        .refused(InvalidField::new(
            "rule",
            "does not hold in condition 1: name at least one value",
        ));
}

#[test]
fn an_edit_tells_old_and_new_and_the_same_again_is_no_event() {
    let edit = |details| GroupCommand::Edit(EditGroup { details });
    given::<Group>([created(details("web"))])
        .when(edit(by_rule(&["web"])))
        .then([GroupEdited {
            group: group(),
            before: details("web"),
            after: by_rule(&["web"]),
        }
        .into()]);
    given::<Group>([created(details("web"))])
        .when(edit(details("web")))
        .then([]);
}

#[test]
fn a_removed_group_can_be_restored_and_nothing_else() {
    let history = || [created(details("web")), added(&[5]), removed()];
    for command in [
        add(&[6]),
        GroupCommand::Edit(EditGroup {
            details: details("x"),
        }),
        GroupCommand::Remove(RemoveGroup),
        GroupCommand::EndMaintenance(EndMaintenance),
    ] {
        given::<Group>(history())
            .when(command)
            .refused(GroupError::Removed);
    }
    let restored: GroupEvent = GroupRestored {
        group: group(),
        details: details("web"),
    }
    .into();
    given::<Group>(history())
        .when(GroupCommand::Restore(RestoreGroup))
        .then([restored.clone()]);
    let [one, two, three] = history();
    // The hosts that were chosen are there again.
    let state = Group::fold(&[one, two, three, restored]);
    assert_eq!(state.chosen.into_iter().collect::<Vec<_>>(), ids(&[5]));
    given::<Group>([])
        .when(GroupCommand::Remove(RemoveGroup))
        .refused(GroupError::NotFound);
}

#[test]
fn maintenance_is_started_changed_and_ended() {
    let maintenance = |reason: &str| Maintenance {
        reason: reason.to_owned(),
        until: None,
    };
    let start = |reason| {
        GroupCommand::StartMaintenance(StartMaintenance {
            maintenance: maintenance(reason),
            now: Timestamp::from_micros(1),
        })
    };
    let started = |reason, replaced| -> GroupEvent {
        GroupMaintenanceStarted {
            group: group(),
            maintenance: maintenance(reason),
            replaced,
        }
        .into()
    };
    given::<Group>([created(details("web"))])
        .when(start("disks"))
        .then([started("disks", None)]);
    let history = || [created(details("web")), started("disks", None)];
    given::<Group>(history()).when(start("disks")).then([]);
    given::<Group>(history())
        .when(start("kernel"))
        .then([started("kernel", Some(maintenance("disks")))]);
    given::<Group>(history())
        .when(GroupCommand::EndMaintenance(EndMaintenance))
        .then([GroupMaintenanceEnded {
            group: group(),
            maintenance: maintenance("disks"),
        }
        .into()]);
    given::<Group>([created(details("web"))])
        .when(GroupCommand::EndMaintenance(EndMaintenance))
        .then([]);
}

#[test]
fn a_name_is_claimed_whatever_the_case() {
    let claim = Claim::Take {
        scope: "group_name",
        value: "web".to_owned(),
    };
    assert_eq!(created(details("WEB")).claims(), [claim]);
}
