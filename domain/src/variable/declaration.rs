//! What rules say of their variables, as a port: which there are, and what each may hold. Who reads rules is not
//! known here.

/// Knows the variables of the rules that scans judge by.
pub trait VariableDeclarations: Send + Sync {
    /// Every variable, by name.
    fn declared(&self) -> Vec<DeclaredVariable>;

    /// A value as a person typed it, in its one form, when the variable may hold it.
    fn accept(&self, name: &str, text: &str) -> Result<String, VariableRefusal>;
}

/// A variable as rules declare it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclaredVariable {
    /// Lower-case words joined by underscores.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// What it may hold, in words.
    pub allowed: String,
    /// What it may hold, as a field of a form asks for it.
    pub form: VariableForm,
    /// What it holds when nobody says otherwise, as people type it.
    pub default: String,
    /// Where the default comes from: a benchmark, a manual.
    pub source: String,
    /// The values that benchmarks ask for, where they ask for others.
    pub profiles: Vec<VariableProfile>,
    /// The ids of the rules that use it.
    pub rules: Vec<String>,
}

/// The kinds of values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VariableForm {
    /// A whole number within the bounds, both included.
    Integer {
        /// The lowest.
        min: i64,
        /// The highest.
        max: i64,
    },
    /// Text.
    Text,
    /// One of these words.
    Word(Vec<String>),
    /// Texts with commas between them, or with a semicolon behind each where a text has commas.
    List,
}

/// The value that one benchmark asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VariableProfile {
    /// The framework: `cis`, `stig`.
    pub profile: String,
    /// The value.
    pub value: String,
    /// Where it stands.
    pub source: String,
}

impl DeclaredVariable {
    /// The value that the benchmarks ask of a rule: of its profile where it has one, else the default.
    pub fn benchmark_value(&self, rule: &str) -> &str {
        let (_, profile) = crate::lens::variant(rule);
        let named = |one: &&VariableProfile| Some(one.profile.as_str()) == profile;
        let found = self.profiles.iter().find(named);
        found.map_or(&self.default, |one| &one.value)
    }
}

/// Why a value is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VariableRefusal {
    /// No rule declares the variable.
    #[error("no rule that is in use has a variable {name:?}{}", near.as_ref().map_or_else(String::new, |near| format!("; did you mean {near}?")))]
    Unknown {
        /// The name that was given.
        name: String,
        /// The one that it is nearest to.
        near: Option<String>,
    },
    /// The variable may not hold it.
    #[error("{name} must be {allowed}, not {text:?}")]
    Unfit {
        /// The variable.
        name: String,
        /// What it may hold, in words.
        allowed: String,
        /// What was given.
        text: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_benchmark_asks_for_is_the_value_of_the_profile_of_the_rule() {
        let variable = DeclaredVariable {
            name: "tmout".to_owned(),
            description: String::new(),
            allowed: String::new(),
            form: VariableForm::Text,
            default: "600".to_owned(),
            source: String::new(),
            profiles: vec![VariableProfile {
                profile: "stig".to_owned(),
                value: "900".to_owned(),
                source: String::new(),
            }],
            rules: Vec::new(),
        };
        assert_eq!(variable.benchmark_value("shell-timeout@stig"), "900");
        assert_eq!(variable.benchmark_value("shell-timeout@cis"), "600");
        assert_eq!(variable.benchmark_value("shell-timeout"), "600");
    }

    #[test]
    fn a_refusal_says_what_would_be_right() {
        let unknown = VariableRefusal::Unknown {
            name: "tmot".to_owned(),
            near: Some("tmout".to_owned()),
        };
        assert_eq!(
            unknown.to_string(),
            "no rule that is in use has a variable \"tmot\"; did you mean tmout?"
        );
    }
}
