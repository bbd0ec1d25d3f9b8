//! `pam_option`: the value that a PAM module takes for an option, wherever it runs in the stack of a service. What
//! stands in the line of the stack wins over the module's own file, as the manuals of `pam_faillock`, `pam_pwhistory` and
//! `pam_pwquality` have it, and a file whose module runs nowhere decides nothing.

use super::pam_files::{Habits, PamFiles};
use super::pam_stack::{Services, TYPES, lines_that_name, naming};
use super::pam_walk::{is_optional, passes_over, with_a_say};
use super::{CheckResult, Checked, Expectation, Method};
use crate::collect::{Need, PamModule, pam_needs};
use crate::facts::{Facts, Unknown};
use crate::rule::schema::{Demanded, Key, Kind, PATH, Shape, Together, words};
use crate::rule::{Node, Reader};

/// Parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PamOption {
    services: Services,
    kind: &'static str,
    module: String,
    option: String,
    demand: Demand,
    /// The files that the module reads.
    files: Option<PamFiles>,
    /// What it takes where nothing sets the option.
    default: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Demand {
    /// The option is there, with a value or without.
    Set(bool),
    Value(Expectation),
}

const STATES: &[(&str, bool)] = &[("set", true), ("unset", false)];

impl Method for PamOption {
    const SHAPE: Shape = Shape {
        what: "a pam_option check",
        doc: "Wherever the module runs in the stack of each service it takes such a value for the option: that of its line, or else of its file, or else its default. It has to run.",
        keys: &[
            Services::KEYS[0],
            Services::KEYS[1],
            Key::needed(
                "type",
                Kind::Word(|| words(&TYPES)),
                "The type of the line.",
            ),
            Key::needed("module", Kind::Text, "The module, such as pam_faillock.so."),
            Key::needed("option", Kind::Text, "The option, such as deny."),
            Key::free(
                "state",
                Kind::Word(|| words(STATES)),
                "Whether the option must be set, with whatever value; or else a demand says which it must have.",
            ),
            Key::free("path", PATH, "The file that the module reads."),
            Key::free(
                "dropins",
                PATH,
                "Files that it reads too, in the order of their names.",
            ),
            Key::free(
                "dropins_first",
                Kind::Flag,
                "Whether drop-ins are read before the file, so that the file wins.",
            )
            .or("false"),
            Key::free(
                "default",
                Kind::Text,
                "The value that the module takes where nothing sets the option.",
            )
            .or("an option that is not set does not hold"),
        ],
        demand: Demanded::Free,
        together: &[
            Together::With("dropins", &["path"]),
            Together::With("dropins_first", &["dropins"]),
            Together::Without("default", &["state"]),
        ],
    };

    fn read(reader: &mut Reader<'_>, node: &Node, _: &[String]) -> Option<Self> {
        let services = Services::read(reader, node)?;
        let kind = reader.required(node, "the check", "type")?;
        let kind = reader.word(kind, "type", &TYPES)?;
        let mut text = |key: &str| {
            let value = reader.required(node, "the check", key)?;
            reader.text(value, key)
        };
        let (module, option) = (text("module")?, text("option")?);
        let default = match node.get("default") {
            Some(value) => Some(reader.text(value, "default")?),
            None => None,
        };
        let demand = match node.get("state") {
            Some(state) => Demand::Set(reader.word(state, "state", STATES)?),
            None => Demand::Value(Expectation::read(reader, node)?),
        };
        let files = match node.get("path") {
            Some(_) => Some(PamFiles::read(reader, node)?),
            None => None,
        };
        Some(Self {
            services,
            kind,
            module,
            option,
            demand,
            files,
            default,
        })
    }

    fn needs(&self) -> Vec<Need> {
        let files = self.files.as_ref();
        [pam_needs(), files.map_or_else(Vec::new, PamFiles::needs)].concat()
    }

    fn expected(&self) -> String {
        let Self { module, option, .. } = self;
        let wanted = match &self.demand {
            Demand::Set(true) => format!("{option} set"),
            Demand::Set(false) => format!("{option} not set"),
            Demand::Value(demand) => format!("{option} {demand}"),
        };
        format!(
            "{wanted} for {module} in {} of {}",
            self.kind, self.services
        )
    }

    fn judge(&self, facts: &Facts) -> Checked {
        let in_files = match &self.files {
            Some(files) => Some(files.value(facts, &self.option, Habits::of(&self.module))?),
            None => None,
        };
        let of_files = in_files.as_ref().and_then(|set| set.value.clone());
        let (mut bad, mut good, mut evidence) = (Vec::new(), Vec::new(), Vec::new());
        let naming = naming(&self.module, self.kind);
        for (service, stack) in self.services.stacks(facts, self.kind)? {
            let mut item = lines_that_name(facts, &naming, service, &stack)?;
            let counts = |run: &&PamModule| {
                run.module == self.module && !is_optional(run) && !passes_over(&stack, run)
            };
            let mut runs = with_a_say(&stack, self.kind, &self.module);
            runs.retain(|run| counts(run));
            if !stack.iter().any(|run| counts(&run)) {
                bad.push(format!("{service}: no {}", self.module));
            } else if runs.is_empty() {
                bad.push(format!("{service}: {} is never reached", self.module));
            }
            for run in runs {
                let value = self.taken(run, of_files.as_ref())?;
                let said = format!("{service}: {}", self.said(value.as_ref()));
                let list = if self.holds(value.as_deref()) {
                    &mut good
                } else {
                    // The line that is wrong is the one to look at.
                    item = item.at(&run.file, run.line);
                    &mut bad
                };
                if !list.contains(&said) {
                    list.push(said);
                }
            }
            evidence.push(item);
        }
        evidence.extend(in_files.map(|set| set.evidence));
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

impl PamOption {
    /// The value that one run of the module takes: the last of its own arguments, or else that of the files.
    fn taken(&self, run: &PamModule, of_files: Option<&String>) -> Result<Option<String>, Unknown> {
        let habits = Habits::of(&self.module);
        let own = run.arguments.iter().rev().find_map(|argument| {
            let (name, value) = argument.split_once('=').unwrap_or((argument.as_str(), ""));
            habits.names(name, &self.option).then(|| value.to_owned())
        });
        let elsewhere = run
            .arguments
            .iter()
            .filter_map(|argument| argument.strip_prefix("conf="))
            .find(|file| Some(*file) != self.files.as_ref().map(|files| files.path.as_str()));
        match (own, elsewhere) {
            (None, Some(file)) => Err(Unknown::new(format!(
                "{} takes its options from {file}, which was not read",
                self.module
            ))),
            (own, _) => Ok(own.or_else(|| of_files.cloned())),
        }
    }

    fn holds(&self, value: Option<&str>) -> bool {
        match &self.demand {
            Demand::Set(wanted) => value.is_some() == *wanted,
            Demand::Value(demand) => {
                let value = value.or(self.default.as_deref());
                value.is_some_and(|value| demand.holds(value))
            }
        }
    }

    fn said(&self, value: Option<&String>) -> String {
        let option = &self.option;
        match (value, &self.default) {
            (Some(value), _) if value.is_empty() => format!("{option} is set"),
            (Some(value), _) => format!("{option} {value}"),
            (None, Some(default)) => format!("{option} is not set; the default is {default}"),
            (None, None) => format!("{option} is not set"),
        }
    }
}
