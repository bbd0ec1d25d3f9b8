//! What rule files may hold, described once: the reader checks files against the description, and the JSON
//! Schema for editors is written from it. Must not know what a rule means for a host.

mod check;
mod described;
mod json;
mod shapes;

pub use described::{Described, Parameter, combinations, demand, methods};
pub use json::{SCHEMA_ID, json_schema};
pub(crate) use shapes::{
    BENCHMARK, BENCHMARKED, FRAME, LISTED, PROFILE, RULE, SITUATION_DOCS, VARIABLE,
};

/// A mapping of a rule file.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    /// What it is, with an article: `a file_permission check`.
    pub what: &'static str,
    /// What it is for: shown by editors, and by `openwatch rules explain`.
    pub doc: &'static str,
    /// The keys that it may have.
    pub keys: &'static [Key],
    /// Whether it states what a value must be.
    pub demand: Demanded,
    /// Which keys go together.
    pub together: &'static [Together],
}

/// One key of a mapping.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// The key.
    pub name: &'static str,
    /// What its value may be.
    pub kind: Kind,
    /// Whether it must be there.
    pub required: bool,
    /// What it says.
    pub doc: &'static str,
    /// What counts without it, in words or as it would be written.
    pub default: Option<&'static str>,
}

impl Key {
    /// A key that must be there.
    pub const fn needed(name: &'static str, kind: Kind, doc: &'static str) -> Self {
        let (required, default) = (true, None);
        Self {
            name,
            kind,
            required,
            doc,
            default,
        }
    }

    /// A key that may be there.
    pub const fn free(name: &'static str, kind: Kind, doc: &'static str) -> Self {
        Self {
            required: false,
            ..Self::needed(name, kind, doc)
        }
    }

    /// What counts without the key.
    #[must_use]
    pub const fn or(self, default: &'static str) -> Self {
        Self {
            default: Some(default),
            ..self
        }
    }
}

/// What a value may be.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// Text. A plain scalar that YAML could take for something else must be quoted.
    Text,
    /// Text of one form.
    Formed(Form),
    /// A regular expression in the syntax of the regex crate.
    Pattern,
    /// A whole number between two others, both included.
    Number(i64, i64),
    /// `true` or `false`.
    Flag,
    /// Any scalar, as it is written.
    Scalar,
    /// One of a closed list of words.
    Word(fn() -> Vec<&'static str>),
    /// A list.
    List(&'static Kind),
    /// One value alone, or a list of them.
    OneOrMore(&'static Kind),
    /// A mapping.
    Mapping(&'static Shape),
    /// What has a reader of its own.
    Part(Part),
}

/// A form of text.
#[derive(Debug, Clone, Copy)]
pub struct Form {
    /// A regular expression that JSON Schema (ECMA-262) and the regex crate read alike; it matches the whole.
    pub pattern: &'static str,
    /// What it must be, to follow "must be": `the absolute path …`.
    pub words: &'static str,
}

/// The parts of a rule that are nested in each other or have keys of any name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// A check or a combination of checks.
    Check,
    /// A condition on what a host has.
    Gate,
    /// Controls of benchmarks, under names of benchmarks.
    Benchmarks,
    /// What collectors printed, under their keys.
    Frames,
    /// Variables by name.
    Variables,
    /// What a variable holds: of the type that it has.
    Value,
    /// Values by the name of their variable.
    Values,
    /// Profiles by framework.
    Profiles,
    /// How a fail is mended.
    Remediation,
    /// The line that names this schema.
    Schema,
}

/// Whether a mapping states what a value must be, by one of the keys of [`crate::check::Expectation`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Demanded {
    /// It does not.
    None,
    /// It may.
    Free,
    /// It must.
    Needed,
    /// It must when this key is there, and must not when it is not.
    With(&'static str),
}

/// How keys go together.
#[derive(Debug, Clone, Copy)]
pub enum Together {
    /// Exactly one of these.
    One(&'static [&'static str]),
    /// One of these at least.
    Some(&'static [&'static str]),
    /// The first is only there with all of the others.
    With(&'static str, &'static [&'static str]),
    /// The first is never there with any of the others.
    Without(&'static str, &'static [&'static str]),
}

/// The words of a table of words and values.
pub fn words<T>(table: &[(&'static str, T)]) -> Vec<&'static str> {
    table.iter().map(|(word, _)| *word).collect()
}

/// A path: `*` stands for any name within one folder.
pub const PATH: Kind = Kind::Formed(Form {
    pattern: "^/[^\\n\\t?\\[]*$",
    words: "absolute; of the shell's patterns only * is known",
});

/// A mode of a file.
pub const MODE: Kind = Kind::Formed(Form {
    pattern: "^[0-7]{3,4}$",
    words: "three or four octal digits in quotes, as \"0640\"",
});

/// Text, several times.
pub const TEXTS: Kind = Kind::List(&Kind::Text);

/// What may be there or not.
pub const STATES: &[(&str, bool)] = &[("present", true), ("absent", false)];

/// The words of [`STATES`].
pub const STATE: Kind = Kind::Word(|| words(STATES));
