//! The read tables in the words of both databases.

use event_store::migrate::{Migration, MigrationSet, apply};
use event_store::{Db, MigrateError};

const READ: MigrationSet = MigrationSet {
    name: "read",
    migrations: &[
        Migration {
            version: 1,
            name: "read",
            sqlite: include_str!("../../migrations/read/sqlite/0001_read.sql"),
            postgres: include_str!("../../migrations/read/postgres/0001_read.sql"),
        },
        Migration {
            version: 2,
            name: "evidence",
            sqlite: include_str!("../../migrations/read/sqlite/0002_evidence.sql"),
            postgres: include_str!("../../migrations/read/postgres/0002_evidence.sql"),
        },
        Migration {
            version: 3,
            name: "group",
            sqlite: include_str!("../../migrations/read/sqlite/0003_group.sql"),
            postgres: include_str!("../../migrations/read/postgres/0003_group.sql"),
        },
        Migration {
            version: 4,
            name: "fleet_scan",
            sqlite: include_str!("../../migrations/read/sqlite/0004_fleet_scan.sql"),
            postgres: include_str!("../../migrations/read/postgres/0004_fleet_scan.sql"),
        },
        Migration {
            version: 5,
            name: "lens",
            sqlite: include_str!("../../migrations/read/sqlite/0005_lens.sql"),
            postgres: include_str!("../../migrations/read/postgres/0005_lens.sql"),
        },
        Migration {
            version: 6,
            name: "rule_pack",
            sqlite: include_str!("../../migrations/read/sqlite/0006_rule_pack.sql"),
            postgres: include_str!("../../migrations/read/postgres/0006_rule_pack.sql"),
        },
        Migration {
            version: 7,
            name: "settings",
            sqlite: include_str!("../../migrations/read/sqlite/0007_settings.sql"),
            postgres: include_str!("../../migrations/read/postgres/0007_settings.sql"),
        },
        Migration {
            version: 8,
            name: "retired",
            sqlite: include_str!("../../migrations/read/sqlite/0008_retired.sql"),
            postgres: include_str!("../../migrations/read/postgres/0008_retired.sql"),
        },
        Migration {
            version: 9,
            name: "posture_history",
            sqlite: include_str!("../../migrations/read/sqlite/0009_posture_history.sql"),
            postgres: include_str!("../../migrations/read/postgres/0009_posture_history.sql"),
        },
        Migration {
            version: 10,
            name: "scan_changed",
            sqlite: include_str!("../../migrations/read/sqlite/0010_scan_changed.sql"),
            postgres: include_str!("../../migrations/read/postgres/0010_scan_changed.sql"),
        },
    ],
};

/// Brings the read tables to the form of this build.
pub async fn migrate(db: &Db) -> Result<(), MigrateError> {
    apply(db, &READ).await
}
