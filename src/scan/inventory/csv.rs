//! A table with a header. The address is in `address`, `host`, `hostname` or `ip`; `name`, `port`, `user` (or
//! `username`) and `groups` (or `group`, `tags`; separated by blanks or semicolons) may be there.

use super::{Entry, Fault};

const ADDRESS: &[&str] = &["address", "host", "hostname", "ip"];

pub(super) fn read(text: &str) -> Result<Vec<Entry>, Fault> {
    let mut table = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .flexible(false)
        .from_reader(text.as_bytes());
    let header = table.headers().map_err(|error| fault(&error))?.clone();
    let column = |names: &[&str]| {
        names.iter().find_map(|name| {
            let mut cells = header.iter();
            cells.position(|cell| {
                cell.trim_start_matches('\u{feff}')
                    .eq_ignore_ascii_case(name)
            })
        })
    };
    let Some(address) = column(ADDRESS) else {
        let message =
            "the first line must name the columns, one of them address, host, hostname or ip";
        return Err(Fault::at(1, message));
    };
    let (name, port) = (column(&["name"]), column(&["port"]));
    let (user, groups) = (
        column(&["user", "username"]),
        column(&["groups", "group", "tags"]),
    );
    let mut entries = Vec::new();
    for record in table.records() {
        let record = record.map_err(|error| fault(&error))?;
        let cell = |at: Option<usize>| {
            let text = at
                .and_then(|at| record.get(at))
                .filter(|text| !text.is_empty());
            text.map(str::to_owned)
        };
        let Some(address) = cell(Some(address)) else {
            let line = record.position().map_or(0, csv::Position::line);
            return Err(Fault::at(
                usize::try_from(line).unwrap_or(0),
                "the line has no address",
            ));
        };
        let groups = cell(groups).unwrap_or_default();
        let separators = |c: char| c == ';' || c == ',' || c.is_whitespace();
        entries.push(Entry {
            name: cell(name).unwrap_or_else(|| address.clone()),
            local: address == "local",
            address: Some(address),
            port: cell(port),
            user: cell(user),
            groups: groups
                .split(separators)
                .filter(|group| !group.is_empty())
                .map(str::to_owned)
                .collect(),
        });
    }
    Ok(entries)
}

fn fault(error: &csv::Error) -> Fault {
    let line = error.position().map_or(0, csv::Position::line);
    Fault::at(usize::try_from(line).unwrap_or(0), error.to_string())
}
