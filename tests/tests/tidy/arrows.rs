//! Arrows between crates are few and go one way, and heavy libraries stay behind one door.

use std::collections::BTreeMap;
use std::process::Command;

use serde_json::Value;

use crate::report;
use crate::repository::root;

/// Every crate of ours with the crates of ours that it may use.
const ARROWS: &[(&str, &[&str])] = &[
    ("api", &["domain", "event-store", "export", "projections"]),
    ("domain", &[]),
    ("engine", &["domain"]),
    ("event-store", &["domain"]),
    ("export", &["domain", "event-store", "projections"]),
    (
        "openwatch",
        &[
            "api",
            "domain",
            "engine",
            "event-store",
            "export",
            "projections",
            "workers",
        ],
    ),
    ("projections", &["domain", "event-store"]),
    (
        "tests",
        &[
            "api",
            "domain",
            "engine",
            "event-store",
            "projections",
            "workers",
        ],
    ),
    (
        "workers",
        &["domain", "engine", "event-store", "projections"],
    ),
];

/// Libraries that only these crates may use.
const DOORS: &[(&str, &[&str])] = &[
    ("async-graphql", &["api"]),
    ("axum", &["api", "openwatch"]),
    ("clap", &["openwatch"]),
    ("russh", &["workers", "tests"]),
    ("sqlx", &["event-store", "tests"]),
    (
        "tokio",
        &[
            "api",
            "engine",
            "event-store",
            "openwatch",
            "projections",
            "tests",
            "workers",
        ],
    ),
];

/// The direct dependencies of every crate of ours; those for tests do not count.
fn dependencies() -> BTreeMap<String, Vec<String>> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--format-version", "1", "--locked"])
        .current_dir(root())
        .output()
        .unwrap();
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    metadata["packages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|package| {
            let used = package["dependencies"].as_array().unwrap().iter();
            let used = used
                .filter(|one| one["kind"].is_null())
                .map(|one| text(&one["name"]));
            (text(&package["name"]), used.collect())
        })
        .collect()
}

#[test]
fn crates_use_only_what_they_may() {
    let mut found = Vec::new();
    let dependencies = dependencies();
    for (name, used) in &dependencies {
        let Some((_, allowed)) = ARROWS.iter().find(|(known, _)| known == name) else {
            found.push(format!(
                "{name}: place the new crate in ARROWS and in ARCHITECTURE.md"
            ));
            continue;
        };
        for other in used
            .iter()
            .filter(|other| dependencies.contains_key(*other))
        {
            if !allowed.contains(&other.as_str()) {
                found.push(format!(
                    "{name} must not use {other}: see the map in ARCHITECTURE.md"
                ));
            }
        }
        for (library, doors) in DOORS {
            if used.iter().any(|one| one == library) && !doors.contains(&name.as_str()) {
                found.push(format!(
                    "{name} must not use {library}: it belongs behind {doors:?}"
                ));
            }
        }
    }
    report(&found);
}
