//! One private `PostgreSQL` server for the process: started when first needed, reachable through a
//! socket in a temporary folder only. A shell that reads from a pipe owns it: when the process ends, in
//! whatever way, the pipe closes, and the shell stops the server and removes the folder.

use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::MetadataExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::str::FromStr as _;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _};

const OWNER: &str = r#"
set -eu
trap '' HUP INT TERM
cd /
dir=$(mktemp -d /tmp/openwatch-pg-XXXXXX)
if "$1/initdb" -D "$dir/data" -U openwatch -A trust -E UTF8 --locale=C --no-sync >"$dir/log" 2>&1 &&
   "$1/pg_ctl" -D "$dir/data" -w -l "$dir/log" -o "-k $dir -c listen_addresses= -c max_connections=300" start </dev/null >/dev/null 2>&1
then
    echo "$dir"
    cat >/dev/null
else
    cat "$dir/log" >&2
fi
"$1/pg_ctl" -D "$dir/data" -m immediate stop </dev/null >/dev/null 2>&1 || true
rm -rf "$dir"
"#;

struct Server {
    folder: String,
    /// Keeps the pipe open as long as the process lives.
    _owner: Child,
}

static SERVER: OnceLock<Server> = OnceLock::new();
static DATABASES: AtomicU32 = AtomicU32::new(0);

/// The address of a new, empty database.
pub async fn database() -> String {
    create("").await
}

/// The address of a new database with all that stands in another.
pub(super) async fn copy(url: &str) -> String {
    let name = url
        .split("localhost/")
        .nth(1)
        .and_then(|rest| rest.split('?').next())
        .expect("an address of this server");
    create(&format!(" TEMPLATE {name}")).await
}

async fn create(clause: &str) -> String {
    let server = tokio::task::spawn_blocking(|| SERVER.get_or_init(start))
        .await
        .expect("PostgreSQL starts");
    let name = format!("test_{}", DATABASES.fetch_add(1, Ordering::Relaxed));
    let url = |database: &str| {
        format!(
            "postgres://openwatch@localhost/{database}?host={}",
            server.folder
        )
    };
    let options = PgConnectOptions::from_str(&url("postgres")).expect("an address");
    let mut connection = PgConnection::connect_with(&options)
        .await
        .expect("PostgreSQL answers");
    connection
        .execute(AssertSqlSafe(format!("CREATE DATABASE {name}{clause}")))
        .await
        .expect("a new database");
    connection.close().await.expect("a clean end");
    url(&name)
}

fn start() -> Server {
    let binaries = newest_installation();
    let mut command = if is_root() {
        let mut command = Command::new("runuser");
        command.args(["-u", "postgres", "--", "sh"]);
        command
    } else {
        Command::new("sh")
    };
    let mut owner = command
        .args(["-c", OWNER, "sh"])
        .arg(&binaries)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .process_group(0)
        .spawn()
        .expect("a shell");
    let mut folder = String::new();
    BufReader::new(owner.stdout.take().expect("its output"))
        .read_line(&mut folder)
        .expect("the folder of the server");
    assert!(!folder.is_empty(), "PostgreSQL does not start");
    Server {
        folder: folder.trim_end().to_owned(),
        _owner: owner,
    }
}

/// `PostgreSQL` refuses to run as root.
fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

/// Debian keeps every major version in a folder of its own.
fn newest_installation() -> PathBuf {
    std::fs::read_dir("/usr/lib/postgresql")
        .expect("PostgreSQL is installed (package postgresql)")
        .filter_map(Result::ok)
        .filter_map(|entry| {
            let version = entry.file_name().to_str()?.parse::<u32>().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .max()
        .expect("PostgreSQL is installed (package postgresql)")
        .1
}
