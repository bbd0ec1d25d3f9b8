//! Kernel modules: loaded now, built in, loadable, and what modprobe.d(5) does with a request.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::content::{Lines, in_force, lines_of};
use super::{FrameSpec, literal, quote, search};
use crate::facts::{Facts, Reading, Unknown};
use crate::pattern::Pattern;
use domain::results::Evidence;

const KEY: &str = "modules";

/// The folders of modprobe.d(5).
const FOLDERS: [&str; 5] = [
    "/etc/modprobe.d",
    "/run/modprobe.d",
    "/usr/local/lib/modprobe.d",
    "/usr/lib/modprobe.d",
    "/lib/modprobe.d",
];

/// Names of files that kmod reads there.
const ENDINGS: [&str; 2] = ["conf", "alias"];

/// What is known of one module.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ModuleFacts {
    /// Whether it is loaded now.
    pub loaded: bool,
    /// Whether it is part of the kernel image; `None` where the kernel's list cannot be read.
    pub builtin: Option<bool>,
    /// Whether a file of it is there to be loaded; `None` where the kernel's list cannot be read.
    pub available: Option<bool>,
    /// Whether modprobe.d blacklists it: not loaded by alias.
    pub blacklisted: bool,
    /// Whether modprobe.d runs something that does nothing instead of loading it. Of several install
    /// lines the first counts; `None` when there is none.
    pub install_disabled: Option<bool>,
}

/// Names with `_` throughout, as the kernel lists them; files of modules may have `-` instead.
const SCRIPT: &str = r#"d=/lib/modules/$(uname -r)
[ -r /proc/modules ] || { echo 'no /proc/modules' >&2; exit 1; }
for f in /proc/modules "$d/modules.builtin" "$d/modules.dep"; do [ -r "$f" ] && set -- "$@" "$f"; done
awk -v names="$names" '
function kind(path) { sub(".*[/.]", "", path); return path }
function told(file, name) { return (file in given) ? ((file, name) in there) + 0 : "?" }
BEGIN { for (i = 1; i < ARGC; i++) given[kind(ARGV[i])] = 1 }
FNR == 1 { file = kind(FILENAME) }
file == "modules" { there[file, $1] = 1; next }
{ name = $1; sub(":$", "", name); sub(".*/", "", name); sub("[.]ko.*", "", name); gsub("-", "_", name); there[file, name] = 1 }
END { n = split(names, list, " ")
  for (i = 1; i <= n; i++) print list[i] " loaded=" (("modules", list[i]) in there) + 0 " builtin=" told("builtin", list[i]) " available=" told("dep", list[i]) }
' "$@" || exit 1
exit 0"#;

pub(super) fn frames(arguments: &BTreeSet<&str>) -> Vec<FrameSpec> {
    let names: Vec<String> = arguments
        .iter()
        .map(|name| name.replace('-', "_"))
        .collect();
    let script = format!("names={}\n{SCRIPT}", quote(&names.join(" ")));
    let mut specs = vec![FrameSpec::new(KEY, script, 20)];
    let patterns = places();
    specs.extend(super::content::frames(
        &patterns.iter().map(String::as_str).collect(),
    ));
    specs
}

fn places() -> Vec<String> {
    let of = |folder: &str| ENDINGS.map(|ending| format!("{folder}/*.{ending}"));
    FOLDERS.iter().flat_map(|folder| of(folder)).collect()
}

/// What is known of one module. `-` and `_` are one, as the kernel has it.
pub fn module_facts(facts: &Facts, name: &str) -> Result<Reading<ModuleFacts>, Unknown> {
    let loaded = name.replace('-', "_");
    let frame = facts.frame(KEY, "cat /proc/modules")?;
    let text = frame.text();
    let line = text
        .lines()
        .find(|line| line.split(' ').next() == Some(&loaded))
        .ok_or_else(|| {
            Unknown::new("the modules of this kernel cannot be listed")
                .seen(crate::facts::observed(frame, "cat /proc/modules"))
        })?;
    let column = |name: &str| match line.split_once(name)?.1.chars().next()? {
        '0' => Some(false),
        '1' => Some(true),
        _ => None,
    };
    let mut known = ModuleFacts {
        loaded: column("loaded=").unwrap_or_default(),
        builtin: column("builtin="),
        available: column("available="),
        ..ModuleFacts::default()
    };
    let mut files = Vec::new();
    for place in places() {
        // Scans of long ago did not ask for them.
        if place.ends_with("/*.alias") && !facts.frames.contains_key(&format!("content {place}")) {
            continue;
        }
        files.extend(lines_of(facts, &place)?);
    }
    let files = in_force(files);
    for line in files.iter().flat_map(|file| joined(file)) {
        apply(&mut known, &line, &loaded);
    }
    let evidence = as_seen(&known, &facts.kernel, &loaded, &files);
    Ok(Reading {
        value: known,
        evidence,
    })
}

