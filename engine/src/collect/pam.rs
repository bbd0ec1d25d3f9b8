//! PAM stacks in the order in which the modules run (pam.conf(5)): what is included stands where it is
//! included, as `@include` of Debian, `include` and `substack`.

use std::sync::Arc;

use super::{Collector, Line, Lines, Need, lines_of};
use crate::facts::{Facts, Unknown};

/// The folder of the stacks.
const FOLDER: &str = "/etc/pam.d/";

/// How deep stacks may include each other, as in libpam (`PAM_SUBSTACK_MAX_LEVEL` is 16).
const DEPTH: usize = 16;

/// One module of a stack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PamModule {
    /// `required`, `sufficient`, `[success=1 default=ignore]`, ….
    pub control: String,
    /// The name without its folder: `pam_unix.so`.
    pub module: String,
    /// What it is given.
    pub arguments: Vec<String>,
    /// The file that names it.
    pub file: String,
    /// The line there, from 1.
    pub line: u32,
    /// That line.
    pub text: String,
}

/// What has to be collected to know any stack.
pub fn pam_needs() -> Vec<Need> {
    vec![Need::new(Collector::Content, format!("{FOLDER}*"))]
}

/// The modules that a service runs for one of `auth`, `account`, `password` and `session`; nothing when there is
/// no stack of that name.
pub fn pam_modules(
    facts: &Facts,
    service: &str,
    kind: &str,
) -> Result<Option<Vec<PamModule>>, Unknown> {
    let files = lines_of(facts, &format!("{FOLDER}*"))?;
    let mut modules = Vec::new();
    if !files.iter().any(|file| file.path == path_of(service)) {
        return Ok(None);
    }
    read_stack(&files, service, kind, DEPTH, &mut modules)?;
    Ok(Some(modules))
}

fn path_of(service: &str) -> String {
    match service.strip_prefix('/') {
        Some(_) => service.to_owned(),
        None => format!("{FOLDER}{service}"),
    }
}

fn read_stack(
    files: &[Arc<Lines>],
    service: &str,
    kind: &str,
    depth: usize,
    modules: &mut Vec<PamModule>,
) -> Result<(), Unknown> {
    let path = path_of(service);
    let Some(file) = files.iter().find(|file| file.path == path) else {
        return Err(Unknown::new(format!("{path} is included and not there")));
    };
    let Some(depth) = depth.checked_sub(1) else {
        return Err(Unknown::new(format!(
            "{path}: stacks include each other too deeply"
        )));
    };
    for line in joined(&file.lines) {
        let words = words(&line.text);
        match words.as_slice() {
            [include, other] if include == "@include" => {
                read_stack(files, other, kind, depth, modules)?;
            }
            // A dash before the kind says that the module may be missing.
            [of, ..] if !of.trim_start_matches('-').eq_ignore_ascii_case(kind) => {}
            [_, control, other, ..] if control == "include" || control == "substack" => {
                read_stack(files, other, kind, depth, modules)?;
            }
            [_, control, module, arguments @ ..] => modules.push(PamModule {
                control: control.clone(),
                module: module.rsplit('/').next().unwrap_or(module).to_owned(),
                arguments: arguments.to_vec(),
                file: path.clone(),
                line: line.number,
                text: line.text.clone(),
            }),
            [] | [_] | [_, _] => {}
        }
    }
    Ok(())
}

/// Lines without comments; one that ends with a backslash goes on in the next.
fn joined(lines: &[Line]) -> Vec<Line> {
    let mut all: Vec<Line> = Vec::new();
    let mut goes_on = false;
    for line in lines {
        let text = line.text.split('#').next().unwrap_or_default();
        let (text, more) = match text.trim_end().strip_suffix('\\') {
            Some(text) => (text, true),
            None => (text, false),
        };
        match all.last_mut().filter(|_| goes_on) {
            Some(before) => {
                before.text.push(' ');
                before.text.push_str(text);
            }
            None => all.push(Line {
                number: line.number,
                text: text.to_owned(),
            }),
        }
        goes_on = more;
    }
    all
}

/// The words of a line; what stands in brackets is one word.
fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut inside = false;
    for part in text.split_whitespace() {
        match words.last_mut().filter(|_| inside) {
            Some(word) => {
                word.push(' ');
                word.push_str(part);
            }
            None => words.push(part.to_owned()),
        }
        if part.starts_with('[') && !inside {
            inside = true;
        }
        if part.ends_with(']') {
            inside = false;
        }
    }
    words
}
