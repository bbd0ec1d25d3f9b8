//! `openwatch rules coverage`: what the rules cover of the published benchmarks, and what they do not.

use std::fmt::Write as _;

use engine::rule::{Coverage, CoveredControl, RuleBase, TOTALS_SOURCE, coverage};

use crate::cli::Format;
use crate::console::Console;
use crate::exit::{Exit, Failure};

pub(super) fn run(base: &RuleBase, console: Console) -> Result<Exit, Failure> {
    let counted = coverage(base.rules());
    match console.format() {
        Format::Markdown => console.line(page(&counted).trim_end())?,
        _ => console.result(&table(&counted), &counted)?,
    }
    Ok(Exit::Ok)
}

fn table(counted: &[Coverage]) -> String {
    let mut text = format!(
        "{:<32} {:<10} {:>9} {:>6} {:>11} {:>5}\n",
        "benchmark", "version", "automated", "manual", "not covered", "total"
    );
    for one in counted {
        // Writing to a String does not fail.
        let _ = writeln!(
            text,
            "{:<32} {:<10} {:>9} {:>6} {:>11} {:>5}",
            one.title,
            one.version,
            one.automated,
            one.manual,
            number(one.not_covered),
            number(one.total)
        );
    }
    text.push_str(
        "\nA control counts when a rule names it; how much of it the rule judges is in the rule.",
    );
    text
}

fn number(number: Option<usize>) -> String {
    number.map_or_else(|| "?".to_owned(), |number| number.to_string())
}

fn page(counted: &[Coverage]) -> String {
    let mut text = String::from(
        "# Coverage of benchmarks\n\n\
         Counted from the references of the rules that ship, by `openwatch rules coverage --format markdown`; `make generate` \
         writes this page.\n\n\
         *Automated*: at least one rule that names the control judges it by itself. *Manual*: only rules that a person judges name \
         it. *Not covered*: no rule names it. A rule may judge less than the whole of a control, and a control may ask for \
         more than can be seen on a host: the text of each rule says what it judges.\n\n",
    );
    text.push_str(TOTALS_SOURCE);
    text.push_str(
        "\n\n| benchmark | edition | automated | manual | not covered | total | rules that apply |\n\
         |---|---|---|---|---|---|---|\n",
    );
    for one in counted {
        // Writing to a String does not fail.
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} | {} | {} |",
            one.title,
            one.version,
            one.automated,
            one.manual,
            number(one.not_covered),
            number(one.total),
            one.rules_that_apply
        );
    }
    for one in counted {
        let _ = write!(
            text,
            "\n## {}\n\n| control | | rules |\n|---|---|---|\n",
            one.title
        );
        for control in &one.controls {
            let _ = writeln!(text, "{}", row(control));
        }
    }
    text
}

fn row(control: &CoveredControl) -> String {
    let how = if control.automated {
        "automated"
    } else {
        "manual"
    };
    format!(
        "| {} | {how} | {} |",
        control.control,
        control.rules.join(", ")
    )
}
