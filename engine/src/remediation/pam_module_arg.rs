//! `pam_module_arg`: a PAM module has an argument wherever it stands in some services, or has it not.

use super::effect::{Reversal, Touched};
use super::{Mechanism, parameter};
use crate::rule::{Node, Reader};

/// Parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PamModuleArg {
    services: Vec<String>,
    module: String,
    kind: Option<String>,
    arg: String,
    ensure: bool,
}

impl Mechanism for PamModuleArg {
    const PARAMETERS: &'static [&'static str] = &["services", "module", "type", "arg", "action"];

    fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        let services = parameter::lines(reader, node, "services");
        let module = parameter::line(reader, node, "module");
        let kind = parameter::optional(reader, node, "type").ok()?;
        let arg = parameter::line(reader, node, "arg");
        let actions = [("ensure", true), ("remove", false)];
        let action = reader.required(node, "the mechanism", "action")?;
        let ensure = reader.word(action, "action", &actions)?;
        Some(Self {
            services: services?,
            module: module?,
            kind,
            arg: arg?,
            ensure,
        })
    }

    fn describe(&self) -> String {
        let kind = self
            .kind
            .as_deref()
            .map_or_else(String::new, |kind| format!(" ({kind})"));
        let (verb, word) = if self.ensure {
            ("give", "to")
        } else {
            ("take", "from")
        };
        format!(
            "{verb} {} {word} {}{kind} in {}",
            self.arg,
            self.module,
            self.services.join(", ")
        )
    }

    fn touches(&self) -> Vec<Touched> {
        self.services
            .iter()
            .map(|service| Touched::File(format!("/etc/pam.d/{service}")))
            .collect()
    }

    fn reversal(&self) -> Reversal {
        Reversal::Exact
    }
}
