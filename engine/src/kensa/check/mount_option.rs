//! `mount_option`: every option is among those of the mount; what stands behind `=` does not count. A
//! path where nothing is mounted fails.

use std::sync::Arc;

use super::{Context, Method, Read, compared, list, native, path, text};
use crate::check::Checked;
use crate::collect::{Collector, Need, options_at};
use crate::facts::Facts;
use crate::kensa::finding::Code;
use crate::kensa::params::Params;
use crate::rule::Node;

#[derive(Debug)]
struct MountOption {
    mount_point: String,
    options: Vec<String>,
}

pub(super) fn read(params: &mut Params<'_>, _: &Context<'_>) -> Read {
    let mount_point = path(params, "mount_point")?;
    let message = "Kensa calls it a fail where nothing is mounted; there is nothing to judge there";
    params.note(Code::Semantics, "mount_point", message);
    Ok(Arc::new(MountOption {
        mount_point,
        options: params.texts("options")?,
    }))
}

impl Method for MountOption {
    fn needs(&self) -> Vec<Need> {
        vec![Need::new(Collector::Mounts, "")]
    }

    fn judge(&self, facts: &Facts) -> Checked {
        let reading = options_at(facts, &self.mount_point)?;
        let expected = format!("{} with {}", self.mount_point, self.options.join(", "));
        let evidence = vec![reading.evidence];
        let Some(mount) = reading.value else {
            let actual = format!("nothing is mounted at {}", self.mount_point);
            return compared(false, expected, actual, evidence);
        };
        let name = |option: &str| {
            option
                .split('=')
                .next()
                .unwrap_or_default()
                .trim()
                .to_owned()
        };
        let there: Vec<String> = mount
            .all_options
            .iter()
            .map(|option| name(option))
            .collect();
        let missing: Vec<&str> = self
            .options
            .iter()
            .filter(|option| !there.contains(&name(option)))
            .map(String::as_str)
            .collect();
        let actual = if missing.is_empty() {
            format!("{} with {}", self.mount_point, mount.all_options.join(","))
        } else {
            format!("{} without {}", self.mount_point, missing.join(", "))
        };
        compared(missing.is_empty(), expected, actual, evidence)
    }

    fn strict(&self) -> Option<Node> {
        let parameters = [
            ("path", text(&*self.mount_point)),
            ("options", list(&self.options)),
        ];
        Some(native("mount_option", parameters))
    }
}
