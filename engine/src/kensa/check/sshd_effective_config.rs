//! `sshd_effective_config`: the first line of `sshd -T` for a keyword, whatever `Match` blocks say.

use std::sync::Arc;

use super::{Context, Method, Read, compared, native, text};
use crate::check::Checked;
use crate::collect::{Collector, Need, sshd_setting};
use crate::facts::Facts;
use crate::kensa::params::Params;
use crate::rule::Node;

#[derive(Debug)]
struct SshdEffectiveConfig {
    key: String,
    expected: String,
}

pub(super) fn read(params: &mut Params<'_>, _: &Context<'_>) -> Read {
    Ok(Arc::new(SshdEffectiveConfig {
        key: params.text("key")?,
        expected: params.text("expected")?,
    }))
}

impl Method for SshdEffectiveConfig {
    fn needs(&self) -> Vec<Need> {
        vec![Need::new(Collector::Sshd, "")]
    }

    fn judge(&self, facts: &Facts) -> Checked {
        let reading = sshd_setting(facts, &self.key)?;
        let expected = format!("{} {}", self.key, self.expected);
        let evidence = vec![reading.evidence];
        match reading.value.first() {
            None => compared(
                false,
                expected,
                format!("{} is not set", self.key),
                evidence,
            ),
            Some(value) => {
                let holds = value.trim().eq_ignore_ascii_case(self.expected.trim());
                compared(holds, expected, format!("{} {value}", self.key), evidence)
            }
        }
    }

    fn strict(&self) -> Option<Node> {
        let parameters = [
            ("key", text(&*self.key)),
            ("expected", text(self.expected.trim())),
        ];
        Some(native("sshd_effective_config", parameters))
    }
}
