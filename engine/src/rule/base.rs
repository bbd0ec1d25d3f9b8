//! A set of rules with one order and one hash: what a catalogue is made of.

use std::collections::BTreeMap;
use std::num::NonZero;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::thread;

use domain::digest::Digest;
use domain::words::counted;
use rust_embed::RustEmbed;

use super::files::{RuleFiles, files_below};
use super::{
    Diagnostic, Dialect, Mark, ParsedRules, Rule, Values, arrange, nearest, parse_known_rules,
    parse_rules,
};
use crate::kensa::{self, Variables};

/// The rules that the product ships.
#[derive(RustEmbed)]
#[folder = "../rules"]
#[include = "*.yml"]
struct Builtin;

/// Rules in one order: after those that they depend on, otherwise by id.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleBase {
    name: String,
    rules: Vec<Rule>,
    hash: Digest,
    notes: Vec<Diagnostic>,
}

/// A folder that cannot be used as a set of rules.
#[derive(Debug, thiserror::Error)]
pub enum RuleBaseError {
    /// The folder or a file in it cannot be read.
    #[error("could not read {}", path.display())]
    Unreadable {
        /// The folder or file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// There is no rule file in it.
    #[error("{} holds no rule files (*.yml, *.yaml)", path.display())]
    Empty {
        /// The folder.
        path: PathBuf,
    },
    /// Some files do not hold.
    #[error("{} in rule files, the first: {}", counted(.0.len(), "fault"), .0.first().map(ToString::to_string).unwrap_or_default())]
    Faults(Vec<Diagnostic>),
}

impl RuleBase {
    /// The rules that the product ships, with their own values. A test proves that they all hold.
    pub fn builtin() -> Result<Self, RuleBaseError> {
        Self::builtin_with(&Values::default())
    }

    /// The rules that the product ships, with values from outside.
    pub fn builtin_with(values: &Values) -> Result<Self, RuleBaseError> {
        let mut files: Vec<(String, String)> = Builtin::iter()
            .filter_map(|path| {
                let file = Builtin::get(&path)?;
                let text = String::from_utf8_lossy(&file.data).into_owned();
                Some((format!("rules/{path}"), text))
            })
            .collect();
        files.sort();
        let (mut rules, mut faults) = (Vec::new(), Vec::new());
        read_ours(parse_known_rules, &files, values, &mut rules, &mut faults);
        for rule in &mut rules {
            rule.ships = true;
        }
        unheard("openwatch", values, &rules, &mut faults);
        Self::assemble("openwatch", rules, faults, Vec::new())
    }

    /// No rules at all: a scan with it is a first look at a host.
    pub fn empty() -> Self {
        Self::of("empty", Vec::new())
    }

    /// All rule files below a folder.
    pub fn from_folder(folder: &Path) -> Result<Self, RuleBaseError> {
        Self::from_folders(
            &[folder.to_owned()],
            &Variables::default(),
            &Values::default(),
        )
    }

    /// All rule files below several folders, as one set. A folder in which no file names our own schema holds
    /// rules in the format of Kensa, which `variables` are for; `values` are for ours.
    pub fn from_folders(
        folders: &[PathBuf],
        variables: &Variables,
        values: &Values,
    ) -> Result<Self, RuleBaseError> {
        let mut read = Vec::new();
        for folder in folders {
            read.push(files_below(folder)?);
        }
        let names: Vec<String> = folders
            .iter()
            .map(|folder| folder.display().to_string())
            .collect();
        Self::from_sources(&names.join(" + "), &read, variables, values)
    }

