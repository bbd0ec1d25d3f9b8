//! `set_compare`: everything that a script lists must be in a list of what is allowed.

use std::sync::Arc;

use super::{Context, Method, Read, compared, need_of, script, skipped};
use crate::check::Checked;
use crate::collect::{CommandScript, Need, command_result};
use crate::facts::{Facts, Unknown, observed};
use crate::kensa::params::Params;
use crate::rule::Node;

#[derive(Debug)]
struct SetCompare {
    script: CommandScript,
    authorized: Vec<String>,
    alias_separator: Option<String>,
}

pub(super) fn read(params: &mut Params<'_>, context: &Context<'_>) -> Read {
    let run = params.text("observed_command")?;
    let authorized = params.optional("authorized")?.unwrap_or_default();
    Ok(Arc::new(SetCompare {
        script: script(run, context),
        authorized: authorized
            .split(',')
            .map(str::trim)
            .filter(|one| !one.is_empty())
            .map(str::to_owned)
            .collect(),
        alias_separator: params
            .optional("alias_separator")?
            .filter(|separator| !separator.is_empty()),
    }))
}

impl Method for SetCompare {
    fn needs(&self) -> Vec<Need> {
        if self.authorized.is_empty() {
            return Vec::new();
        }
        need_of(&self.script)
    }

    fn judge(&self, facts: &Facts) -> Checked {
        if self.authorized.is_empty() {
            return skipped(
                "nothing is declared as allowed, so there is nothing to compare with",
                Vec::new(),
            );
        }
        let frame = command_result(facts, &self.script)?;
        let item = observed(frame, &self.script.run);
        if frame.exit != Some(0) {
            let words = frame.stderr.lines().next().unwrap_or("no reason given");
            return Err(Unknown::new(format!("the listing failed: {words}")).seen(item));
        }
        let text = frame.text();
        let foreign: Vec<&str> = text
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty() && !self.allows(line))
            .collect();
        let expected = format!("nothing but {}", self.authorized.join(", "));
        let actual = if foreign.is_empty() {
            "nothing else".to_owned()
        } else {
            format!("also {}", foreign.join(", "))
        };
        compared(foreign.is_empty(), expected, actual, vec![item])
    }

    fn strict(&self) -> Option<Node> {
        None
    }
}

impl SetCompare {
    /// Any of the names of an entity is enough.
    fn allows(&self, line: &str) -> bool {
        let known = |name: &str| self.authorized.iter().any(|one| one == name.trim());
        match &self.alias_separator {
            Some(separator) => line.split(separator.as_str()).any(known),
            None => known(line),
        }
    }
}
