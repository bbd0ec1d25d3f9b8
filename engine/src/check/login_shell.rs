//! `login_shell`: login shells of root and of people have such a umask or end when nobody uses them; or root's looks for
//! programs in closed folders alone. A host without bash is not applicable where the time is asked: other shells know none.

use super::{CheckResult, Checked, Method};
use crate::collect::{Collector, LoginShell as Found, Need, PathMember, login_shells, root_path};
use crate::facts::{Facts, Reading, Unknown};
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
        doc: "Login shells of root and of people that have read the start files of the host have such a umask or end when nobody uses them; or root's looks for programs in closed folders alone.",
        keys: &[
            Key::free(
                "umask",
                TEXTS,
                "The umasks that a shell of root and one of a person without start files may have, in octal digits.",
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
        match self {
            Self::Umask(masks) => self.judge_shells(facts, |shell| umask_of(shell, masks)),
            Self::IdleAtMost(most) => self.judge_shells(facts, |shell| timeout_of(shell, *most)),
            Self::ClosedRootPath => self.judge_root_path(facts),
        }
    }
}

impl LoginShell {
    /// Every shell must hold. `judge` says whether one does and what it has; nothing of one that did not start.
    fn judge_shells(
        &self,
        facts: &Facts,
        judge: impl Fn(&Found) -> Option<(bool, String)>,
    ) -> Checked {
        let Reading { value, evidence } = login_shells(facts)?;
        if matches!(self, Self::IdleAtMost(_)) && !value.iter().all(|shell| shell.has_bash) {
            let reason = "there is no bash on this machine";
            return Ok(CheckResult::not_applicable(reason, vec![evidence]));
        }
        let judged: Option<Vec<_>> = value.iter().map(judge).collect();
        let Some(judged) = judged else {
            return Err(Unknown::new("no login shell starts").seen(evidence));
        };
        let holds = judged.iter().all(|(holds, _)| *holds);
        // Of those that hold one is told where all do; where one does not, those that do not.
        let told = judged.into_iter().filter(|(one, _)| *one == holds);
        let told: Vec<String> = told.map(|(_, actual)| actual).collect();
        let (expected, actual) = (self.expected(), told.join(", "));
        Ok(CheckResult::compared(
            holds,
            expected,
            actual,
            vec![evidence],
        ))
    }

    fn judge_root_path(&self, facts: &Facts) -> Checked {
        let Reading { value, evidence } = root_path(facts)?;
        let amiss: Vec<String> = value.iter().filter_map(amiss).collect();
        let actual = if amiss.is_empty() {
            format!("{} such folders", value.len())
        } else {
            amiss.join(", ")
        };
        let holds = amiss.is_empty();
        Ok(CheckResult::compared(
            holds,
            self.expected(),
            actual,
            vec![evidence],
        ))
    }
}

fn umask_of(shell: &Found, masks: &[String]) -> Option<(bool, String)> {
    let (umask, of, begins) = (shell.umask.as_ref()?, &shell.of, &shell.begins);
    let good = masks.iter().any(|mask| same_mask(mask, umask));
    Some((
        good,
        format!("umask {umask} for {of} in a session that begins with {begins}"),
    ))
}

fn timeout_of(shell: &Found, most: i64) -> Option<(bool, String)> {
    let (seconds, attributes) = shell.timeout.as_ref()?;
    let in_time = seconds
        .parse()
        .is_ok_and(|time: i64| (1..=most).contains(&time));
    let readonly = attributes.contains('r');
    let has = match (seconds.as_str(), readonly) {
        ("", _) => "not set".to_owned(),
        (seconds, true) => format!("{seconds}, readonly,"),
        (seconds, false) => format!("{seconds}, not readonly,"),
    };
    Some((in_time && readonly, format!("TMOUT {has} for {}", shell.of)))
}

/// Whether two masks are the same number; what is no number is nothing's mask.
fn same_mask(one: &str, other: &str) -> bool {
    let number = |mask: &str| u32::from_str_radix(mask, 8).ok();
    number(one).is_some_and(|mask| number(other) == Some(mask))
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