    /// Rules from several sets of files as one set.
    pub fn from_sources(
        name: &str,
        read: &[RuleFiles],
        variables: &Variables,
        values: &Values,
    ) -> Result<Self, RuleBaseError> {
        let (mut rules, mut faults, mut skipped) = (Vec::new(), Vec::new(), Vec::new());
        for RuleFiles { texts, unread } in read {
            if is_ours(texts) {
                faults.extend(unread.iter().cloned());
                read_ours(parse_rules, texts, values, &mut rules, &mut faults);
            } else {
                skipped.extend(unread.iter().cloned());
                read_kensa(texts, variables, &mut rules, &mut skipped);
            }
        }
        let mut skipped: Vec<Diagnostic> = skipped.into_iter().map(left_out).collect();
        if rules.is_empty() && faults.is_empty() {
            faults.append(&mut skipped);
        }
        if !rules.iter().any(|rule| rule.dialect == Dialect::Kensa) {
            unheard(name, values, &rules, &mut faults);
        }
        Self::assemble(name, rules, faults, skipped)
    }

    /// The rules of both as one set, in one order.
    pub fn joined(&self, other: &Self) -> Result<Self, RuleBaseError> {
        let name = format!("{} + {}", self.name, other.name);
        let rules = self.rules.iter().chain(&other.rules).cloned().collect();
        let notes = self.notes.iter().chain(&other.notes).cloned().collect();
        Self::assemble(&name, rules, Vec::new(), notes)
    }

    /// Rules in our own format from texts, each with the file name for messages.
    pub fn from_files(name: &str, files: &[(String, String)]) -> Result<Self, RuleBaseError> {
        let (mut rules, mut faults) = (Vec::new(), Vec::new());
        read_ours(
            parse_rules,
            files,
            &Values::default(),
            &mut rules,
            &mut faults,
        );
        Self::assemble(name, rules, faults, Vec::new())
    }

    /// Rules in whichever of the formats from their texts, as a catalogue holds them: each file by itself, because
    /// a catalogue may be put together of several sets.
    pub fn from_texts(name: &str, files: &[(String, String)]) -> Result<Self, RuleBaseError> {
        let ours = |file: &&(String, String)| is_ours(std::slice::from_ref(file));
        let (ours, kensas): (Vec<_>, Vec<_>) = files.iter().partition(ours);
        let owned = |files: Vec<&(String, String)>| files.into_iter().cloned().collect::<Vec<_>>();
        let (mut rules, mut faults, mut skipped) = (Vec::new(), Vec::new(), Vec::new());
        let (ours, values) = (owned(ours), Values::default());
        read_ours(parse_rules, &ours, &values, &mut rules, &mut faults);
        let variables = Variables::default();
        read_kensa(&owned(kensas), &variables, &mut rules, &mut skipped);
        let skipped = skipped.into_iter().map(left_out).collect();
        Self::assemble(name, rules, faults, skipped)
    }

    /// Rules in one of the formats that somebody hands in: all of them hold, or none is taken.
    pub fn from_upload(name: &str, files: &[(String, String)]) -> Result<Self, RuleBaseError> {
        if is_ours(files) {
            return Self::from_files(name, files);
        }
        let (mut rules, mut faults) = (Vec::new(), Vec::new());
        read_kensa(files, &Variables::default(), &mut rules, &mut faults);
        Self::assemble(name, rules, faults, Vec::new())
    }

    fn assemble(
        name: &str,
        mut rules: Vec<Rule>,
        mut faults: Vec<Diagnostic>,
        skipped: Vec<Diagnostic>,
    ) -> Result<Self, RuleBaseError> {
        rules.sort_by(|one, other| one.id.cmp(&other.id));
        for pair in rules.windows(2) {
            if let [one, other] = pair
                && one.id == other.id
            {
                faults.push(of_set(name, format!("the id {} stands twice", one.id)));
            }
        }
        faults.extend(at_odds(name, &rules));
        if !faults.is_empty() {
            return Err(RuleBaseError::Faults(faults));
        }
        let arranged = arrange(rules);
        let mut pack = Self::of(name, arranged.rules);
        pack.notes = skipped;
        pack.notes.extend(
            arranged.superseded.iter().map(|(old, new)| {
                of_set(name, format!("{old} is left out: {new} takes its place"))
            }),
        );
        pack.notes.extend(
            arranged.conflicts.iter().map(|(one, other)| {
                of_set(name, format!("{one} and {other} cannot hold together"))
            }),
        );
        if !arranged.cycle.is_empty() {
            let message = format!("these depend on each other: {}", arranged.cycle.join(", "));
            pack.notes.push(of_set(name, message));
        }
        Ok(pack)
    }

