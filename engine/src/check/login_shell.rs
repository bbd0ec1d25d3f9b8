//! `login_shell`: a login shell has such a umask, ends when nobody uses it, or looks for programs of root in closed
//! folders alone. A host without bash is not applicable where the time is asked: other shells know none.

use super::{CheckResult, Checked, Method};
use crate::collect::{Collector, Need, PathMember, login_shell, root_path};
use crate::facts::{Facts, Unknown};
use crate::rule::schema::{Demanded, Key, Kind, Shape, TEXTS, Together, words};
use crate::rule::{Node, Reader};

/// Parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LoginShell {
    /// Its umask is one of these, in octal digits.
    Umask(Vec<String>),
    /// It ends after at most so many seconds in which nobody types, and nobody can change that.
    IdleAtMost(i64),
    /// Folders of root's PATH are absolute, are there, and root alone can write to them.
    ClosedRootPath,
}

/// Group and others may write.
const WRITABLE: u32 = 0o022;

const PATHS: [(&str, ()); 1] = [("closed", ())];

impl Method for LoginShell {
    const SHAPE: Shape = Shape {
        what: "a login_shell check",
        doc: "A login shell that has read the start files of the host has such a umask or ends when nobody uses it; or root's looks for programs in closed folders alone.",
        keys: &[
            Key::free(
                "umask",
                TEXTS,
                "The umasks that a shell of an account without start files may have, in octal digits.",
            ),
            Key::free(
                "idle_at_most",
                Kind::Number(1, i64::MAX),
                "Seconds after which a bash that nobody uses ends (TMOUT, readonly).",
            ),
            Key::free(
                "root_path",
                Kind::Word(|| words(&PATHS)),
                "Each folder of root's PATH is absolute, is there, and belongs to root, who alone may write to it.",
            ),
        ],
        demand: Demanded::None,
        together: &[Together::One(&["umask", "idle_at_most", "root_path"])],
    };

    fn read(reader: &mut Reader<'_>, node: &Node, _: &[String]) -> Option<Self> {
        if let Some(masks) = node.get("umask") {
            return reader.texts(masks, "umask").map(Self::Umask);
        }
        if let Some(seconds) = node.get("idle_at_most") {
            return reader.number(seconds, "idle_at_most").map(Self::IdleAtMost);
        }
        let path = reader.required(node, "the check", "root_path")?;
        reader
            .word(path, "root_path", &PATHS)
            .map(|()| Self::ClosedRootPath)
    }

    fn needs(&self) -> Vec<Need> {
        let whose = match self {
            Self::Umask(_) | Self::IdleAtMost(_) => "anybody",
            Self::ClosedRootPath => "root",
        };
        vec![Need::new(Collector::LoginShell, whose)]
    }

    fn expected(&self) -> String {
        match self {
            Self::Umask(masks) => format!("a umask of {}", masks.join(", ")),
            Self::IdleAtMost(seconds) => format!("TMOUT readonly, from 1 to {seconds}"),
            Self::ClosedRootPath => {
                "absolute folders of root that nobody else can write to".to_owned()
            }
        }
    }

    fn judge(&self, facts: &Facts) -> Checked {
        let (holds, actual, evidence) = match self {
            Self::Umask(masks) => {
                let shell = login_shell(facts)?;
                let Some(umask) = &shell.value.umask else {
                    return Err(Unknown::new("no login shell starts").seen(shell.evidence));
                };
                let good = masks.iter().any(|mask| same_mask(mask, umask));
                let begins = &shell.value.begins;
                let actual = format!("umask {umask} in a session that begins with {begins}");
                (good, actual, shell.evidence)
            }
            Self::IdleAtMost(most) => {
                let shell = login_shell(facts)?;
                if !shell.value.has_bash {
                    let reason = "there is no bash on this machine";
                    return Ok(CheckResult::not_applicable(reason, vec![shell.evidence]));
                }
                let Some((seconds, attributes)) = &shell.value.timeout else {
                    return Err(Unknown::new("no login shell starts").seen(shell.evidence));
                };
                let in_time = seconds
                    .parse()
                    .is_ok_and(|time| (1..=*most).contains(&time));
                let actual = timeout_in_words(seconds, attributes);
                (in_time && attributes.contains('r'), actual, shell.evidence)
            }
            Self::ClosedRootPath => {
                let path = root_path(facts)?;
                let amiss: Vec<String> = path.value.iter().filter_map(amiss).collect();
                let actual = if amiss.is_empty() {
                    format!("{} such folders", path.value.len())
                } else {
                    amiss.join(", ")
                };
                (amiss.is_empty(), actual, path.evidence)
            }
        };
        Ok(CheckResult::compared(
            holds,
            self.expected(),
            actual,
            vec![evidence],
        ))
    }
}

/// Whether two masks are the same number; what is no number is nothing's mask.
fn same_mask(one: &str, other: &str) -> bool {
    let number = |mask: &str| u32::from_str_radix(mask, 8).ok();
    number(one).is_some_and(|mask| number(other) == Some(mask))
}

fn timeout_in_words(seconds: &str, attributes: &str) -> String {
    if seconds.is_empty() {
        return "TMOUT not set".to_owned();
    }
    let kept = if attributes.contains('r') {
        "readonly"
    } else {
        "not readonly"
    };
    format!("TMOUT {seconds}, {kept}")
}

/// What is wrong with a member of root's PATH.
fn amiss(member: &PathMember) -> Option<String> {
    match member {
        PathMember::Relative(path) if path.is_empty() => Some("an empty member".to_owned()),
        PathMember::Relative(path) => Some(format!("{path} is not absolute")),
        PathMember::Missing(path) => Some(format!("{path} is no folder")),
        PathMember::Folder { path, owner, mode } => {
            let closed = *owner == 0 && mode & WRITABLE == 0;
            (!closed).then(|| format!("{path} has owner {owner} and mode {mode:04o}"))
        }
    }
}
