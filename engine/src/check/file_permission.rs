//! `file_permission`: files are at least as strict as a mode, and owned as demanded.

use super::{CheckResult, Checked, Method, Outcome};
use crate::collect::{Collector, FileStat, Need, StatResult, access_list, stat_of};
use crate::facts::{Facts, Reading, Unknown};
use crate::rule::schema::{Demanded, Key, Kind, MODE, PATH, Shape, Together, words};
use crate::rule::{Node, Reader};

/// Parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilePermission {
    path: String,
    /// No bit beyond these may be set.
    mode: Option<u32>,
    /// Names, one of which the owner must have.
    owner: Vec<String>,
    /// Names, one of which the group must have.
    group: Vec<String>,
    /// What a path that names nothing comes to.
    absent: Outcome,
}

const ABSENT: [(&str, Outcome); 3] = [
    ("fail", Outcome::Violated),
    ("pass", Outcome::Holds),
    ("not_applicable", Outcome::NotApplicable),
];

impl Method for FilePermission {
    const SHAPE: Shape = Shape {
        what: "a file_permission check",
        doc: "Every file that the path names has no permission beyond the mode, and an owner and a group among those named.",
        keys: &[
            Key::needed(
                "path",
                PATH,
                "The file; * stands for any name within one folder.",
            ),
            Key::free(
                "mode",
                MODE,
                "The permissions beyond which none may go, octal and in quotes.",
            ),
            Key::free(
                "owner",
                Kind::OneOrMore(&Kind::Text),
                "Users, one of whom must own it.",
            ),
            Key::free(
                "group",
                Kind::OneOrMore(&Kind::Text),
                "Groups, one of which must have it.",
            ),
            Key::free(
                "absent",
                Kind::Word(|| words(&ABSENT)),
                "What the rule comes to where no file has the name.",
            )
            .or("fail"),
        ],
        demand: Demanded::None,
        together: &[Together::Some(&["mode", "owner", "group"])],
    };

    fn read(reader: &mut Reader<'_>, node: &Node, _: &[String]) -> Option<Self> {
        let path = super::file_exists::read_path(reader, node);
        let mode = match node.get("mode") {
            Some(mode) => Some(read_mode(reader, mode)?),
            None => None,
        };
        let mut names = |key: &str| match node.get(key) {
            Some(names) if names.text().is_some() => reader.text(names, key).map(|name| vec![name]),
            Some(names) => reader.texts(names, key),
            None => Some(Vec::new()),
        };
        let (owner, group) = (names("owner")?, names("group")?);
        if mode.is_none() && owner.is_empty() && group.is_empty() {
            reader.fault(
                node.mark,
                "a file_permission check needs mode, owner or group",
            );
            return None;
        }
        let absent = match node.get("absent") {
            Some(absent) => reader.word(absent, "absent", &ABSENT)?,
            None => Outcome::Violated,
        };
        Some(Self {
            path: path?,
            mode,
            owner,
            group,
            absent,
        })
    }

    fn needs(&self) -> Vec<Need> {
        vec![Need::new(Collector::Stat, &self.path)]
    }

    fn expected(&self) -> String {
        let mut parts = Vec::new();
        if let Some(mode) = self.mode {
            parts.push(format!("mode {mode:04o} or stricter"));
        }
        if !self.owner.is_empty() {
            parts.push(format!("owner {}", self.owner.join(" or ")));
        }
        if !self.group.is_empty() {
            parts.push(format!("group {}", self.group.join(" or ")));
        }
        format!("{} with {}", self.path, parts.join(", "))
    }

    fn judge(&self, facts: &Facts) -> Checked {
        let readings = stat_of(facts, &self.path)?;
        let mut bad = Vec::new();
        let mut good = Vec::new();
        let (mut evidence, mut rest) = (Vec::new(), Vec::new());
        let mut open = None;
        for Reading {
            value,
            evidence: item,
        } in readings
        {
            match value {
                StatResult::Found(stat) if !self.allows(&stat) => {
                    bad.push(describe(&stat));
                    evidence.push(item);
                }
                StatResult::Found(stat) => {
                    open = open.or_else(|| self.hidden(facts, &stat));
                    good.push(describe(&stat));
                    rest.push(item);
                }
                StatResult::Absent => rest.push(item),
            }
        }
        if let Some(open) = open.filter(|_| bad.is_empty()) {
            return Err(open);
        }
        // What decides stands first: of very many observations only the first are kept.
        evidence.extend(rest);
        if bad.is_empty() && good.is_empty() {
            let reason = format!("there is no {}", self.path);
            let expected = Some(self.expected());
            let actual = Some("absent".to_owned());
            return Ok(CheckResult {
                outcome: self.absent,
                reason,
                expected,
                actual,
                evidence,
            });
        }
        let holds = bad.is_empty();
        let actual = if holds {
            good.join(", ")
        } else {
            bad.join(", ")
        };
        Ok(CheckResult::compared(
            holds,
            self.expected(),
            actual,
            evidence,
        ))
    }
}

impl FilePermission {
    fn allows(&self, stat: &FileStat) -> bool {
        let among = |names: &[String], name: &String| names.is_empty() || names.contains(name);
        self.mode.is_none_or(|mode| stat.mode & !mode == 0)
            && among(&self.owner, &stat.owner)
            && among(&self.group, &stat.group)
    }

    /// Whether a list may grant single accounts what the mode allows the group, and not everybody.
    fn hidden(&self, facts: &Facts, stat: &FileStat) -> Option<Unknown> {
        let everybody = self.mode? & 0o7;
        if (stat.mode >> 3) & 0o7 & !everybody == 0 {
            return None;
        }
        let seen = access_list(facts, &stat.path)?;
        let reason = format!(
            "{} has an access control list, and what it grants is not in the mode: getfacl {}",
            stat.path, stat.path
        );
        Some(Unknown::new(reason).seen(seen))
    }
}

fn describe(stat: &FileStat) -> String {
    format!(
        "{} {:04o} {}:{}",
        stat.path, stat.mode, stat.owner, stat.group
    )
}

/// An octal mode in quotes, three or four digits.
pub(super) fn read_mode(reader: &mut Reader<'_>, node: &Node) -> Option<u32> {
    use crate::rule::Value;
    if let Value::Scalar { text, quoted: true } = &node.value
        && (3..=4).contains(&text.len())
        && let Ok(mode) = u32::from_str_radix(text, 8)
    {
        return Some(mode);
    }
    reader.fault(
        node.mark,
        "mode must be three or four octal digits in quotes, as \"0640\"",
    );
    None
}
