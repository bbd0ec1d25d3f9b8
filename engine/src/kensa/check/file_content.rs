//! `file_content` and `file_content_match`: `grep` itself, so that its patterns mean what they mean.

use std::sync::Arc;

use super::{Context, Method, Read, compared, need_of, path, script};
use crate::check::Checked;
use crate::collect::{CommandScript, Need, command_result, quote};
use crate::facts::{Facts, Unknown, observed};
use crate::kensa::finding::Code;
use crate::kensa::params::Params;
use crate::rule::Node;

#[derive(Debug)]
struct FileContent {
    path: String,
    wanted: String,
    script: CommandScript,
}

pub(super) fn read_match(params: &mut Params<'_>, context: &Context<'_>) -> Read {
    let (path, pattern) = (path(params, "path")?, params.text("pattern")?);
    Ok(of(path, "-E", pattern, context))
}

pub(super) fn read_content(params: &mut Params<'_>, context: &Context<'_>) -> Read {
    let (path, wanted) = (path(params, "path")?, params.text("expected_content")?);
    if wanted.trim_end().contains('\n') {
        let message = "one of the lines is enough for Kensa to call it a pass";
        params.note(Code::Semantics, "expected_content", message);
    }
    Ok(of(path, "-F", wanted, context))
}

fn of(path: String, kind: &str, wanted: String, context: &Context<'_>) -> Arc<dyn Method> {
    // One line is enough: all of a log would be more than is accepted.
    let run = format!("grep -m 1 {kind} -e {} -- {}", quote(&wanted), quote(&path));
    Arc::new(FileContent {
        path,
        wanted,
        script: script(run, context),
    })
}

impl Method for FileContent {
    fn needs(&self) -> Vec<Need> {
        need_of(&self.script)
    }

    fn judge(&self, facts: &Facts) -> Checked {
        let frame = command_result(facts, &self.script)?;
        let item = observed(frame, &self.script.run);
        let expected = format!("{} matches {}", self.path, self.wanted.trim());
        match frame.exit {
            Some(0) => compared(true, expected, "a line matches", vec![item]),
            Some(1) => compared(false, expected, "no line matches", vec![item]),
            _ if frame.stderr.contains("No such file") => {
                compared(false, expected, format!("no {}", self.path), vec![item])
            }
            _ => {
                let words = frame.stderr.lines().next().unwrap_or("grep gave no reason");
                Err(Unknown::new(words.to_owned()).seen(item))
            }
        }
    }

    fn strict(&self) -> Option<Node> {
        None
    }
}
