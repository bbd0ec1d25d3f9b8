//! Values for variables that come from outside the rule files, each with who gave it. Who gives them, and where
//! they are kept, is not known here.

use std::collections::BTreeMap;

use domain::variable::{EffectiveVariable, VariableOrigin};

use super::Diagnostic;
use super::variable::{BoundVariable, Variable, VariableValue};

/// Values by name; of several for one name the strongest origin counts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Values(BTreeMap<String, Given>);

/// A value as a person typed it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Given {
    origin: VariableOrigin,
    place: String,
    text: String,
}

/// Not of the form `NAME=VALUE`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not of the form NAME=VALUE")]
pub struct NotAPair(pub String);

impl Values {
    /// Gives a value as a person types it, unless a stronger origin gave one. It is checked against the type
    /// when rules are read. `place` says which file, group or host.
    pub fn give(&mut self, (origin, place): (VariableOrigin, &str), name: &str, value: &str) {
        let known = self.0.get(name);
        if known.is_none_or(|known| known.origin <= origin) {
            let given = Given {
                origin,
                place: place.to_owned(),
                text: value.to_owned(),
            };
            self.0.insert(name.to_owned(), given);
        }
    }

    /// Gives `NAME=VALUE` of a command line.
    pub fn give_pair(&mut self, pair: &str) -> Result<(), NotAPair> {
        let (name, value) = pair
            .split_once('=')
            .filter(|(name, _)| !name.is_empty())
            .ok_or_else(|| NotAPair(pair.to_owned()))?;
        self.give((VariableOrigin::Request, ""), name, value);
        Ok(())
    }

    /// Gives all of these.
    pub fn give_all(&mut self, others: &Self) {
        for (name, given) in &others.0 {
            self.give((given.origin, &given.place), name, &given.text);
        }
    }

    /// Whether there is one for this variable.
    pub fn holds(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Names that a command line gave and that none of these is.
    pub(super) fn unheard<'v>(&'v self, known: &[&str]) -> Vec<&'v str> {
        self.0
            .iter()
            .filter(|(name, given)| {
                given.origin == VariableOrigin::Request && !known.contains(&name.as_str())
            })
            .map(|(name, _)| name.as_str())
            .collect()
    }

    /// The value that a variable has here: given, of the profile, or the default.
    pub(super) fn bind(
        &self,
        file: &str,
        variable: &Variable,
        profile: Option<(&str, &VariableValue, &str)>,
    ) -> Result<BoundVariable, Diagnostic> {
        let bound =
            |value: VariableValue, (origin, place): (VariableOrigin, &str), source: &str| {
                BoundVariable {
                    name: variable.name.clone(),
                    value,
                    origin,
                    place: place.to_owned(),
                    allowed: variable.kind.to_string(),
                    description: variable.description.clone(),
                    source: source.to_owned(),
                    default: variable.default.clone(),
                    default_source: variable.source.clone(),
                }
            };
        if let Some(given) = self.0.get(&variable.name) {
            let by = EffectiveVariable {
                name: variable.name.clone(),
                value: given.text.clone(),
                origin: given.origin,
                place: given.place.clone(),
            }
            .given_by();
            let Some(value) = variable.kind.parse(&given.text) else {
                return Err(Diagnostic {
                    file: file.to_owned(),
                    mark: variable.mark,
                    message: format!(
                        "the variable {} must be {}, not {:?} ({by})",
                        variable.name, variable.kind, given.text
                    ),
                    suggestion: None,
                });
            };
            let source = format!("given by the {by}");
            return Ok(bound(value, (given.origin, &given.place), &source));
        }
        if let Some((name, value, source)) = profile {
            return Ok(bound(
                value.clone(),
                (VariableOrigin::Profile, name),
                source,
            ));
        }
        let value = variable.default.clone();
        Ok(bound(
            value,
            (VariableOrigin::Default, ""),
            &variable.source,
        ))
    }
}
