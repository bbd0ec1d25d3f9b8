//! The history of a rule on a host.

use domain::digest::Digest;
use domain::id::{HostId, ScanId};
use domain::time::Timestamp;
use event_store::StoreError;

use super::Read;
use super::column::parsed;

/// How long a rule was judged in the same way on the same observations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleIntervalRow {
    /// The scan that found it first.
    pub scan: ScanId,
    /// The observations.
    pub evidence: Digest,
    /// When that scan ended.
    pub began_at: Timestamp,
    /// When the scan ended that found something else; nothing while it holds.
    pub ended_at: Option<Timestamp>,
}

impl Read {
    /// How a rule was judged on a host up to an instant, newest first.
    pub async fn rule_intervals(
        &self,
        host: HostId,
        rule: &str,
        until: Timestamp,
        limit: u32,
    ) -> Result<Vec<RuleIntervalRow>, StoreError> {
        let rows = self
            .db
            .fetch_all(
                "SELECT scan_id, evidence, began_at, ended_at FROM rule_interval \
                 WHERE host_id = $1 AND rule = $2 AND began_at <= $3 ORDER BY position DESC LIMIT $4",
                &[
                    host.to_string().into(),
                    rule.into(),
                    until.into(),
                    limit.into(),
                ],
            )
            .await?;
        rows.iter()
            .map(|row| {
                Ok(RuleIntervalRow {
                    scan: parsed(row, "scan_id")?,
                    evidence: parsed(row, "evidence")?,
                    began_at: row.get("began_at")?,
                    ended_at: row.get("ended_at")?,
                })
            })
            .collect()
    }
}
