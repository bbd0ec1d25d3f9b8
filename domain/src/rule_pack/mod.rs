//! The rule pack: rules of the organisation's own, uploaded, numbered, tried on a host and then enabled. Knows which
//! rules a version holds, not what they say: that is in blobs, and reading them is the engine's.

mod command;
mod decide;
mod event;
mod read;
mod state;
#[cfg(test)]
mod tests;

pub use command::{
    CreateRulePack, DisableRulePack, EnableRulePackVersion, PackRule, PackSignature,
    RemoveRulePack, RulePackCommand, TrustRulePackVersion, UploadRulePackVersion, VersionContent,
};
pub use decide::{MOST_RULES, MOST_VERSIONS, RulePack, RulePackError};
pub use event::{
    RulePackCreated, RulePackDisabled, RulePackEvent, RulePackRemoved, RulePackVersionEnabled,
    RulePackVersionTrusted, RulePackVersionUploaded,
};
pub use read::{
    PACK_FILES_SCHEMA, PackFault, PackFiles, ReadPack, ReadPackError, RulePacks, UploadedFile,
};
pub use state::{PackVersion, RulePackState, RulePackStatus, RunnableVersion, Version};
