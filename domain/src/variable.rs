//! The value that a variable of a rule had, and where it came from. How values are looked up is not known here.

use serde::{Deserialize, Serialize};

/// A variable as a rule was judged with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EffectiveVariable {
    /// Its name.
    pub name: String,
    /// Its value as text.
    pub value: String,
    /// Who gave the value.
    pub origin: VariableOrigin,
    /// Where exactly: the profile, the file, the group; empty where the origin says it all.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub place: String,
}

/// Who gave a variable its value, the weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum VariableOrigin {
    /// The rule or its format.
    Default,
    /// A framework and its level.
    Profile,
    /// A file of variables.
    File,
    /// The organisation.
    Organisation,
    /// A group of the host.
    Group,
    /// The host itself.
    Host,
    /// Whoever asked, for this one time: the command line, a question.
    Request,
}
