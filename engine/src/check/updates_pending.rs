//! `updates_pending`: no update of a kind waits. Lists that are too old tell nothing.

use super::{CheckResult, Checked, Method};
use crate::collect::{Collector, Need, SecurityAge, Updates, updates};
use crate::facts::{Facts, Unknown};
use crate::rule::schema::{Demanded, Key, Kind, Shape, words};
use crate::rule::{Node, Reader};

/// Parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpdatesPending {
    /// Security updates alone, or all.
    security: bool,
    /// How old the lists may be, in days.
    max_list_age: i64,
}

/// Where a rule does not say: a machine that has not asked for a week does not know.
const MAX_LIST_AGE: i64 = 7;

const KINDS: [(&str, bool); 2] = [("security", true), ("all", false)];

impl Method for UpdatesPending {
    const SHAPE: Shape = Shape {
        what: "an updates_pending check",
        doc: "No update of a kind waits, by lists that are not too old; older lists are an error.",
        keys: &[
            Key::needed("kind", Kind::Word(|| words(&KINDS)), "Which updates count."),
            Key::free(
                "max_list_age",
                Kind::Number(0, i64::MAX),
                "Days after which lists that name no update tell nothing.",
            )
            .or("7"),
        ],
        demand: Demanded::None,
        together: &[],
    };

    fn read(reader: &mut Reader<'_>, node: &Node, _: &[String]) -> Option<Self> {
        let kind = reader.required(node, "the check", "kind")?;
        let security = reader.word(kind, "kind", &KINDS)?;
        let max_list_age = match node.get("max_list_age") {
            Some(days) => reader.number(days, "max_list_age")?,
            None => MAX_LIST_AGE,
        };
        Some(Self {
            security,
            max_list_age,
        })
    }

    fn needs(&self) -> Vec<Need> {
        vec![Need::new(Collector::Updates, "")]
    }

    fn expected(&self) -> String {
        format!("no {} waits", self.kind())
    }

    fn judge(&self, facts: &Facts) -> Checked {
        let reading = updates(facts)?;
        let (found, evidence) = (reading.value, reading.evidence);
        let waiting = if self.security {
            &found.security
        } else {
            &found.all
        };
        let kind = self.kind();
        // What waits by an old list waits still; that nothing waits is known from a new one alone.
        if waiting.is_empty()
            && let Some(why) = self.unknown(&found)
        {
            let reason = format!("{why}: nobody knows whether a {kind} waits");
            return Err(Unknown::new(reason).seen(evidence));
        }
        let holds = waiting.is_empty();
        let actual = if holds {
            format!("no {kind} waits")
        } else {
            format!("{} waiting: {}", waiting.len(), waiting.join(", "))
        };
        Ok(CheckResult::compared(
            holds,
            self.expected(),
            actual,
            vec![evidence],
        ))
    }
}

impl UpdatesPending {
    /// Why the lists do not tell that nothing waits.
    fn unknown(&self, found: &Updates) -> Option<String> {
        let (what, days) = match found.security_age.filter(|_| self.security) {
            Some(SecurityAge::Days(days)) => ("the lists of security updates", Some(days)),
            Some(SecurityAge::NoList) if found.list_age_days.is_some() => {
                return Some(
                    "no archive of security updates is among the lists of packages".to_owned(),
                );
            }
            _ => ("the lists of packages", found.list_age_days),
        };
        match days {
            Some(days) if days < -1 => Some(format!("{what} are newer than the clock of the host")),
            Some(days) if days <= self.max_list_age => None,
            Some(days) => Some(format!("{what} are {days} days old")),
            None => Some("there is no list of packages".to_owned()),
        }
    }

    /// The kind in words.
    fn kind(&self) -> &'static str {
        if self.security {
            "security update"
        } else {
            "update"
        }
    }
}
