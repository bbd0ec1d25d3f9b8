//! `file_exists` and `file_absent`: `[ -e path ]`; a link that leads nowhere counts as absent.

use std::sync::Arc;

use super::{Context, Method, Read, compared, native, path, text};
use crate::check::Checked;
use crate::collect::{Collector, Need, StatResult, stat_of};
use crate::facts::Facts;
use crate::kensa::params::Params;
use crate::rule::Node;

#[derive(Debug)]
struct FileExists {
    path: String,
    there: bool,
}

pub(super) fn read_exists(params: &mut Params<'_>, _: &Context<'_>) -> Read {
    let path = path(params, "path")?;
    Ok(Arc::new(FileExists { path, there: true }))
}

pub(super) fn read_absent(params: &mut Params<'_>, _: &Context<'_>) -> Read {
    let path = path(params, "path")?;
    Ok(Arc::new(FileExists { path, there: false }))
}

impl Method for FileExists {
    fn needs(&self) -> Vec<Need> {
        vec![Need::new(Collector::Stat, &self.path)]
    }

    fn judge(&self, facts: &Facts) -> Checked {
        let readings = stat_of(facts, &self.path)?;
        let found = readings
            .iter()
            .any(|reading| matches!(reading.value, StatResult::Found(_)));
        let word = |there: bool| if there { "exists" } else { "does not exist" };
        let expected = format!("{} {}", self.path, word(self.there));
        let actual = format!("{} {}", self.path, word(found));
        let evidence = readings
            .into_iter()
            .map(|reading| reading.evidence)
            .collect();
        compared(found == self.there, expected, actual, evidence)
    }

    fn strict(&self) -> Option<Node> {
        let method = if self.there {
            "file_exists"
        } else {
            "file_absent"
        };
        Some(native(method, [("path", text(&*self.path))]))
    }
}
