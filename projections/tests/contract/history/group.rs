//! Groups of hosts.

use domain::group::{
    AddHosts, Combination, Condition, ConditionKind, CreateGroup, EditGroup, Group, GroupColor,
    GroupCommand, GroupDetails, MembershipRule, RemoveGroup, RemoveHosts, RestoreGroup,
};
use domain::host::{Host, HostCommand, SetHostTarget};
use domain::id::{GroupId, HostId, TypedId as _};
use domain::maintenance::{EndMaintenance, Maintenance, StartMaintenance};
use domain::settings::{ORGANISATION, SetOrganisationTarget, Settings, SettingsCommand};
use domain::target::Target;

use super::World;

impl World {
    pub(super) async fn groups(&self) {
        let (host, other) = (self.register("c").await, self.register("d").await);
        let group = self.group("chosen", None, &[host]).await;
        let by_rule = self.group("by rule", Some(tagged("web")), &[]).await;
        let edited = GroupDetails {
            target: Some(target(90)),
            ..group_details("edited", None)
        };
        for command in [
            GroupCommand::Edit(EditGroup { details: edited }),
            GroupCommand::AddHosts(AddHosts { hosts: vec![other] }),
            GroupCommand::RemoveHosts(RemoveHosts { hosts: vec![host] }),
            GroupCommand::StartMaintenance(self.maintenance()),
            GroupCommand::EndMaintenance(EndMaintenance),
            GroupCommand::Remove(RemoveGroup),
            GroupCommand::Restore(RestoreGroup),
        ] {
            self.execute::<Group>(group, command).await;
        }
        let set = SetHostTarget {
            target: Some(target(95)),
        };
        for command in [
            HostCommand::SetTarget(set),
            HostCommand::StartMaintenance(self.maintenance()),
            HostCommand::EndMaintenance(EndMaintenance),
        ] {
            self.execute::<Host>(host, command).await;
        }
        let set = SettingsCommand::SetTarget(SetOrganisationTarget {
            target: Some(target(80)),
        });
        self.execute::<Settings>(ORGANISATION, set).await;
        self.execute::<Group>(by_rule, GroupCommand::StartMaintenance(self.maintenance()))
            .await;
    }

    pub(crate) fn maintenance(&self) -> StartMaintenance {
        StartMaintenance {
            maintenance: Maintenance {
                reason: "new disks".to_owned(),
                until: None,
            },
            now: self.store.clock().now(),
        }
    }

    /// A group with these hosts, or with a rule.
    pub(crate) async fn group(
        &self,
        name: &str,
        rule: Option<MembershipRule>,
        hosts: &[HostId],
    ) -> GroupId {
        let group = GroupId::draw(self.store.ids().as_ref());
        let create = CreateGroup {
            group,
            details: group_details(name, rule),
            hosts: hosts.to_vec(),
        };
        self.execute::<Group>(group, GroupCommand::Create(create))
            .await;
        group
    }
}

pub(crate) fn group_details(name: &str, rule: Option<MembershipRule>) -> GroupDetails {
    GroupDetails {
        name: name.to_owned(),
        description: String::new(),
        color: GroupColor::Teal,
        rule,
        target: None,
    }
}

pub(crate) fn target(score: u8) -> Target {
    Target {
        score: Some(score),
        frameworks: [("cis".to_owned(), 100)].into(),
    }
}

/// The rule that takes hosts in which have a tag.
pub(crate) fn tagged(tag: &str) -> MembershipRule {
    rule(ConditionKind::Tag, tag)
}

pub(crate) fn rule(kind: ConditionKind, value: &str) -> MembershipRule {
    MembershipRule {
        combination: Combination::All,
        conditions: vec![Condition {
            kind,
            negated: false,
            values: vec![value.to_owned()],
        }],
    }
}
