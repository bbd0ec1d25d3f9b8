//! Passwords: Argon2id with the parameters that OWASP recommends (19 MiB, 2 passes, 1 lane).

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};

/// The shortest password, in characters (NIST SP 800-63B asks for at least 8 and advises 15).
const SHORTEST: usize = 12;
/// The longest, in bytes: more is work for nothing.
const LONGEST: usize = 1024;

/// Why a password is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Too short.
    #[error("a password needs at least {SHORTEST} characters")]
    TooShort,
    /// Too long.
    #[error("a password may have at most {LONGEST} bytes")]
    TooLong,
    /// It could not be hashed.
    #[error("the password could not be hashed")]
    Unhashable,
}

fn argon2() -> Result<Argon2<'static>, PasswordError> {
    let params = Params::new(19 * 1024, 2, 1, None).map_err(|_| PasswordError::Unhashable)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// Hashes a new password, if it is good enough. Takes tens of milliseconds: not for an async task.
pub fn hash_password(password: &str) -> Result<String, PasswordError> {
    if password.chars().count() < SHORTEST {
        return Err(PasswordError::TooShort);
    }
    if password.len() > LONGEST {
        return Err(PasswordError::TooLong);
    }
    argon2()?
        .hash_password(password.as_bytes())
        .map(|hash| hash.to_string())
        .map_err(|_| PasswordError::Unhashable)
}

/// Whether a password is the one that was hashed. Without a hash as much work is done for nothing, so
/// that the time does not tell who exists.
pub(crate) fn password_holds(password: &str, hash: Option<&str>) -> bool {
    /// The hash of nothing that anybody knows.
    const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$b3BlbndhdGNobm9ib2R5$\
        AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    if password.len() > LONGEST {
        return false;
    }
    let (Ok(argon2), Ok(parsed)) = (argon2(), PasswordHash::new(hash.unwrap_or(NOBODY))) else {
        return false;
    };
    argon2.verify_password(password.as_bytes(), &parsed).is_ok() && hash.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_right_password_holds_and_no_other() {
        let hash = hash_password("correct horse battery").unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(password_holds("correct horse battery", Some(&hash)));
        assert!(!password_holds("correct horse batterz", Some(&hash)));
        assert!(!password_holds("correct horse battery", None));
        assert_eq!(hash_password("short"), Err(PasswordError::TooShort));
    }
}
