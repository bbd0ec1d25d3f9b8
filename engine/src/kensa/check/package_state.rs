//! `package_state` and its relatives: installed or not, by rpm or dpkg.

use std::sync::Arc;

use super::{Context, Method, Read, compared, native, text};
use crate::check::Checked;
use crate::collect::{
    Collector, Need, PackageState as Found, package_asked, package_is_ii, package_tool,
};
use crate::facts::Facts;
use crate::kensa::params::{Broken, Params};
use crate::rule::Node;

#[derive(Debug)]
struct PackageState {
    name: String,
    present: bool,
    /// Only dpkg is asked: elsewhere nothing is installed.
    dpkg_only: bool,
}

fn of(params: &mut Params<'_>, present: bool, dpkg_only: bool) -> Read {
    Ok(Arc::new(PackageState {
        name: params.text("name")?,
        present,
        dpkg_only,
    }))
}

pub(super) fn read(params: &mut Params<'_>, _: &Context<'_>) -> Read {
    let present = match params.optional("state")?.as_deref() {
        None | Some("" | "present" | "installed") => true,
        Some("absent") => false,
        Some(other) => {
            return Err(Broken(format!(
                "state must be present or absent, not {other:?}"
            )));
        }
    };
    of(params, present, false)
}

pub(super) fn read_installed(params: &mut Params<'_>, _: &Context<'_>) -> Read {
    of(params, true, false)
}

pub(super) fn read_absent(params: &mut Params<'_>, _: &Context<'_>) -> Read {
    of(params, false, false)
}

pub(super) fn read_dpkg_installed(params: &mut Params<'_>, _: &Context<'_>) -> Read {
    of(params, true, true)
}

pub(super) fn read_dpkg_absent(params: &mut Params<'_>, _: &Context<'_>) -> Read {
    of(params, false, true)
}

impl Method for PackageState {
    fn needs(&self) -> Vec<Need> {
        vec![Need::new(Collector::Packages, "")]
    }

    fn judge(&self, facts: &Facts) -> Checked {
        let reading = package_asked(facts, &self.name)?;
        let elsewhere = self.dpkg_only && package_tool(facts).is_some_and(|tool| tool != "dpkg");
        // Kensa sees a line that begins with ii and nothing else.
        let installed = package_is_ii(facts, &self.name) && !elsewhere;
        let word = |there: bool| if there { "installed" } else { "not installed" };
        let actual = match reading.value {
            Found::Broken(status) => format!("{} half installed ({status})", self.name),
            _ => format!("{} {}", self.name, word(installed)),
        };
        let expected = format!("{} {}", self.name, word(self.present));
        compared(
            installed == self.present,
            expected,
            actual,
            vec![reading.evidence],
        )
    }

    fn strict(&self) -> Option<Node> {
        // Ours takes the name of a package and nothing else.
        let plain = |c: char| c.is_ascii_alphanumeric() || "+-._".contains(c);
        if !self.name.chars().all(plain) {
            return None;
        }
        let state = if self.present { "present" } else { "absent" };
        let parameters = [("name", text(&*self.name)), ("state", text(state))];
        Some(native("package_state", parameters))
    }
}
