//! The rule base: the rules that the processes of an installation are started with, those that ship and those that
//! its settings name. A process says at its start which ones it brings; the newest version of the product wins, so
//! that an upgrade of one process after the other goes through each change once.

use std::collections::BTreeSet;

use minicbor::{Decode, Encode};
use semver::Version;
use serde::{Deserialize, Serialize};

use crate::aggregate::Aggregate;
use crate::digest::Digest;
use crate::event::EventFacts;
use crate::validate::InvalidField;

/// The key of the one stream.
pub const RULE_BASE: &str = "rule_base";

/// Say which rules a process was started with. The same ones again, and those of an older version, change nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnnounceRuleBase {
    /// The version of the product that brings them.
    pub version: String,
    /// The hash over all rules.
    pub rule_set: Digest,
    /// What the set is called: `openwatch`.
    pub name: String,
    /// The ids of the rules.
    pub rules: BTreeSet<String>,
    /// The blob with what they say, see [`CatalogueContent`](crate::catalogue::CatalogueContent).
    pub content: Digest,
}

/// Other rules count from now on.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase")]
pub struct RuleBaseAnnounced {
    /// The version of the product that brings them.
    #[n(0)]
    pub version: String,
    /// The hash over all rules.
    #[n(1)]
    pub rule_set: Digest,
    /// What the set is called.
    #[n(2)]
    pub name: String,
    /// Rules that came, by id.
    #[n(3)]
    pub added: Vec<String>,
    /// Rules that went, by id.
    #[n(4)]
    pub dropped: Vec<String>,
    /// The blob with what the rules say, those that came and those that stayed.
    #[n(5)]
    pub content: Digest,
}

impl EventFacts for RuleBaseAnnounced {}

crate::events! {
    /// Everything that can happen to the rule base.
    pub enum RuleBaseEvent {
        Announced(RuleBaseAnnounced) = "rule_base.announced" v 1;
    }
}

/// The aggregate of the rule base.
#[derive(Debug)]
pub struct RuleBase;

/// What the announcements add up to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RuleBaseState {
    /// The newest version that brought rules, and the hash over them.
    pub newest: Option<(String, Digest)>,
    /// The rules that count.
    pub rules: BTreeSet<String>,
}

/// Why an announcement is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RuleBaseError {
    /// There is nothing to judge by.
    #[error("a rule base needs at least one rule")]
    Empty,
    /// A field does not hold.
    #[error("a field does not hold")]
    Invalid(#[from] InvalidField),
}

impl Aggregate for RuleBase {
    const KIND: &'static str = "rule_base";
    type State = RuleBaseState;
    type Event = RuleBaseEvent;
    type Command = AnnounceRuleBase;
    type Error = RuleBaseError;

    fn decide(
        state: &RuleBaseState,
        command: AnnounceRuleBase,
    ) -> Result<Vec<RuleBaseEvent>, RuleBaseError> {
        if command.rules.is_empty() {
            return Err(RuleBaseError::Empty);
        }
        if let Some((version, rule_set)) = &state.newest {
            let (known, given) = (parsed(version)?, parsed(&command.version)?);
            if given < known || (given == known && command.rule_set == *rule_set) {
                return Ok(Vec::new());
            }
        }
        parsed(&command.version)?;
        let missing = |from: &BTreeSet<String>, of: &BTreeSet<String>| {
            of.difference(from).cloned().collect::<Vec<_>>()
        };
        Ok(vec![
            RuleBaseAnnounced {
                added: missing(&state.rules, &command.rules),
                dropped: missing(&command.rules, &state.rules),
                version: command.version,
                rule_set: command.rule_set,
                name: command.name,
                content: command.content,
            }
            .into(),
        ])
    }

    fn evolve(mut state: RuleBaseState, event: &RuleBaseEvent) -> RuleBaseState {
        let RuleBaseEvent::Announced(announced) = event;
        state.newest = Some((announced.version.clone(), announced.rule_set));
        for rule in &announced.dropped {
            state.rules.remove(rule);
        }
        state.rules.extend(announced.added.iter().cloned());
        state
    }
}

fn parsed(version: &str) -> Result<Version, InvalidField> {
    Version::parse(version)
        .map_err(|_| InvalidField::new("version", "must be a version like 1.2.3"))
}

#[cfg(test)]
mod tests;
