//! `sysctl_set`: a kernel parameter has a value now, and a file gives it the value after a boot.

use super::effect::{Reversal, Touched};
use super::{Mechanism, parameter};
use crate::rule::{Node, Reader};

/// Parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SysctlSet {
    key: String,
    value: String,
    persist_file: String,
}

impl Mechanism for SysctlSet {
    const PARAMETERS: &'static [&'static str] = &["key", "value", "persist_file"];

    fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        let (key, value) = (
            parameter::line(reader, node, "key"),
            parameter::line(reader, node, "value"),
        );
        let persist_file = match node.get("persist_file") {
            Some(_) => parameter::path(reader, node, "persist_file")?,
            // Read last of all, so that nothing of the distribution wins over it.
            None => "/etc/sysctl.d/99-zz-openwatch.conf".to_owned(),
        };
        Some(Self {
            key: key?,
            value: value?,
            persist_file,
        })
    }

    fn describe(&self) -> String {
        let Self {
            key,
            value,
            persist_file,
        } = self;
        format!("set {key} to {value} now, and in {persist_file}")
    }

    fn touches(&self) -> Vec<Touched> {
        vec![
            Touched::Sysctl(self.key.clone()),
            Touched::File(self.persist_file.clone()),
        ]
    }

    fn reversal(&self) -> Reversal {
        Reversal::Exact
    }
}
