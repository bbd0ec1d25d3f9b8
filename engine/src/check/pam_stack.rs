//! `pam_stack`: a module runs in the stack of a service, where it should and with what it should, or does not.

use super::pam_walk::{is_control, is_optional, passes_over, with_a_say};
use super::{CheckResult, Checked, Expectation, Method};
use crate::collect::{
    Need, PamModule, is_stack, literal, pam_modules, pam_needs, pam_stacks, search,
};
use crate::facts::{Facts, Unknown};
use crate::pattern::Pattern;
use crate::rule::schema::{Demanded, Key, Kind, STATE, STATES, Shape, TEXTS, words};
use crate::rule::{Node, Reader};
use domain::results::Evidence;

/// Parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PamStack {
    /// The stacks; each must hold.
    services: Services,
    kind: &'static str,
    module: String,
    present: bool,
    /// Controls, one of which it must have; none means any but `optional`.
    controls: Vec<String>,
    /// Arguments that it must have all of; with `present: false`, those with which it must not run.
    arguments: Vec<String>,
    /// The value that an argument `name=value` must have.
    argument: Option<(String, Expectation)>,
    /// A module that must come later in the same stack.
    before: Option<String>,
    /// A module that must come earlier in the same stack.
    after: Option<String>,
}

/// The stacks that a check is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Services {
    /// Stacks that are there on every such system.
    always: Vec<String>,
    /// Stacks of programs that may not be installed.
    where_present: Vec<String>,
}

impl Services {
    /// The parameters that name them.
    pub(super) const KEYS: [Key; 2] = [
        Key::needed("services", TEXTS, "Files of /etc/pam.d; each must hold."),
        Key::free(
            "where_present",
            TEXTS,
            "More files of /etc/pam.d, which must hold where they are there.",
        ),
    ];

    pub(super) fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        let always = reader.required(node, "the check", "services")?;
        let always = reader.texts(always, "services")?;
        let where_present = match node.get("where_present") {
            Some(list) => reader.texts(list, "where_present")?,
            None => Vec::new(),
        };
        Some(Self {
            always,
            where_present,
        })
    }

    /// Each stack that there is, with its modules. One that must be there and is not tells nothing.
    pub(super) fn stacks<'s>(
        &'s self,
        facts: &Facts,
        kind: &str,
    ) -> Result<Vec<(&'s String, Vec<PamModule>)>, Unknown> {
        let mut stacks = Vec::new();
        for service in &self.always {
            let stack = pam_modules(facts, service, kind)?
                .ok_or_else(|| Unknown::new(format!("there is no stack /etc/pam.d/{service}")))?;
            stacks.push((service, stack));
        }
        for service in &self.where_present {
            if let Some(stack) = pam_modules(facts, service, kind)? {
                stacks.push((service, stack));
            }
        }
        Ok(stacks)
    }
}

impl std::fmt::Display for Services {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(
            &[&self.always[..], &self.where_present[..]]
                .concat()
                .join(", "),
        )
    }
}

pub(super) const TYPES: [(&str, &str); 4] = [
    ("auth", "auth"),
    ("account", "account"),
    ("password", "password"),
    ("session", "session"),
];

impl Method for PamStack {
    const SHAPE: Shape = Shape {
        what: "a pam_stack check",
        doc: "The module runs so in the stack of each service, includes followed; or does not.",
        keys: &[
            Services::KEYS[0],
            Services::KEYS[1],
            Key::needed(
                "type",
                Kind::Word(|| words(&TYPES)),
                "The type of the line.",
            ),
            Key::needed("module", Kind::Text, "The module, such as pam_faillock.so."),
            Key::free("state", STATE, "Whether it must run or must not.").or("present"),
            Key::free("control", TEXTS, "Controls, one of which it must have.")
                .or("any but optional"),
            Key::free("arguments", TEXTS, "Arguments that it must all have."),
            Key::free(
                "argument",
                Kind::Text,
                "An argument NAME=VALUE whose value must be as a demand says.",
            ),
            Key::free("before", Kind::Text, "A module that must come later."),
            Key::free("after", Kind::Text, "A module that must come earlier."),
        ],
        demand: Demanded::With("argument"),
        together: &[],
    };

    fn read(reader: &mut Reader<'_>, node: &Node, _: &[String]) -> Option<Self> {
        let services = Services::read(reader, node)?;
        let kind = reader.required(node, "the check", "type")?;
        let kind = reader.word(kind, "type", &TYPES)?;
        let module = reader.required(node, "the check", "module")?;
        let module = reader.text(module, "module")?;
        let present = match node.get("state") {
            Some(state) => reader.word(state, "state", STATES)?,
            None => true,
        };
        let mut list = |key: &str| match node.get(key) {
            Some(list) => reader.texts(list, key),
            None => Some(Vec::new()),
        };
        let (controls, arguments) = (list("control")?, list("arguments")?);
        let mut name = |key: &str| match node.get(key) {
            Some(name) => reader.text(name, key).map(Some),
            None => Some(None),
        };
        let (before, after, argument) = (name("before")?, name("after")?, name("argument")?);
        let argument = match argument {
            Some(name) => Some((name, Expectation::read(reader, node)?)),
            None => None,
        };
        Some(Self {
            services,
            kind,
            module,
            present,
            controls,
            arguments,
            argument,
            before,
            after,
        })
    }

    fn needs(&self) -> Vec<Need> {
        pam_needs()
    }

