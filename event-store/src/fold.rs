//! What somebody has folded of the log, kept so that a start need not read everything again. Derived: whoever finds
//! nothing here, or cannot read it, folds from the beginning.

use domain::event::Position;

use crate::error::StoreError;
use crate::store::Store;

impl Store {
    /// What this version of some code had folded, and up to which event.
    pub async fn kept_fold(
        &self,
        name: &str,
        version: u32,
    ) -> Result<Option<(Position, Vec<u8>)>, StoreError> {
        let row = self
            .db()
            .fetch_optional(
                "SELECT position, state FROM log_fold WHERE name = $1 AND version = $2",
                &[name.into(), version.into()],
            )
            .await?;
        row.map(|row| Ok::<_, StoreError>((row.get("position")?, row.get("state")?)))
            .transpose()
    }

    /// Keeps what was folded up to an event, unless more is kept already. What older code kept goes.
    pub async fn keep_fold(
        &self,
        name: &str,
        version: u32,
        position: Position,
        state: &[u8],
    ) -> Result<(), StoreError> {
        let mut tx = self.db().begin().await?;
        tx.execute(
            "INSERT INTO log_fold (name, version, position, state) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (name, version) DO UPDATE SET position = excluded.position, state = excluded.state \
             WHERE log_fold.position < excluded.position",
            &[
                name.into(),
                version.into(),
                position.0.into(),
                state.into(),
            ],
        )
        .await?;
        tx.execute(
            "DELETE FROM log_fold WHERE name = $1 AND version < $2",
            &[name.into(), version.into()],
        )
        .await?;
        tx.commit().await
    }
}