    fn of(name: &str, rules: Vec<Rule>) -> Self {
        let hashes: Vec<&[u8]> = rules
            .iter()
            .map(|rule| rule.hash.as_bytes().as_slice())
            .collect();
        Self {
            name: name.to_owned(),
            hash: Digest::of_parts(&hashes),
            rules,
            notes: Vec::new(),
        }
    }

    /// The same set with these forms of its rules, which are in its order already.
    pub(super) fn of_same_order(&self, rules: Vec<Rule>) -> Self {
        Self {
            notes: self.notes.clone(),
            ..Self::of(&self.name, rules)
        }
    }

    /// The rules that `keep` chooses, as a pack of its own.
    #[must_use]
    pub fn filtered(&self, keep: impl Fn(&Rule) -> bool) -> Self {
        let rules = self
            .rules
            .iter()
            .filter(|rule| keep(rule))
            .cloned()
            .collect();
        Self::of(&self.name, rules)
    }

    /// What there is to say of the set: files that were left out, rules that do not go together.
    pub fn notes(&self) -> &[Diagnostic] {
        &self.notes
    }

    /// The name: `openwatch`, or the folder.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The rules in their order.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The rule with this id, or those of all profiles of this subject.
    pub fn named<'p>(&'p self, name: &'p str) -> impl Iterator<Item = &'p Rule> {
        self.rules.iter().filter(move |rule| rule.is_named(name))
    }

    /// The rule with this id.
    pub fn get(&self, id: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.id == id)
    }

    /// The hash over the hashes of all rules in order.
    pub fn hash(&self) -> Digest {
        self.hash
    }
}

/// A line such as `schema: openwatch/1`, quoted or not, or with a slip in the word. Files of other formats may have a
/// key `schema` too, with another value.
fn names_our_schema(line: &str) -> bool {
    if let Some(value) = line.strip_prefix("schema:") {
        let value = value.trim().trim_matches(['"', '\'']);
        let word = value.split('/').next().unwrap_or_default();
        return strsim::damerau_levenshtein(&word.to_lowercase(), "openwatch") <= 2;
    }
    let line = line.trim_start_matches(['\u{feff}', ' ', '{', '"', '\'']);
    let rest = line.strip_prefix("schema").unwrap_or_default();
    rest.trim_start_matches(['"', '\'', ' ', ':'])
        .starts_with("openwatch/")
}

/// Whether a file is in our own format, and not in that of Kensa.
pub fn is_our_format(text: &str) -> bool {
    text.lines().any(names_our_schema)
}

/// Whether any of the files names our own schema.
fn is_ours(files: &[(String, String)]) -> bool {
    files.iter().any(|(_, text)| is_our_format(text))
}

/// How a file of ours is read.
type Read = fn(&str, &str, &Values) -> ParsedRules;

fn read_ours(
    read: Read,
    files: &[(String, String)],
    values: &Values,
    rules: &mut Vec<Rule>,
    faults: &mut Vec<Diagnostic>,
) {
    for ((file, _), parsed) in files.iter().zip(parsed(read, files, values)) {
        match parsed {
            Ok(variants) => {
                faults.extend(variants.first().and_then(|rule| misplaced(file, rule)));
                rules.extend(variants);
            }
            Err(diagnostics) => faults.extend(diagnostics),
        }
    }
}

/// The rules of each file, read on all cores: a command that scans one host waits for nothing else.
fn parsed(read: Read, files: &[(String, String)], values: &Values) -> Vec<ParsedRules> {
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    let share = files.len().div_ceil(threads).max(1);
    thread::scope(|scope| {
        let read = |(file, text): &(String, String)| read(file, text, values);
        let parts: Vec<_> = files
            .chunks(share)
            .map(|part| scope.spawn(move || part.iter().map(read).collect::<Vec<_>>()))
            .collect();
        let done = parts.into_iter().map(thread::ScopedJoinHandle::join);
        // A thread that broke breaks this one.
        done.flat_map(|part| part.unwrap_or_else(|broken| resume_unwind(broken)))
            .collect()
    })
}

