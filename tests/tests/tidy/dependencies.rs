//! What we depend on keeps to deny.toml: licences, sources, bans. Needs no network. What advisories say is
//! cargo-deny's business.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

use crate::report;
use crate::repository::root;

/// Every package, ours and others', that is built for one of the platforms.
fn packages(platforms: &BTreeSet<String>) -> Vec<Value> {
    let output = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--format-version",
            "1",
            "--locked",
            "--all-features",
        ])
        .args(
            platforms
                .iter()
                .flat_map(|platform| ["--filter-platform", platform]),
        )
        .current_dir(root())
        .output()
        .unwrap();
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    metadata["packages"].as_array().unwrap().clone()
}

fn texts(value: &toml::Value) -> BTreeSet<String> {
    let list = value.as_array().unwrap();
    list.iter()
        .map(|one| one.as_str().unwrap().to_owned())
        .collect()
}

/// Whether an SPDX expression can be met by allowed licences. `a/b` is how old manifests write OR.
fn is_met(expression: &str, allowed: &BTreeSet<String>) -> bool {
    let parsed = spdx::Expression::parse_mode(expression, spdx::ParseMode::LAX);
    parsed.is_ok_and(|parsed| parsed.evaluate(|needed| allowed.contains(&needed.to_string())))
}

/// What is said of packages whose manifest names no licence.
fn clarified(rules: &toml::Value) -> BTreeMap<&str, &str> {
    let said = rules["licenses"]["clarify"].as_array().unwrap();
    said.iter()
        .map(|said| {
            (
                said["crate"].as_str().unwrap(),
                said["expression"].as_str().unwrap(),
            )
        })
        .collect()
}

#[test]
fn dependencies_are_those_that_may_be_had() {
    let rules: toml::Value =
        toml::from_str(&std::fs::read_to_string(root().join("deny.toml")).unwrap()).unwrap();
    let licenses = texts(&rules["licenses"]["allow"]);
    let clarified = clarified(&rules);
    let registries = texts(&rules["sources"]["allow-registry"]);
    let banned = rules["bans"]["deny"].as_array().unwrap();
    let mut found = Vec::new();
    for package in packages(&texts(&rules["graph"]["targets"])) {
        let (name, version) = (package["name"].as_str().unwrap(), &package["version"]);
        let Some(source) = package["source"].as_str() else {
            continue;
        };
        if !registries.contains(source.trim_start_matches("registry+")) {
            found.push(format!("{name} {version} comes from {source}"));
        }
        let license = package["license"].as_str();
        let license = license
            .or(clarified.get(name).copied())
            .unwrap_or("no licence");
        if !is_met(license, &licenses) {
            found.push(format!(
                "{name} {version} has the licence {license}: see deny.toml"
            ));
        }
        if let Some(ban) = banned
            .iter()
            .find(|ban| ban["crate"].as_str() == Some(name))
        {
            found.push(format!("{name} {version} is banned: {}", ban["reason"]));
        }
    }
    report(&found);
}
