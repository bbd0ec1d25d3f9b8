//! Holds a mapping of a rule file against its description. Every fault is kept, with what was expected.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use regex::Regex;

use super::{Demanded, Form, Kind, Shape, Together};
use crate::check::Expectation;
use crate::rule::{Node, Reader, Value};

impl Shape {
    /// The names of all keys, those of the demand included.
    pub fn names(&self) -> Vec<&'static str> {
        let own = self.keys.iter().map(|key| key.name);
        match self.demand {
            Demanded::None => own.collect(),
            _ => own
                .chain(Expectation::KEYS.iter().map(|key| key.name))
                .collect(),
        }
    }

    /// Whether the mapping is as described, but for the parts that have readers of their own. Faults are kept
    /// by the reader.
    pub fn holds(&self, reader: &mut Reader<'_>, node: &Node) -> bool {
        self.holds_beside(reader, node, &[])
    }

    /// The same beside keys that are checked elsewhere.
    pub fn holds_beside(
        &self,
        reader: &mut Reader<'_>,
        node: &Node,
        beside: &[&'static str],
    ) -> bool {
        let known = [beside, &self.names()].concat();
        if reader.mapping(node, self.what, &known).is_none() {
            return false;
        }
        let mut holds = node.keys().all(|key| known.contains(&key));
        for key in self.keys {
            match node.get(key.name) {
                Some(value) => holds &= key.kind.holds(reader, value, key.name),
                None if key.required => {
                    reader.fault(
                        node.mark,
                        format!("{} needs the key {:?}: {}", self.what, key.name, key.doc),
                    );
                    holds = false;
                }
                None => {}
            }
        }
        for together in self.together {
            if let Err(message) = together.holds(node) {
                reader.fault(node.mark, format!("{} {message}", self.what));
                holds = false;
            }
        }
        holds && self.demand_holds(reader, node)
    }

    fn demand_holds(&self, reader: &mut Reader<'_>, node: &Node) -> bool {
        let there = Expectation::KEYS
            .iter()
            .any(|key| node.get(key.name).is_some());
        let wanted = match self.demand {
            Demanded::None => return true,
            Demanded::Free => there,
            Demanded::Needed => true,
            Demanded::With(key) => {
                let wanted = node.get(key).is_some();
                if there && !wanted {
                    let message = format!("{} states a value without {key}", self.what);
                    reader.fault(node.mark, message);
                    return false;
                }
                wanted
            }
        };
        !wanted || Expectation::read(reader, node).is_some()
    }
}

impl Kind {
    /// Whether the value is of this kind. Faults are kept by the reader.
    fn holds(self, reader: &mut Reader<'_>, node: &Node, what: &'static str) -> bool {
        match self {
            Self::Text => reader.text(node, what).is_some(),
            Self::Formed(form) => form.holds(reader, node, what),
            Self::Pattern => reader.pattern(node, what).is_some(),
            Self::Number(least, most) => number_holds(reader, node, what, (least, most)),
            Self::Flag => reader.flag(node, what).is_some(),
            Self::Scalar => reader.scalar(node, what).is_some(),
            Self::Word(list) => {
                let words: Vec<_> = list().into_iter().map(|word| (word, ())).collect();
                reader.word(node, what, &words).is_some()
            }
            Self::List(kind) => match reader.list(node, what) {
                Some(items) => {
                    let mut holds = true;
                    for item in items {
                        holds &= kind.holds(reader, item, what);
                    }
                    holds
                }
                None => false,
            },
            Self::OneOrMore(kind) => match node.value {
                Value::Sequence(_) => Self::List(kind).holds(reader, node, what),
                _ => kind.holds(reader, node, what),
            },
            Self::Mapping(shape) => shape.holds(reader, node),
            Self::Part(_) => true,
        }
    }
}

impl Form {
    fn holds(self, reader: &mut Reader<'_>, node: &Node, what: &str) -> bool {
        // What stands without quotes is said to need them, where the words say so.
        let quoted = !matches!(node.value, Value::Scalar { quoted: false, .. });
        let text = if quoted || !self.words.contains("in quotes") {
            match reader.text(node, what) {
                Some(text) => text,
                None => return false,
            }
        } else {
            String::new()
        };
        let holds = self.regex().is_some_and(|form| form.is_match(&text));
        if !holds {
            reader.fault(node.mark, format!("{what} must be {}", self.words));
        }
        holds
    }

    /// The expression, compiled once in a process: every value of every rule is held against one of a few.
    fn regex(self) -> Option<Regex> {
        static COMPILED: Mutex<BTreeMap<&str, Option<Regex>>> = Mutex::new(BTreeMap::new());
        let mut compiled = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
        let regex = compiled.entry(self.pattern);
        regex
            .or_insert_with(|| Regex::new(self.pattern).ok())
            .clone()
    }
}

fn number_holds(
    reader: &mut Reader<'_>,
    node: &Node,
    what: &str,
    (least, most): (i64, i64),
) -> bool {
    let Some(number) = reader.number(node, what) else {
        return false;
    };
    let holds = (least..=most).contains(&number);
    if !holds {
        let message = if most == i64::MAX {
            format!("{what} must be at least {least}")
        } else {
            format!("{what} must be between {least} and {most}")
        };
        reader.fault(node.mark, message);
    }
    holds
}

impl Together {
    /// Whether the keys go together so; otherwise what the mapping needs, to follow its name.
    fn holds(self, node: &Node) -> Result<(), String> {
        let there = |key: &&&str| node.get(key).is_some();
        match self {
            Self::One(keys) if keys.iter().filter(there).count() != 1 => {
                Err(format!("needs either {}", join(keys, " or ")))
            }
            Self::Some(keys) if !keys.iter().any(|key| node.get(key).is_some()) => {
                Err(format!("needs {}", join(keys, " or ")))
            }
            Self::With(key, others) if there(&&key) && !others.iter().all(|key| there(&key)) => {
                Err(format!("with {key} needs {}", join(others, " and ")))
            }
            Self::Without(key, others) if there(&&key) && others.iter().any(|key| there(&key)) => {
                Err(format!("with {key} cannot have {}", join(others, " or ")))
            }
            _ => Ok(()),
        }
    }
}

/// `a, b or c`.
pub(super) fn join<S: AsRef<str>>(keys: &[S], last: &str) -> String {
    let keys: Vec<&str> = keys.iter().map(AsRef::as_ref).collect();
    match keys.as_slice() {
        [all @ .., end] if !all.is_empty() => format!("{}{last}{end}", all.join(", ")),
        _ => keys.concat(),
    }
}
