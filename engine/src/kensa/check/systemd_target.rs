//! `systemd_target`: the target that a boot goes to.

use std::sync::Arc;

use super::{Context, Method, Read, compared, need_of, script};
use crate::check::Checked;
use crate::collect::{CommandScript, Need, command_result};
use crate::facts::{Facts, Unknown, observed};
use crate::kensa::params::{Broken, Params};
use crate::rule::Node;

#[derive(Debug)]
struct SystemdTarget {
    target: String,
    wanted: bool,
    script: CommandScript,
}

pub(super) fn read(params: &mut Params<'_>, context: &Context<'_>) -> Read {
    let some = |text: Option<String>| text.filter(|text| !text.is_empty());
    let expected = some(params.optional("expected")?);
    let unwanted = some(params.optional("not_expected")?);
    let (target, wanted) = match (expected, unwanted) {
        (Some(target), _) => (target, true),
        (None, Some(target)) => (target, false),
        (None, None) => return Err(Broken("one of expected, not_expected is needed".to_owned())),
    };
    let script = script("systemctl get-default", context);
    Ok(Arc::new(SystemdTarget {
        target,
        wanted,
        script,
    }))
}

impl Method for SystemdTarget {
    fn needs(&self) -> Vec<Need> {
        need_of(&self.script)
    }

    fn judge(&self, facts: &Facts) -> Checked {
        let frame = command_result(facts, &self.script)?;
        let item = observed(frame, &self.script.run);
        if frame.exit != Some(0) {
            return Err(Unknown::new("systemd does not say its default target").seen(item));
        }
        let actual = frame.text().trim().to_owned();
        let same = actual.eq_ignore_ascii_case(self.target.trim());
        let not = if self.wanted { "" } else { "not " };
        compared(
            same == self.wanted,
            format!("{not}{}", self.target),
            actual,
            vec![item],
        )
    }

    fn strict(&self) -> Option<Node> {
        None
    }
}
