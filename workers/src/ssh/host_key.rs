//! What is done about the key that a server shows. Pure: no connection, no clock.

use std::borrow::Cow;

use domain::host::{HostKey, HostKeyPolicy};
use russh::keys::{Algorithm, EcdsaCurve, HashAlg, PublicKey, PublicKeyBase64};

use super::{Endpoint, SshError};

/// Host key algorithms, best first. RSA only with SHA-2 (RFC 8332).
const ALGORITHMS: [Algorithm; 6] = [
    Algorithm::Ed25519,
    Algorithm::Ecdsa {
        curve: EcdsaCurve::NistP256,
    },
    Algorithm::Ecdsa {
        curve: EcdsaCurve::NistP384,
    },
    Algorithm::Ecdsa {
        curve: EcdsaCurve::NistP521,
    },
    Algorithm::Rsa {
        hash: Some(HashAlg::Sha512),
    },
    Algorithm::Rsa {
        hash: Some(HashAlg::Sha256),
    },
];

/// Why a key that was shown is accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HostKeyTrust {
    /// It is trusted.
    Trusted,
    /// The endpoint has no trusted key and the policy takes the first one.
    FirstUse,
}

/// The key of an endpoint as a value.
pub(super) fn describe(endpoint: &Endpoint, key: &PublicKey) -> HostKey {
    HostKey {
        endpoint: endpoint.to_string(),
        algorithm: family(&key.algorithm()),
        public_key: key.public_key_base64(),
        fingerprint: key.fingerprint(HashAlg::Sha256).to_string(),
    }
}

/// Refuses a key that must not be used any more. Comes before everything that could accept it.
pub(super) fn refuse_revoked(presented: &HostKey, revoked: &[String]) -> Result<(), SshError> {
    if !revoked.contains(&presented.public_key) {
        return Ok(());
    }
    Err(SshError::HostKeyRevoked {
        endpoint: presented.endpoint.clone(),
        algorithm: presented.algorithm.clone(),
        presented: presented.fingerprint.clone(),
    })
}

/// Accepts or refuses a key. An endpoint with trusted keys that shows a key of another algorithm
/// has changed too: otherwise leaving out an algorithm would be enough to stand in for the host.
pub(super) fn judge(
    presented: &HostKey,
    trusted: &[HostKey],
    policy: HostKeyPolicy,
) -> Result<HostKeyTrust, SshError> {
    let known: Vec<&HostKey> = trusted
        .iter()
        .filter(|key| key.endpoint == presented.endpoint)
        .collect();
    let same = |key: &HostKey| {
        key.algorithm == presented.algorithm && key.public_key == presented.public_key
    };
    if known.iter().any(|key| same(key)) {
        return Ok(HostKeyTrust::Trusted);
    }
    let rival = known
        .iter()
        .find(|key| key.algorithm == presented.algorithm)
        .or(known.first());
    match (rival, policy) {
        (Some(rival), _) => Err(SshError::HostKeyChanged {
            endpoint: presented.endpoint.clone(),
            algorithm: presented.algorithm.clone(),
            trusted: rival.fingerprint.clone(),
            presented: presented.fingerprint.clone(),
        }),
        (None, HostKeyPolicy::TrustOnFirstUse) => Ok(HostKeyTrust::FirstUse),
        (None, HostKeyPolicy::Strict) => Err(SshError::HostKeyUnknown {
            endpoint: presented.endpoint.clone(),
            algorithm: presented.algorithm.clone(),
            presented: presented.fingerprint.clone(),
        }),
    }
}

/// The algorithms to offer: those of trusted keys first, so that a host with several keys shows the
/// one that is known.
pub(super) fn preference(endpoint: &Endpoint, trusted: &[HostKey]) -> Cow<'static, [Algorithm]> {
    let endpoint = endpoint.to_string();
    let is_known = |algorithm: &Algorithm| {
        trusted
            .iter()
            .any(|key| key.endpoint == endpoint && key.algorithm == family(algorithm))
    };
    let (mut first, rest): (Vec<_>, Vec<_>) = ALGORITHMS.iter().cloned().partition(is_known);
    first.extend(rest);
    Cow::Owned(first)
}

/// The name of the key type; all RSA signatures share one.
fn family(algorithm: &Algorithm) -> String {
    match algorithm {
        Algorithm::Rsa { .. } => "ssh-rsa".to_owned(),
        other => other.as_str().to_owned(),
    }
}
