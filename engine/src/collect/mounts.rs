//! Mounted filesystems, from `/proc/self/mountinfo` (proc(5)).

use std::collections::BTreeSet;

use super::FrameSpec;
use crate::facts::{Facts, Reading, Unknown, observed};
use domain::results::Evidence;

const KEY: &str = "mounts";

const COMMAND: &str = "cat /proc/self/mountinfo";

/// A mounted filesystem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MountPoint {
    /// Options of the mount itself: `rw`, `nosuid`, ….
    pub options: Vec<String>,
    /// Those and the options of the filesystem (`size=…`), as findmnt(8) shows them together.
    pub all_options: Vec<String>,
    /// The kind of the filesystem.
    pub filesystem: String,
}

pub(super) fn frames(_: &BTreeSet<&str>) -> Vec<FrameSpec> {
    vec![FrameSpec::new(KEY, COMMAND, 20)]
}

/// What is mounted at a path; `None` when nothing is. With several mounts the last, which is seen.
pub fn mount_at(facts: &Facts, path: &str) -> Result<Reading<Option<MountPoint>>, Unknown> {
    let frame = facts.frame(KEY, COMMAND)?;
    if frame.exit != Some(0) {
        return Err(Unknown::new("the mounts cannot be read").seen(observed(frame, COMMAND)));
    }
    let text = frame.text();
    let all_at = |wanted: &str| {
        let is_there = |line: &&str| {
            let mounted = line.split(' ').nth(4);
            line.contains(" - ") && mounted.is_some_and(|mounted| unescape(mounted) == wanted)
        };
        text.lines().filter(is_there).collect::<Vec<_>>()
    };
    if all_at("/").is_empty() {
        let reason = "the list of mounts does not hold: nothing is mounted at /";
        return Err(Unknown::new(reason).seen(observed(frame, COMMAND)));
    }
    let lines = all_at(path);
    let mut command = format!("findmnt -n -o OPTIONS {path}");
    if lines.len() > 1 {
        // The last one covers the others.
        command.push_str(" | tail -n 1");
    }
    let Some(line) = lines.last() else {
        return Ok(Reading {
            value: None,
            evidence: Evidence::new(command, Some(1), b""),
        });
    };
    let own = line.split(' ').nth(5).unwrap_or_default();
    let mut shared = line
        .split_once(" - ")
        .map_or("", |(_, rest)| rest)
        .split(' ');
    let filesystem = shared.next().unwrap_or_default().to_owned();
    let all_options = merged(own, shared.nth(1).unwrap_or_default());
    let shown = format!("{}\n", all_options.join(","));
    Ok(Reading {
        value: Some(MountPoint {
            options: own.split(',').map(str::to_owned).collect(),
            all_options,
            filesystem,
        }),
        evidence: Evidence::new(command, Some(0), shown.as_bytes()),
    })
}

/// What is mounted at a path, for who asks for its options: of what is mounted on demand, and is not mounted now,
/// nobody knows them.
pub fn options_at(facts: &Facts, path: &str) -> Result<Reading<Option<MountPoint>>, Unknown> {
    let reading = mount_at(facts, path)?;
    let mount = reading.value.as_ref();
    if mount.is_some_and(|mount| mount.filesystem == "autofs") {
        let reason = format!("{path} is mounted on demand, and is not mounted now");
        return Err(Unknown::new(reason).seen(reading.evidence));
    }
    Ok(reading)
}

/// The options as findmnt(8) shows them: a filesystem that cannot be written cannot be written anywhere.
fn merged(own: &str, shared: &str) -> Vec<String> {
    let mut options: Vec<String> = own.split(',').map(str::to_owned).collect();
    for option in shared.split(',').filter(|option| !option.is_empty()) {
        if option == "ro"
            && let Some(first) = options.first_mut()
        {
            "ro".clone_into(first);
        } else if option != "rw" && !options.iter().any(|known| known == option) {
            options.push(option.to_owned());
        }
    }
    options
}

/// Blanks in paths stand as octal escapes: `\040`.
fn unescape(text: &str) -> String {
    text.replace("\\040", " ")
        .replace("\\011", "\t")
        .replace("\\012", "\n")
        .replace("\\134", "\\")
}
