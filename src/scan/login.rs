//! How to log in: from the arguments to the ways that are tried, and the host keys that are trusted.

use std::io::{BufRead as _, IsTerminal as _};
use std::path::{Path, PathBuf};

use domain::credential::AuthMethod;
use domain::host::{HostKey, HostKeyPolicy, SudoMode};
use domain::port::CredentialSecret;
use workers::reach::Machine;
use workers::ssh::known_hosts::trusted_keys;
use workers::ssh::{Endpoint, Hop, Login, SshTarget};

use super::target::Named;
use crate::cli::ScanArguments;
use crate::config::{self, Config};
use crate::exit::Failure;

/// The key files that OpenSSH tries as well, best first.
const USUAL_KEYS: [&str; 3] = ["id_ed25519", "id_ecdsa", "id_rsa"];

/// Everything about logging in that holds for all targets.
pub(super) struct Access {
    proofs: Vec<(AuthMethod, CredentialSecret)>,
    sudo: SudoMode,
    policy: HostKeyPolicy,
    jump: Option<(Option<String>, Endpoint)>,
    /// The file of known hosts.
    pub(super) known_hosts: PathBuf,
}

impl Access {
    /// Reads the arguments and the files that they name.
    pub(super) fn new(arguments: &ScanArguments, config: &Config) -> Result<Self, Failure> {
        let password = password(arguments)?;
        let sudo = match (arguments.sudo, &password) {
            (false, _) => SudoMode::None,
            (true, Some(_)) => SudoMode::Password,
            (true, None) => SudoMode::Nopasswd,
        };
        let policy = if arguments.strict_host_keys {
            HostKeyPolicy::Strict
        } else {
            HostKeyPolicy::TrustOnFirstUse
        };
        let known_hosts = arguments
            .known_hosts
            .clone()
            .unwrap_or_else(|| config::home().join(".ssh/known_hosts"));
        Ok(Self {
            proofs: proofs(arguments, config, password.as_ref())?,
            sudo,
            policy,
            jump: arguments.jump.as_deref().map(jump).transpose()?,
            known_hosts,
        })
    }

    /// The ways to one target, in the order in which they are tried.
    pub(super) fn ways(&self, named: &Named) -> Result<Vec<Machine>, Failure> {
        let Named::Remote { user, endpoint, .. } = named else {
            return Ok(vec![Machine::Local]);
        };
        let trusted_keys = self.trusted(endpoint)?;
        if self.proofs.is_empty() {
            return Err(Failure::usage(
                "there is nothing to log in with: give --identity or --password-file, or start an SSH agent",
            ));
        }
        let ways = self.proofs.iter().map(|(method, secret)| {
            let hop = |user: &Option<String>, endpoint: &Endpoint| Hop {
                endpoint: endpoint.clone(),
                login: Login {
                    username: user.clone().unwrap_or_else(config::user),
                    method: *method,
                    secret: secret.clone(),
                },
            };
            let target = SshTarget {
                host: hop(user, endpoint),
                jump: self
                    .jump
                    .as_ref()
                    .map(|(user, endpoint)| hop(user, endpoint)),
                policy: self.policy,
                trusted_keys: trusted_keys.clone(),
            };
            Machine::Ssh(Box::new(target), self.sudo)
        });
        Ok(ways.collect())
    }

    /// Whether another host is on the way.
    pub(super) fn has_jump(&self) -> bool {
        self.jump.is_some()
    }

    /// How sudo is used, for the record.
    pub(super) fn sudo(&self) -> SudoMode {
        self.sudo
    }

    fn trusted(&self, endpoint: &Endpoint) -> Result<Vec<HostKey>, Failure> {
        let mut keys = Vec::new();
        for endpoint in self
            .jump
            .iter()
            .map(|(_, endpoint)| endpoint)
            .chain([endpoint])
        {
            let found = trusted_keys(&self.known_hosts, endpoint)
                .map_err(|error| Failure::cannot("could not read the trusted host keys", error))?;
            keys.extend(found);
        }
        Ok(keys)
    }
}

fn jump(text: &str) -> Result<(Option<String>, Endpoint), Failure> {
    match Named::parse(text)? {
        Named::Remote { user, endpoint, .. } => Ok((user, endpoint)),
        Named::Local => Err(Failure::usage("--jump needs a host, not this machine")),
    }
}

fn proofs(
    arguments: &ScanArguments,
    config: &Config,
    password: Option<&String>,
) -> Result<Vec<(AuthMethod, CredentialSecret)>, Failure> {
    let secret = |private_key: Option<String>, passphrase: Option<String>| CredentialSecret {
        password: password.cloned(),
        private_key,
        passphrase,
    };
    if let Some(path) = &arguments.identity {
        let key = read(path, "--identity")?;
        let passphrase = match &arguments.passphrase_file {
            Some(path) => Some(first_line(&read(path, "--passphrase-file")?)),
            None => None,
        };
        return Ok(vec![(AuthMethod::Key, secret(Some(key), passphrase))]);
    }
    if arguments.agent {
        return Ok(vec![(AuthMethod::Agent, secret(None, None))]);
    }
    if password.is_some() {
        return Ok(vec![(AuthMethod::Password, secret(None, None))]);
    }
    let mut proofs = Vec::new();
    if config.settings.ssh_agent.is_some() {
        proofs.push((AuthMethod::Agent, secret(None, None)));
    }
    for name in USUAL_KEYS {
        if let Ok(key) = std::fs::read_to_string(config::home().join(".ssh").join(name)) {
            proofs.push((AuthMethod::Key, secret(Some(key), None)));
        }
    }
    Ok(proofs)
}

fn password(arguments: &ScanArguments) -> Result<Option<String>, Failure> {
    if let Some(path) = &arguments.password_file {
        return Ok(Some(first_line(&read(path, "--password-file")?)));
    }
    if arguments.password_stdin {
        let mut line = String::new();
        std::io::stdin()
            .lock()
            .read_line(&mut line)
            .map_err(|error| Failure::cannot("could not read the password", error))?;
        return Ok(Some(first_line(&line)));
    }
    if arguments.ask_password {
        if !std::io::stdin().is_terminal() {
            let what = "--ask-password needs a terminal; use --password-file or --password-stdin";
            return Err(Failure::usage(what));
        }
        let password = rpassword::prompt_password("Password: ")
            .map_err(|error| Failure::cannot("could not read the password", error))?;
        return Ok(Some(password));
    }
    Ok(None)
}

fn read(path: &Path, flag: &str) -> Result<String, Failure> {
    std::fs::read_to_string(path)
        .map_err(|error| Failure::usage(format!("{flag} {}: {error}", path.display())))
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}
