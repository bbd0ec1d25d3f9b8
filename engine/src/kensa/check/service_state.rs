//! `service_state` and its halves: `systemctl is-enabled` and `is-active`.

use std::sync::Arc;

use super::{Context, Method, Read, compared, native, plain, text};
use crate::check::Checked;
use crate::collect::{Collector, Need, unit};
use crate::facts::Facts;
use crate::kensa::finding::Code;
use crate::kensa::params::Params;
use crate::rule::Node;

#[derive(Debug)]
struct ServiceState {
    name: String,
    enabled: Option<bool>,
    active: Option<bool>,
}

pub(super) fn read(params: &mut Params<'_>, _: &Context<'_>) -> Read {
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
    Ok(Arc::new(ServiceState {
        name: params.text("name")?,
        enabled,
        active,
    }))
}

pub(super) fn read_enabled(params: &mut Params<'_>, _: &Context<'_>) -> Read {
    half(params, Some(true), None)
}

pub(super) fn read_active(params: &mut Params<'_>, _: &Context<'_>) -> Read {
    half(params, None, Some(true))
}

fn half(params: &mut Params<'_>, enabled: Option<bool>, active: Option<bool>) -> Read {
    Ok(Arc::new(ServiceState {
        name: params.text("name")?,
        enabled,
        active,
    }))
}

impl Method for ServiceState {
    fn needs(&self) -> Vec<Need> {
        vec![Need::new(Collector::Units, &self.name)]
    }

    fn judge(&self, facts: &Facts) -> Checked {
        let reading = unit(facts, &self.name)?;
        let state = &reading.value;
        let runs_at_boot = ["enabled", "enabled-runtime", "static", "generated"];
        let enabled_holds = match self.enabled {
            Some(true) => runs_at_boot.contains(&state.file.as_str()),
            Some(false) => !["enabled", "enabled-runtime"].contains(&state.file.as_str()),
            None => true,
        };
        let is_active = ["active", "reloading"].contains(&state.active.as_str());
        let active_holds = self.active.is_none_or(|active| active == is_active);
        let file = if state.file.is_empty() {
            &state.load
        } else {
            &state.file
        };
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
        compared(
            enabled_holds && active_holds,
            expected,
            actual,
            vec![reading.evidence],
        )
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
