//! `dconf_set`: a key of the desktop's settings has a value for everybody, and can be locked.

use super::effect::{Reversal, Touched};
use super::{Mechanism, parameter};
use crate::rule::{Node, Reader};

/// Parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DconfSet {
    schema: String,
    key: String,
    value: String,
    file: String,
    lock: bool,
}

impl Mechanism for DconfSet {
    const PARAMETERS: &'static [&'static str] = &["schema", "key", "value", "file", "lock"];

    fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        let schema = parameter::line(reader, node, "schema");
        let (key, value) = (
            parameter::line(reader, node, "key"),
            parameter::line(reader, node, "value"),
        );
        let file = parameter::path(reader, node, "file");
        let lock = parameter::flag(reader, node, "lock", false)?;
        Some(Self {
            schema: schema?,
            key: key?,
            value: value?,
            file: file?,
            lock,
        })
    }

    fn describe(&self) -> String {
        let lock = if self.lock { ", and lock it" } else { "" };
        format!(
            "set {}/{} to {} in {}{lock}",
            self.schema, self.key, self.value, self.file
        )
    }

    fn touches(&self) -> Vec<Touched> {
        vec![Touched::File(self.file.clone())]
    }

    fn reversal(&self) -> Reversal {
        Reversal::Exact
    }
}
