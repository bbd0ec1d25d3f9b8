//! `pam_module_configure`: a PAM module stands in a stack, at a place among the others.

use super::effect::{Reversal, Touched};
use super::{Mechanism, parameter};
use crate::rule::{Node, Reader};

/// Parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PamModuleConfigure {
    service: String,
    module: String,
    kind: String,
    control: String,
    args: Vec<String>,
    before: Option<String>,
    after: Option<String>,
}

impl Mechanism for PamModuleConfigure {
    const PARAMETERS: &'static [&'static str] = &[
        "service", "module", "type", "control", "args", "before", "after",
    ];

    fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        let service = parameter::line(reader, node, "service");
        let module = parameter::line(reader, node, "module");
        let kinds = ["auth", "account", "password", "session"].map(|word| (word, word));
        let kind = reader.required(node, "the mechanism", "type");
        let kind = kind.and_then(|kind| reader.word(kind, "type", &kinds));
        let control = parameter::line(reader, node, "control");
        let args = match node.get("args") {
            Some(_) => parameter::lines(reader, node, "args")?,
            None => Vec::new(),
        };
        let before = parameter::optional(reader, node, "before").ok()?;
        let after = parameter::optional(reader, node, "after").ok()?;
        if before.is_some() == after.is_some() {
            let message =
                "the order in a stack counts: give the module that it stands before or after";
            reader.fault(node.mark, message);
            return None;
        }
        Some(Self {
            service: service?,
            module: module?,
            kind: kind?.to_owned(),
            control: control?,
            args,
            before,
            after,
        })
    }

    fn describe(&self) -> String {
        let place = match (&self.before, &self.after) {
            (Some(other), _) => format!("before {other}"),
            (None, other) => format!("after {}", other.as_deref().unwrap_or_default()),
        };
        let line = [
            &[self.kind.clone(), self.control.clone(), self.module.clone()],
            self.args.as_slice(),
        ]
        .concat();
        format!(
            "put \"{}\" into /etc/pam.d/{} {place}",
            line.join(" "),
            self.service
        )
    }

    fn touches(&self) -> Vec<Touched> {
        vec![Touched::File(format!("/etc/pam.d/{}", self.service))]
    }

    fn reversal(&self) -> Reversal {
        Reversal::Exact
    }
}
