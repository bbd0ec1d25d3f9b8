//! PAM stacks in the order in which the modules run (pam.conf(5)): what is included stands where it is
//! included, as `@include` of Debian, `include` and `substack`.

use std::sync::Arc;

use super::{Collector, Line, Lines, Need, in_force, lines_of};
use crate::facts::{Facts, Unknown};

/// The folders of the stacks: a stack of the first hides one of the same name that a package brought along.
const FOLDERS: [&str; 2] = ["/etc/pam.d/", "/usr/lib/pam.d/"];

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
    /// The substacks in which it stands, the outermost first; each has a number of its own.
    pub within: Vec<usize>,
}

/// What has to be collected to know any stack.
pub fn pam_needs() -> Vec<Need> {
    let needs = FOLDERS.map(|folder| Need::new(Collector::Content, format!("{folder}*")));
    needs.to_vec()
}

/// The files of all stacks. Recorded hosts of long ago have those of the first folder alone.
pub fn pam_stacks(facts: &Facts) -> Result<Vec<Arc<Lines>>, Unknown> {
    let [own, vendor] = FOLDERS.map(|folder| format!("{folder}*"));
    let mut files = lines_of(facts, &own)?;
    if facts.frames.contains_key(&format!("content {vendor}")) {
        files.extend(lines_of(facts, &vendor)?);
    }
    Ok(in_force(files))
}

/// The modules that a service runs for one of `auth`, `account`, `password` and `session`; nothing when there is
/// no stack of that name.
pub fn pam_modules(
    facts: &Facts,
    service: &str,
    kind: &str,
) -> Result<Option<Vec<PamModule>>, Unknown> {
    let files = pam_stacks(facts)?;
    if !files.iter().any(|file| is_stack(file, service)) {
        return Ok(None);
    }
    let mut stack = Stack {
        files: &files,
        kind,
        modules: Vec::new(),
        substacks: 0,
    };
    stack.read(service, DEPTH, &[])?;
    Ok(Some(stack.modules))
}

/// Whether a file is the stack of a service, which may be named by its path.
pub fn is_stack(file: &Lines, service: &str) -> bool {
    file.path == service
        || FOLDERS
            .iter()
            .any(|folder| file.path.strip_prefix(folder) == Some(service))
}

/// What is read of one stack.
struct Stack<'f> {
    files: &'f [Arc<Lines>],
    kind: &'f str,
    modules: Vec<PamModule>,
    /// How many substacks there were so far.
    substacks: usize,
}

impl Stack<'_> {
    fn read(&mut self, service: &str, depth: usize, within: &[usize]) -> Result<(), Unknown> {
        let files = self.files;
        let Some(file) = files.iter().find(|file| is_stack(file, service)) else {
            let reason = format!("the stack {service} is included and not there");
            return Err(Unknown::new(reason));
        };
        let Some(depth) = depth.checked_sub(1) else {
            return Err(Unknown::new(format!(
                "{service}: stacks include each other too deeply"
            )));
        };
        for line in joined(&file.lines) {
            let words = words(&line.text);
            let [of, control, other, arguments @ ..] = words.as_slice() else {
                if let [include, other] = words.as_slice()
                    && include == "@include"
                {
                    self.read(other, depth, within)?;
                }
                continue;
            };
            // A dash before the kind says that the module may be missing.
            if !of.trim_start_matches('-').eq_ignore_ascii_case(self.kind) {
                continue;
            }
            if control.eq_ignore_ascii_case("include") {
                self.read(other, depth, within)?;
            } else if control.eq_ignore_ascii_case("substack") {
                self.substacks += 1;
                let within = [within, &[self.substacks]].concat();
                self.read(other, depth, &within)?;
            } else {
                self.modules.push(PamModule {
                    control: control.clone(),
                    module: other.rsplit('/').next().unwrap_or(other).to_owned(),
                    arguments: arguments.iter().map(|word| plain(word)).collect(),
                    file: file.path.clone(),
                    line: line.number,
                    text: line.text.clone(),
                    within: within.to_vec(),
                });
            }
        }
        Ok(())
    }
}

/// Lines without comments; one that ends with a backslash goes on in the next. A comment ends the line, whatever
/// stands before it, and lines without words in between are passed over (`_pam_assemble_line`).
fn joined(lines: &[Line]) -> Vec<Line> {
    let mut all: Vec<Line> = Vec::new();
    let mut goes_on = false;
    for line in lines {
        let (text, comment) = match line.text.split_once('#') {
            Some((text, _)) => (text, true),
            None => (line.text.as_str(), false),
        };
        if text.trim().is_empty() {
            continue;
        }
        let (text, more) = match text.trim_end().strip_suffix('\\') {
            Some(text) if !comment => (text, true),
            _ => (text, false),
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

/// The words of a line; what stands in brackets is one word, with its brackets.
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let end = if rest.starts_with('[') {
            // A bracket behind a backslash does not close.
            let closing = |(at, _): &(usize, &str)| {
                !rest.get(..*at).is_some_and(|before| before.ends_with('\\'))
            };
            let close = rest.match_indices(']').find(closing);
            close.map_or(rest.len(), |(at, _)| at + 1)
        } else {
            rest.find(char::is_whitespace).unwrap_or(rest.len())
        };
        let (word, behind) = rest.split_at(end);
        words.push(word.to_owned());
        rest = behind.trim_start();
    }
    words
}

/// An argument as the module gets it: without brackets around it.
fn plain(word: &str) -> String {
    match word.strip_prefix('[') {
        Some(inside) => inside
            .strip_suffix(']')
            .unwrap_or(inside)
            .replace("\\]", "]"),
        None => word.to_owned(),
    }
}
