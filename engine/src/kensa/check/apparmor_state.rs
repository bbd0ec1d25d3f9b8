//! `apparmor_state`: the module is loaded; for `enforcing` some profile is loaded as well, in any mode.

use std::sync::Arc;

use super::{Context, Method, Read, compared, need_of, script};
use crate::check::Checked;
use crate::collect::{CommandScript, Need, command_result};
use crate::facts::{Facts, observed};
use crate::kensa::finding::Code;
use crate::kensa::params::{Broken, Params};
use crate::rule::Node;
use domain::words::counted;

#[derive(Debug)]
struct AppArmorState {
    enforcing: bool,
    script: CommandScript,
}

pub(super) fn read(params: &mut Params<'_>, context: &Context<'_>) -> Read {
    let enforcing = match params.optional("state")?.as_deref() {
        None | Some("" | "enforcing") => true,
        Some("loaded") => false,
        Some(other) => {
            return Err(Broken(format!(
                "state must be enforcing or loaded, not {other:?}"
            )));
        }
    };
    if enforcing {
        let message =
            "Kensa calls it a pass when a profile is loaded, also when none is in enforce mode";
        params.note(Code::Semantics, "state", message);
    }
    Ok(Arc::new(AppArmorState {
        enforcing,
        script: script("aa-status", context),
    }))
}

impl Method for AppArmorState {
    fn needs(&self) -> Vec<Need> {
        need_of(&self.script)
    }

    fn judge(&self, facts: &Facts) -> Checked {
        let frame = command_result(facts, &self.script)?;
        let (item, text) = (observed(frame, &self.script.run), frame.text());
        let loaded = text.contains("module is loaded");
        let profiles = text
            .lines()
            .find_map(|line| {
                line.trim()
                    .strip_suffix("profiles are loaded.")?
                    .trim()
                    .parse()
                    .ok()
            })
            .unwrap_or(0_u32);
        let holds = loaded && (!self.enforcing || profiles > 0);
        let expected = if self.enforcing {
            "AppArmor loaded, with profiles"
        } else {
            "AppArmor loaded"
        };
        let word = if loaded { "loaded" } else { "not loaded" };
        compared(
            holds,
            expected,
            format!("AppArmor {word}, {}", counted(profiles, "profile")),
            vec![item],
        )
    }

    fn strict(&self) -> Option<Node> {
        None
    }
}
