//! What modprobe(8) would do for a module, asked of modprobe itself, and the list of loaded modules as
//! lsmod(8) words it.

use std::collections::BTreeSet;

use super::{FrameSpec, quote};
use crate::facts::{Facts, Reading, Unknown};
use domain::results::Evidence;

const KEY: &str = "modprobe";

/// One module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Modprobe {
    /// What `modprobe -n --show-depends` printed, errors included.
    pub answer: String,
    /// Whether the name, as it is written, is a word of the list of loaded modules.
    pub listed: bool,
}

/// A kernel that was built without modules has no list of them, and may tell so in its configuration.
pub(super) fn frames(arguments: &BTreeSet<&str>) -> Vec<FrameSpec> {
    let mut script = String::from(
        "command -v modprobe >/dev/null 2>&1 || exit 127\n\
         if [ -r /proc/modules ]; then echo 'loaded modules'; cat /proc/modules\n\
         elif [ ! -e /proc/modules ] && gzip -dc /proc/config.gz 2>/dev/null | grep -qx '# CONFIG_MODULES is not set'; then\n\
         echo 'a kernel without modules'\n\
         else echo 'no /proc/modules' >&2; exit 1; fi\n",
    );
    for name in arguments {
        let name = quote(name);
        script.push_str(&format!(
            "printf 'answer %s\\n' {name}; modprobe -n --show-depends {name} 2>&1\n"
        ));
    }
    script.push_str("exit 0");
    vec![FrameSpec::new(KEY, script, 30)]
}

/// What modprobe says of a module.
pub fn modprobe(facts: &Facts, name: &str) -> Result<Reading<Modprobe>, Unknown> {
    let command = format!("lsmod | grep -w {name}; modprobe -n --show-depends {name}");
    let frame = facts.ended(KEY, &command)?;
    if frame.exit != Some(0) {
        let words = frame.stderr.lines().next().unwrap_or("no reason given");
        return Err(Unknown::new(format!("{command}: {words}")));
    }
    let text = frame.text();
    let heading = format!("answer {name}");
    let answer: Vec<&str> = text
        .lines()
        .skip_while(|line| *line != heading)
        .skip(1)
        .take_while(|line| !line.starts_with("answer "))
        .collect();
    let is_part = |c: char| !(c.is_alphanumeric() || c == '_');
    let is_word = |line: &str| {
        line.match_indices(name).any(|(at, found)| {
            let before = line.get(..at).and_then(|head| head.chars().next_back());
            let after = line
                .get(at + found.len()..)
                .and_then(|rest| rest.chars().next());
            before.is_none_or(is_part) && after.is_none_or(is_part)
        })
    };
    let modules = text
        .lines()
        .skip(1)
        .take_while(|line| !line.starts_with("answer "));
    let loaded: Vec<&str> = modules.filter(|line| is_word(line)).collect();
    let shown: String = loaded
        .iter()
        .chain(&answer)
        .flat_map(|line| [line, "\n"])
        .collect();
    Ok(Reading {
        value: Modprobe {
            answer: answer.join("\n"),
            listed: !loaded.is_empty(),
        },
        evidence: Evidence::new(command, Some(0), shown.as_bytes()),
    })
}
