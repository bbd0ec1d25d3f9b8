//! `file_walk`: on no local filesystem is there a file of a kind, but for those that are named.

use super::{CheckResult, Checked, Method};
use crate::collect::{Collector, Need, walk_kinds, walked};
use crate::facts::{Facts, Unknown};
use crate::rule::schema::{Demanded, Key, Kind, Shape, TEXTS};
use crate::rule::{Node, Reader};

/// Parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileWalk {
    kind: &'static str,
    /// Paths that may be there; `*` stands for anything, slashes included.
    allowed: Vec<String>,
}

impl Method for FileWalk {
    const SHAPE: Shape = Shape {
        what: "a file_walk check",
        doc: "No local filesystem holds such a file, but for those that are allowed.",
        keys: &[
            Key::needed(
                "kind",
                Kind::Word(|| walk_kinds().collect()),
                "The kind of files.",
            ),
            Key::free(
                "allowed",
                TEXTS,
                "Paths that may be; here * stands for anything.",
            ),
        ],
        demand: Demanded::None,
        together: &[],
    };

    fn read(reader: &mut Reader<'_>, node: &Node, _: &[String]) -> Option<Self> {
        let kind = reader.required(node, "the check", "kind")?;
        let kinds: Vec<_> = walk_kinds().map(|kind| (kind, kind)).collect();
        let kind = reader.word(kind, "kind", &kinds)?;
        let allowed = match node.get("allowed") {
            Some(allowed) => reader.texts(allowed, "allowed")?,
            None => Vec::new(),
        };
        Some(Self { kind, allowed })
    }

    fn needs(&self) -> Vec<Need> {
        vec![Need::new(Collector::Walk, self.kind)]
    }

    fn expected(&self) -> String {
        let words = self.files();
        if self.allowed.is_empty() {
            format!("no {words}")
        } else {
            format!("no {words} but the {} that are allowed", self.allowed.len())
        }
    }

    fn judge(&self, facts: &Facts) -> Checked {
        let found = walked(facts, self.kind)?;
        let words = self.files();
        let bad: Vec<String> = found
            .files
            .iter()
            .filter(|file| {
                !self
                    .allowed
                    .iter()
                    .any(|pattern| matches(pattern, &file.path))
            })
            .map(|file| format!("{} {} {}:{}", file.path, file.mode, file.owner, file.group))
            .collect();
        let more = found.count.saturating_sub(found.files.len());
        if bad.is_empty() && more > 0 {
            let reason = format!(
                "there are {} {words}, more than can be compared",
                found.count
            );
            return Err(Unknown::new(reason).seen(found.evidence));
        }
        let holds = bad.is_empty();
        let actual = match (holds, more) {
            (true, _) => if self.allowed.is_empty() {
                "none"
            } else {
                "no other"
            }
            .to_owned(),
            (false, 0) => bad.join(", "),
            (false, more) => format!("{}, and {more} more that are not shown", bad.join(", ")),
        };
        Ok(CheckResult::compared(
            holds,
            self.expected(),
            actual,
            vec![found.evidence],
        ))
    }
}

impl FileWalk {
    /// The kind in words.
    fn files(&self) -> String {
        match self.kind {
            "setuid" | "setgid" => format!("{} programs", self.kind),
            "unowned" => "files without an owner".to_owned(),
            kind => kind.replace('_', " "),
        }
    }
}

/// Whether a pattern with `*` matches the whole path.
fn matches(pattern: &str, path: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = path.strip_prefix(first) else {
        return false;
    };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else {
        return rest.is_empty();
    };
    for part in parts {
        match rest.split_once(part) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    rest.ends_with(last)
}
