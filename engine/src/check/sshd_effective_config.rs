//! `sshd_effective_config`: a value that `sshd -T` prints, so defaults and drop-ins count.

use super::{Checked, Expectation, Finding, Method};
use crate::collect::{Collector, Need, sshd_setting};
use crate::facts::Facts;
use crate::rule::{Node, Reader};

/// Parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SshdEffectiveConfig {
    key: String,
    expectation: Expectation,
}

impl Method for SshdEffectiveConfig {
    const PARAMETERS: &'static [&'static str] = &[
        "key",
        "expected",
        "one_of",
        "min",
        "max",
        "subset_of",
        "none_of",
    ];

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
        let actual = format!("{} {actual}", self.key);
        let expected = format!("{} {}", self.key, self.expectation);
        Ok(Finding::compared(
            holds,
            expected,
            actual,
            vec![reading.evidence],
        ))
    }
}
