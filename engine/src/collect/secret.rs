//! Takes secrets out of what a host printed, before anything is judged or stored: hashes of passwords, private
//! keys, passwords in configuration files, scripts and addresses. The kind of a secret stays visible, so rules
//! about it can be judged. Collectors should not print secrets in the first place; this is for files and
//! scripts that nobody foresaw.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::bytes::{Captures, Regex};

/// What stands in the place of a secret.
const REMOVED: &[u8] = b"[removed]";

/// Words without which there is nothing to do; most output holds none of them.
static SUSPECT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    regex(
        r"(?i)\$(?:y|gy|7|6|5|1|md5|sha1|2[abxy]?)\$|pbkdf2|private key|passw|secret|authtok|bindpw|passphrase|psk|api_?key|token|community|createuser|://",
    )
});

/// Each with the part that stays as its first group; all of the rest is removed.
static SECRETS: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    [
        // crypt(5): the prefix tells the method.
        r"(\$(?:y|gy|7)\$)[./A-Za-z0-9]+\$[./A-Za-z0-9]{1,86}\$[./A-Za-z0-9]{43,86}",
        r"(\$6\$)(?:rounds=\d+\$)?[^$\s:]{1,16}\$[./A-Za-z0-9]{86}",
        r"(\$5\$)(?:rounds=\d+\$)?[^$\s:]{1,16}\$[./A-Za-z0-9]{43}",
        r"(\$1\$)[^$\s:]{1,8}\$[./A-Za-z0-9]{22}",
        r"(\$2[abxy]?\$)\d\d\$[./A-Za-z0-9]{53}",
        r"(\$(?:md5|sha1)[$,])[^\s:]{20,}",
        r"(grub\.pbkdf2\.sha512\.\d+\.)[0-9A-Fa-f]{16,}\.[0-9A-Fa-f]{16,}",
        r"(?s)(-----BEGIN [A-Z ]*PRIVATE KEY-----).*?(?:-----END [A-Z ]*PRIVATE KEY-----|\z)",
        // snmpd.conf(5).
        r"(?im)^((?:\d+:)?[ \t]*r[ow]community6?[ \t]+)\S+",
        r"(?im)^((?:\d+:)?[ \t]*createuser[ \t]+\S+[ \t]+\S+[ \t]+)\S.*$",
        // Options of programs, and addresses with a password.
        r"(?i)(--?(?:[a-z]+-)?(?:password|passwd|passphrase|secret|token)[= ])[^\s-]\S*",
        r"([a-z][a-z0-9+.-]*://[^\s/:@]+:)[^\s/@]+@",
    ]
    .into_iter()
    .filter_map(regex)
    .collect()
});

/// A setting whose name ends like that of a secret, with its value.
static SETTING: LazyLock<Option<Regex>> = LazyLock::new(|| {
    regex(concat!(
        r"(?im)^((?:\d+:)?[ \t]*(?:",
        r"[\w.-]*(?:password|passwd|secret|authtok|bindpw|passphrase|psk|api_?key|token)[ \t]*=",
        r"|[\w.-]*[_.-](?:password|passwd|secret|authtok|passphrase|psk|api_?key|token)[ \t]*:",
        r")[ \t]*)(\S.*)$",
    ))
});

/// Values that say how something is done rather than what the secret is.
static HARMLESS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    regex(
        r#"(?i)^(?:["']?(?:yes|no|true|false|on|off|none|required|optional|enabled|disabled|\d{1,3})?["']?|/.*|\[removed\])[;,]?\s*$"#,
    )
});

/// Patterns are constants and tested; one that does not compile matches nothing.
fn regex(pattern: &str) -> Option<Regex> {
    Regex::new(pattern).ok()
}

