//! `sshd_effective_config`: a value that `sshd -T` prints, so defaults and drop-ins count.

use super::{Checked, Expectation, Finding, Method};
use crate::collect::{Collector, Need, sshd_match_settings, sshd_setting};
use crate::facts::Facts;
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
        let exception = sshd_match_settings(facts, &self.key)?
            .into_iter()
            .find(|setting| !self.holds_as_written(&setting.value));
        if let Some(setting) = exception.filter(|_| holds) {
            let actual = format!("{} {} in a Match block", self.key, setting.value);
            evidence.push(setting.evidence);
            return Ok(Finding::compared(false, expected, actual, evidence));
        }
        let actual = format!("{} {actual}", self.key);
        Ok(Finding::compared(holds, expected, actual, evidence))
    }
}

impl SshdEffectiveConfig {
    /// A value as a person wrote it: times may have units, which `sshd -T` has turned into seconds.
    fn holds_as_written(&self, value: &str) -> bool {
        let seconds = matches!(self.expectation, Expectation::Range { .. })
            .then(|| seconds(value))
            .flatten();
        self.expectation.holds(value)
            || seconds.is_some_and(|seconds| self.expectation.holds(&seconds.to_string()))
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
