//! Reads the parameters of mechanisms. What ends up in one line of a file holds no control character.

use crate::rule::{Node, Reader};

const WHAT: &str = "the mechanism";

/// A required value for one line of a file.
pub(super) fn line(reader: &mut Reader<'_>, node: &Node, key: &str) -> Option<String> {
    let found = reader.required(node, WHAT, key)?;
    guarded(reader, found, key)
}

/// A parameter that is there and does not hold; the reader has the fault.
pub(super) struct Refused;

/// A value for one line of a file, where it is given.
pub(super) fn optional(
    reader: &mut Reader<'_>,
    node: &Node,
    key: &str,
) -> Result<Option<String>, Refused> {
    match node.get(key) {
        Some(found) => guarded(reader, found, key).map(Some).ok_or(Refused),
        None => Ok(None),
    }
}

/// Required text of any number of lines.
pub(super) fn block(reader: &mut Reader<'_>, node: &Node, key: &str) -> Option<String> {
    let found = reader.required(node, WHAT, key)?;
    reader.scalar(found, key)
}

/// A required absolute path; with `*` it stands for several files.
pub(super) fn path(reader: &mut Reader<'_>, node: &Node, key: &str) -> Option<String> {
    let path = line(reader, node, key)?;
    let whole = path.starts_with('/') && !path.split('/').any(|part| part == "..");
    if !whole {
        let mark = node.get(key).map_or(node.mark, |found| found.mark);
        reader.fault(mark, format!("{key} must be an absolute path without .."));
    }
    whole.then_some(path)
}

/// A required list of values for lines, at least one.
pub(super) fn lines(reader: &mut Reader<'_>, node: &Node, key: &str) -> Option<Vec<String>> {
    let found = reader.required(node, WHAT, key)?;
    let items = reader.list(found, key)?;
    if items.is_empty() {
        reader.fault(found.mark, format!("{key} must not be empty"));
        return None;
    }
    let read = items.iter().map(|item| guarded(reader, item, key));
    read.collect()
}

/// `true` or `false`, with a default.
pub(super) fn flag(reader: &mut Reader<'_>, node: &Node, key: &str, default: bool) -> Option<bool> {
    match node.get(key) {
        Some(found) => reader.flag(found, key),
        None => Some(default),
    }
}

/// Three or four octal digits in quotes.
pub(super) fn mode(reader: &mut Reader<'_>, node: &Node) -> Result<Option<String>, Refused> {
    let Some(mode) = optional(reader, node, "mode")? else {
        return Ok(None);
    };
    let octal = (3..=4).contains(&mode.len()) && mode.bytes().all(|b| (b'0'..=b'7').contains(&b));
    if !octal {
        let mark = node.get("mode").map_or(node.mark, |found| found.mark);
        reader.fault(
            mark,
            "mode must be three or four octal digits in quotes, as \"0640\"",
        );
        return Err(Refused);
    }
    Ok(Some(mode))
}

/// A required unit with its suffix.
pub(super) fn unit(reader: &mut Reader<'_>, node: &Node, key: &str) -> Option<String> {
    let unit = line(reader, node, key)?;
    let named = is_unit(&unit);
    if !named {
        let mark = node.get(key).map_or(node.mark, |found| found.mark);
        reader.fault(
            mark,
            format!("{key} must be a unit with its suffix, as ssh.service"),
        );
    }
    named.then_some(unit)
}

/// Whether a text is a unit with its suffix.
pub(super) fn is_unit(text: &str) -> bool {
    let kinds = ["service", "socket", "timer", "target", "mount", "path"];
    text.rsplit_once('.').is_some_and(|(name, kind)| {
        let plain = |c: char| c.is_ascii_alphanumeric() || "@:_.\\-".contains(c);
        kinds.contains(&kind) && !name.is_empty() && name.chars().all(plain)
    })
}

fn guarded(reader: &mut Reader<'_>, node: &Node, key: &str) -> Option<String> {
    let text = reader.scalar(node, key)?;
    if text.chars().any(char::is_control) {
        let message = format!("{key} becomes one line: it must not hold control characters");
        reader.fault(node.mark, message);
        return None;
    }
    Some(text)
}
