//! Numbered SQL, applied once and in order. Each set of tables has its own numbers; what was applied is
//! recorded with its hash in `schema_migration`.

use domain::digest::Digest;

use crate::db::{Db, Engine, Tx};
use crate::error::{MigrateError, StoreError};
use crate::value::Value;

/// One step of a schema, in the words of both databases.
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    /// The number, from 1, without gaps.
    pub version: i64,
    /// What it is called.
    pub name: &'static str,
    /// The text for `SQLite`.
    pub sqlite: &'static str,
    /// The text for `PostgreSQL`.
    pub postgres: &'static str,
}

/// The tables of one owner.
#[derive(Debug, Clone, Copy)]
pub struct MigrationSet {
    /// The name of the set: `log`, `read`.
    pub name: &'static str,
    /// The steps in order.
    pub migrations: &'static [Migration],
}

/// The tables of the log.
pub const LOG: MigrationSet = MigrationSet {
    name: "log",
    migrations: &[
        Migration {
            version: 1,
            name: "log",
            sqlite: include_str!("../../migrations/log/sqlite/0001_log.sql"),
            postgres: include_str!("../../migrations/log/postgres/0001_log.sql"),
        },
        Migration {
            version: 2,
            name: "vault_key",
            sqlite: include_str!("../../migrations/log/sqlite/0002_vault_key.sql"),
            postgres: include_str!("../../migrations/log/postgres/0002_vault_key.sql"),
        },
        Migration {
            version: 3,
            name: "log_fold",
            sqlite: include_str!("../../migrations/log/sqlite/0003_log_fold.sql"),
            postgres: include_str!("../../migrations/log/postgres/0003_log_fold.sql"),
        },
    ],
};

const SCHEMA_MIGRATION_SQLITE: &str = "
CREATE TABLE IF NOT EXISTS schema_migration (
    -- What was done to the schema. A set of tables is at the greatest version that stands here.
    set_name   TEXT    NOT NULL,  -- whose tables: log, read
    version    INTEGER NOT NULL,
    name       TEXT    NOT NULL,
    sha256     TEXT    NOT NULL,  -- of the text that was applied
    applied_at INTEGER NOT NULL,  -- microseconds since 1970-01-01T00:00:00Z
    PRIMARY KEY (set_name, version)
) STRICT";

const SCHEMA_MIGRATION_POSTGRES: &str = "
CREATE TABLE IF NOT EXISTS schema_migration (
    set_name   TEXT   NOT NULL,
    version    BIGINT NOT NULL,
    name       TEXT   NOT NULL,
    sha256     TEXT   NOT NULL,
    applied_at BIGINT NOT NULL,
    PRIMARY KEY (set_name, version)
);
COMMENT ON TABLE schema_migration IS 'What was done to the schema. A set of tables is at the greatest version that stands here.';
COMMENT ON COLUMN schema_migration.set_name IS 'whose tables: log, read';
COMMENT ON COLUMN schema_migration.sha256 IS 'of the text that was applied'";

/// Any number will do as long as all builds use the same: only one process migrates at a time.
const POSTGRES_LOCK: &str = "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0; SET LOCAL client_min_messages = warning; SELECT pg_advisory_xact_lock(7306356893912)";

impl Migration {
    const fn text(&self, engine: Engine) -> &'static str {
        match engine {
            Engine::Sqlite => self.sqlite,
            Engine::Postgres => self.postgres,
        }
    }
}

/// Applies what is missing, each step in its own transaction.
pub async fn apply(db: &Db, set: &MigrationSet) -> Result<(), MigrateError> {
    prepare(db).await?;
    for migration in set.migrations {
        let mut tx = begin(db).await?;
        if is_applied(&mut tx, set, migration).await? {
            continue;
        }
        run(&mut tx, set, migration)
            .await
            .map_err(|source| failed(set, migration, source))?;
        tx.commit()
            .await
            .map_err(|source| failed(set, migration, source))?;
    }
    Ok(())
}

fn failed(set: &MigrationSet, migration: &Migration, source: StoreError) -> MigrateError {
    MigrateError::Failed {
        set: set.name.to_owned(),
        version: migration.version,
        source,
    }
}

async fn begin(db: &Db) -> Result<Tx, StoreError> {
    let mut tx = db.begin().await?;
    if tx.engine() == Engine::Postgres {
        tx.execute_script(POSTGRES_LOCK).await?;
    }
    Ok(tx)
}

async fn prepare(db: &Db) -> Result<(), StoreError> {
    let mut tx = begin(db).await?;
    tx.execute_script(match db.engine() {
        Engine::Sqlite => SCHEMA_MIGRATION_SQLITE,
        Engine::Postgres => SCHEMA_MIGRATION_POSTGRES,
    })
    .await?;
    tx.commit().await
}

async fn is_applied(
    tx: &mut Tx,
    set: &MigrationSet,
    migration: &Migration,
) -> Result<bool, MigrateError> {
    let rows = tx
        .fetch_all(
            "SELECT version, sha256 FROM schema_migration WHERE set_name = $1",
            &[set.name.into()],
        )
        .await?;
    let known = set.migrations.iter().map(|step| step.version).max();
    let mut applied = false;
    for row in rows {
        let version: i64 = row.get("version")?;
        if known.is_none_or(|known| version > known) {
            return Err(MigrateError::NewerSchema {
                set: set.name.to_owned(),
                found: version,
                known: known.unwrap_or(0),
            });
        }
        if version == migration.version {
            if row.get::<String>("sha256")? != hash(tx.engine(), migration) {
                return Err(MigrateError::Changed {
                    set: set.name.to_owned(),
                    version,
                });
            }
            applied = true;
        }
    }
    Ok(applied)
}

fn hash(engine: Engine, migration: &Migration) -> String {
    Digest::of(migration.text(engine).as_bytes()).to_string()
}

async fn run(tx: &mut Tx, set: &MigrationSet, migration: &Migration) -> Result<(), StoreError> {
    let engine = tx.engine();
    tx.execute_script(migration.text(engine)).await?;
    let now = match engine {
        Engine::Sqlite => "unixepoch() * 1000000",
        Engine::Postgres => "(extract(epoch FROM clock_timestamp()) * 1000000)::BIGINT",
    };
    let params: [Value; 4] = [
        set.name.into(),
        migration.version.into(),
        migration.name.into(),
        hash(engine, migration).into(),
    ];
    tx.execute(
        &format!(
            "INSERT INTO schema_migration (set_name, version, name, sha256, applied_at) \
             VALUES ($1, $2, $3, $4, {now})"
        ),
        &params,
    )
    .await?;
    Ok(())
}
