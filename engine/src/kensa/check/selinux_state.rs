//! `selinux_state`: what `getenforce` says.

use std::sync::Arc;

use super::{Context, Method, Read, compared, need_of, script};
use crate::check::Checked;
use crate::collect::{CommandScript, Need, command_result};
use crate::facts::{Facts, observed};
use crate::kensa::params::Params;
use crate::rule::Node;

#[derive(Debug)]
struct SelinuxState {
    state: String,
    script: CommandScript,
}

pub(super) fn read(params: &mut Params<'_>, context: &Context<'_>) -> Read {
    Ok(Arc::new(SelinuxState {
        state: params.text("state")?,
        script: script("getenforce", context),
    }))
}

impl Method for SelinuxState {
    fn needs(&self) -> Vec<Need> {
        need_of(&self.script)
    }

    fn judge(&self, facts: &Facts) -> Checked {
        let frame = command_result(facts, &self.script)?;
        let (item, state) = (
            observed(frame, "getenforce"),
            frame.text().trim().to_owned(),
        );
        let holds = frame.exit == Some(0) && state.eq_ignore_ascii_case(self.state.trim());
        compared(holds, self.state.clone(), state, vec![item])
    }

    fn strict(&self) -> Option<Node> {
        None
    }
}
