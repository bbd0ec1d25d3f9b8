//! Decisions about a rule pack.

use super::command::{
    CreateRulePack, EnableRulePackVersion, RulePackCommand, UploadRulePackVersion, VersionContent,
};
use super::event::{
    RulePackCreated, RulePackDisabled, RulePackEvent, RulePackRemoved, RulePackVersionEnabled,
    RulePackVersionTrusted, RulePackVersionUploaded,
};
use super::state::{RulePackState, RulePackStatus};
use crate::aggregate::Aggregate;
use crate::id::RulePackId;
use crate::rule_set::RuleSetVoucher;
use crate::validate::{self, InvalidField};

/// The most rules of a version: a list with more would not fit into the log.
pub const MOST_RULES: usize = 500;
/// The most versions of a pack.
pub const MOST_VERSIONS: usize = 500;
/// The most bytes that the ids of all rules take in the log, with what goes with each.
const MOST_LISTED: usize = 48 * 1024;
/// What a rule takes in the log beside its id.
const PER_RULE: usize = 28;

/// The aggregate of rules of the organisation's own.
#[derive(Debug)]
pub struct RulePack;

/// Why a command to a rule pack is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RulePackError {
    /// The id is taken.
    #[error("the rule pack exists already")]
    AlreadyExists,
    /// There is no such pack.
    #[error("there is no such rule pack")]
    NotFound,
    /// The pack is out of use.
    #[error("the rule pack is removed; upload its rules as a new pack")]
    Removed,
    /// There is no such version.
    #[error("the rule pack has no version {version}")]
    NoVersion {
        /// The number that was given.
        version: u32,
    },
    /// The same files are there already.
    #[error("these are exactly the files of version {version}; nothing was uploaded")]
    SameContent {
        /// The version that holds them.
        version: u32,
    },
    /// There are as many versions as are kept.
    #[error("a rule pack has at most {MOST_VERSIONS} versions; upload the rules as a new pack")]
    TooManyVersions,
    /// Nothing needs trust.
    #[error("version {version} brings no scripts: there is nothing to trust")]
    NothingToTrust {
        /// The version.
        version: u32,
    },
    /// Nobody speaks for the scripts.
    #[error(
        "version {version} brings scripts that run as root on hosts (rules with one: {scripts}), and nobody speaks for them yet; look at them and trust the version first"
    )]
    Untrusted {
        /// The version.
        version: u32,
        /// How many of its rules bring a script.
        scripts: usize,
    },
    /// Nobody has seen what it does.
    #[error("version {version} has no completed trial; try it on a host first")]
    NotTried {
        /// The version.
        version: u32,
    },
    /// There is nothing to disable.
    #[error("no version of the rule pack is enabled")]
    NotEnabled,
    /// A field does not hold.
    #[error("a field does not hold")]
    Invalid(#[from] InvalidField),
}

impl Aggregate for RulePack {
    const KIND: &'static str = "rule_pack";
    type State = RulePackState;
    type Event = RulePackEvent;
    type Command = RulePackCommand;
    type Error = RulePackError;

    fn decide(
        state: &RulePackState,
        command: RulePackCommand,
    ) -> Result<Vec<RulePackEvent>, RulePackError> {
        match command {
            RulePackCommand::Create(command) => create(state, command),
            RulePackCommand::Upload(command) => {
                let (pack, name) = state.active()?;
                upload(state, (pack, name), command)
            }
            RulePackCommand::Trust(command) => trust(state, command.version),
            RulePackCommand::Enable(command) => enable(state, &command),
            RulePackCommand::Disable(_) => disable(state),
            RulePackCommand::Remove(_) => remove(state),
        }
    }

    fn evolve(state: RulePackState, event: &RulePackEvent) -> RulePackState {
        state.evolve(event)
    }
}

fn create(
    state: &RulePackState,
    command: CreateRulePack,
) -> Result<Vec<RulePackEvent>, RulePackError> {
    if state.status != RulePackStatus::Unknown {
        return Err(RulePackError::AlreadyExists);
    }
    validate::line("name", &command.name, 100)?;
    let CreateRulePack { pack, name, first } = command;
    let versions = upload(state, (pack, &name), first)?;
    let mut events = vec![RulePackCreated { pack, name }.into()];
    events.extend(versions);
    Ok(events)
}

