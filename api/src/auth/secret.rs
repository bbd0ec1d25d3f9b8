//! Secrets that we make: 256 random bits as text. Only their SHA-256 is kept: they are random enough
//! that a slow hash adds nothing.

use domain::digest::Digest;

/// Begins every bearer token, so that scanners for leaked secrets can find one.
const TOKEN_PREFIX: &str = "owt_";

/// 256 bits from the operating system as 64 hex digits.
#[expect(clippy::disallowed_methods, reason = "a secret has to be unguessable")]
pub fn random_secret() -> Result<String, getrandom::Error> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)?;
    Ok(hex::encode(bytes))
}

/// A new bearer token.
pub fn bearer_token() -> Result<String, getrandom::Error> {
    Ok(format!("{TOKEN_PREFIX}{}", random_secret()?))
}

/// What is kept of a secret.
pub fn secret_hash(secret: &str) -> Digest {
    Digest::of(secret.as_bytes())
}
