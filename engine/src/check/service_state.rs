//! `service_state`: a systemd unit is enabled and active, or is not.

use super::{CheckResult, Checked, Method};
use crate::collect::{Collector, Need, UnitState, unit};
use crate::facts::{Facts, Unknown};
use crate::rule::schema::{Demanded, Key, Kind, Shape, Together};
use crate::rule::{Node, Reader};

/// Parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceState {
    name: String,
    enabled: Option<bool>,
    active: Option<bool>,
}

impl Method for ServiceState {
    const SHAPE: Shape = Shape {
        what: "a service_state check",
        doc: "systemd says that the unit is enabled and active, or is not; enabled must outlast a boot.",
        keys: &[
            Key::needed("name", Kind::Text, "The unit, such as ssh.service."),
            Key::free("enabled", Kind::Flag, "Whether it must be started at boot.")
                .or("does not count"),
            Key::free("active", Kind::Flag, "Whether it must run now.").or("does not count"),
        ],
        demand: Demanded::None,
        together: &[Together::Some(&["enabled", "active"])],
    };

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

    fn judge(&self, facts: &Facts) -> Checked {
        let reading = unit(facts, &self.name)?;
        let state = &reading.value;
        if !["loaded", "masked", "not-found"].contains(&state.load.as_str()) {
            let reason = format!("systemd cannot read {} ({})", self.name, state.load);
            return Err(Unknown::new(reason).seen(reading.evidence));
        }
        let enabled = match self.enabled {
            Some(true) => is_enabled(state),
            Some(false) => is_disabled(state),
            None => true,
        };
        let active = match self.active {
            Some(true) => is_active(state),
            Some(false) => is_inactive(state),
            None => true,
        };
        let expected = self.expected();
        let actual = if state.load == "not-found" {
            format!("there is no unit {}", self.name)
        } else {
            let file = if state.file.is_empty() {
                &state.load
            } else {
                &state.file
            };
            let starters = match state.starters.as_deref() {
                Some([])
                    if ["static", "generated", "enabled", "alias"].contains(&file.as_str()) =>
                {
                    ", nothing starts it".to_owned()
                }
                Some([first, ..]) if state.load == "loaded" && file != "enabled" => {
                    format!(", {first} starts it")
                }
                _ => String::new(),
            };
            format!(
                "{} is {file} and {} ({}){starters}",
                self.name, state.active, state.sub
            )
        };
        Ok(CheckResult::compared(
            enabled && active,
            expected,
            actual,
            vec![reading.evidence],
        ))
    }
}

/// Starts by itself after every boot (systemctl(1), `is-enabled`): another unit pulls it in, for which it was enabled,
/// or written so, or made of a script of System V. What was enabled as an alias alone, or for a target that no boot
/// reaches, does not. `enabled-runtime` does not outlast a boot, `indirect` only names others.
pub(super) fn is_enabled(state: &UnitState) -> bool {
    state.load == "loaded"
        && match state.file.as_str() {
            "enabled" | "alias" | "static" | "generated" => !state.nobody_starts(),
            _ => false,
        }
}

/// Nothing starts it at a boot, nor when a target is reached that this boot did not reach.
fn is_disabled(state: &UnitState) -> bool {
    let may_start = [
        "enabled",
        "alias",
        "enabled-runtime",
        "indirect",
        "masked-runtime",
    ];
    let pulled_in = state.load == "loaded" && state.somebody_starts();
    !is_enabled(state) && !may_start.contains(&state.file.as_str()) && !pulled_in
}

/// One that is starting, or is being restarted again and again, is neither active nor inactive.
fn is_active(state: &UnitState) -> bool {
    ["active", "reloading", "refreshing"].contains(&state.active.as_str())
}

fn is_inactive(state: &UnitState) -> bool {
    ["inactive", "failed"].contains(&state.active.as_str())
}
