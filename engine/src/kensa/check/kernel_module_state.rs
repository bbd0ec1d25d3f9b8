//! `kernel_module_state`: not loaded, and blacklisted or disabled. The name is taken as it is written,
//! although the kernel shows `-` as `_`.

use std::sync::Arc;

use super::{Context, Method, Read, compared, native, text};
use crate::check::Checked;
use crate::collect::{Collector, Need, lines_of, modprobe};
use crate::facts::Facts;
use crate::kensa::finding::Code;
use crate::kensa::params::{Broken, Params};
use crate::rule::Node;
use domain::results::Evidence;

const BLACKLISTS: &str = "/etc/modprobe.d/*";

#[derive(Debug)]
struct KernelModuleState {
    name: String,
    blacklisted: bool,
}

pub(super) fn read(params: &mut Params<'_>, _: &Context<'_>) -> Read {
    let name = params.text("name")?;
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.+".contains(c);
    if !name.chars().all(plain) {
        return Err(Broken(format!("{name:?} is no name of a module")));
    }
    if name.contains('-') {
        let message = "the kernel lists the module with _ for -, so Kensa never sees it as loaded";
        params.note(Code::Semantics, "name", message);
    }
    let blacklisted = match params.optional("state")?.as_deref() {
        None | Some("" | "disabled") => false,
        Some("blacklisted") => true,
        Some(other) => {
            return Err(Broken(format!(
                "state must be blacklisted or disabled, not {other:?}"
            )));
        }
    };
    Ok(Arc::new(KernelModuleState { name, blacklisted }))
}

impl Method for KernelModuleState {
    fn needs(&self) -> Vec<Need> {
        let mut needs = vec![Need::new(Collector::Modprobe, &self.name)];
        if self.blacklisted {
            needs.push(Need::new(Collector::Content, BLACKLISTS));
        }
        needs
    }

    fn judge(&self, facts: &Facts) -> Checked {
        let reading = modprobe(facts, &self.name)?;
        let mut evidence = vec![reading.evidence];
        let (wanted, off) = if self.blacklisted {
            let (there, item) = self.blacklist(facts)?;
            evidence.push(item);
            ("blacklisted", there)
        } else {
            let answer = &reading.value.answer;
            let installs = |line: &str| {
                ["install /bin/true", "install /bin/false"]
                    .iter()
                    .any(|install| line.trim_start().starts_with(install))
            };
            (
                "disabled",
                answer.lines().any(installs) || answer.contains("not found"),
            )
        };
        let expected = format!("{} {wanted} and not loaded", self.name);
        let not = if off { "" } else { "not " };
        let loaded = if reading.value.listed {
            "loaded"
        } else {
            "not loaded"
        };
        let actual = format!("{} {not}{wanted}, {loaded}", self.name);
        compared(off && !reading.value.listed, expected, actual, evidence)
    }

    fn strict(&self) -> Option<Node> {
        let state = if self.blacklisted {
            return None;
        } else {
            "disabled"
        };
        let parameters = [("name", text(&*self.name)), ("state", text(state))];
        Some(native("kernel_module_state", parameters))
    }
}

impl KernelModuleState {
    fn blacklist(&self, facts: &Facts) -> Result<(bool, Evidence), crate::facts::Unknown> {
        let files = lines_of(facts, BLACKLISTS)?;
        let mut lines = files
            .iter()
            .flat_map(|file| file.lines.iter().map(move |line| (file, line)));
        let found = lines.find(|(_, line)| {
            let mut words = line.text.split_whitespace();
            words.next() == Some("blacklist") && words.next() == Some(&*self.name)
        });
        let command = format!(
            "grep -r '^\\s*blacklist\\s\\+{}' /etc/modprobe.d",
            self.name
        );
        Ok(match found {
            Some((file, line)) => {
                let shown = format!("{}\n", line.text);
                let item = Evidence::new(command, Some(0), shown.as_bytes());
                (true, item.at(&file.path, line.number))
            }
            None => (false, Evidence::new(command, Some(1), b"")),
        })
    }
}
