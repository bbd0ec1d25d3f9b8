//! The folded state of a rule pack, and the one door to running what a version brings along.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::command::VersionContent;
use super::decide::RulePackError;
use super::event::RulePackEvent;
use crate::digest::Digest;
use crate::id::RulePackId;
use crate::rule_set::RuleSetVoucher;

/// A version as results name it: enough to find the very rules again, whatever became of the pack.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
#[serde(rename_all = "camelCase")]
pub struct PackVersion {
    /// The pack.
    #[n(0)]
    pub pack: RulePackId,
    /// Its name.
    #[n(1)]
    pub name: String,
    /// The number of the version.
    #[n(2)]
    pub version: u32,
    /// The hash over all its rules.
    #[n(3)]
    pub rule_set: Digest,
}

/// A version that may run on hosts. Only [`RulePackState::runnable`] gives one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunnableVersion {
    version: PackVersion,
    content: VersionContent,
}

impl RunnableVersion {
    /// Which version.
    pub const fn version(&self) -> &PackVersion {
        &self.version
    }

    /// What it holds.
    pub const fn content(&self) -> &VersionContent {
        &self.content
    }
}

/// Where a rule pack is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RulePackStatus {
    /// No event yet.
    #[default]
    Unknown,
    /// In use.
    Active,
    /// Taken out of use; history stays.
    Removed,
}

/// One version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// Its number.
    pub number: u32,
    /// What it holds.
    pub content: VersionContent,
    /// What speaks for its scripts.
    pub voucher: Option<RuleSetVoucher>,
}

/// What the events of a rule pack add up to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RulePackState {
    /// Where it is in its life.
    pub status: RulePackStatus,
    /// The id and the name, once made.
    pub current: Option<(RulePackId, String)>,
    /// Every version, the oldest first.
    pub versions: Vec<Version>,
    /// The version that counts.
    pub enabled: Option<u32>,
}

impl RulePackState {
    /// The version with this number.
    pub fn version(&self, number: u32) -> Option<&Version> {
        self.versions
            .iter()
            .find(|version| version.number == number)
    }

    /// The right to run a version on hosts: what brings scripts needs somebody who speaks for them. Whatever runs
    /// rules of a pack asks here.
    pub fn runnable(&self, number: u32) -> Result<RunnableVersion, RulePackError> {
        let (pack, name) = self.active()?;
        let version = self
            .version(number)
            .ok_or(RulePackError::NoVersion { version: number })?;
        let scripts = version.content.scripts();
        if scripts > 0 && version.voucher.is_none() {
            return Err(RulePackError::Untrusted {
                version: number,
                scripts,
            });
        }
        Ok(RunnableVersion {
            version: PackVersion {
                pack,
                name: name.to_owned(),
                version: number,
                rule_set: version.content.rule_set,
            },
            content: version.content.clone(),
        })
    }

    /// The id and the name of a pack that is in use.
    pub(super) fn active(&self) -> Result<(RulePackId, &str), RulePackError> {
        match (&self.current, self.status) {
            (Some((pack, name)), RulePackStatus::Active) => Ok((*pack, name)),
            (_, RulePackStatus::Removed) => Err(RulePackError::Removed),
            _ => Err(RulePackError::NotFound),
        }
    }

    pub(super) fn evolve(mut self, event: &RulePackEvent) -> Self {
        match event {
            RulePackEvent::Created(event) => {
                self.status = RulePackStatus::Active;
                self.current = Some((event.pack, event.name.clone()));
            }
            RulePackEvent::VersionUploaded(event) => self.versions.push(Version {
                number: event.version,
                content: event.content.clone(),
                voucher: None,
            }),
            RulePackEvent::VersionTrusted(event) => {
                let mut versions = self.versions.iter_mut();
                if let Some(version) = versions.find(|one| one.number == event.version) {
                    version.voucher = Some(event.voucher.clone());
                }
            }
            RulePackEvent::VersionEnabled(event) => self.enabled = Some(event.after),
            RulePackEvent::Disabled(_) => self.enabled = None,
            RulePackEvent::Removed(_) => {
                self.status = RulePackStatus::Removed;
                self.enabled = None;
            }
        }
        self
    }
}