/// A value on the command line that no rule asks for is a slip.
fn unheard(pack: &str, values: &Values, rules: &[Rule], faults: &mut Vec<Diagnostic>) {
    let known: Vec<&str> = rules
        .iter()
        .flat_map(|rule| &rule.variables)
        .map(|variable| variable.name.as_str())
        .collect();
    faults.extend(values.unheard(&known).into_iter().map(|name| Diagnostic {
        suggestion: nearest(name, known.iter().copied()),
        ..of_set(pack, format!("no rule has a variable {name}"))
    }));
}

/// Files that do not hold, and second rules with the same id, are `skipped`: Kensa leaves them out.
fn read_kensa(
    files: &[(String, String)],
    variables: &Variables,
    rules: &mut Vec<Rule>,
    skipped: &mut Vec<Diagnostic>,
) {
    for (file, text) in files {
        let parsed = kensa::parse(file, text, variables);
        let duplicate = |rule: &Rule| rules.iter().any(|known| known.id == rule.id);
        match parsed.rule {
            Some(rule) if duplicate(&rule) => {
                let message = format!("the id {} stands in another file too", rule.id);
                skipped.push(at_top(file, message));
            }
            Some(rule) => rules.push(rule),
            None => skipped.extend(parsed.findings.into_iter().map(|finding| Diagnostic {
                file: file.clone(),
                mark: finding.mark,
                message: finding.message,
                suggestion: finding.suggestion,
            })),
        }
    }
}

fn left_out(fault: Diagnostic) -> Diagnostic {
    Diagnostic {
        message: format!("left out: {}", fault.message),
        ..fault
    }
}

/// Rules that share a variable share one value, so it has to be the same variable for all of them.
fn at_odds(pack: &str, rules: &[Rule]) -> Vec<Diagnostic> {
    let mut known: BTreeMap<&str, (&str, &str)> = BTreeMap::new();
    let mut faults = Vec::new();
    for rule in rules
        .iter()
        .filter(|rule| rule.dialect == Dialect::OpenWatch)
    {
        for variable in &rule.variables {
            let (allowed, first) = *known
                .entry(&variable.name)
                .or_insert((&variable.allowed, &rule.id));
            if allowed != variable.allowed {
                let name = &variable.name;
                let message = format!(
                    "the variable {name} is {allowed} in {first} and {} in {}",
                    variable.allowed, rule.id
                );
                faults.push(of_set(pack, message));
            }
        }
    }
    faults
}

/// A rule is found by name: the file is its id, the folder is its category.
fn misplaced(file: &str, rule: &Rule) -> Option<Diagnostic> {
    let path = Path::new(file);
    let stem = path.file_stem().and_then(|stem| stem.to_str());
    if stem != Some(&rule.subject) {
        return Some(at_top(
            file,
            format!("the file must be named {}.yml after its id", rule.subject),
        ));
    }
    let folder = path
        .parent()
        .and_then(Path::file_name)
        .and_then(|name| name.to_str());
    let stray = folder != Some(&rule.category);
    stray.then(|| {
        at_top(
            file,
            format!("the file must be in a folder named {}", rule.category),
        )
    })
}

/// What is wrong with a file as a whole.
fn at_top(file: &str, message: String) -> Diagnostic {
    let mark = Mark { line: 1, column: 1 };
    Diagnostic {
        mark,
        ..of_set(file, message)
    }
}

/// What is wrong with a set of rules, and in none of its files.
fn of_set(name: &str, message: String) -> Diagnostic {
    Diagnostic {
        file: name.to_owned(),
        mark: Mark::default(),
        message,
        suggestion: None,
    }
}
