//! `selinux_state`: SELinux is in a mode now and after a boot, with a policy.

use std::sync::Arc;

use super::{CheckResult, Checked, Method};
use crate::collect::{Collector, Lines, Need, lines_of};
use crate::facts::{Facts, Unknown};
use crate::rule::schema::{Demanded, Key, Kind, Shape, TEXTS, words};
use crate::rule::{Node, Reader};
use domain::results::Evidence;

/// Parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SelinuxState {
    /// `enforcing`, `permissive` or `disabled`: one of these.
    modes: Vec<String>,
    /// The name of the policy, one of these; none means any.
    policies: Vec<String>,
}

/// What the kernel does now (selinuxfs).
const NOW: &str = "/sys/fs/selinux/enforce";

/// What it will do after a boot, and with which policy: `selinux_config(5)`.
const CONFIG: &str = "/etc/selinux/config";

/// Names selinuxfs when the kernel has SELinux and it is not switched off.
const FILESYSTEMS: &str = "/proc/filesystems";

const MODES: [(&str, &str); 3] = [
    ("enforcing", "enforcing"),
    ("permissive", "permissive"),
    ("disabled", "disabled"),
];

impl Method for SelinuxState {
    const SHAPE: Shape = Shape {
        what: "a selinux_state check",
        doc: "SELinux is in one of the modes now and after a boot, with one of the policies.",
        keys: &[
            Key::needed(
                "modes",
                Kind::List(&Kind::Word(|| words(&MODES))),
                "The modes that hold.",
            ),
            Key::free("policies", TEXTS, "The policies that hold.").or("any"),
        ],
        demand: Demanded::None,
        together: &[],
    };

    fn read(reader: &mut Reader<'_>, node: &Node, _: &[String]) -> Option<Self> {
        let modes = reader.required(node, "the check", "modes")?;
        let mut read = Vec::new();
        for mode in reader.list(modes, "modes")? {
            read.push(reader.word(mode, "modes", &MODES)?.to_owned());
        }
        let policies = match node.get("policies") {
            Some(policies) => reader.texts(policies, "policies")?,
            None => Vec::new(),
        };
        Some(Self {
            modes: read,
            policies,
        })
    }

    fn needs(&self) -> Vec<Need> {
        [NOW, CONFIG, FILESYSTEMS]
            .map(|path| Need::new(Collector::Content, path))
            .to_vec()
    }

    fn expected(&self) -> String {
        let modes = self.modes.join(" or ");
        let policies = self.policies.join(" or ");
        match self.policies.as_slice() {
            [] => format!("SELinux {modes} now and after a boot"),
            _ => format!("SELinux {modes} now and after a boot, with the policy {policies}"),
        }
    }

    fn judge(&self, facts: &Facts) -> Checked {
        let mode = |number: &str| {
            if number == "1" {
                "enforcing"
            } else {
                "permissive"
            }
        };
        let (now, seen) = match first_line(&lines_of(facts, NOW)?) {
            Some(number) => (mode(number.trim()), number),
            None => (without_selinuxfs(facts)?, String::new()),
        };
        let config = lines_of(facts, CONFIG)?;
        let boot = configured_mode(&config);
        let policy = configured_policy(&config);
        let among = |list: &[String], word: &str| list.iter().any(|known| known == word);
        let policy_holds = self.policies.is_empty() || among(&self.policies, &policy);
        let holds = among(&self.modes, now) && among(&self.modes, boot) && policy_holds;
        let mut actual = format!("{now} now, {boot} after a boot");
        if !self.policies.is_empty() {
            actual.push_str(&format!(", with the policy {policy:?}"));
        }
        let mut shown = String::new();
        for line in config.iter().flat_map(|file| &file.lines) {
            if line.text.starts_with("SELINUX") {
                shown.push_str(&line.text);
                shown.push('\n');
            }
        }
        let evidence = vec![
            Evidence::new(
                format!("cat {NOW}"),
                Some(u32::from(seen.is_empty())),
                seen.as_bytes(),
            ),
            Evidence::new(
                format!("grep ^SELINUX {CONFIG}"),
                Some(u32::from(shown.is_empty())),
                shown.as_bytes(),
            ),
        ];
        Ok(CheckResult::compared(
            holds,
            self.expected(),
            actual,
            evidence,
        ))
    }
}

/// Without the file: switched off, unless the kernel knows the filesystem and nobody has mounted it.
fn without_selinuxfs(facts: &Facts) -> Result<&'static str, Unknown> {
    let files = lines_of(facts, FILESYSTEMS)?;
    if files.is_empty() {
        return Err(Unknown::new(format!("{FILESYSTEMS} is not there")));
    }
    let mut lines = files.iter().flat_map(|file| &file.lines);
    if lines.any(|line| line.text.ends_with("selinuxfs")) {
        let reason = "the kernel has SELinux, and its filesystem is not mounted";
        return Err(Unknown::new(reason));
    }
    Ok("disabled")
}

fn first_line(files: &[Arc<Lines>]) -> Option<String> {
    files
        .iter()
        .flat_map(|file| &file.lines)
        .map(|line| line.text.clone())
        .next()
}

/// As libselinux reads it: the first line that begins so with a mode, whatever its case and whatever comes behind. No
/// file means disabled.
fn configured_mode(files: &[Arc<Lines>]) -> &'static str {
    let mut lines = files.iter().flat_map(|file| &file.lines);
    let named = lines.find_map(|line| {
        let value = line.text.strip_prefix("SELINUX=")?.to_ascii_lowercase();
        MODES.iter().find(|(mode, _)| value.starts_with(mode))
    });
    named.map_or("disabled", |(_, mode)| *mode)
}

/// The last line wins, with blanks in front and behind, but none around the sign.
fn configured_policy(files: &[Arc<Lines>]) -> String {
    const TAG: &str = "SELINUXTYPE=";
    let lines = files.iter().flat_map(|file| &file.lines);
    let mut values = lines.filter_map(|line| {
        let (tag, value) = line.text.trim_start().split_at_checked(TAG.len())?;
        tag.eq_ignore_ascii_case(TAG)
            .then(|| value.trim_end().to_owned())
    });
    values.next_back().unwrap_or_default()
}
