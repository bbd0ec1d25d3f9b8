//! What the reader of Kensa rules has to say of a file: with a code that scripts can count.

use serde::Serialize;

use crate::rule::Mark;

/// What kind of thing was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// The file cannot be read as a rule at all.
    Unreadable,
    /// A field that Kensa's validator requires is missing or has a value outside its list.
    Field,
    /// Id and file name, or category and folder, differ.
    Place,
    /// The id stands in another file too.
    Duplicate,
    /// The file holds further documents, which are not read.
    MoreDocuments,
    /// An unknown top-level key, which Kensa ignores.
    UnknownKey,
    /// A check cannot be carried out as written; the rule is an error on every host.
    Broken,
    /// A parameter that the method does not know, which Kensa ignores.
    UnknownParameter,
    /// A scalar that Kensa would take for something else than it looks like.
    Type,
    /// A gate that is malformed or names a capability that nobody knows.
    Capability,
    /// The implementations leave a host without one, or have two defaults.
    Implementations,
    /// A variable that nothing defines.
    UndefinedVariable,
    /// A value that ends up in a root shell and holds what a shell reads.
    UnsafeVariable,
    /// Kensa's semantics can call this a pass or a fail where it is not.
    Semantics,
    /// An edit of a static file where an effective or drop-in path exists.
    StaticEdit,
    /// `depends_on`, `conflicts_with`, `supersedes`: an unknown id, a cycle, a clash.
    Relation,
}

impl Code {
    /// Whether the rule still does what its author meant.
    pub fn level(self) -> Level {
        match self {
            Self::Unreadable => Level::Error,
            Self::Semantics | Self::MoreDocuments | Self::UnknownKey | Self::StaticEdit => {
                Level::Note
            }
            _ => Level::Warning,
        }
    }
}

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Good to know.
    Note,
    /// The rule loads, but something of it does not do what it says.
    Warning,
    /// The file does not load.
    Error,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What kind.
    pub code: Code,
    /// How much it matters.
    pub level: Level,
    /// Where in the file.
    #[serde(flatten)]
    pub mark: Mark,
    /// What, in words.
    pub message: String,
    /// What was perhaps meant.
    pub suggestion: Option<String>,
}

impl Finding {
    /// A finding at a place.
    pub fn new(code: Code, mark: Mark, message: impl Into<String>) -> Self {
        Self {
            code,
            level: code.level(),
            mark,
            message: message.into(),
            suggestion: None,
        }
    }
}
