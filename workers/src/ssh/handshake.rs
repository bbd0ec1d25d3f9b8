//! What is agreed on with a server before the log-in, and the words for where nothing is in common.

use russh::{AlgorithmKind, kex};

use super::{Endpoint, SshError};

/// Key exchanges, best first: those that russh offers by itself, and the curves of NIST, which is all that some lists
/// for FIPS leave to a server. Behind them are what ends an attack on the first numbers (Terrapin), and extensions.
pub(super) const KEY_EXCHANGES: [kex::Name; 14] = [
    kex::MLKEM768X25519_SHA256,
    kex::CURVE25519,
    kex::CURVE25519_PRE_RFC_8731,
    kex::ECDH_SHA2_NISTP256,
    kex::ECDH_SHA2_NISTP384,
    kex::ECDH_SHA2_NISTP521,
    kex::DH_GEX_SHA256,
    kex::DH_G18_SHA512,
    kex::DH_G17_SHA512,
    kex::DH_G16_SHA512,
    kex::DH_G15_SHA512,
    kex::DH_G14_SHA256,
    kex::EXTENSION_SUPPORT_AS_CLIENT,
    kex::EXTENSION_OPENSSH_STRICT_KEX_AS_CLIENT,
];

/// Names of a server that are shown.
const SHOWN: usize = 30;

/// Whatever breaks before the log-in and is not about the key means that the peer is no SSH server for us, unless it
/// is one that allows nothing that we do.
pub(super) fn fault(endpoint: &Endpoint, error: SshError) -> SshError {
    let endpoint = endpoint.to_string();
    match error {
        SshError::Protocol(source) => match *source {
            russh::Error::NoCommonAlgo { kind, ours, theirs } => SshError::NothingInCommon {
                endpoint,
                what: match kind {
                    AlgorithmKind::Kex => "key exchange",
                    AlgorithmKind::Key => "host key algorithm",
                    AlgorithmKind::Cipher => "cipher",
                    AlgorithmKind::Compression => "compression",
                    AlgorithmKind::Mac => "message authentication code",
                },
                theirs: names(&theirs),
                ours: names(&ours),
            },
            _ => SshError::NotSsh { endpoint, source },
        },
        other => other,
    }
}

/// A list in a sentence. What only looks like an algorithm says which extensions there are.
fn names(list: &[String]) -> String {
    let algorithms = list
        .iter()
        .filter(|name| !name.starts_with("ext-info-") && !name.starts_with("kex-strict-"))
        .filter(|name| name.chars().all(|c| c.is_ascii_graphic()));
    algorithms
        .take(SHOWN)
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join(", ")
}
