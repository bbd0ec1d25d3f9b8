//! `openwatch check-config`: every setting and where it came from, secrets redacted.

use crate::config::Config;
use crate::console::Console;
use crate::exit::{Exit, Failure};

/// Prints the settings in force.
pub(crate) fn run(config: &Config, console: Console) -> Result<Exit, Failure> {
    let rows = config.sources();
    let wide = |column: fn(&crate::config::SettingWithSource) -> usize| {
        rows.iter().map(column).max().unwrap_or_default()
    };
    let (names, values) = (
        wide(|row| row.name.len()),
        wide(|row| row.value.chars().count()),
    );
    let text: Vec<String> = rows
        .iter()
        .map(|row| format!("{:names$}  {:values$}  {}", row.name, row.value, row.source))
        .collect();
    console.result(&text.join("\n"), &rows)?;
    Ok(Exit::Ok)
}
