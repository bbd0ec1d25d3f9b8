//! Leases: who works on what, by the clock of the database, which all processes share. A lease that has
//! expired can be taken over; the fence grows, so that a worker that was merely paused notices.

use std::time::Duration;

use crate::error::StoreError;
use crate::store::Store;

/// A piece of work that is ours for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// What kind of work.
    pub kind: String,
    /// Which piece.
    pub key: String,
    /// Who took it.
    pub owner: String,
    /// Grows with every take-over of this piece.
    pub fence: u64,
}

fn micros(ttl: Duration) -> i64 {
    i64::try_from(ttl.as_micros()).unwrap_or(i64::MAX / 4)
}

impl Store {
    /// Takes a piece of work unless somebody has it.
    pub async fn acquire_lease(
        &self,
        kind: &str,
        key: &str,
        owner: &str,
        ttl: Duration,
    ) -> Result<Option<Lease>, StoreError> {
        let now = self.db().now_sql();
        let sql = format!(
            "INSERT INTO work_lease (kind, key, owner, fence, expires_at) \
             VALUES ($1, $2, $3, 1, {now} + $4) \
             ON CONFLICT (kind, key) DO UPDATE SET owner = excluded.owner, \
                 fence = work_lease.fence + 1, expires_at = excluded.expires_at \
             WHERE work_lease.expires_at <= {now} \
             RETURNING fence"
        );
        let params = [kind.into(), key.into(), owner.into(), micros(ttl).into()];
        let mut tx = self.db().begin().await?;
        let row = tx.fetch_optional(&sql, &params).await?;
        tx.commit().await?;
        row.map(|row| {
            Ok(Lease {
                kind: kind.to_owned(),
                key: key.to_owned(),
                owner: owner.to_owned(),
                fence: row.get("fence")?,
            })
        })
        .transpose()
    }

    /// Keeps a lease for another while. `false`: it has expired or was taken over, and the work must stop.
    pub async fn renew_lease(&self, lease: &Lease, ttl: Duration) -> Result<bool, StoreError> {
        let now = self.db().now_sql();
        let sql = format!(
            "UPDATE work_lease SET expires_at = {now} + $4 \
             WHERE kind = $1 AND key = $2 AND fence = $3 AND expires_at > {now}"
        );
        self.change(lease, &sql, Some(ttl)).await
    }

    /// Gives a lease back, so that others need not wait. `false`: it was somebody else's already.
    pub async fn release_lease(&self, lease: &Lease) -> Result<bool, StoreError> {
        let sql = "UPDATE work_lease SET expires_at = 0 \
             WHERE kind = $1 AND key = $2 AND fence = $3 AND expires_at > 0";
        self.change(lease, sql, None).await
    }

    async fn change(
        &self,
        lease: &Lease,
        sql: &str,
        ttl: Option<Duration>,
    ) -> Result<bool, StoreError> {
        let mut params = vec![
            lease.kind.as_str().into(),
            lease.key.as_str().into(),
            lease.fence.into(),
        ];
        params.extend(ttl.map(|ttl| micros(ttl).into()));
        let mut tx = self.db().begin().await?;
        let touched = tx.execute(sql, &params).await?;
        tx.commit().await?;
        Ok(touched == 1)
    }
}
