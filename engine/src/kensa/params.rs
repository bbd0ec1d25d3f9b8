//! The parameters of one check of a Kensa rule. Scalars of every type are taken as the text that was
//! written; where Kensa itself would have taken them for something else, a finding says so.

use std::collections::BTreeSet;

use super::finding::{Code, Finding};
use super::value::{Kind, flag, integer};
use crate::rule::{Mark, Node, Value, nearest};

/// Reads parameters and keeps findings.
pub(super) struct Params<'n> {
    node: &'n Node,
    method: &'n str,
    read: BTreeSet<&'static str>,
    pub(super) findings: Vec<Finding>,
}

/// A check that cannot be carried out as it is written: its rule is an error on every host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Broken(pub(super) String);

impl<'n> Params<'n> {
    pub(super) fn new(node: &'n Node, method: &'n str) -> Self {
        Self {
            node,
            method,
            read: BTreeSet::new(),
            findings: Vec::new(),
        }
    }

    /// Required text; an empty one counts as missing unless it may be empty.
    pub(super) fn text(&mut self, key: &'static str) -> Result<String, Broken> {
        match self.optional(key)? {
            Some(text) if !text.is_empty() => Ok(text),
            _ => Err(self.missing(key)),
        }
    }

    /// Required text that may be empty.
    pub(super) fn text_or_empty(&mut self, key: &'static str) -> Result<String, Broken> {
        self.optional(key)?.ok_or_else(|| self.missing(key))
    }

    /// Text that may be left out.
    pub(super) fn optional(&mut self, key: &'static str) -> Result<Option<String>, Broken> {
        self.read.insert(key);
        let Some(node) = self.node.get(key) else {
            return Ok(None);
        };
        let kind = Kind::of(node);
        if !matches!(kind, Kind::Text | Kind::Null) {
            let message = format!(
                "{key} is {} for Kensa, which then ignores or refuses it; quote it. It is read here as written",
                kind.as_str()
            );
            self.finding(Code::Type, node.mark, message);
        }
        match (kind, node.text()) {
            (Kind::Null, _) => Ok(None),
            (_, Some(text)) => Ok(Some(text.to_owned())),
            _ => Err(Broken(format!(
                "the parameter {key} of {} must be text",
                self.method
            ))),
        }
    }

    /// A whole number that may be left out.
    pub(super) fn number(&mut self, key: &'static str) -> Result<Option<i64>, Broken> {
        self.read.insert(key);
        let Some(node) = self.given(key) else {
            return Ok(None);
        };
        if Kind::of(node) == Kind::Text {
            let message =
                format!("{key} is text for Kensa, which then ignores it; remove the quotes");
            self.finding(Code::Type, node.mark, message);
        }
        integer(node).map(Some).ok_or_else(|| {
            Broken(format!(
                "the parameter {key} of {} must be a whole number",
                self.method
            ))
        })
    }

    /// `true` or `false`, when it is there.
    pub(super) fn flag(&mut self, key: &'static str) -> Result<Option<bool>, Broken> {
        self.read.insert(key);
        let Some(node) = self.given(key) else {
            return Ok(None);
        };
        if Kind::of(node) != Kind::Bool {
            let message = format!("{key} is not true or false for Kensa, which takes it for false");
            self.finding(Code::Type, node.mark, message);
        }
        flag(node).map(Some).ok_or_else(|| {
            Broken(format!(
                "the parameter {key} of {} must be true or false",
                self.method
            ))
        })
    }

    /// A list of text; one word alone counts as a list of one.
    pub(super) fn texts(&mut self, key: &'static str) -> Result<Vec<String>, Broken> {
        self.read.insert(key);
        let wrong = || Broken(format!("{key} of {} must be a list of text", self.method));
        let texts: Vec<&str> = match self.node.get(key).map(|node| &node.value) {
            Some(Value::Sequence(items)) => {
                let texts: Option<Vec<&str>> = items.iter().map(Node::text).collect();
                texts.ok_or_else(wrong)?
            }
            Some(Value::Scalar { text, .. }) if text.contains(',') => return Err(wrong()),
            Some(Value::Scalar { text, .. }) => vec![text.as_str()],
            Some(Value::Mapping(_)) => return Err(wrong()),
            None => Vec::new(),
        };
        let texts: Vec<String> = texts
            .into_iter()
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
            .collect();
        if texts.is_empty() {
            return Err(self.missing(key));
        }
        Ok(texts)
    }

    /// Whether the key is written at all.
    pub(super) fn has(&self, key: &str) -> bool {
        self.node.get(key).is_some()
    }

    /// Parameters that nobody asked for: Kensa ignores them without a word.
    pub(super) fn report_unread(&mut self) {
        let Value::Mapping(pairs) = &self.node.value else {
            return;
        };
        for (key, _) in pairs {
            let name = key.text().unwrap_or_default();
            if name != "method" && name != "checks" && !self.read.contains(name) {
                let hint = nearest(name, self.read.iter().copied());
                let mut finding = Finding::new(
                    Code::UnknownParameter,
                    key.mark,
                    format!("{} does not know the parameter {name:?}", self.method),
                );
                finding.suggestion = hint;
                self.findings.push(finding);
            }
        }
    }

    /// Keeps a finding about a parameter.
    pub(super) fn note(&mut self, code: Code, key: &str, message: impl Into<String>) {
        let mark = self.node.get(key).map_or(self.node.mark, |node| node.mark);
        self.finding(code, mark, message.into());
    }

    /// The value of a key; null counts as none.
    fn given(&self, key: &str) -> Option<&'n Node> {
        let node = self.node.get(key);
        node.filter(|node| Kind::of(node) != Kind::Null)
    }

    fn finding(&mut self, code: Code, mark: Mark, message: String) {
        self.findings.push(Finding::new(code, mark, message));
    }

    fn missing(&self, key: &str) -> Broken {
        Broken(format!("{} needs the parameter {key}", self.method))
    }
}
