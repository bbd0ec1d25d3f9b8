//! `openwatch rules new`: a rule file to begin with, and beside the rules the schema that editors complete from.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use engine::rule::RuleBase;
use engine::skeleton::skeleton;
use serde::Serialize;

use super::{rules_failure, schema};
use crate::cli::NewRuleArguments;
use crate::console::Console;
use crate::exit::{Exit, Failure};

/// The file that editors read the schema from, in the folder of the rules.
const SCHEMA_FILE: &str = "rule.schema.json";

#[derive(Serialize)]
struct Written {
    rule: PathBuf,
    schema: PathBuf,
}

/// Writes the file; one that is there already is never touched.
pub(super) fn run(arguments: &NewRuleArguments, console: Console) -> Result<Exit, Failure> {
    let base = RuleBase::builtin().map_err(rules_failure)?;
    let (id, category) = (&arguments.id, &arguments.category);
    let hint = format!("../{SCHEMA_FILE}");
    let text = skeleton(&base, id, category, &arguments.method, &hint)
        .map_err(|error| Failure::usage(error.to_string()))?;
    let folder = arguments.output.join(category);
    let written = Written {
        rule: folder.join(format!("{id}.yml")),
        schema: arguments.output.join(SCHEMA_FILE),
    };
    std::fs::create_dir_all(&folder).map_err(|error| unwritable(&folder, error))?;
    create(&written.rule, &text)?;
    let schema = format!("{}\n", schema::text()?);
    std::fs::write(&written.schema, schema).map_err(|error| unwritable(&written.schema, error))?;
    let shown = arguments.output.display();
    let words = format!(
        "{}: fill in what stands in <…>\n\
         then: openwatch rules validate {shown} && openwatch rules test {shown}",
        written.rule.display()
    );
    console.result(&words, &written)?;
    Ok(Exit::Ok)
}

fn create(path: &Path, text: &str) -> Result<(), Failure> {
    use std::io::Write as _;
    let mut options = std::fs::OpenOptions::new();
    let file = options.write(true).create_new(true).open(path);
    match file.and_then(|mut file| file.write_all(text.as_bytes())) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(Failure::usage(format!(
            "{} is there already; choose another id, or remove it first",
            path.display()
        ))),
        Err(error) => Err(unwritable(path, error)),
    }
}

fn unwritable(path: &Path, error: std::io::Error) -> Failure {
    Failure::cannot(format!("could not write {}", path.display()), error)
}
