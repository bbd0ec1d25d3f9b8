//! Schemas come in pairs: the same steps for both databases, with tables that explain themselves.

use std::collections::BTreeSet;

use crate::report;
use crate::repository::files;

fn steps(engine: &str) -> BTreeSet<String> {
    let folder = format!("/{engine}/");
    files(&[".sql"])
        .iter()
        .filter(|file| file.path.contains(&folder))
        .map(|file| file.path.replace(&folder, "/"))
        .collect()
}

#[test]
fn every_step_is_there_for_both_databases() {
    assert_eq!(steps("sqlite"), steps("postgres"));
}

#[test]
fn every_table_says_what_it_is() {
    let mut found = Vec::new();
    for file in files(&[".sql"]) {
        let mut lines = file.text.lines().peekable();
        while let Some(line) = lines.next() {
            let Some(rest) = line.strip_prefix("CREATE TABLE ") else {
                continue;
            };
            let table = rest.split([' ', '(']).next().unwrap_or_default();
            let described = if file.path.contains("/sqlite/") {
                lines
                    .peek()
                    .is_some_and(|next| next.trim().starts_with("--"))
            } else {
                file.text.contains(&format!("COMMENT ON TABLE {table} "))
            };
            if !described {
                found.push(format!("{}: say what the table {table} is", file.path));
            }
        }
    }
    report(&found);
}
