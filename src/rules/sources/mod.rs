//! Where rules come from: the binary, a folder, a signed pack. Whatever does not ship is code of somebody else that
//! will run as root: what speaks for it is found here, once, for every command that runs scripts.

use std::fs::Metadata;
use std::io::{IsTerminal as _, Read as _, Write as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use domain::rule_set::{RuleSet, RuleSetVoucher};
use engine::pack::{self, MAX_TOTAL, PackFileError, Verifier};
use engine::rule::{Rule, RuleBase, RuleFiles, read_files};

use super::{read_variables, rules_failure};
use crate::cli::{TrustArguments, VariableArguments};
use crate::config::Config;
use crate::console::Console;
use crate::exit::Failure;

/// Rules, and what speaks for them.
pub(crate) struct Sourced {
    /// The rules.
    pub(crate) base: RuleBase,
    /// What speaks for them; nothing where nothing does. Rules that ship need nothing.
    pub(crate) voucher: Option<RuleSetVoucher>,
    /// Why ownership does not.
    pub(crate) doubt: Option<String>,
}

/// The rules of a process that scans for an installation.
pub(crate) struct Rules {
    /// Those that ship, and those of the organisation.
    pub(crate) base: RuleBase,
    /// Those of the organisation alone, and what speaks for them.
    pub(crate) own: Option<(RuleBase, RuleSetVoucher)>,
    /// Keys whose signatures are taken.
    pub(crate) trusted: Vec<Verifier>,
}

impl Rules {
    /// Those that ship, and nothing else.
    pub(crate) fn builtin() -> Result<Self, Failure> {
        Ok(Self {
            base: super::load(None)?,
            own: None,
            trusted: Vec::new(),
        })
    }

    /// Those that ship, and those that the settings name. The same settings give the same catalogue on every machine.
    pub(crate) async fn configured(config: &Config, console: Console) -> Result<Self, Failure> {
        let builtin = Self::builtin()?;
        let settings = &config.settings;
        let trusted = verifiers(&settings.rule_keys)?;
        if settings.rules.is_empty() {
            return Ok(Self { trusted, ..builtin });
        }
        let variables = VariableArguments::default();
        let trust = TrustArguments {
            trust_key: settings.rule_keys.clone(),
            trust_rules: false,
        };
        let Sourced { base, voucher, .. } =
            read_trusted(&settings.rules, &variables, &trust, config, console).await?;
        for note in base.notes() {
            console.note(&note.to_string());
        }
        let joined = builtin.base.joined(&base).map_err(rules_failure)?;
        Ok(Self {
            base: joined,
            own: voucher.map(|voucher| (base, voucher)),
            trusted,
        })
    }
}

/// Reads folders, single files and packs as one set.
pub(crate) fn read(
    paths: &[PathBuf],
    variables: &VariableArguments,
    keys: &[String],
    console: Console,
) -> Result<Sourced, Failure> {
    let trusted = verifiers(keys)?;
    let (mut sets, mut signers, mut doubt) = (Vec::new(), Vec::new(), None);
    for path in paths {
        if pack::is_pack(path) {
            let opened = open_pack(path, &trusted)?;
            signers.push(opened.signer);
            let shown = path.display().to_string();
            let inside = |(file, text): (String, String)| (format!("{shown}/{file}"), text);
            let texts = opened.files.into_iter().map(inside).collect();
            let unread = Vec::new();
            sets.push(RuleFiles { texts, unread });
        } else {
            let owners = Owners::here();
            let mut look = |path: &Path, metadata: &Metadata| {
                if doubt.is_none() {
                    doubt = owners.doubt(path, metadata);
                }
            };
            sets.push(read_files(path, &mut look).map_err(rules_failure)?);
        }
    }
    let names: Vec<String> = paths
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    let (variables, values) = read_variables(variables, console)?;
    let base = RuleBase::from_sources(&names.join(" + "), &sets, &variables, &values)
        .map_err(rules_failure)?;
    let voucher = match (&doubt, signers.first()) {
        (Some(_), _) => None,
        (None, Some(key)) if signers.len() == paths.len() => {
            Some(RuleSetVoucher::Signature { key: key.clone() })
        }
        (None, _) => Some(RuleSetVoucher::Ownership),
    };
    Ok(Sourced {
        base,
        voucher,
        doubt,
    })
}

/// The same for a command that runs what the rules bring along: refused where nothing speaks for it.
pub(crate) async fn read_trusted(
    paths: &[PathBuf],
    variables: &VariableArguments,
    trust: &TrustArguments,
    config: &Config,
    console: Console,
) -> Result<Sourced, Failure> {
    let mut sourced = read(paths, variables, &trust.trust_key, console)?;
    let Some(doubt) = sourced
        .doubt
        .take()
        .filter(|_| brings_scripts(&sourced.base))
    else {
        return Ok(sourced);
    };
    let vouched = trust.trust_rules
        || is_remembered(&sourced.base, config).await?
        || confirms(&sourced.base, &doubt, console)?;
    if !vouched {
        let shown: Vec<String> = paths
            .iter()
            .map(|path| path.display().to_string())
            .collect();
        let shown = shown.join(" ");
        return Err(Failure::usage(format!(
            "these rules bring scripts that run as root on the hosts, and nothing speaks for them: {doubt}.\n\
             Look at them; then either\n  \
             - make the files yours and writable by nobody else: chown -R $(id -u) {shown}; chmod -R go-w {shown}\n  \
             - trust exactly these rules from now on: openwatch rules trust {shown}\n  \
             - trust them for this run: --trust-rules\n  \
             - or use a pack that somebody signs for: openwatch rules sign, and scan --trust-key"
        )));
    }
    sourced.voucher = Some(RuleSetVoucher::Operator);
    Ok(sourced)
}

/// Public keys, each given as text or as the file that holds it.
pub(super) fn verifiers(keys: &[String]) -> Result<Vec<Verifier>, Failure> {
    let read = |key: &String| {
        let text = match std::fs::read_to_string(key) {
            Ok(text) => text,
            Err(_) if key.contains('+') => key.clone(),
            Err(error) => {
                return Err(Failure::cannot(
                    format!("could not read the key {key}"),
                    error,
                ));
            }
        };
        Verifier::parse(&text).map_err(|error| Failure::usage(format!("{key}: {error}")))
    };
    keys.iter().map(read).collect()
}

/// Opens a pack; a failure says what to do.
pub(super) fn open_pack(path: &Path, trusted: &[Verifier]) -> Result<pack::Pack, Failure> {
    let shown = path.display();
    let unreadable = |error| Failure::cannot(format!("could not read {shown}"), error);
    let file = std::fs::File::open(path).map_err(unreadable)?;
    let mut bytes = Vec::new();
    file.take(MAX_TOTAL + 1)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    if bytes.len() as u64 > MAX_TOTAL {
        return Err(Failure::usage(format!(
            "{shown} is larger than any rule pack"
        )));
    }
    pack::open(&bytes, trusted).map_err(|error| {
        let hint = match &error {
            PackFileError::Signature(_) if trusted.is_empty() => {
                "; name the public key that you trust: --trust-key KEY"
            }
            _ => "",
        };
        Failure::usage(format!("{shown}: {error}{hint}"))
    })
}

/// Whether any rule runs a script of its own.
fn brings_scripts(base: &RuleBase) -> bool {
    base.rules().iter().any(Rule::runs_script)
}

/// Whether the log, where there is one, says that exactly these rules are trusted.
async fn is_remembered(base: &RuleBase, config: &Config) -> Result<bool, Failure> {
    if config.settings.database_url.is_none()
        && !config.settings.data_dir.join("openwatch.db").exists()
    {
        return Ok(false);
    }
    let store = crate::store::open(config).await?;
    let loaded = store.load::<RuleSet>(base.hash()).await;
    store.close().await;
    loaded
        .map(|loaded| loaded.state.is_some())
        .map_err(|error| Failure::cannot("could not read the log", error))
}

/// Asks, where somebody is there to answer.
fn confirms(base: &RuleBase, doubt: &str, console: Console) -> Result<bool, Failure> {
    let (input, output) = (std::io::stdin(), std::io::stderr());
    if !input.is_terminal() || !output.is_terminal() {
        return Ok(false);
    }
    let name = base.name();
    console.note(&format!(
        "{name} brings scripts that run as root on the hosts, and nothing speaks for them: {doubt}."
    ));
    // Who cannot be asked has not agreed.
    let _ = write!(output.lock(), "Trust these rules for this run? [y/N] ");
    let mut answer = String::new();
    input
        .read_line(&mut answer)
        .map_err(|error| Failure::cannot("could not read the answer", error))?;
    Ok(["y", "yes"].contains(&answer.trim().to_lowercase().as_str()))
}

/// The users whose files are taken for those of who runs the command.
struct Owners(Vec<u32>);

impl Owners {
    /// Who runs the command, root, and who became root by sudo.
    fn here() -> Self {
        let mut users = vec![0, rustix::process::geteuid().as_raw()];
        if rustix::process::geteuid().is_root() {
            users.extend(sudo_user());
        }
        Self(users)
    }

    /// Why a file or folder does not speak for itself.
    fn doubt(&self, path: &Path, metadata: &Metadata) -> Option<String> {
        let shown = path.display();
        if !self.0.contains(&metadata.uid()) {
            return Some(format!("{shown} belongs to the user {}", metadata.uid()));
        }
        // A group that has the number of its user is, by custom, that user alone.
        let group_is_owner = metadata.gid() == metadata.uid();
        let others = if group_is_owner { 0o002 } else { 0o022 };
        let mode = metadata.mode() & 0o7777;
        (mode & others != 0).then(|| format!("others may write to {shown} (mode {mode:04o})"))
    }
}

/// Only root can have it from sudo; whoever is root could have written the files in any case.
#[expect(
    clippy::disallowed_methods,
    reason = "sudo says who called it in the environment alone"
)]
fn sudo_user() -> Option<u32> {
    std::env::var("SUDO_UID").ok()?.parse().ok()
}

#[cfg(test)]
mod tests;
