//! `grub_parameter`: on the command line of the running kernel, and named in `/etc/default/grub`.

use std::sync::Arc;

use super::{Context, Method, Read, compared};
use crate::check::Checked;
use crate::collect::{Collector, Lines, Need, lines_of};
use crate::facts::Facts;
use crate::kensa::finding::Code;
use crate::kensa::params::Params;
use crate::rule::Node;
use domain::results::Evidence;

const RUNNING: &str = "/proc/cmdline";
const DEFAULT: &str = "/etc/default/grub";

#[derive(Debug)]
struct GrubParameter {
    key: String,
    expected: String,
}

pub(super) fn read(params: &mut Params<'_>, _: &Context<'_>) -> Read {
    let (key, expected) = (params.text("key")?, params.text("expected")?);
    let message = "any value of the key in /etc/default/grub will do for Kensa, and boot loader entries are not read";
    params.note(Code::Semantics, "key", message);
    Ok(Arc::new(GrubParameter { key, expected }))
}

impl Method for GrubParameter {
    fn needs(&self) -> Vec<Need> {
        [RUNNING, DEFAULT]
            .map(|path| Need::new(Collector::Content, path))
            .to_vec()
    }

    fn judge(&self, facts: &Facts) -> Checked {
        let running = first_line(&lines_of(facts, RUNNING)?, |_| true);
        let of_boot =
            |line: &str| line.starts_with("GRUB_CMDLINE_LINUX") && line.contains(&self.key);
        let boot = first_line(&lines_of(facts, DEFAULT)?, of_boot);
        let token = format!("{}={}", self.key, self.expected);
        let is_set = |word: &str| word == token || (self.expected == "1" && word == self.key);
        let runs = running
            .as_deref()
            .unwrap_or_default()
            .split_whitespace()
            .any(is_set);
        let seen = |path: &str, line: &Option<String>| {
            let (exit, shown) = match line {
                Some(line) => (0, format!("{line}\n")),
                None => (1, String::new()),
            };
            Evidence::new(
                format!("grep {} {path}", self.key),
                Some(exit),
                shown.as_bytes(),
            )
        };
        let evidence = vec![seen(RUNNING, &running), seen(DEFAULT, &boot)];
        let word = |there: bool| if there { "set" } else { "not set" };
        let actual = format!(
            "{} in the running kernel, {} for the next boot",
            word(runs),
            word(boot.is_some())
        );
        compared(runs && boot.is_some(), token, actual, evidence)
    }

    fn strict(&self) -> Option<Node> {
        None
    }
}

fn first_line(files: &[Arc<Lines>], wanted: impl Fn(&str) -> bool) -> Option<String> {
    let mut lines = files.iter().flat_map(|file| &file.lines);
    lines
        .find(|line| wanted(line.text.trim_start()))
        .map(|line| line.text.clone())
}
