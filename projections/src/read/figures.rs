//! How far the tables have come and how much there is to do: what an operator's dashboard asks for, again and again.

use event_store::{Position, StoreError};

use super::Read;

/// The figures of one instant.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Figures {
    /// Each projection, and the last event that its tables hold.
    pub projections: Vec<(String, Position)>,
    /// Hosts under watch.
    pub hosts: u64,
    /// Scans that nobody has taken up yet.
    pub scans_waiting: u64,
    /// Scans that somebody has taken up.
    pub scans_running: u64,
    /// Fleet scans that have not ended.
    pub fleet_scans: u64,
    /// Their hosts whose turn has not come.
    pub fleet_hosts_waiting: u64,
}

impl Read {
    /// The figures of now. None of the statements looks at more rows than there are hosts.
    pub async fn figures(&self) -> Result<Figures, StoreError> {
        let projections = "SELECT name, position FROM projection ORDER BY name";
        let rows = self.db.fetch_all(projections, &[]).await?;
        let projections = rows
            .iter()
            .map(|row| Ok((row.get("name")?, Position(row.get("position")?))))
            .collect::<Result<_, StoreError>>()?;
        Ok(Figures {
            projections,
            hosts: self
                .number("SELECT COUNT(*) AS n FROM host WHERE status = 'active'")
                .await?,
            scans_waiting: self.number(&open_scans("requested")).await?,
            scans_running: self.number(&open_scans("started")).await?,
            fleet_scans: self
                .number("SELECT COUNT(*) AS n FROM fleet_scan WHERE status = 'running'")
                .await?,
            fleet_hosts_waiting: self
                .number(
                    "SELECT CAST(COALESCE(SUM(waiting), 0) AS BIGINT) AS n FROM fleet_scan WHERE status = 'running'",
                )
                .await?,
        })
    }

    async fn number(&self, sql: &str) -> Result<u64, StoreError> {
        match self.db.fetch_optional(sql, &[]).await? {
            Some(row) => row.get("n"),
            None => Ok(0),
        }
    }
}

/// Through the hosts, because most scans have ended long ago.
fn open_scans(status: &str) -> String {
    format!(
        "SELECT COUNT(*) AS n FROM host JOIN scan ON scan.scan_id = host.active_scan_id WHERE scan.status = '{status}'"
    )
}