/// The lists of the kernel and the files of modprobe.d, as a person looks into them.
fn as_seen(known: &ModuleFacts, kernel: &str, loaded: &str, files: &[Arc<Lines>]) -> Evidence {
    let file = loaded.replace('_', "[-_]");
    let places = places();
    let places: Vec<&str> = places.iter().map(String::as_str).collect();
    let expression = Pattern::ascii(format!(
        r"^\s*(install|blacklist)\s+({file}|\S*[*?\[]\S*)(\s|$)"
    ));
    let lines = search(&expression, files, &places);
    let list = format!("/lib/modules/{kernel}/modules");
    let command = format!(
        "grep -c '^{loaded} ' /proc/modules; grep -m1 -cE '/{file}[.]ko' {list}.builtin; \
         grep -m1 -cE '/{file}[.]ko[^:]*:' {list}.dep; {}",
        lines.command
    );
    let mut shown = String::new();
    for there in [Some(known.loaded), known.builtin, known.available]
        .into_iter()
        .flatten()
    {
        shown.push_str(if there { "1\n" } else { "0\n" });
    }
    shown.push_str(&lines.stdout);
    Evidence::new(command, lines.exit, shown.as_bytes())
}

/// The lines as kmod reads them: a backslash takes the next letter as it is, and a line break away.
fn joined(file: &Lines) -> Vec<String> {
    let mut lines = vec![String::new()];
    let text = file.text();
    let mut letters = text.chars();
    while let Some(c) = letters.next() {
        let letter = match c {
            '\n' => {
                lines.push(String::new());
                continue;
            }
            '\\' => letters.next().filter(|next| *next != '\n'),
            c => Some(c),
        };
        lines
            .last_mut()
            .into_iter()
            .for_each(|line| line.extend(letter));
    }
    lines
}

/// Takes one line of modprobe.d into account.
fn apply(known: &mut ModuleFacts, line: &str, module: &str) {
    if line.starts_with('#') {
        return;
    }
    let mut words = line.split(['\t', ' ']).filter(|word| !word.is_empty());
    let (verb, name) = (words.next(), words.next().unwrap_or_default());
    match verb {
        Some("blacklist") if name.replace('-', "_") == module => known.blacklisted = true,
        Some("install") if is_matched(name, module) => {
            let disabled = does_nothing(words.flat_map(str::split_whitespace));
            known.install_disabled.get_or_insert(disabled);
        }
        _ => {}
    }
}

/// Whether the name of an install line, which is a pattern of fnmatch(3), is that of the module. `-` is `_` but
/// within brackets.
fn is_matched(name: &str, module: &str) -> bool {
    if !name.contains(['*', '?', '[']) {
        return name.replace('-', "_") == module;
    }
    let mut expression = String::from("^");
    let mut rest = name.chars();
    while let Some(c) = rest.next() {
        match c {
            '*' => expression.push_str(".*"),
            '?' => expression.push('.'),
            '-' => expression.push('_'),
            '[' => {
                let within: String = rest.by_ref().take_while(|c| *c != ']').collect();
                let within = within.replace('\\', "").replace('[', "\\[");
                match within.strip_prefix(['!', '^']) {
                    Some(others) => expression.push_str(&format!("[^{others}]")),
                    None => expression.push_str(&format!("[{within}]")),
                }
            }
            c => expression.push_str(&literal(&c.to_string())),
        }
    }
    expression.push('$');
    Pattern::ascii(expression).is_match(module)
}

/// Whether the command of an install line, which a shell runs, is `true` or `false` and no more.
fn does_nothing<'w>(mut words: impl Iterator<Item = &'w str>) -> bool {
    let program = words.next().unwrap_or_default();
    let name = program.rsplit('/').next().unwrap_or_default();
    ["true", "false"].contains(&name) && words.next().is_none_or(|word| word.starts_with('#'))
}
