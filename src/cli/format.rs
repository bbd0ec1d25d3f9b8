//! How results are printed, and which of the formats each command takes: only these are offered.

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Arg, ArgMatches, Command, ValueEnum};

use crate::exit::Failure;

/// The id of the argument.
const ID: &str = "format";

/// How results are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    #[value(name = "text", alias = "table")]
    Text,
    /// For programs
    Json,
    /// One JSON object a target or a rule, each on its own line
    Jsonl,
    /// A table for spreadsheets
    Csv,
    /// JUnit XML for build servers
    Junit,
    /// SARIF 2.1.0 for code scanning dashboards
    Sarif,
    /// A page of documentation
    Markdown,
}

/// The formats of a command, by its path.
fn offered(path: &[&str]) -> &'static [Format] {
    use Format::{Csv, Json, Jsonl, Junit, Markdown, Sarif, Text};
    match path {
        ["scan"] | ["scans", "export"] => &[Text, Json, Jsonl, Csv, Junit, Sarif],
        ["rules", "judge"] => &[Text, Json, Jsonl, Csv],
        ["rules", "catalogue" | "coverage" | "methods"] => &[Text, Json, Markdown],
        ["serve" | "worker"] => &[],
        _ => &[Text, Json],
    }
}

/// Gives each command its `--format`.
pub(crate) fn offer(command: Command) -> Command {
    offer_at(command, &[])
}

fn offer_at(mut command: Command, path: &[&str]) -> Command {
    let names: Vec<String> = command
        .get_subcommands()
        .map(|one| one.get_name().to_owned())
        .collect();
    if names.is_empty() {
        let values: Vec<PossibleValue> = offered(path)
            .iter()
            .filter_map(ValueEnum::to_possible_value)
            .collect();
        if values.is_empty() {
            return command;
        }
        let argument = Arg::new(ID).long("format").value_name("FORMAT");
        return command.arg(
            argument
                .help("How results are printed")
                .default_value("text")
                .value_parser(PossibleValuesParser::new(values)),
        );
    }
    for name in names {
        let path: Vec<&str> = path.iter().copied().chain([name.as_str()]).collect();
        command = command.mut_subcommand(&name, |one| offer_at(one, &path));
    }
    command
}

/// The format that was chosen.
pub(crate) fn chosen(matches: &ArgMatches) -> Format {
    let mut leaf = matches;
    while let Some((_, below)) = leaf.subcommand() {
        leaf = below;
    }
    let word = leaf.try_get_one::<String>(ID).ok().flatten();
    word.and_then(|word| Format::from_str(word, false).ok())
        .unwrap_or(Format::Text)
}

impl Format {
    /// The same as a format of scans.
    pub(crate) fn of_scans(self) -> Result<export::Format, Failure> {
        Ok(match self {
            Self::Text => export::Format::Text,
            Self::Json => export::Format::Json,
            Self::Jsonl => export::Format::Jsonl,
            Self::Csv => export::Format::Csv,
            Self::Junit => export::Format::Junit,
            Self::Sarif => export::Format::Sarif,
            Self::Markdown => {
                return Err(Failure::usage(
                    "a scan is printed as text, json, jsonl, csv, junit or sarif, not as markdown",
                ));
            }
        })
    }
}
