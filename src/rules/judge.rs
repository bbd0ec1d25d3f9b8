//! `openwatch rules judge`: what these rules would have said of what an earlier scan collected. Reads the log of
//! the data folder; touches no host and writes nothing.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use domain::id::ScanId;
use domain::rejudge::{Judged, Judgement, RejudgeCause, RejudgeError, Rejudged, RejudgedRule};
use domain::scan::Selection;
use domain::verdict::{Totals, Verdict};
use domain::words::counted;

use crate::cli::{Format, JudgeArguments};
use crate::config::Config;
use crate::console::Console;
use crate::exit::{Exit, Failure};

/// Judges again and says what differs.
pub(super) async fn run(
    arguments: JudgeArguments,
    config: &Config,
    console: Console,
) -> Result<Exit, Failure> {
    let scan: ScanId = arguments.scan.parse().map_err(|_| {
        let given = &arguments.scan;
        Failure::usage(format!(
            "{given:?} is no id of a scan: openwatch scan --record prints it, and so does the page of the scan"
        ))
    })?;
    let folders: &[PathBuf] = &arguments.rules;
    let pack = if folders.is_empty() {
        super::load_builtin(&arguments.variables, console)?
    } else {
        // Nothing runs: facts are judged that an earlier scan collected.
        let (variables, keys) = (&arguments.variables, &arguments.trust_key);
        super::sources::read(folders, variables, keys, console)?.base
    };
    for note in pack.notes() {
        console.note(&note.to_string());
    }
    for id in &arguments.rule {
        if pack.named(id).next().is_none() {
            return Err(super::unknown_rule(&pack, id));
        }
    }
    let selection = Selection {
        framework: arguments.framework,
        tags: arguments.tag,
        rules: arguments.rule,
    };
    let store = crate::store::open_existing(config).await?;
    let judged = workers::rejudge::rejudge(&store, scan, Arc::new(pack), (selection, &[])).await;
    store.close().await;
    let judged = judged.map_err(|error| match error {
        RejudgeError::NothingSelected => {
            Failure::usage("no rule is selected: see openwatch rules list")
        }
        error @ (RejudgeError::NoResult { .. } | RejudgeError::NoFacts) => Failure::refused(error),
        error => Failure::cannot("could not judge the scan again", error),
    })?;
    print(&judged, console)?;
    let same = judged
        .rules
        .iter()
        .all(|rule| matches!(rule.cause, None | Some(RejudgeCause::NotSelected)));
    Ok(if same { Exit::Ok } else { Exit::Findings })
}

fn print(judged: &Rejudged, console: Console) -> Result<(), Failure> {
    match console.format() {
        Format::Jsonl => {
            for rule in &judged.rules {
                let line = serde_json::to_string(rule)
                    .map_err(|error| Failure::cannot("could not write JSON", error))?;
                console.line(&line)?;
            }
            Ok(())
        }
        Format::Csv => console.line(table(judged)?.trim_end()),
        _ => console.result(&text(judged), judged),
    }
}

fn text(judged: &Rejudged) -> String {
    let system = &judged.host_facts.os_name;
    let mut text = format!(
        "scan {} of {} ({system}), judged again from what was collected at {}\n",
        judged.scan, judged.host_name, judged.collected_at
    );
    side(&mut text, "then", &judged.before);
    side(&mut text, "now", &judged.after);
    let (changed, left): (Vec<&RejudgedRule>, Vec<&RejudgedRule>) = judged
        .rules
        .iter()
        .filter(|rule| rule.cause.is_some())
        .partition(|rule| rule.cause != Some(RejudgeCause::NotSelected));
    if !left.is_empty() {
        let be = if left.len() == 1 { "is" } else { "are" };
        let _ = writeln!(
            text,
            "  {} {be} not selected now",
            counted(left.len(), "rule")
        );
    }
    if changed.is_empty() {
        text.push_str("no verdict differs\n");
        return text;
    }
    let width = changed.iter().map(|rule| rule.rule.len()).max();
    for rule in &changed {
        line(&mut text, rule, width.unwrap_or(0));
    }
    text.push_str(&summary(&changed));
    text
}

