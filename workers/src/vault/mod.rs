//! The vault: seals secrets with AES-256-GCM (NIST SP 800-38D) under a master key that lives in a
//! file beside the database. Knows no database: where sealed records are kept is the store's business.

mod key_file;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit};
use domain::port::{SealedSecret, Vault, VaultError};
use zeroize::Zeroizing;

use crate::entropy::{Entropy, NoEntropy};

/// The name of the key file in the data folder.
pub const KEY_FILE: &str = "vault.key";

/// A 256-bit master key with the id that sealed records name it by.
pub(crate) struct MasterKey {
    id: String,
    bytes: Zeroizing<[u8; 32]>,
}

/// The vault of one installation. The first key seals; every key opens.
pub struct FileVault {
    keys: Vec<MasterKey>,
    entropy: Arc<dyn Entropy>,
}

/// Why the vault cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenVaultError {
    /// The database has a key, but it is not here: a new key could not open what is sealed.
    #[error(
        "{} is missing, but the database has a vault key already; copy the file from the data folder \
         of the process that made it, or from its backup",
        path.display()
    )]
    KeyFileMissing {
        /// Where it should be.
        path: PathBuf,
    },
    /// Somebody else may read the key.
    #[error("{} may be read by others (mode {mode:04o}); make it 0600", path.display())]
    KeyFileExposed {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The keys of the file are not those of the database.
    #[error(
        "{} belongs to another database: this one has the vault key {}; copy the file from the data folder \
         of the process that made it, or from its backup",
        path.display(),
        wanted.join(" or ")
    )]
    KeyFileForeign {
        /// The file.
        path: PathBuf,
        /// The ids of the keys of the database.
        wanted: Vec<String>,
    },
    /// The file is not a key file.
    #[error("{} is not a vault key file (line {line})", path.display())]
    KeyFileMalformed {
        /// The file.
        path: PathBuf,
        /// The first line that does not hold, from 1.
        line: usize,
    },
    /// The file cannot be read or written.
    #[error("cannot use {}", path.display())]
    KeyFileUnusable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// No random bytes for a new key.
    #[error("cannot make a vault key")]
    Entropy(#[from] NoEntropy),
}

impl FileVault {
    /// Opens the vault of a data folder. The key is made when it is missing, unless the database has one
    /// already (`key_exists`): then it is elsewhere or lost.
    pub fn create_or_open(
        folder: &Path,
        key_exists: bool,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, OpenVaultError> {
        let path = folder.join(KEY_FILE);
        if let Some(keys) = key_file::read(&path)? {
            return Ok(Self { keys, entropy });
        }
        if key_exists {
            return Err(OpenVaultError::KeyFileMissing { path });
        }
        let keys = key_file::create(&path, entropy.as_ref())?;
        Ok(Self { keys, entropy })
    }

    /// The ids of all keys, that which seals first.
    pub fn key_ids(&self) -> Vec<String> {
        self.keys.iter().map(|key| key.id.clone()).collect()
    }

    /// Refuses a vault whose sealing key is not among the keys of the database.
    pub fn belongs_to(
        &self,
        folder: &Path,
        known: &BTreeSet<String>,
    ) -> Result<(), OpenVaultError> {
        if self.keys.first().is_some_and(|key| known.contains(&key.id)) {
            return Ok(());
        }
        Err(OpenVaultError::KeyFileForeign {
            path: folder.join(KEY_FILE),
            wanted: known.iter().cloned().collect(),
        })
    }

    /// A vault whose key is forgotten with the process, for tests and one-off scans.
    pub fn ephemeral(entropy: Arc<dyn Entropy>) -> Result<Self, NoEntropy> {
        let keys = vec![MasterKey::draw(entropy.as_ref())?];
        Ok(Self { keys, entropy })
    }
}

impl std::fmt::Debug for FileVault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FileVault")
            .field(
                "keys",
                &self.keys.iter().map(|key| &key.id).collect::<Vec<_>>(),
            )
            .finish_non_exhaustive()
    }
}

impl MasterKey {
    fn draw(entropy: &dyn Entropy) -> Result<Self, NoEntropy> {
        let mut bytes = Zeroizing::new([0; 32]);
        entropy.fill(bytes.as_mut())?;
        Ok(Self::new(bytes))
    }

    /// The id is a hash of the key, so a file that was mixed up is noticed.
    fn new(bytes: Zeroizing<[u8; 32]>) -> Self {
        let digest =
            domain::digest::Digest::of_parts(&[b"openwatch vault key id\0", bytes.as_ref()]);
        let id = digest.to_string().chars().take(16).collect();
        Self { id, bytes }
    }

    fn cipher(&self) -> Aes256Gcm {
        Aes256Gcm::new(&(*self.bytes).into())
    }
}

impl Vault for FileVault {
    fn seal(&self, record: &str, secret: &[u8]) -> Result<SealedSecret, VaultError> {
        let key = self.keys.first().ok_or_else(|| VaultError::KeyMissing {
            key: "current".to_owned(),
        })?;
        let mut nonce = [0; 12];
        self.entropy
            .fill(&mut nonce)
            .map_err(|_| VaultError::Entropy)?;
        let payload = Payload {
            msg: secret,
            aad: record.as_bytes(),
        };
        let ciphertext = key
            .cipher()
            .encrypt(&nonce.into(), payload)
            .map_err(|_| VaultError::Sealed)?;
        Ok(SealedSecret {
            key: key.id.clone(),
            nonce,
            ciphertext,
        })
    }

    fn open(&self, record: &str, sealed: &SealedSecret) -> Result<Vec<u8>, VaultError> {
        let key = self
            .keys
            .iter()
            .find(|key| key.id == sealed.key)
            .ok_or_else(|| VaultError::KeyMissing {
                key: sealed.key.clone(),
            })?;
        let payload = Payload {
            msg: &sealed.ciphertext,
            aad: record.as_bytes(),
        };
        key.cipher()
            .decrypt(&sealed.nonce.into(), payload)
            .map_err(|_| VaultError::Sealed)
    }
}
