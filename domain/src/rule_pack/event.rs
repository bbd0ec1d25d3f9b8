//! What has happened to a rule pack, as it is stored. The id of a rule belongs to one enabled pack alone.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::command::VersionContent;
use crate::aggregate::Claim;
use crate::digest::Digest;
use crate::event::EventFacts;
use crate::id::{RulePackId, ScanId};
use crate::rule_set::RuleSetVoucher;

const NAME_SCOPE: &str = "rule_pack_name";
const RULE_SCOPE: &str = "rule_id";

/// A pack was made.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase")]
pub struct RulePackCreated {
    /// The pack.
    #[n(0)]
    pub pack: RulePackId,
    /// Its name.
    #[n(1)]
    pub name: String,
}

/// A version was added.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase")]
pub struct RulePackVersionUploaded {
    /// The pack.
    #[n(0)]
    pub pack: RulePackId,
    /// Its number, from 1.
    #[n(1)]
    pub version: u32,
    /// What is new in it.
    #[n(2)]
    pub note: String,
    /// What it holds.
    #[n(3)]
    pub content: VersionContent,
    /// The name of the pack.
    #[n(4)]
    pub name: String,
}

/// The scripts of a version may run on hosts.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase")]
pub struct RulePackVersionTrusted {
    /// The pack.
    #[n(0)]
    pub pack: RulePackId,
    /// The version.
    #[n(1)]
    pub version: u32,
    /// The hash over all its rules.
    #[n(2)]
    pub rule_set: Digest,
    /// What speaks for it.
    #[n(3)]
    pub voucher: RuleSetVoucher,
    /// The name of the pack.
    #[n(4)]
    pub name: String,
}

/// A version counts from now on.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase")]
pub struct RulePackVersionEnabled {
    /// The pack.
    #[n(0)]
    pub pack: RulePackId,
    /// The version that counted before.
    #[n(1)]
    pub before: Option<u32>,
    /// The version that counts now.
    #[n(2)]
    pub after: u32,
    /// The trial that shows what it does.
    #[n(3)]
    pub trial: ScanId,
    /// The blob with what its rules say.
    #[n(4)]
    pub content: Digest,
    /// Rules that count from now on.
    #[n(5)]
    pub added: Vec<String>,
    /// Rules that count no longer.
    #[n(6)]
    pub dropped: Vec<String>,
    /// The hash over all its rules.
    #[n(7)]
    pub rule_set: Digest,
    /// The name of the pack.
    #[n(8)]
    pub name: String,
}

/// No version counts any more.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase")]
pub struct RulePackDisabled {
    /// The pack.
    #[n(0)]
    pub pack: RulePackId,
    /// The version that counted before.
    #[n(1)]
    pub before: u32,
    /// Rules that count no longer.
    #[n(2)]
    pub dropped: Vec<String>,
    /// The name of the pack.
    #[n(3)]
    pub name: String,
}

/// A pack was taken out of use.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase")]
pub struct RulePackRemoved {
    /// The pack.
    #[n(0)]
    pub pack: RulePackId,
    /// Its name, free from now on.
    #[n(1)]
    pub name: String,
}

fn take(rules: &[String]) -> impl Iterator<Item = Claim> {
    rules.iter().map(|rule| Claim::Take {
        scope: RULE_SCOPE,
        value: rule.clone(),
    })
}

fn release(rules: &[String]) -> impl Iterator<Item = Claim> {
    rules.iter().map(|rule| Claim::Release {
        scope: RULE_SCOPE,
        value: rule.clone(),
    })
}

impl EventFacts for RulePackCreated {
    fn claims(&self) -> Vec<Claim> {
        vec![Claim::Take {
            scope: NAME_SCOPE,
            value: self.name.to_lowercase(),
        }]
    }
}

impl EventFacts for RulePackVersionUploaded {}
impl EventFacts for RulePackVersionTrusted {}

impl EventFacts for RulePackVersionEnabled {
    fn claims(&self) -> Vec<Claim> {
        release(&self.dropped).chain(take(&self.added)).collect()
    }
}

impl EventFacts for RulePackDisabled {
    fn claims(&self) -> Vec<Claim> {
        release(&self.dropped).collect()
    }
}

impl EventFacts for RulePackRemoved {
    fn claims(&self) -> Vec<Claim> {
        vec![Claim::Release {
            scope: NAME_SCOPE,
            value: self.name.to_lowercase(),
        }]
    }
}

crate::events! {
    /// Everything that can happen to a rule pack.
    pub enum RulePackEvent {
        Created(RulePackCreated) = "rule_pack.created" v 1;
        VersionUploaded(RulePackVersionUploaded) = "rule_pack.version_uploaded" v 1;
        VersionTrusted(RulePackVersionTrusted) = "rule_pack.version_trusted" v 1;
        VersionEnabled(RulePackVersionEnabled) = "rule_pack.version_enabled" v 1;
        Disabled(RulePackDisabled) = "rule_pack.disabled" v 1;
        Removed(RulePackRemoved) = "rule_pack.removed" v 1;
    }
}
