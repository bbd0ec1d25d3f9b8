//! Kernel modules: loaded now, built in, loadable, and what modprobe.d(5) does with a request.

use std::collections::BTreeSet;

use super::content::lines_of;
use super::{FrameSpec, quote};
use crate::facts::{Facts, Reading, Unknown};
use domain::results::Evidence;

const KEY: &str = "modules";

/// The folders of modprobe.d(5).
const FOLDERS: [&str; 4] = [
    "/etc/modprobe.d",
    "/run/modprobe.d",
    "/usr/lib/modprobe.d",
    "/lib/modprobe.d",
];

/// What is known of one module.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "five independent observations"
)]
pub struct ModuleFacts {
    /// Whether it is loaded now.
    pub loaded: bool,
    /// Whether it is part of the kernel image.
    pub builtin: bool,
    /// Whether a file of it is there to be loaded.
    pub available: bool,
    /// Whether modprobe.d blacklists it: not loaded by alias.
    pub blacklisted: bool,
    /// Whether modprobe.d runs something that does nothing instead of loading it.
    pub install_disabled: bool,
}

pub(super) fn frames(arguments: &BTreeSet<&str>) -> Vec<FrameSpec> {
    let mut script = String::from(
        "d=/lib/modules/$(uname -r)\nb=$d/modules.builtin\nm=$d/modules.dep\n\
         [ -r /proc/modules ] || exit 1\n\
         show() { l=0; u=0; a=0\n\
         grep -q \"^$1 \" /proc/modules && l=1\n\
         grep -Eq \"/$2\\.ko\" \"$b\" 2>/dev/null && u=1\n\
         grep -Eq \"/$2\\.ko[^:]*:\" \"$m\" 2>/dev/null && a=1\n\
         echo \"$1 loaded=$l builtin=$u available=$a\"; }\n",
    );
    for name in arguments {
        let loaded = name.replace('-', "_");
        let file = loaded.replace('_', "[-_]");
        script.push_str(&format!("show {} {}\n", quote(&loaded), quote(&file)));
    }
    script.push_str("exit 0");
    let mut specs = vec![FrameSpec::new(KEY, script, 20)];
    let patterns: Vec<String> = FOLDERS
        .iter()
        .map(|folder| format!("{folder}/*.conf"))
        .collect();
    specs.extend(super::content::frames(
        &patterns.iter().map(String::as_str).collect(),
    ));
    specs
}

/// What is known of one module. `-` and `_` are one, as the kernel has it.
pub fn module_facts(facts: &Facts, name: &str) -> Result<Reading<ModuleFacts>, Unknown> {
    let loaded = name.replace('-', "_");
    let command = format!("grep -w {loaded} /proc/modules; modprobe -n --show-depends {name}");
    let frame = facts.frame(KEY, &command)?;
    let text = frame.text();
    let line = text
        .lines()
        .find(|line| line.split(' ').next() == Some(&loaded))
        .ok_or_else(|| Unknown::new(format!("{command}: no answer")))?;
    let mut known = ModuleFacts {
        loaded: line.contains("loaded=1"),
        builtin: line.contains("builtin=1"),
        available: line.contains("available=1"),
        ..ModuleFacts::default()
    };
    let mut shown = format!("{line}\n");
    for folder in FOLDERS {
        for file in lines_of(facts, &format!("{folder}/*.conf"))? {
            for line in &file.lines {
                if apply(&mut known, &line.text, &loaded) {
                    shown.push_str(&format!("{}:{}: {}\n", file.path, line.number, line.text));
                }
            }
        }
    }
    Ok(Reading {
        value: known,
        evidence: Evidence::new(command, Some(0), shown.as_bytes()),
    })
}

/// Takes one line of modprobe.d into account; true when it is about the module.
fn apply(known: &mut ModuleFacts, line: &str, module: &str) -> bool {
    let mut words = line.split_whitespace();
    let (verb, name) = (
        words.next(),
        words.next().map(|name| name.replace('-', "_")),
    );
    if name.as_deref() != Some(module) {
        return false;
    }
    match verb {
        Some("blacklist") => known.blacklisted = true,
        Some("install") => {
            let does_nothing = [
                "/bin/true",
                "/bin/false",
                "/usr/bin/true",
                "/usr/bin/false",
                "true",
                "false",
            ];
            known.install_disabled |= words
                .next()
                .is_some_and(|program| does_nothing.contains(&program));
        }
        _ => return false,
    }
    true
}