/// The output without secrets; as it is where it holds none.
pub(crate) fn without_secrets(bytes: &[u8]) -> Cow<'_, [u8]> {
    let suspect = SUSPECT.as_ref().is_some_and(|words| words.is_match(bytes));
    let mut clean = Cow::Borrowed(bytes);
    if !suspect {
        return clean;
    }
    for secret in SECRETS.iter() {
        let replaced = secret.replace_all(&clean, |found: &Captures<'_>| {
            let mut kept = found
                .get(1)
                .map_or(&[][..], |part| part.as_bytes())
                .to_vec();
            kept.extend(REMOVED);
            if found
                .get(0)
                .is_some_and(|whole| whole.as_bytes().ends_with(b"@"))
            {
                kept.push(b'@');
            }
            kept
        });
        if let Cow::Owned(replaced) = replaced {
            clean = Cow::Owned(replaced);
        }
    }
    if let (Some(setting), Some(harmless)) = (SETTING.as_ref(), HARMLESS.as_ref()) {
        let replaced = setting.replace_all(&clean, |found: &Captures<'_>| {
            let part = |number| found.get(number).map_or(&[][..], |part| part.as_bytes());
            let value = if harmless.is_match(part(2)) {
                part(2)
            } else {
                REMOVED
            };
            [part(1), value].concat()
        });
        if let Cow::Owned(replaced) = replaced {
            clean = Cow::Owned(replaced);
        }
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clean(text: &str) -> String {
        String::from_utf8(without_secrets(text.as_bytes()).into_owned()).unwrap()
    }

    #[test]
    fn every_pattern_compiles() {
        assert_eq!(SECRETS.len(), 12);
        assert!(SUSPECT.is_some() && SETTING.is_some() && HARMLESS.is_some());
    }

    #[test]
    fn secrets_go_and_their_kind_stays() {
        let sha512 = format!("root:$6$rounds=5000$saltsalt${}:1:0", "a".repeat(86));
        let yescrypt = format!("ada:$y$j9T$F5Jx5fExrKuPp53xLKQ..1${}:1", "B".repeat(43));
        let grub = format!(
            "12:password_pbkdf2 root grub.pbkdf2.sha512.10000.{}.{}",
            "A1".repeat(64),
            "B2".repeat(64)
        );
        let key = "3:-----BEGIN OPENSSH PRIVATE KEY-----\n4:b3BlbnNzaC1rZXk\n5:-----END OPENSSH PRIVATE KEY-----\n6:x";
        for (given, left) in [
            (sha512.as_str(), "root:$6$[removed]:1:0"),
            (yescrypt.as_str(), "ada:$y$[removed]:1"),
            (
                grub.as_str(),
                "12:password_pbkdf2 root grub.pbkdf2.sha512.10000.[removed]",
            ),
            (key, "3:-----BEGIN OPENSSH PRIVATE KEY-----[removed]\n6:x"),
            (
                "7:ldap_default_authtok = hunter2",
                "7:ldap_default_authtok = [removed]",
            ),
            ("db_password: hunter2", "db_password: [removed]"),
            (
                "3:rocommunity public 10.0.0.0/8",
                "3:rocommunity [removed] 10.0.0.0/8",
            ),
            (
                "* * * * * root dump --password=hunter2 db",
                "* * * * * root dump --password=[removed] db",
            ),
            (
                "deb https://ada:hunter2@example.org/ stable",
                "deb https://ada:[removed]@example.org/ stable",
            ),
        ] {
            assert_eq!(clean(given), left);
        }
    }

    #[test]
    fn what_rules_judge_stays() {
        for text in [
            "8:passwd:         files systemd",
            "1:password requisite pam_pwquality.so retry=3",
            "2:password [success=1 default=ignore] pam_unix.so obscure yescrypt",
            "passwordauthentication no",
            "permitemptypasswords no",
            "4:PASS_MAX_DAYS 365",
            "set superusers=\"root\"",
            "5:krb5_store_password_if_offline = True",
            "6:use_secret = yes",
            "token = /run/secrets/token",
            "shadow\tada\tsha512\t19000\t1\t365\t7\t\t",
            "http://deb.debian.org/debian",
        ] {
            assert_eq!(clean(text), text);
        }
    }
}
