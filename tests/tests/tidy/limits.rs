//! The page on the API names its limits. Each is the constant that the server holds requests against.

use crate::report;
use crate::repository::root;

const PAGE: &str = "docs/reference/api.md";

/// The rows of the table with their constants: the file, below `api/src`, and the name.
const ROWS: &[(&str, &[(&str, &str)])] = &[
    (
        "bytes of a request, of a document, of a WebSocket message",
        &[
            ("transport/mod.rs", "BODY"),
            ("transport/operation.rs", "DOCUMENT"),
            ("transport/websocket.rs", "MESSAGE"),
        ],
    ),
    ("levels of a document", &[("schema/mod.rs", "DEPTH")]),
    (
        "cost of a document (fields, times the length of lists)",
        &[("schema/mod.rs", "COST")],
    ),
    (
        "fields, aliases, directives of a document",
        &[
            ("schema/limit.rs", "FIELDS"),
            ("schema/limit.rs", "ALIASES"),
            ("schema/limit.rs", "DIRECTIVES"),
        ],
    ),
    (
        "fields at the root of an operation",
        &[("schema/limit.rs", "ROOTS")],
    ),
    (
        "directives of one field",
        &[("schema/mod.rs", "DIRECTIVES")],
    ),
    (
        "operations of one WebSocket",
        &[("transport/websocket.rs", "OPERATIONS")],
    ),
    (
        "time until `connection_init`",
        &[("transport/websocket.rs", "INIT")],
    ),
];

/// The value of a constant as the page writes it: `1 MiB`, `5,000`, `3 s`.
fn shown(file: &str, name: &str) -> String {
    let text = std::fs::read_to_string(root().join(file)).unwrap();
    let mut lines = text.lines();
    let head = format!("const {name}: ");
    let value = lines.find_map(|line| {
        let (_, declared) = line.split_once(&head)?;
        declared.split_once(" = ")?.1.strip_suffix(';')
    });
    let value = value.unwrap_or_else(|| panic!("{file} has no constant {name}"));
    let number = |text: &str| text.trim().replace('_', "").parse::<u64>().expect(value);
    if let Some(seconds) = value.strip_prefix("Duration::from_secs(") {
        return format!("{} s", number(seconds.trim_end_matches(')')));
    }
    match value.split('*').map(number).product::<u64>() {
        bytes if value.contains("1024") && bytes % (1024 * 1024) == 0 => {
            format!("{} MiB", bytes / (1024 * 1024))
        }
        bytes if value.contains("1024") => format!("{} KiB", bytes / 1024),
        count if count >= 1000 => format!("{},{:03}", count / 1000, count % 1000),
        count => count.to_string(),
    }
}

#[test]
fn the_limits_of_the_api_are_those_of_the_server() {
    let page = std::fs::read_to_string(root().join(PAGE)).unwrap();
    let (_, below) = page.split_once("\n## Limits\n").unwrap();
    let rows = below.lines().skip_while(|line| !line.starts_with("| ---"));
    let told: Vec<&str> = rows
        .skip(1)
        .take_while(|line| line.starts_with("| "))
        .collect();
    let held = ROWS.iter().map(|(what, constants)| {
        let values = constants
            .iter()
            .map(|(file, name)| shown(&format!("api/src/{file}"), name));
        format!("| {what} | {} |", values.collect::<Vec<_>>().join(", "))
    });
    let mut found: Vec<String> = held
        .filter(|row| !told.contains(&row.as_str()))
        .map(|row| format!("{PAGE} should say {row}"))
        .collect();
    if told.len() != ROWS.len() {
        let message = format!(
            "{PAGE} has {} limits, {} are known here",
            told.len(),
            ROWS.len()
        );
        found.push(message);
    }
    let lists = format!(
        "1 to {}; `pageInfo`, `totalCount` up to {}.",
        shown("api/src/schema/connection.rs", "MOST"),
        shown("projections/src/read/page.rs", "COUNT_LIMIT"),
    );
    if !page.contains(&lists) {
        found.push(format!("{PAGE} should say of lists: {lists}"));
    }
    report(&found);
}
