//! `openwatch rules methods`: every check method with its parameters, from the description by which files are read.

use std::fmt::Write as _;

use engine::rule::schema::{Described, Parameter, combinations, demand, methods};
use serde::Serialize;

use crate::cli::Format;
use crate::console::Console;
use crate::exit::{Exit, Failure};

#[derive(Serialize)]
struct Page {
    methods: Vec<Described>,
    combinations: Vec<Described>,
    demand: Vec<Parameter>,
}

pub(super) fn run(console: Console) -> Result<Exit, Failure> {
    let all = Page {
        methods: methods(),
        combinations: combinations(),
        demand: demand(),
    };
    match console.format() {
        Format::Markdown => console.line(page(&all).trim_end())?,
        _ => console.result(&text(&all), &all)?,
    }
    Ok(Exit::Ok)
}

fn text(all: &Page) -> String {
    let lines = all.methods.iter().chain(&all.combinations).map(|one| {
        let names = one.parameters.iter().map(|parameter| {
            let optional = if parameter.required { "" } else { "?" };
            format!("{}{optional}", parameter.name)
        });
        let names: Vec<String> = names.collect();
        format!("{:<22} {}", one.name, names.join(" "))
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn page(all: &Page) -> String {
    let mut text = "# Check methods\n\n\
         What a check of [a rule](rule-format.md) may be. `openwatch rules methods --format markdown` prints this page, and \
         `make generate` writes it, from the description by which rule files are read and by which `openwatch rules schema` \
         prints the JSON Schema. A key that is not listed is refused.\n"
        .to_owned();
    for method in &all.methods {
        let (name, holds) = (method.name, method.holds);
        let _ = write!(text, "\n## `{name}`\n\n{holds}\n\n");
        table(&mut text, &method.parameters);
        together(&mut text, &method.together);
    }
    text.push_str(
        "\n## A demand\n\nWhat a value must be, by exactly one of these (`min` and `max` count as one).\n\n",
    );
    table(&mut text, &all.demand);
    text.push_str("\n## Combinations\n\nThree-valued: a part that decides wins over a part that could not tell; parts that are not applicable do not count.\n");
    for combination in &all.combinations {
        let _ = write!(text, "\n{}\n\n", combination.holds);
        table(&mut text, &combination.parameters);
    }
    text
}

fn table(text: &mut String, parameters: &[Parameter]) {
    text.push_str(
        "| parameter | type | required | without it | meaning |\n|---|---|---|---|---|\n",
    );
    for parameter in parameters {
        let _ = writeln!(
            text,
            "| `{}` | {} | {} | {} | {} |",
            parameter.name,
            cell(&parameter.kind),
            if parameter.required { "yes" } else { "no" },
            cell(parameter.default.unwrap_or_default()),
            cell(parameter.meaning)
        );
    }
}

fn together(text: &mut String, sentences: &[String]) {
    if !sentences.is_empty() {
        let _ = write!(text, "\nIt {}.\n", sentences.join("; "));
    }
}

/// A bar would end the cell.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}
