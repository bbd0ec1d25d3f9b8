//! `service_state`: a systemd unit is enabled and active, or is not.

use super::{Checked, Finding, Method};
use crate::collect::{Collector, Need, UnitState, unit};
use crate::facts::Facts;
use crate::rule::{Node, Reader};

/// Parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceState {
    name: String,
    enabled: Option<bool>,
    active: Option<bool>,
}

impl Method for ServiceState {
    const PARAMETERS: &'static [&'static str] = &["name", "enabled", "active"];

    fn read(reader: &mut Reader<'_>, node: &Node, _: &[String]) -> Option<Self> {
        let name = reader.required(node, "the check", "name")?;
        let name = reader.text(name, "name");
        let mut flag = |key: &str| match node.get(key) {
            Some(flag) => reader.flag(flag, key).map(Some),
            None => Some(None),
        };
        let (enabled, active) = (flag("enabled"), flag("active"));
        if enabled == Some(None) && active == Some(None) {
            reader.fault(
                node.mark,
                "a service_state check needs enabled, active or both",
            );
            return None;
        }
        Some(Self {
            name: name?,
            enabled: enabled?,
            active: active?,
        })
    }

    fn needs(&self) -> Vec<Need> {
        vec![Need::new(Collector::Units, &self.name)]
    }

    fn judge(&self, facts: &Facts) -> Checked {
        let reading = unit(facts, &self.name)?;
        let state = &reading.value;
        let enabled = self
            .enabled
            .is_none_or(|wanted| is_enabled(state) == wanted);
        let active = self.active.is_none_or(|wanted| is_active(state) == wanted);
        let expected = self.expected();
        let actual = if state.load == "not-found" {
            format!("there is no unit {}", self.name)
        } else {
            let file = if state.file.is_empty() {
                &state.load
            } else {
                &state.file
            };
            format!(
                "{} is {file} and {} ({})",
                self.name, state.active, state.sub
            )
        };
        Ok(Finding::compared(
            enabled && active,
            expected,
            actual,
            vec![reading.evidence],
        ))
    }
}

impl ServiceState {
    fn expected(&self) -> String {
        let word = |wanted: Option<bool>, yes: &'static str, no: &'static str| {
            wanted.map(|wanted| if wanted { yes } else { no })
        };
        let words: Vec<&str> = [
            word(self.enabled, "enabled", "not enabled"),
            word(self.active, "active", "not active"),
        ]
        .into_iter()
        .flatten()
        .collect();
        format!("{} {}", self.name, words.join(" and "))
    }
}

/// Starts by itself after a boot: enabled, or pulled in by others (systemctl(1), `is-enabled`).
fn is_enabled(state: &UnitState) -> bool {
    let starting = [
        "enabled",
        "enabled-runtime",
        "static",
        "alias",
        "generated",
        "indirect",
    ];
    state.load == "loaded" && starting.contains(&state.file.as_str())
}

fn is_active(state: &UnitState) -> bool {
    ["active", "activating", "reloading"].contains(&state.active.as_str())
}
