//! What the tables answer. One file a noun: its row, its filter, its questions.

mod activity;
mod audit;
mod column;
mod credential;
mod fleet_scan;
mod fleet_scan_host;
mod group;
mod host;
mod lens;
mod member;
mod page;
mod roll_up;
mod rule;
mod rule_facet;
mod rule_interval;
mod rule_pack;
mod rule_state;
mod scan;
mod user;
mod variable;

use event_store::Db;

pub use activity::{ActivityFilter, ActivityRow};
pub use audit::{AuditChange, AuditFilter, AuditRow};
pub use credential::CredentialRow;
pub use fleet_scan::{FleetScanFilter, FleetScanRow, FleetScanStanding};
pub use fleet_scan_host::{FleetScanHostFilter, FleetScanHostRow, FleetScanHostState, HostReason};
pub use group::{GroupFilter, GroupRow};
pub use host::{HostFilter, HostOrder, HostRow, Posture};
pub use lens::{HostLensRow, LensRow, SectionRow};
pub use member::{HostStanding, Membership};
pub use page::{BadCursor, COUNT_LIMIT, Cursor, Page, Window};
pub use roll_up::{FailedRule, RollUp};
pub use rule::{Place, RuleFilter, RuleOrder, RuleRow, RuleVersionRow};
pub use rule_facet::{FacetValue, RuleFacets};
pub use rule_interval::RuleIntervalRow;
pub use rule_pack::{RulePackFilter, RulePackRow, RulePackVersionRow};
pub use rule_state::{RuleStateFilter, RuleStateRow};
pub use scan::{ScanFilter, ScanRow, ScanStanding};
pub use user::{TokenRow, UserRow};
pub use variable::{ValuedRule, VariableScope};

/// The filter of lists that have none.
#[derive(Debug, Default)]
pub struct Everything;

/// The questions. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Read {
    db: Db,
}

impl Read {
    /// Reads from this database.
    pub fn new(db: Db) -> Self {
        Self { db }
    }
}

/// Declares the page and the count of a list.
macro_rules! listed {
    ($($(#[$doc:meta])* $page:ident, $count:ident, $list:ident, $filter:ty, $row:ty;)+) => {
        impl Read {
            $(
                $(#[$doc])*
                pub async fn $page(
                    &self,
                    filter: &$filter,
                    window: &Window,
                ) -> Result<Page<$row>, event_store::StoreError> {
                    $list(filter).page(&self.db, window, <$row>::read).await
                }

                /// How many of them there are, up to [`COUNT_LIMIT`].
                pub async fn $count(
                    &self,
                    filter: &$filter,
                ) -> Result<u64, event_store::StoreError> {
                    $list(filter).count(&self.db).await
                }
            )+
        }
    };
}

use activity::list as activity_list;
use audit::list as audit_list;
use credential::list as credential_list;
use fleet_scan::list as fleet_scan_list;
use fleet_scan_host::list as fleet_scan_host_list;
use group::list as group_list;
use host::list as host_list;
use rule::list as rule_list;
use rule_pack::list as rule_pack_list;
use rule_state::list as rule_state_list;
use scan::list as scan_list;
use user::{token_list, user_list};

listed! {
    /// What happened, newest first.
    activity, count_activity, activity_list, ActivityFilter, ActivityRow;
    /// Every event, newest first.
    audit, count_audit, audit_list, AuditFilter, AuditRow;
    /// Credentials by name.
    credentials, count_credentials, credential_list, Everything, CredentialRow;
    /// Groups by name.
    groups, count_groups, group_list, GroupFilter, GroupRow;
    /// Scans of many hosts, newest first.
    fleet_scans, count_fleet_scans, fleet_scan_list, FleetScanFilter, FleetScanRow;
    /// Hosts of a fleet scan in their order.
    fleet_scan_hosts, count_fleet_scan_hosts, fleet_scan_host_list, FleetScanHostFilter, FleetScanHostRow;
    /// Machines under watch.
    hosts, count_hosts, host_list, HostFilter, HostRow;
    /// Rules by id.
    rules, count_rules, rule_list, RuleFilter, RuleRow;
    /// Rule packs by name.
    rule_packs, count_rule_packs, rule_pack_list, RulePackFilter, RulePackRow;
    /// What is known of the rules on a host.
    rule_states, count_rule_states, rule_state_list, RuleStateFilter, RuleStateRow;
    /// Scans, newest first.
    scans, count_scans, scan_list, ScanFilter, ScanRow;
    /// Bearer tokens, newest first.
    tokens, count_tokens, token_list, Everything, TokenRow;
    /// People by name.
    users, count_users, user_list, Everything, UserRow;
}
