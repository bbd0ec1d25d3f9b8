//! How far each projection has come. A checkpoint moves in the transaction that writes the rows, and
//! only from where the writer believes it to be: of two processes that project the same events, one
//! finds the checkpoint moved and writes nothing.

use event_store::{Db, Position, StoreError, Tx};

use crate::project::Projection;

/// A projection and the last event that its tables hold.
pub(crate) struct Checkpoint {
    /// The projection.
    pub(crate) projection: &'static dyn Projection,
    /// Where it stands.
    pub(crate) position: Position,
}

/// The checkpoints of the projections that run here.
///
/// A projection whose code is another than that of its tables is emptied, to be built anew. Tables of
/// newer code are left alone: the process that runs it takes care of them.
pub(crate) async fn load(
    db: &Db,
    projections: &[&'static dyn Projection],
) -> Result<Vec<Checkpoint>, StoreError> {
    let mut checkpoints = Vec::new();
    for projection in projections {
        if let Some(position) = prepare(db, *projection).await? {
            checkpoints.push(Checkpoint {
                projection: *projection,
                position,
            });
        }
    }
    Ok(checkpoints)
}

async fn prepare(
    db: &Db,
    projection: &'static dyn Projection,
) -> Result<Option<Position>, StoreError> {
    let mut tx = db.begin().await?;
    tx.execute(
        "INSERT INTO projection (name, version, position) VALUES ($1, $2, 0) ON CONFLICT (name) DO NOTHING",
        &[projection.name().into(), projection.version().into()],
    )
    .await?;
    let lock = match tx.engine() {
        event_store::Engine::Postgres => " FOR UPDATE",
        event_store::Engine::Sqlite => "",
    };
    let sql = format!("SELECT version, position FROM projection WHERE name = $1{lock}");
    let row = tx.fetch_optional(&sql, &[projection.name().into()]).await?;
    let Some(row) = row else {
        return Err(StoreError::Inconsistent {
            what: "find the checkpoint of a projection",
        });
    };
    let (version, mut position): (i64, Position) = (row.get("version")?, row.get("position")?);
    if version > projection.version() {
        tracing::warn!(
            projection = projection.name(),
            "newer code keeps its tables; not projected here"
        );
        return Ok(None);
    }
    if version < projection.version() {
        empty(&mut tx, projection).await?;
        position = Position(0);
    }
    tx.commit().await?;
    Ok(Some(position))
}

/// Empties the tables of a projection and takes it back to the beginning.
pub(crate) async fn empty(
    tx: &mut Tx,
    projection: &'static dyn Projection,
) -> Result<(), StoreError> {
    for table in projection.tables() {
        tx.execute(&format!("DELETE FROM {table}"), &[]).await?;
    }
    tx.execute(
        "UPDATE projection SET version = $2, position = 0 WHERE name = $1",
        &[projection.name().into(), projection.version().into()],
    )
    .await
    .map(drop)
}

/// Moves a checkpoint from one position to the next; false when somebody else has moved it.
pub(crate) async fn advance(
    tx: &mut Tx,
    projection: &'static dyn Projection,
    from: Position,
    to: Position,
) -> Result<bool, StoreError> {
    let moved = tx
        .execute(
            "UPDATE projection SET position = $3 WHERE name = $1 AND position = $2 AND version = $4",
            &[
                projection.name().into(),
                from.0.into(),
                to.0.into(),
                projection.version().into(),
            ],
        )
        .await?;
    Ok(moved == 1)
}

/// Where a projection stands according to the database; nothing when it is of other code.
pub(crate) async fn standing(
    db: &Db,
    projection: &'static dyn Projection,
) -> Result<Option<Position>, StoreError> {
    db.fetch_optional(
        "SELECT position FROM projection WHERE name = $1 AND version = $2",
        &[projection.name().into(), projection.version().into()],
    )
    .await?
    .map(|row| row.get("position"))
    .transpose()
}
