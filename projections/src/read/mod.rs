//! What the tables answer. One file a noun: its row, its filter, its questions.

mod activity;
mod audit;
mod column;
mod credential;
mod figures;
mod fleet_scan;
mod fleet_scan_host;
mod group;
mod host;
mod host_scan;
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

use std::marker::PhantomData;

use event_store::{Db, StoreError};

pub use activity::{ActivityFilter, ActivityRow};
pub use audit::{AuditChange, AuditFilter, AuditRow};
pub use credential::CredentialRow;
pub use figures::Figures;
pub use fleet_scan::{FleetScanFilter, FleetScanRow, FleetScanStanding};
pub use fleet_scan_host::{FleetScanHostFilter, FleetScanHostRow, FleetScanHostState, HostReason};
pub use group::{GroupFilter, GroupRow};
pub use host::{HostFilter, HostOrder, HostRow, Posture};
pub use host_scan::HostAt;
pub use lens::{HostLensRow, LensRow, SectionRow};
pub use member::{HostStanding, Membership};
pub use page::{BadCursor, COUNT_LIMIT, Cursor, Listing, Page, Window};
pub use roll_up::{FailedRule, RollUp, RollUpKey};
pub use rule::{FrameworkPlace, RuleFilter, RuleOrder, RuleRow, RuleStanding, RuleVersionRow};
pub use rule_facet::{FacetValue, RuleFacets};
pub use rule_interval::RuleIntervalRow;
pub use rule_pack::{RulePackFilter, RulePackRow, RulePackVersionRow};
pub use rule_state::{RuleStateFilter, RuleStateRow};
pub use scan::{ScanFilter, ScanRow, ScanStanding};
pub use user::{TokenRow, UserRow};
pub use variable::{ValuedRule, VariableScope};

/// The filter of lists of these rows, which have none.
pub struct Everything<Row>(PhantomData<fn() -> Row>);

impl<Row> Default for Everything<Row> {
    fn default() -> Self {
        Self(PhantomData)
    }
}

impl<Row> Clone for Everything<Row> {
    fn clone(&self) -> Self {
        Self(PhantomData)
    }
}

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

    /// Some rows of a list.
    pub async fn page<L: Listing>(
        &self,
        filter: &L,
        window: &Window,
    ) -> Result<Page<L::Item>, StoreError> {
        filter.list().page(&self.db, window, L::read).await
    }

    /// How many rows a list has, up to [`COUNT_LIMIT`].
    pub async fn count<L: Listing>(&self, filter: &L) -> Result<u64, StoreError> {
        filter.list().count(&self.db).await
    }
}