    fn expected(&self) -> String {
        let mut words = vec![self.module.clone()];
        words.extend(self.arguments.iter().cloned());
        words.extend(
            self.argument
                .iter()
                .map(|(name, demand)| format!("{name}={demand}")),
        );
        if !self.controls.is_empty() {
            words.push(format!("as {}", self.controls.join(" or ")));
        }
        words.extend(self.before.iter().map(|name| format!("before {name}")));
        words.extend(self.after.iter().map(|name| format!("after {name}")));
        let no = if self.present { "" } else { "no " };
        format!(
            "{no}{} in {} of {}",
            words.join(" "),
            self.kind,
            self.services
        )
    }

    fn judge(&self, facts: &Facts) -> Checked {
        let (mut bad, mut good, mut evidence) = (Vec::new(), Vec::new(), Vec::new());
        let naming = naming(&self.module, self.kind);
        for (service, stack) in self.services.stacks(facts, self.kind)? {
            let mut shown = stack.iter().filter(|entry| entry.module == self.module);
            let counting: Vec<&PamModule> = shown
                .clone()
                .filter(|entry| self.counts(entry, &stack))
                .collect();
            // One that must not run is bad wherever it stands.
            let reached = with_a_say(&stack, self.kind, &self.module);
            let has_a_say = |entry: &&PamModule| {
                !self.present || reached.iter().any(|other| std::ptr::eq(*other, *entry))
            };
            let first = counting.iter().copied().find(has_a_say);
            let entry = first
                .or_else(|| counting.first().copied())
                .or_else(|| shown.next());
            let item = lines_that_name(facts, &naming, service, &stack)?;
            evidence.push(match entry {
                Some(entry) => item.at(&entry.file, entry.line),
                None => item,
            });
            let words = match entry {
                Some(entry) if first.is_none() && counting.contains(&entry) => {
                    format!("{service}: never reached: {}", entry.text.trim())
                }
                Some(entry) => format!("{service}: {}", entry.text.trim()),
                None => format!("{service}: no {}", self.module),
            };
            if first.is_some() == self.present {
                good.push(words);
            } else {
                bad.push(words);
            }
        }
        let holds = bad.is_empty();
        let actual = if holds { good } else { bad }.join("; ");
        Ok(CheckResult::compared(
            holds,
            self.expected(),
            actual,
            evidence,
        ))
    }
}

impl PamStack {
    /// Whether this run of the module is the one that the check is about.
    fn counts(&self, entry: &PamModule, stack: &[PamModule]) -> bool {
        let control = if self.controls.is_empty() {
            !self.present || !(is_optional(entry) || passes_over(stack, entry))
        } else {
            let mut wanted = self.controls.iter();
            wanted.any(|wanted| is_control(entry, wanted))
        };
        let arguments = self
            .arguments
            .iter()
            .all(|wanted| entry.arguments.contains(wanted) && !overridden(wanted, entry));
        let value = self.argument.as_ref().is_none_or(|(name, demand)| {
            // The last of several counts, as the modules read them.
            let mut values = entry
                .arguments
                .iter()
                .rev()
                .filter_map(|argument| argument.strip_prefix(name.as_str())?.strip_prefix('='));
            values.next().is_some_and(|value| demand.holds(value))
        });
        let at = stack.iter().position(|other| std::ptr::eq(other, entry));
        let place = |name: &String| {
            let mut places = stack
                .iter()
                .enumerate()
                .filter(|(_, other)| other.module == *name);
            places.next().map(|(place, _)| place)
        };
        let before = self
            .before
            .as_ref()
            .is_none_or(|name| place(name).is_some_and(|place| at < Some(place)));
        let after = self
            .after
            .as_ref()
            .is_none_or(|name| place(name).is_some_and(|place| at > Some(place)));
        control && arguments && value && before && after
    }
}

/// Words of `pam_unix` for the hash of new passwords: the last of them counts.
const HASHES: [&str; 7] = [
    "md5",
    "bigcrypt",
    "sha256",
    "sha512",
    "blowfish",
    "gost_yescrypt",
    "yescrypt",
];

/// Whether a later argument takes the place of this one.
fn overridden(argument: &str, entry: &PamModule) -> bool {
    let is_hash = |word: &&String| HASHES.contains(&word.as_str());
    let last = entry.arguments.iter().rev().find(is_hash);
    entry.module == "pam_unix.so"
        && HASHES.contains(&argument)
        && last.is_some_and(|last| last != argument)
}

/// An expression for the lines of a stack that name a module.
pub(super) fn naming(module: &str, kind: &str) -> Pattern {
    let module = literal(module);
    Pattern::ascii(format!(r"^\s*-?{kind}\s[^#]*\b{module}\b"))
}

/// The lines of the stack's own file, and of those that it includes, that name a module.
pub(super) fn lines_that_name(
    facts: &Facts,
    naming: &Pattern,
    service: &str,
    stack: &[PamModule],
) -> Result<Evidence, Unknown> {
    let files = pam_stacks(facts)?;
    let read: Vec<_> = files
        .iter()
        .filter(|file| is_stack(file, service) || stack.iter().any(|entry| entry.file == file.path))
        .collect();
    let own = read.iter().find(|file| is_stack(file, service));
    let own = own.map(|file| file.path.as_str());
    Ok(search(naming, read.iter().copied(), own.as_slice()))
}
