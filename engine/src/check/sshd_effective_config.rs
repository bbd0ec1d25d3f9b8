//! `sshd_effective_config`: a value that `sshd -T` prints, so defaults and drop-ins count.

use super::{CheckResult, Checked, Expectation, Method};
use crate::collect::{Collector, Need, sshd_match_settings, sshd_setting};
use crate::facts::{Facts, Unknown};
use crate::rule::schema::{Demanded, Key, Kind, Shape};
use crate::rule::{Node, Reader};

/// Parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SshdEffectiveConfig {
    key: String,
    expectation: Expectation,
}

impl Method for SshdEffectiveConfig {
    const SHAPE: Shape = Shape {
        what: "a sshd_effective_config check",
        doc: "sshd -T gives the keyword such a value each time, and no Match block gives it another.",
        keys: &[Key::needed(
            "key",
            Kind::Text,
            "The keyword of sshd_config(5), whatever the case.",
        )],
        demand: Demanded::Needed,
        together: &[],
    };

    fn read(reader: &mut Reader<'_>, node: &Node, _: &[String]) -> Option<Self> {
        let key = reader.required(node, "the check", "key")?;
        let key = reader.text(key, "key");
        let expectation = Expectation::read(reader, node);
        Some(Self {
            key: key?,
            expectation: expectation?,
        })
    }

    fn needs(&self) -> Vec<Need> {
        vec![Need::new(Collector::Sshd, "")]
    }

    fn expected(&self) -> String {
        format!("{} {}", self.key, self.expectation)
    }

    fn judge(&self, facts: &Facts) -> Checked {
        let reading = sshd_setting(facts, &self.key)?;
        let actual = match reading.value.as_slice() {
            [] => "not set".to_owned(),
            values => values.join(", "),
        };
        // A keyword that stands several times (AcceptEnv, Port) has to hold each time.
        let holds = !reading.value.is_empty()
            && reading
                .value
                .iter()
                .all(|value| self.expectation.holds(value));
        let expected = self.expected();
        let mut evidence = vec![reading.evidence];
        let mut unsure = None;
        for setting in sshd_match_settings(facts, &self.key)? {
            let worth = self.as_written(&setting.value);
            if !holds || worth == Worth::Holds {
                continue;
            }
            let actual = format!("{} {} in a Match block", self.key, setting.value);
            if worth == Worth::Fails {
                evidence.push(setting.evidence);
                return Ok(CheckResult::compared(false, expected, actual, evidence));
            }
            unsure = unsure.or(Some((actual, setting.evidence)));
        }
        if let Some((actual, seen)) = unsure {
            let reason = format!(
                "{actual} changes a list of the server that is not known; name the whole list"
            );
            return Err(Unknown::new(reason).seen(seen));
        }
        let actual = format!("{} {actual}", self.key);
        Ok(CheckResult::compared(holds, expected, actual, evidence))
    }
}

/// What a value of a `Match` block is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Worth {
    Holds,
    Fails,
    /// It changes a list of defaults that nobody printed.
    Unsure,
}

/// Lists of algorithms: a sign in front adds to the defaults, takes away from them, or sets their order.
const LISTS: [&str; 5] = [
    "casignaturealgorithms",
    "hostbasedacceptedalgorithms",
    "hostbasedacceptedkeytypes",
    "pubkeyacceptedalgorithms",
    "pubkeyacceptedkeytypes",
];

impl SshdEffectiveConfig {
    fn as_written(&self, value: &str) -> Worth {
        let key = self.key.to_ascii_lowercase();
        let changes = value.strip_prefix(['+', '-', '^']);
        let changes = changes.filter(|_| LISTS.contains(&key.as_str()));
        let list = matches!(
            self.expectation,
            Expectation::NoneOf(_) | Expectation::SubsetOf(_)
        );
        match changes {
            Some(added) if list && !value.starts_with('-') && !self.expectation.holds(added) => {
                Worth::Fails
            }
            Some(_) => Worth::Unsure,
            None if self.expectation.holds(&printed(&key, value)) => Worth::Holds,
            None => Worth::Fails,
        }
    }
}

/// A value that a person wrote, as `sshd -T` prints it: of several words for the same it knows one, and times it
/// prints in seconds.
fn printed(key: &str, value: &str) -> String {
    let word = value.to_ascii_lowercase();
    match (key, word.as_str()) {
        ("permitrootlogin", "prohibit-password") => "without-password".to_owned(),
        ("allowtcpforwarding" | "allowstreamlocalforwarding", "all") => "yes".to_owned(),
        ("loglevel", "debug1") => "DEBUG".to_owned(),
        ("clientaliveinterval" | "logingracetime", _) => {
            seconds(value).map_or_else(|| value.to_owned(), |seconds| seconds.to_string())
        }
        _ => value.to_owned(),
    }
}

/// The time formats of `sshd_config(5)`: `90`, `10m`, `1h30m`, in seconds.
fn seconds(text: &str) -> Option<i64> {
    let (mut sum, mut number) = (0_i64, None::<i64>);
    for c in text.chars() {
        if let Some(digit) = c.to_digit(10) {
            let known = number.unwrap_or_default();
            number = Some(known.checked_mul(10)?.checked_add(i64::from(digit))?);
            continue;
        }
        let unit = match c.to_ascii_lowercase() {
            's' => 1,
            'm' => 60,
            'h' => 3600,
            'd' => 86400,
            'w' => 604_800,
            _ => return None,
        };
        sum = sum.checked_add(number.take()?.checked_mul(unit)?)?;
    }
    sum.checked_add(number.unwrap_or_default())
}
