//! Trust in a set of rules that does not ship with the product: rules run scripts as root, so what speaks for them
//! is an event. One stream a set, by the hash over its rules: changed rules are another set.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::aggregate::Aggregate;
use crate::digest::Digest;
use crate::event::EventFacts;
use crate::validate::{self, InvalidField};

/// What speaks for a set of rules.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "by")]
pub enum RuleSetVoucher {
    /// Its files belong to who ran the command, or to root, and nobody else may write to them.
    #[n(0)]
    Ownership,
    /// Who ran the command said so.
    #[n(1)]
    Operator,
    /// The key with this name signs for it.
    #[n(2)]
    Signature {
        /// The name of the key.
        #[n(0)]
        key: String,
    },
}

/// Trust a set of rules. Trusting it again changes nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustRuleSet {
    /// The hash over all rules; also the key of the stream.
    pub rule_set: Digest,
    /// What it is called: the folder or the pack.
    pub name: String,
    /// How many rules it holds.
    pub rule_count: u32,
    /// What speaks for it.
    pub voucher: RuleSetVoucher,
}

/// Trust a set of rules no longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DistrustRuleSet;

/// Any command to a set of rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RuleSetCommand {
    /// See [`TrustRuleSet`].
    Trust(TrustRuleSet),
    /// See [`DistrustRuleSet`].
    Distrust(DistrustRuleSet),
}

/// A set of rules is trusted.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase")]
pub struct RuleSetTrusted {
    /// The hash over all rules.
    #[n(0)]
    pub rule_set: Digest,
    /// What it is called.
    #[n(1)]
    pub name: String,
    /// How many rules it holds.
    #[n(2)]
    pub rule_count: u32,
    /// What speaks for it.
    #[n(3)]
    pub voucher: RuleSetVoucher,
}

/// A set of rules is trusted no longer.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase")]
pub struct RuleSetDistrusted {
    /// The hash over all rules.
    #[n(0)]
    pub rule_set: Digest,
    /// What it is called.
    #[n(1)]
    pub name: String,
}

impl EventFacts for RuleSetTrusted {}
impl EventFacts for RuleSetDistrusted {}

crate::events! {
    /// Everything that can happen to the trust in a set of rules.
    pub enum RuleSetEvent {
        Trusted(RuleSetTrusted) = "rule_set.trusted" v 1;
        Distrusted(RuleSetDistrusted) = "rule_set.distrusted" v 1;
    }
}

/// The aggregate of the trust in one set of rules.
#[derive(Debug)]
pub struct RuleSet;

/// Why trust is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RuleSetError {
    /// There is nothing to take back.
    #[error("these rules are not trusted")]
    NotTrusted,
    /// A field does not hold.
    #[error("a field does not hold")]
    Invalid(#[from] InvalidField),
}

impl Aggregate for RuleSet {
    const KIND: &'static str = "rule_set";
    type State = Option<RuleSetTrusted>;
    type Event = RuleSetEvent;
    type Command = RuleSetCommand;
    type Error = RuleSetError;

    fn decide(
        state: &Self::State,
        command: RuleSetCommand,
    ) -> Result<Vec<RuleSetEvent>, RuleSetError> {
        match (command, state) {
            (RuleSetCommand::Trust(_), Some(_)) => Ok(Vec::new()),
            (RuleSetCommand::Trust(command), None) => {
                validate::line("name", &command.name, 4096)?;
                Ok(vec![
                    RuleSetTrusted {
                        rule_set: command.rule_set,
                        name: command.name,
                        rule_count: command.rule_count,
                        voucher: command.voucher,
                    }
                    .into(),
                ])
            }
            (RuleSetCommand::Distrust(_), Some(trusted)) => Ok(vec![
                RuleSetDistrusted {
                    rule_set: trusted.rule_set,
                    name: trusted.name.clone(),
                }
                .into(),
            ]),
            (RuleSetCommand::Distrust(_), None) => Err(RuleSetError::NotTrusted),
        }
    }

    fn evolve(_: Self::State, event: &RuleSetEvent) -> Self::State {
        match event {
            RuleSetEvent::Trusted(trusted) => Some(trusted.clone()),
            RuleSetEvent::Distrusted(_) => None,
        }
    }
}

#[cfg(test)]
mod tests;
