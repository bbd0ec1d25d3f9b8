//! `file_permission`: mode, owner and group, each equal to what is demanded. A stricter mode fails.

use std::sync::Arc;

use super::{Context, Method, Read, compared, native, path, text};
use crate::check::Checked;
use crate::collect::{Collector, Need, StatResult, stat_of, unfollowed};
use crate::facts::Facts;
use crate::kensa::finding::Code;
use crate::kensa::params::{Broken, Params};
use crate::rule::Node;

#[derive(Debug)]
struct FilePermission {
    path: String,
    mode: Option<String>,
    owner: Option<String>,
    group: Option<String>,
}

pub(super) fn read(params: &mut Params<'_>, _: &Context<'_>) -> Read {
    let path = path(params, "path")?;
    let mut some = |key| Ok(params.optional(key)?.filter(|text| !text.is_empty()));
    let (mode, owner, group) = (some("mode")?, some("owner")?, some("group")?);
    if mode.is_none() && owner.is_none() && group.is_none() {
        return Err(Broken(
            "one of mode, owner, group must be demanded".to_owned(),
        ));
    }
    let mode = mode.as_deref().map(octal).transpose()?;
    if mode.is_some() {
        let message = "the mode must be equal: Kensa calls a stricter mode a fail";
        params.note(Code::Semantics, "mode", message);
    }
    Ok(Arc::new(FilePermission {
        path,
        mode,
        owner,
        group,
    }))
}

/// The octal digits of a mode, which may be written `0o644` too.
fn octal(mode: &str) -> Result<String, Broken> {
    let digits = mode.strip_prefix("0o").unwrap_or(mode);
    if !digits.is_empty() && digits.bytes().all(|digit| (b'0'..=b'7').contains(&digit)) {
        return Ok(digits.to_owned());
    }
    Err(Broken(format!(
        "mode must be an octal number, not {mode:?}"
    )))
}

impl Method for FilePermission {
    fn needs(&self) -> Vec<Need> {
        vec![Need::new(Collector::Stat, &self.path)]
    }

    fn judge(&self, facts: &Facts) -> Checked {
        let words = [
            ("mode", &self.mode),
            ("owner", &self.owner),
            ("group", &self.group),
        ];
        let wanted: Vec<String> = words
            .iter()
            .filter_map(|(key, wanted)| Some(format!("{key} {}", wanted.as_ref()?)))
            .collect();
        let expected = wanted.join(", ");
        let mut readings = stat_of(facts, &self.path)?;
        let Some(mut reading) = readings.pop() else {
            return compared(false, expected, format!("no {}", self.path), Vec::new());
        };
        if let Some(link) = unfollowed(facts, &self.path)? {
            reading = link;
        }
        let StatResult::Found(stat) = &reading.value else {
            let actual = format!("no {}", self.path);
            return compared(false, expected, actual, vec![reading.evidence]);
        };
        let mode = format!("{:o}", stat.mode);
        let bare = |mode: &str| mode.trim_start_matches('0').to_owned();
        let holds = self
            .mode
            .as_ref()
            .is_none_or(|wanted| bare(wanted) == bare(&mode))
            && self
                .owner
                .as_ref()
                .is_none_or(|wanted| *wanted == stat.owner)
            && self
                .group
                .as_ref()
                .is_none_or(|wanted| *wanted == stat.group);
        let actual = format!("mode {mode}, owner {}, group {}", stat.owner, stat.group);
        compared(holds, expected, actual, vec![reading.evidence])
    }

    fn strict(&self) -> Option<Node> {
        let mut parameters = vec![("path", text(&*self.path))];
        if let Some(mode) = &self.mode {
            let bits = u32::from_str_radix(mode, 8).ok()?;
            parameters.push(("mode", text(format!("{bits:04o}"))));
        }
        parameters.extend(self.owner.iter().map(|owner| ("owner", text(&**owner))));
        parameters.extend(self.group.iter().map(|group| ("group", text(&**group))));
        Some(native("file_permission", parameters))
    }
}
