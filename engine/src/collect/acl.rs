//! Which files have an access control list (`acl(5)`), as ls(1) marks them. It comes with the facts of stat(1): the
//! bits of the group are then the most that accounts and groups of the list have, and not what the group has.

use std::collections::BTreeSet;

use super::{FrameSpec, quote_pattern};
use crate::facts::Facts;
use domain::results::Evidence;

const KEY: &str = "access lists";

/// A name that is not there says so on standard error, and nothing comes of it.
pub(super) fn frames(arguments: &BTreeSet<&str>) -> Vec<FrameSpec> {
    let words: Vec<String> = arguments.iter().map(|path| quote_pattern(path)).collect();
    let script = format!("ls -dlnL -- {} 2>/dev/null\nexit 0", words.join(" "));
    vec![FrameSpec::new(KEY, script, 20)]
}

/// The line of ls for a file that has a list; nothing where it has none, or where ls was not asked.
pub fn access_list(facts: &Facts, path: &str) -> Option<Evidence> {
    let text = facts.ended(KEY, "ls").ok()?.text();
    let behind = format!(" {path}");
    let line = text.lines().find(|line| {
        let rights = line.split(' ').next().unwrap_or_default();
        rights.ends_with('+') && line.ends_with(&behind)
    })?;
    let shown = format!("{line}\n");
    Some(Evidence::new(
        format!("ls -dlnL {path}"),
        Some(0),
        shown.as_bytes(),
    ))
}
