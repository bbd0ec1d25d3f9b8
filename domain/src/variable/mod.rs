//! The value that a variable of a rule had, and where it came from. How values are looked up is not known here.

mod declaration;
mod effective;
mod setting;

use serde::{Deserialize, Serialize};

pub use declaration::{
    DeclaredVariable, VariableDeclarations, VariableForm, VariableProfile, VariableRefusal,
};
pub use effective::{ValueSource, VariableStanding, VariableValue, standings};
pub(crate) use setting::changed;
#[cfg(test)]
pub(crate) use setting::tests;
pub use setting::{VariableChange, VariableSetting, VariableValues};

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

impl EffectiveVariable {
    /// Who gave the value, in words.
    pub fn given_by(&self) -> String {
        let word = match self.origin {
            VariableOrigin::Default => "built-in default",
            VariableOrigin::Profile => "profile",
            VariableOrigin::File => "file",
            VariableOrigin::Organisation => "organisation",
            VariableOrigin::Group => "group",
            VariableOrigin::Host => "host",
            VariableOrigin::Request => "command line",
        };
        // Who set it is said apart from where: `host web1`, `host, set by ada on 2026-01-15`.
        let between = if self.place.starts_with("set by ") {
            ","
        } else {
            ""
        };
        format!("{word}{between} {}", self.place)
            .trim_end()
            .to_owned()
    }
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
