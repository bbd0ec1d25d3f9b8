//! The completed scans of hosts by time: which of them was the newest at an instant.

use std::collections::HashMap;

use domain::id::{HostId, ScanId};
use domain::time::Timestamp;
use event_store::{StoreError, Value};

use super::Read;
use super::column::parsed;
use super::page::Filter;

/// A host at an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct HostAt {
    /// The host.
    pub host: HostId,
    /// The instant.
    pub at: Timestamp,
}

/// `$1` is the instant, the hosts follow.
const NEWEST: &str = "SELECT host_id, scan_id FROM host_scan AS scan WHERE position = \
    (SELECT max(position) FROM host_scan WHERE host_id = scan.host_id AND recorded_at <= $1) AND {}";

impl Read {
    /// The completed scan that was the newest, for each host at its instant; one question an instant. Hosts that
    /// no scan had judged by then are left out.
    pub async fn scans_at(&self, keys: &[HostAt]) -> Result<HashMap<HostAt, ScanId>, StoreError> {
        let mut instants: HashMap<Timestamp, Vec<Value>> = HashMap::new();
        for key in keys {
            let hosts = instants.entry(key.at).or_default();
            hosts.push(key.host.to_string().into());
        }
        let mut found = HashMap::new();
        for (at, hosts) in instants {
            let filter = Filter::after([at.into()]).any_of("host_id", hosts);
            let (sql, params) = filter.fill(NEWEST);
            for row in self.db.fetch_all(&sql, &params).await? {
                let host = parsed(&row, "host_id")?;
                found.insert(HostAt { host, at }, parsed(&row, "scan_id")?);
            }
        }
        Ok(found)
    }
}