fn side(text: &mut String, when: &str, judged: &Judged) {
    let Totals {
        pass,
        fail,
        error,
        not_applicable,
        manual,
    } = judged.totals;
    let percent = judged.totals.score().map_or_else(
        || "none".to_owned(),
        |score| format!("{:.1} %", score * 100.0),
    );
    let hash = judged.catalogue.to_string();
    let _ = writeln!(
        text,
        "  {when:4}  {pass} pass, {fail} fail, {error} error, {not_applicable} not applicable, \
         {manual} manual; score {percent}; pack {} ({}){}",
        judged.pack,
        hash.get(..12).unwrap_or(&hash),
        chosen(&judged.selection),
    );
}

fn chosen(selection: &Selection) -> String {
    let framework = selection.framework.iter();
    let words: Vec<String> = framework
        .map(|framework| format!("framework {framework}"))
        .chain(selection.tags.iter().map(|tag| format!("tag {tag}")))
        .chain(selection.rules.iter().map(|rule| format!("rule {rule}")))
        .collect();
    if words.is_empty() {
        return String::new();
    }
    format!(", only {}", words.join(", "))
}

fn line(text: &mut String, rule: &RejudgedRule, width: usize) {
    let (before, after) = (word(rule.before.as_ref()), word(rule.after.as_ref()));
    let newest = rule.after.as_ref().or(rule.before.as_ref());
    let reason = newest.map_or("", |judgement| judgement.reason.as_str());
    let cause = rule.cause.map_or("", cause_words);
    let (severity, id) = (rule.severity.as_str(), &rule.rule);
    let _ = writeln!(
        text,
        "  {before:14} -> {after:14} {severity:8} {id:width$}  {cause}: {reason}"
    );
}

fn word(judgement: Option<&Judgement>) -> String {
    judgement.map_or_else(
        || "-".to_owned(),
        |judgement| judgement.verdict.as_str().replace('_', " ").to_uppercase(),
    )
}

fn cause_words(cause: RejudgeCause) -> &'static str {
    match cause {
        RejudgeCause::RuleChanged => "the rule changed",
        RejudgeCause::RuleAdded => "the rule is new",
        RejudgeCause::RuleRemoved => "the rule is gone",
        RejudgeCause::VariableChanged => "a variable changed",
        RejudgeCause::Selected => "the rule was not selected then",
        RejudgeCause::NotSelected => "the rule is not selected now",
        RejudgeCause::EngineChanged => "this version judges differently",
    }
}

fn summary(changed: &[&RejudgedRule]) -> String {
    let mut causes: Vec<RejudgeCause> = changed.iter().filter_map(|rule| rule.cause).collect();
    causes.sort();
    let parts: Vec<String> = causes
        .chunk_by(|one, other| one == other)
        .filter_map(|some| {
            let cause = some.first()?;
            Some(format!("{} because {}", some.len(), cause_words(*cause)))
        })
        .collect();
    let errors = changed.iter().filter(|rule| {
        let after = rule.after.as_ref();
        after.is_some_and(|after| after.verdict == Verdict::Error)
    });
    let differ = if changed.len() == 1 {
        "differs"
    } else {
        "differ"
    };
    let mut text = format!(
        "{} {differ}: {}. ",
        counted(changed.len(), "verdict"),
        parts.join(", ")
    );
    text.push_str("The facts are those of the scan, so none differs because of the host.\n");
    if errors.count() > 0 {
        text.push_str("An error means that the scan did not collect what the rule needs now.\n");
    }
    text
}

fn table(judged: &Rejudged) -> Result<String, Failure> {
    let mut table = csv::Writer::from_writer(Vec::new());
    let fault = |error: csv::Error| Failure::cannot("could not write CSV", error);
    table
        .write_record([
            "rule",
            "title",
            "severity",
            "before",
            "after",
            "cause",
            "reason_before",
            "reason_after",
        ])
        .map_err(fault)?;
    for rule in &judged.rules {
        let reason = |side: &Option<Judgement>| {
            let reason = side.as_ref().map(|judgement| judgement.reason.as_str());
            export::cell(reason.unwrap_or_default()).into_owned()
        };
        let verdict = |side: &Option<Judgement>| {
            side.as_ref()
                .map_or("", |judgement| judgement.verdict.as_str())
                .to_uppercase()
        };
        table
            .write_record([
                export::cell(&rule.rule).as_ref(),
                export::cell(&rule.title).as_ref(),
                rule.severity.as_str(),
                &verdict(&rule.before),
                &verdict(&rule.after),
                rule.cause.map_or("", cause_words),
                &reason(&rule.before),
                &reason(&rule.after),
            ])
            .map_err(fault)?;
    }
    let bytes = table
        .into_inner()
        .map_err(|error| Failure::cannot("could not write CSV", error.into_error()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
