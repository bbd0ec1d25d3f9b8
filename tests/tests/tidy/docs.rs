//! Documentation that leads somewhere: links and paths exist, every crate is on the map.

use crate::report;
use crate::repository::{files, root};

/// The targets of Markdown links of a text.
fn links(text: &str) -> Vec<&str> {
    text.split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next())
        .collect()
}

/// Documents that speak of paths from the root, beside the guides. Others have paths of their own: of a crate, of a
/// host.
const FROM_ROOT: [&str; 3] = ["ARCHITECTURE.md", "CONTRIBUTING.md", "README.md"];

/// The folders at the root with what is ours.
const FOLDERS: [&str; 14] = [
    "api/",
    "docs/",
    "domain/",
    "engine/",
    "event-store/",
    "export/",
    "frontend/",
    "migrations/",
    "projections/",
    "rules/",
    "scripts/",
    "src/",
    "tests/",
    "workers/",
];

/// Words in backticks that look like paths of files here. A word with a placeholder is none.
fn paths(text: &str) -> Vec<&str> {
    text.split('`')
        .skip(1)
        .step_by(2)
        .filter(|word| FOLDERS.iter().any(|folder| word.starts_with(folder)))
        .filter(|word| !word.contains(['<', '{', '*', ' ', '…']))
        .collect()
}

#[test]
fn links_and_paths_lead_to_something() {
    let mut found = Vec::new();
    for file in files(&[".md"]) {
        let folder = root().join(&file.path).parent().unwrap().to_owned();
        for link in links(&file.text) {
            let target = link.split('#').next().unwrap_or_default();
            if !target.is_empty() && !target.contains("://") && !folder.join(target).exists() {
                found.push(format!("{}: {link} leads nowhere", file.path));
            }
        }
        if FROM_ROOT.contains(&file.path.as_str()) || file.path.starts_with("docs/guides/") {
            for path in paths(&file.text)
                .into_iter()
                .filter(|path| !root().join(path).exists())
            {
                found.push(format!("{}: there is no {path}", file.path));
            }
        }
    }
    report(&found);
}

#[test]
fn every_crate_is_on_the_map() {
    let map = std::fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let manifest = std::fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let members = manifest
        .split("members = [")
        .nth(1)
        .unwrap()
        .split(']')
        .next()
        .unwrap();
    let found: Vec<String> = members
        .split('"')
        .skip(1)
        .step_by(2)
        .filter(|member| *member != "." && !map.contains(&format!("`{member}/`")))
        .map(|member| format!("ARCHITECTURE.md: say what {member}/ is"))
        .collect();
    report(&found);
}
