//! Private keys: reading them, and what may be known of one.

use domain::credential::SshKeyFacts;
use domain::port::KeyRefusal;
use russh::keys::ssh_key::public::KeyData;
use russh::keys::{Algorithm, EcdsaCurve, HashAlg, PrivateKey, PublicKey};

use super::{SshError, short_key};

/// NIST SP 800-131A.
const MIN_RSA_BITS: u32 = 2048;

/// Reads what may be known of a private key in OpenSSH, PKCS#1, PKCS#8 or SEC1 form.
pub fn inspect_key(private_key: &str, passphrase: Option<&str>) -> Result<SshKeyFacts, KeyRefusal> {
    let key = read(private_key, passphrase)?;
    Ok(SshKeyFacts {
        algorithm: name(key.public_key()),
        bits: bits(key.public_key()),
        fingerprint: key.fingerprint(HashAlg::Sha256).to_string(),
    })
}

/// A private key that is strong enough to log in with.
pub(super) fn usable(private_key: &str, passphrase: Option<&str>) -> Result<PrivateKey, SshError> {
    let key = read(private_key, passphrase).map_err(SshError::KeyUnreadable)?;
    if matches!(key.algorithm(), Algorithm::Rsa { .. }) && bits(key.public_key()) < MIN_RSA_BITS {
        return Err(SshError::KeyTooWeak {
            algorithm: name(key.public_key()),
            bits: bits(key.public_key()),
        });
    }
    Ok(key)
}

fn read(private_key: &str, passphrase: Option<&str>) -> Result<PrivateKey, KeyRefusal> {
    let passphrase = passphrase.filter(|passphrase| !passphrase.is_empty());
    let encrypted = is_encrypted(private_key);
    match russh::keys::decode_secret_key(private_key.trim(), passphrase) {
        Ok(key) => Ok(key),
        Err(russh::keys::Error::KeyIsEncrypted) => Err(KeyRefusal::PassphraseMissing),
        Err(_) if encrypted && passphrase.is_none() => Err(KeyRefusal::PassphraseMissing),
        Err(russh::keys::Error::SshKey(russh::keys::ssh_key::Error::Crypto)) => {
            Err(KeyRefusal::PassphraseWrong)
        }
        Err(_) if encrypted => Err(KeyRefusal::PassphraseWrong),
        Err(_) => short_key::read(private_key, passphrase).ok_or(KeyRefusal::Malformed),
    }
}

/// Whether the PEM text says that the key is encrypted; the OpenSSH form says so inside.
fn is_encrypted(private_key: &str) -> bool {
    private_key.contains("BEGIN ENCRYPTED PRIVATE KEY")
        || private_key.contains("Proc-Type: 4,ENCRYPTED")
}

fn name(key: &PublicKey) -> String {
    match key.algorithm() {
        Algorithm::Rsa { .. } => "ssh-rsa".to_owned(),
        other => other.as_str().to_owned(),
    }
}

fn bits(key: &PublicKey) -> u32 {
    match key.key_data() {
        KeyData::Rsa(rsa) => rsa.key_size(),
        KeyData::Ecdsa(ecdsa) => match ecdsa.curve() {
            EcdsaCurve::NistP256 => 256,
            EcdsaCurve::NistP384 => 384,
            EcdsaCurve::NistP521 => 521,
        },
        KeyData::Ed25519(_) => 256,
        _ => 0,
    }
}
