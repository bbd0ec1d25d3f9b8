//! The variables of the rules that scans judge by, for those who may set values. Must not know who does.

use std::collections::BTreeMap;

use domain::variable::{
    DeclaredVariable, EffectiveVariable, VariableDeclarations, VariableRefusal,
};
use engine::rule::{Declared, RuleBase, Values, nearest};

/// What the rules of a pack declare.
#[derive(Debug, Clone, Default)]
pub struct PackVariables(BTreeMap<String, Declared>);

impl PackVariables {
    /// The variables of this pack.
    pub fn of(base: &RuleBase) -> Self {
        Self(base.declared())
    }

    /// Those values that rules ask for and that fit. A value that fitted an earlier form of its rule and does not fit
    /// this one is left out: the rule is judged with its own, and settings tell that the value does not fit.
    pub fn fitting(&self, given: &[EffectiveVariable]) -> Values {
        let mut values = Values::default();
        for one in given {
            match self.accept(&one.name, &one.value) {
                Ok(value) => values.give((one.origin, &one.place), &one.name, &value),
                Err(VariableRefusal::Unknown { .. }) => {}
                Err(error @ VariableRefusal::Unfit { .. }) => {
                    tracing::warn!(%error, "a value that does not fit the rules is left out");
                }
            }
        }
        values
    }
}

impl VariableDeclarations for PackVariables {
    fn declared(&self) -> Vec<DeclaredVariable> {
        let all = self.0.values();
        all.map(|one| one.variable.clone()).collect()
    }

    fn accept(&self, name: &str, text: &str) -> Result<String, VariableRefusal> {
        let Some(declared) = self.0.get(name) else {
            return Err(VariableRefusal::Unknown {
                name: name.to_owned(),
                near: nearest(name, self.0.keys().map(String::as_str)),
            });
        };
        match declared.kind.parse(text) {
            Some(value) => Ok(value.plain()),
            None => Err(VariableRefusal::Unfit {
                name: name.to_owned(),
                allowed: declared.variable.allowed.clone(),
                text: text.to_owned(),
            }),
        }
    }
}
