//! Trusted host keys in the file of known hosts of OpenSSH (sshd(8)), for scans without
//! a log. Hashed names are understood, and `@revoked` keys are refused; certificate authorities
//! (`@cert-authority`) are not used.

use std::path::{Path, PathBuf};

use domain::host::HostKey;
use russh::keys::ssh_key::known_hosts::KnownHosts;
use russh::keys::{PublicKeyBase64 as _, known_hosts};

use super::{Endpoint, host_key};

/// A file of known hosts that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("cannot use the known hosts in {}", path.display())]
pub struct KnownHostsError {
    /// The file.
    path: PathBuf,
    /// Why.
    source: Box<russh::keys::Error>,
}

impl KnownHostsError {
    fn new(path: &Path, source: russh::keys::Error) -> Self {
        Self {
            path: path.to_owned(),
            source: Box::new(source),
        }
    }
}

/// The keys that the file holds for an endpoint; none when there is no file.
pub fn trusted_keys(path: &Path, endpoint: &Endpoint) -> Result<Vec<HostKey>, KnownHostsError> {
    let found = known_hosts::known_host_keys_path(&endpoint.address, endpoint.port, path)
        .map_err(|error| KnownHostsError::new(path, error))?;
    Ok(found
        .iter()
        .map(|(_, key)| host_key::describe(endpoint, key))
        .collect())
}

/// The keys that the file marks as revoked, whatever hosts they are revoked for: a stolen key is no proof
/// of anything anywhere.
pub fn revoked_keys(path: &Path) -> Result<Vec<String>, KnownHostsError> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(KnownHostsError::new(path, error.into())),
    };
    text.lines()
        .filter(|line| line.trim_start().starts_with("@revoked"))
        .flat_map(KnownHosts::new)
        .map(|entry| {
            let entry = entry.map_err(|error| KnownHostsError::new(path, error.into()))?;
            Ok(entry.public_key().public_key_base64())
        })
        .collect()
}

/// Adds a key to the file, and makes the file when there is none.
pub fn learn_key(path: &Path, key: &HostKey) -> Result<(), KnownHostsError> {
    let fault = |error| KnownHostsError::new(path, error);
    let public = russh::keys::parse_public_key_base64(&key.public_key).map_err(fault)?;
    let endpoint = Endpoint::of_key(key);
    known_hosts::learn_known_hosts_path(&endpoint.address, endpoint.port, &public, path)
        .map_err(fault)
}
