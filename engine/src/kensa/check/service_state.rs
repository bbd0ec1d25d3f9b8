//! `service_state` and its halves: `systemctl is-enabled` and `is-active`.

use std::sync::Arc;

use super::{Context, Method, Read, compared, native, need_of, plain, script, text};
use crate::check::Checked;
use crate::collect::{Collector, CommandScript, Need, command_result, quote, unit};
use crate::facts::{Facts, observed};
use crate::kensa::finding::Code;
use crate::kensa::params::Params;
use crate::rule::Node;

#[derive(Debug)]
struct ServiceState {
    name: String,
    enabled: Option<bool>,
    active: Option<bool>,
    /// It knows what properties of the unit do not tell: that a name is an alias.
    is_enabled: CommandScript,
}

pub(super) fn read(params: &mut Params<'_>, context: &Context<'_>) -> Read {
    let (enabled, active) = (params.flag("enabled")?, params.flag("active")?);
    match (enabled, active) {
        (None, None) => {
            let message = "nothing is demanded, so Kensa calls it a pass without a look";
            params.note(Code::Semantics, "name", message);
        }
        (None | Some(false), None | Some(false)) => {
            let message = "Kensa calls it a pass too where systemctl is missing or refuses; here that is an error";
            params.note(Code::Semantics, "name", message);
        }
        _ => {}
    }
    of(params, context, (enabled, active))
}

pub(super) fn read_enabled(params: &mut Params<'_>, context: &Context<'_>) -> Read {
    of(params, context, (Some(true), None))
}

pub(super) fn read_active(params: &mut Params<'_>, context: &Context<'_>) -> Read {
    of(params, context, (None, Some(true)))
}

fn of(
    params: &mut Params<'_>,
    context: &Context<'_>,
    (enabled, active): (Option<bool>, Option<bool>),
) -> Read {
    let name = params.text("name")?;
    let run = format!("systemctl is-enabled -- {}", quote(&name));
    Ok(Arc::new(ServiceState {
        is_enabled: script(run, context),
        name,
        enabled,
        active,
    }))
}

impl Method for ServiceState {
    fn needs(&self) -> Vec<Need> {
        let mut needs = vec![Need::new(Collector::Units, &self.name)];
        if self.enabled.is_some() {
            needs.extend(need_of(&self.is_enabled));
        }
        needs
    }

    fn judge(&self, facts: &Facts) -> Checked {
        if self.enabled.is_none() && self.active.is_none() {
            let nothing = format!("nothing of {}", self.name);
            return compared(true, nothing.clone(), nothing, Vec::new());
        }
        let reading = unit(facts, &self.name)?;
        let mut evidence = vec![reading.evidence];
        let state = &reading.value;
        let mut said = String::new();
        if self.enabled.is_some() {
            let frame = command_result(facts, &self.is_enabled)?;
            frame.text().trim().clone_into(&mut said);
            evidence.push(observed(frame, &self.is_enabled.run));
        }
        let runs_at_boot = ["enabled", "enabled-runtime", "static", "generated"];
        let enabled_holds = match self.enabled {
            Some(true) => runs_at_boot.contains(&said.as_str()),
            Some(false) => !["enabled", "enabled-runtime"].contains(&said.as_str()),
            None => true,
        };
        let is_active = ["active", "reloading"].contains(&state.active.as_str());
        let active_holds = self.active.is_none_or(|active| active == is_active);
        let file = [&said, &state.file, &state.load]
            .into_iter()
            .find(|word| !word.is_empty())
            .map_or("unknown", String::as_str);
        let actual = format!("{} is {file}, {}", self.name, state.active);
        let word = |flag: Option<bool>, word: &str| match flag {
            Some(true) => Some(word.to_owned()),
            Some(false) => Some(format!("not {word}")),
            None => None,
        };
        let wanted: Vec<String> = [word(self.enabled, "enabled"), word(self.active, "active")]
            .into_iter()
            .flatten()
            .collect();
        let expected = format!("{} {}", self.name, wanted.join(", "));
        compared(enabled_holds && active_holds, expected, actual, evidence)
    }

    fn strict(&self) -> Option<Node> {
        let flags = [("enabled", self.enabled), ("active", self.active)];
        let flags: Vec<_> = flags
            .into_iter()
            .filter_map(|(key, flag)| Some((key, plain(&flag?))))
            .collect();
        if flags.is_empty() {
            return None;
        }
        let name = [("name", text(&*self.name))];
        Some(native("service_state", name.into_iter().chain(flags)))
    }
}