fn upload(
    state: &RulePackState,
    (pack, name): (RulePackId, &str),
    command: UploadRulePackVersion,
) -> Result<Vec<RulePackEvent>, RulePackError> {
    let UploadRulePackVersion { note, content } = command;
    validate::optional_line("note", &note, 500)?;
    check(&content)?;
    let mut known = state.versions.iter();
    if let Some(same) = known.find(|known| known.content.files == content.files) {
        let version = same.number;
        return Err(RulePackError::SameContent { version });
    }
    if state.versions.len() >= MOST_VERSIONS {
        return Err(RulePackError::TooManyVersions);
    }
    let version = state.versions.last().map_or(1, |last| last.number + 1);
    let rule_set = content.rule_set;
    let signed = content.signature.as_ref().map(|signature| {
        let key = signature.key.clone();
        let voucher = RuleSetVoucher::Signature { key };
        RulePackVersionTrusted {
            pack,
            version,
            rule_set,
            voucher,
            name: name.to_owned(),
        }
        .into()
    });
    let uploaded = RulePackVersionUploaded {
        pack,
        version,
        note,
        content,
        name: name.to_owned(),
    };
    Ok(std::iter::once(uploaded.into()).chain(signed).collect())
}

fn check(content: &VersionContent) -> Result<(), InvalidField> {
    let rules = &content.rules;
    if rules.is_empty() {
        return Err(InvalidField::new("files", "must hold at least one rule"));
    }
    let listed: usize = rules.iter().map(|rule| rule.rule.len() + PER_RULE).sum();
    if rules.len() > MOST_RULES || listed > MOST_LISTED {
        let reason = format!(
            "hold {} rules, which is more than one pack may have ({MOST_RULES}, fewer when their ids are long); \
             make several packs of them",
            rules.len()
        );
        return Err(InvalidField::new("files", reason));
    }
    Ok(())
}

fn trust(state: &RulePackState, number: u32) -> Result<Vec<RulePackEvent>, RulePackError> {
    let (pack, name) = state.active()?;
    let version = state
        .version(number)
        .ok_or(RulePackError::NoVersion { version: number })?;
    if version.voucher.is_some() {
        return Ok(Vec::new());
    }
    if version.content.scripts() == 0 {
        return Err(RulePackError::NothingToTrust { version: number });
    }
    Ok(vec![
        RulePackVersionTrusted {
            pack,
            version: number,
            rule_set: version.content.rule_set,
            voucher: RuleSetVoucher::Operator,
            name: name.to_owned(),
        }
        .into(),
    ])
}

fn enable(
    state: &RulePackState,
    command: &EnableRulePackVersion,
) -> Result<Vec<RulePackEvent>, RulePackError> {
    let number = command.version;
    let runnable = state.runnable(number)?;
    let version = runnable.version();
    let trial = command
        .trial
        .as_ref()
        .filter(|trial| trial.version() == version)
        .ok_or(RulePackError::NotTried { version: number })?;
    if state.enabled == Some(number) {
        return Ok(Vec::new());
    }
    let old = enabled_rules(state);
    let new: Vec<&str> = ids(runnable.content()).collect();
    Ok(vec![
        RulePackVersionEnabled {
            pack: version.pack,
            before: state.enabled,
            after: number,
            trial: trial.scan(),
            content: runnable.content().content,
            added: without(&new, &old),
            dropped: without(&old, &new),
            rule_set: version.rule_set,
            name: version.name.clone(),
        }
        .into(),
    ])
}

fn disable(state: &RulePackState) -> Result<Vec<RulePackEvent>, RulePackError> {
    state.active()?;
    disabled(state)
        .map(|event| vec![event])
        .ok_or(RulePackError::NotEnabled)
}

fn remove(state: &RulePackState) -> Result<Vec<RulePackEvent>, RulePackError> {
    if state.status == RulePackStatus::Removed {
        return Ok(Vec::new());
    }
    let (pack, name) = state.active()?;
    let name = name.to_owned();
    let removed = RulePackRemoved { pack, name };
    Ok(disabled(state)
        .into_iter()
        .chain([removed.into()])
        .collect())
}

fn disabled(state: &RulePackState) -> Option<RulePackEvent> {
    let (pack, name) = state.active().ok()?;
    let before = state.enabled?;
    let dropped = without(&enabled_rules(state), &[]);
    Some(
        RulePackDisabled {
            pack,
            before,
            dropped,
            name: name.to_owned(),
        }
        .into(),
    )
}

fn enabled_rules(state: &RulePackState) -> Vec<&str> {
    let version = state.enabled.and_then(|number| state.version(number));
    version
        .map(|version| ids(&version.content).collect())
        .unwrap_or_default()
}

fn ids(content: &VersionContent) -> impl Iterator<Item = &str> {
    content.rules.iter().map(|rule| rule.rule.as_str())
}

fn without(rules: &[&str], others: &[&str]) -> Vec<String> {
    rules
        .iter()
        .filter(|rule| !others.contains(rule))
        .map(|rule| (*rule).to_owned())
        .collect()
}
