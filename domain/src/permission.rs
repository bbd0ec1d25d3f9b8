//! Who may do what: the closed list of permissions and the five built-in roles.
//!
//! Every permission is asked for by at least one field of the API, which a test of the API proves.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

macro_rules! permissions {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, from $least:ident;)+) => {
        /// One thing that a role allows. Named `noun:verb`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Permission {
            $($(#[$doc])* $variant,)+
        }

        impl Permission {
            /// Every permission.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The name that people see.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            /// The roles that have it.
            const fn granted(self) -> Grant {
                match self { $(Self::$variant => Grant::$least),+ }
            }
        }
    };
}

/// Which built-in roles have a permission.
#[derive(Clone, Copy)]
enum Grant {
    /// Every role.
    Everyone,
    /// Those who run things: operations lead and above.
    Operators,
    /// Those who keep secrets, rules and settings: security administrator and above.
    Guardians,
    /// Those who look back: auditor, security administrator, administrator.
    Auditors,
    /// Administrators alone.
    Administrators,
}

permissions! {
    /// See what happened, as far as hosts, scans and the other things that one may see are concerned.
    ActivityRead = "activity:read", from Everyone;
    /// See every event with actor, address, old and new values.
    AuditRead = "audit:read", from Auditors;
    /// See names and kinds of stored credentials; never a secret.
    CredentialRead = "credential:read", from Operators;
    /// Store and change credentials.
    CredentialWrite = "credential:write", from Guardians;
    /// Throw credentials away.
    CredentialDelete = "credential:delete", from Guardians;
    /// See groups and their members.
    GroupRead = "group:read", from Everyone;
    /// Make and change groups, put them into maintenance.
    GroupWrite = "group:write", from Operators;
    /// Dissolve groups and bring them back.
    GroupDelete = "group:delete", from Guardians;
    /// See hosts and their state.
    HostRead = "host:read", from Everyone;
    /// Add and change hosts, try connections, put hosts into maintenance.
    HostWrite = "host:write", from Operators;
    /// Confirm and forget SSH host keys.
    HostTrust = "host:trust", from Operators;
    /// Take hosts out of watch and bring them back.
    HostDelete = "host:delete", from Guardians;
    /// See rules.
    RuleRead = "rule:read", from Everyone;
    /// Upload rules of one's own, try them on hosts, remove packs.
    RulePackWrite = "rule_pack:write", from Guardians;
    /// Say that the scripts of uploaded rules may run as root on hosts.
    RulePackTrust = "rule_pack:trust", from Guardians;
    /// Let uploaded rules count, or no longer.
    RulePackEnable = "rule_pack:enable", from Guardians;
    /// See scans and their evidence.
    ScanRead = "scan:read", from Everyone;
    /// Ask for scans.
    ScanRequest = "scan:request", from Operators;
    /// Stop scans.
    ScanCancel = "scan:cancel", from Operators;
    /// See the settings of the organisation.
    SettingsRead = "settings:read", from Everyone;
    /// Change the settings of the organisation.
    SettingsWrite = "settings:write", from Guardians;
    /// See the tokens of everybody.
    TokenRead = "token:read", from Guardians;
    /// Make and revoke tokens.
    TokenWrite = "token:write", from Guardians;
    /// See people.
    UserRead = "user:read", from Guardians;
    /// Add people, change their role, disable and enable them.
    UserWrite = "user:write", from Administrators;
}

/// A built-in role.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode, Serialize, Deserialize,
)]
#[cbor(index_only)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Role {
    /// Looks.
    #[n(0)]
    Viewer,
    /// Looks, and sees the audit log.
    #[n(1)]
    Auditor,
    /// Runs scans and keeps hosts.
    #[n(2)]
    OpsLead,
    /// Everything except adding people, changing their roles, disabling and enabling them.
    #[n(3)]
    SecurityAdmin,
    /// Everything.
    #[n(4)]
    Admin,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 5] = [
        Self::Viewer,
        Self::Auditor,
        Self::OpsLead,
        Self::SecurityAdmin,
        Self::Admin,
    ];

    /// The name that people and the command line use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Auditor => "auditor",
            Self::OpsLead => "ops_lead",
            Self::SecurityAdmin => "security_admin",
            Self::Admin => "admin",
        }
    }

    /// The role of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == name)
    }

    /// Whether the role allows it.
    pub const fn allows(self, permission: Permission) -> bool {
        match permission.granted() {
            Grant::Everyone => true,
            Grant::Operators => matches!(self, Self::OpsLead | Self::SecurityAdmin | Self::Admin),
            Grant::Guardians => matches!(self, Self::SecurityAdmin | Self::Admin),
            Grant::Auditors => matches!(self, Self::Auditor | Self::SecurityAdmin | Self::Admin),
            Grant::Administrators => matches!(self, Self::Admin),
        }
    }

    /// Whether everything that `other` allows is allowed by this role too.
    pub fn covers(self, other: Self) -> bool {
        Permission::ALL
            .iter()
            .all(|permission| !other.allows(*permission) || self.allows(*permission))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_unique_and_has_a_noun_and_a_verb() {
        let mut names: Vec<_> = Permission::ALL.iter().map(|p| p.as_str()).collect();
        assert!(names.iter().all(|name| name.split(':').count() == 2));
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Permission::ALL.len());
    }

    #[test]
    fn who_may_change_a_thing_may_see_it() {
        for role in Role::ALL {
            for permission in Permission::ALL {
                let noun = permission.as_str().split(':').next().unwrap();
                let read = Permission::ALL
                    .iter()
                    .find(|p| p.as_str() == format!("{noun}:read"));
                if let Some(read) = read {
                    assert!(
                        !role.allows(*permission) || role.allows(*read),
                        "{role:?} {permission:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn an_administrator_covers_every_role_and_nobody_covers_more_than_they_have() {
        assert!(Role::ALL.into_iter().all(|role| Role::Admin.covers(role)));
        assert!(!Role::OpsLead.covers(Role::Auditor));
        assert!(!Role::SecurityAdmin.covers(Role::Admin));
    }
}
