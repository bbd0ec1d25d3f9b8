//! Takes secrets out of what a host printed, before anything is judged or stored: hashes of passwords, private
//! keys, passwords in configuration files, scripts and addresses. The kind of a secret stays visible, so rules
//! about it can be judged. Collectors should not print secrets in the first place; this is for files and
//! scripts that nobody foresaw.

mod patterns;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::bytes::{Captures, Regex};

/// What stands in the place of a secret.
const REMOVED: &[u8] = b"[removed]";

static SUSPECT: LazyLock<Option<Regex>> = LazyLock::new(|| regex(patterns::SUSPECT));
static SECRETS: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    patterns::SECRETS
        .iter()
        .filter_map(|one| regex(one))
        .collect()
});
static SETTING: LazyLock<Option<Regex>> = LazyLock::new(|| regex(patterns::SETTING));
static INLINE: LazyLock<Option<Regex>> = LazyLock::new(|| regex(patterns::INLINE));
static PASSWORD_LINE: LazyLock<Option<Regex>> = LazyLock::new(|| regex(patterns::PASSWORD_LINE));
static PAM_CONTROL: LazyLock<Option<Regex>> = LazyLock::new(|| regex(patterns::PAM_CONTROL));
static ALIAS_LINE: LazyLock<Option<Regex>> = LazyLock::new(|| regex(patterns::ALIAS_LINE));
static HARMLESS: LazyLock<Option<Regex>> = LazyLock::new(|| regex(patterns::HARMLESS));

/// Patterns are constants and tested; one that does not compile matches nothing. They are about bytes: one that is no
/// text must not hide what stands beside it.
fn regex(pattern: &str) -> Option<Regex> {
    Regex::new(&format!("(?-u){pattern}")).ok()
}

fn matches(pattern: &LazyLock<Option<Regex>>, bytes: &[u8]) -> bool {
    pattern.as_ref().is_some_and(|found| found.is_match(bytes))
}

/// The output without secrets; as it is where it holds none.
pub(crate) fn without_secrets(bytes: &[u8]) -> Cow<'_, [u8]> {
    let mut clean = Cow::Borrowed(bytes);
    if !matches(&SUSPECT, bytes) {
        return clean;
    }
    for secret in SECRETS.iter() {
        replace(&mut clean, secret, |found| {
            [part(found, 1), REMOVED, part(found, 2)].concat()
        });
    }
    if let Some(setting) = SETTING.as_ref() {
        replace(&mut clean, setting, |found| {
            // PASSWD: of sudoers(5) is a tag.
            let tag = part(found, 2) == b"PASSWD" && !part(found, 1).contains(&b'=');
            if tag || matches(&HARMLESS, part(found, 3)) {
                return part(found, 0).to_vec();
            }
            [part(found, 1), REMOVED].concat()
        });
    }
    if let Some(inline) = INLINE.as_ref().filter(|inline| inline.is_match(&clean)) {
        clean = Cow::Owned(without_inline(&clean, inline));
    }
    if let Some(password) = PASSWORD_LINE.as_ref() {
        replace(&mut clean, password, |found| {
            if matches(&PAM_CONTROL, part(found, 2)) {
                return part(found, 0).to_vec();
            }
            [part(found, 1), REMOVED].concat()
        });
    }
    clean
}

fn part<'f>(found: &'f Captures<'_>, number: usize) -> &'f [u8] {
    found.get(number).map_or(&[][..], |part| part.as_bytes())
}

fn replace(clean: &mut Cow<'_, [u8]>, pattern: &Regex, with: impl Fn(&Captures<'_>) -> Vec<u8>) {
    let replaced = match pattern.replace_all(clean, |found: &Captures<'_>| with(found)) {
        Cow::Owned(replaced) => replaced,
        Cow::Borrowed(_) => return,
    };
    *clean = Cow::Owned(replaced);
}

/// Settings within a line, but for lines whose names may be any.
fn without_inline(bytes: &[u8], inline: &Regex) -> Vec<u8> {
    let lines = bytes.split(|byte| *byte == b'\n').map(|line| {
        let mut line = Cow::Borrowed(line);
        if !matches(&ALIAS_LINE, &line) {
            replace(&mut line, inline, |found| {
                if matches(&HARMLESS, part(found, 2)) {
                    return part(found, 0).to_vec();
                }
                [part(found, 1), REMOVED].concat()
            });
        }
        line
    });
    lines.collect::<Vec<_>>().join(&b'\n')
}
