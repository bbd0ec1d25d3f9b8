//! Checks of single fields that several aggregates share. Says what is wrong and what to do.

/// A field that was refused, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field} {reason}")]
pub struct InvalidField {
    /// The field in API spelling: `port`, `tags`.
    pub field: &'static str,
    /// What is wrong with it and what would be right.
    pub reason: String,
}

impl InvalidField {
    /// A refusal of `field`.
    pub fn new(field: &'static str, reason: impl Into<String>) -> Self {
        Self {
            field,
            reason: reason.into(),
        }
    }
}

/// One line of text of 1..=`max` characters, no control characters, no blanks at the ends.
pub fn line(field: &'static str, text: &str, max: usize) -> Result<(), InvalidField> {
    if text.is_empty() {
        return Err(InvalidField::new(field, "must not be empty"));
    }
    if text.trim() != text {
        return Err(InvalidField::new(
            field,
            "must not begin or end with a blank",
        ));
    }
    optional_line(field, text, max)
}

/// One line of text of 0..=`max` characters, no control characters.
pub fn optional_line(field: &'static str, text: &str, max: usize) -> Result<(), InvalidField> {
    if text.chars().count() > max {
        return Err(InvalidField::new(
            field,
            format!("must not be longer than {max} characters"),
        ));
    }
    if text.chars().any(char::is_control) {
        return Err(InvalidField::new(
            field,
            "must not contain control characters",
        ));
    }
    Ok(())
}

/// A host name (RFC 1123), an IPv4 or an IPv6 address: what may be dialled.
pub fn address(field: &'static str, text: &str) -> Result<(), InvalidField> {
    if text.parse::<std::net::IpAddr>().is_ok() {
        return Ok(());
    }
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let name = text.strip_suffix('.').unwrap_or(text);
    if name.len() <= 253 && name.split('.').all(label) {
        return Ok(());
    }
    Err(InvalidField::new(
        field,
        "must be a host name or an IP address, without a port",
    ))
}

/// The name of an account on a host: what `useradd` accepts, plus `@` and `\` of directory accounts.
pub fn account(field: &'static str, text: &str) -> Result<(), InvalidField> {
    line(field, text, 256)?;
    let plain = |c: char| c.is_alphanumeric() || "._-@\\$+".contains(c);
    if text.starts_with('-') || !text.chars().all(plain) {
        return Err(InvalidField::new(
            field,
            "must be the name of an account on the host",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_name_or_an_ip_and_never_an_option_or_a_shell_word() {
        for good in [
            "web-1",
            "db.example.org",
            "10.0.0.1",
            "2001:db8::1",
            "localhost",
            "a_b",
        ] {
            assert_eq!(address("address", good), Ok(()), "{good}");
        }
        for bad in [
            "",
            "-oProxyCommand=id",
            "a b",
            "host:22",
            "$(id)",
            "a..b",
            "é.org",
        ] {
            assert!(address("address", bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_line_has_no_control_characters_and_no_outer_blanks() {
        assert!(line("name", "web\n1", 64).is_err());
        assert!(line("name", " web", 64).is_err());
        assert!(line("name", "", 64).is_err());
        assert!(line("name", "wéb 1", 5).is_ok());
    }
}
