//! `sysctl_value`: the value at run time alone, compared exactly.

use std::sync::Arc;

use super::config_value::{Comparator, note_open_range};
use super::{Context, Method, Read, compared, native, negated, text};
use crate::check::Checked;
use crate::collect::{Collector, Need, printed_sysctl};
use crate::facts::Facts;
use crate::kensa::params::Params;
use crate::rule::Node;

#[derive(Debug)]
struct SysctlValue {
    key: String,
    comparator: Comparator,
    expected: String,
}

pub(super) fn read(params: &mut Params<'_>, _: &Context<'_>) -> Read {
    let comparator = Comparator::read(params)?;
    let expected = params.text("expected")?;
    note_open_range(params, comparator, &expected);
    Ok(Arc::new(SysctlValue {
        key: params.text("key")?,
        comparator,
        expected: expected.trim().to_owned(),
    }))
}

impl Method for SysctlValue {
    fn needs(&self) -> Vec<Need> {
        vec![Need::new(Collector::Sysctl, &self.key)]
    }

    fn judge(&self, facts: &Facts) -> Checked {
        let reading = printed_sysctl(facts, &self.key)?;
        let expected = format!("{} {}{}", self.key, self.comparator.as_str(), self.expected);
        let evidence = vec![reading.evidence];
        match reading.value {
            None => compared(
                false,
                expected,
                format!("no parameter {}", self.key),
                evidence,
            ),
            Some(value) => {
                let holds = self.comparator.holds(&value, &self.expected, false);
                compared(holds, expected, format!("{} {value}", self.key), evidence)
            }
        }
    }

    fn strict(&self) -> Option<Node> {
        let demand = self.comparator.demand(&self.expected)?;
        let check = native("sysctl_value", [("key", text(&*self.key)), demand]);
        Some(match self.comparator {
            Comparator::Unequal => negated(check),
            _ => check,
        })
    }
}
