//! Mounted filesystems, from `/proc/self/mountinfo` (proc(5)).

use std::collections::BTreeSet;
use std::path::Path;

use super::{FrameSpec, quote};
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

/// What is mounted, and where paths that lead through links end; of the others no process is asked. Who looks at what is mounted itself may wait for
/// another machine.
const READ: &str = r#"mounts() {
  mounted=$(cat /proc/self/mountinfo) || exit 1
  printf '%s\n' "$mounted"
  for p do
    case "$mounted" in *" $p "*) continue ;; esac
    part=$p
    while [ -n "$part" ] && [ ! -L "$part" ]; do part=${part%/*}; done
    [ -n "$part" ] || continue
    real=$(readlink -f -- "$p") && [ "$real" != "$p" ] && printf 'link\t%s\t%s\n' "$p" "$real"
  done
  :
}
"#;

pub(super) fn frames(arguments: &BTreeSet<&str>) -> Vec<FrameSpec> {
    let paths = arguments.iter().filter(|path| !path.is_empty());
    let words: Vec<String> = paths.map(|path| quote(path)).collect();
    let script = format!("mounts {}", words.join(" "));
    vec![FrameSpec::new(KEY, script, 20).with(&[READ])]
}

/// A line of mountinfo.
struct Mounted<'l> {
    id: &'l str,
    parent: &'l str,
    path: String,
    line: &'l str,
}

impl<'l> Mounted<'l> {
    fn read(line: &'l str) -> Option<Self> {
        let mut columns = line.split(' ');
        let (id, parent) = (columns.next()?, columns.next()?);
        let path = unescape(columns.nth(2)?);
        line.contains(" - ").then_some(Self {
            id,
            parent,
            path,
            line,
        })
    }

    /// Whether another mount lies over the way to this one, so that nobody gets to it.
    fn is_hidden(&self, all: &[Self]) -> bool {
        let mut way = vec![self.id];
        let mut parent = self.parent;
        while let Some(next) = all
            .iter()
            .find(|one| one.id == parent && !way.contains(&one.id))
        {
            way.push(next.id);
            parent = next.parent;
        }
        // What was mounted before lies below what was mounted after it.
        let later = all.iter().skip_while(|other| other.id != self.id);
        later.skip(1).any(|other| {
            let above = Path::new(&self.path).starts_with(&other.path) && self.path != other.path;
            above && !way.contains(&other.id) && way.contains(&other.parent)
        })
    }
}

/// What is mounted at a path; `None` when nothing is. With several mounts the last, which is seen.
pub fn mount_at(facts: &Facts, path: &str) -> Result<Reading<Option<MountPoint>>, Unknown> {
    let frame = facts.ended(KEY, COMMAND)?;
    if frame.exit != Some(0) {
        return Err(Unknown::new("the mounts cannot be read").seen(observed(frame, COMMAND)));
    }
    let text = frame.text();
    let all: Vec<Mounted<'_>> = text.lines().filter_map(Mounted::read).collect();
    if !all.iter().any(|one| one.path == "/") {
        let reason = "the list of mounts does not hold: nothing is mounted at /";
        return Err(Unknown::new(reason).seen(observed(frame, COMMAND)));
    }
    let link = text.lines().find_map(|line| {
        line.strip_prefix("link\t")?
            .strip_prefix(path)?
            .strip_prefix('\t')
    });
    let path = link.unwrap_or(path);
    let at: Vec<&Mounted<'_>> = all.iter().filter(|one| one.path == path).collect();
    // The last one covers the others.
    let last = at.last().filter(|one| !one.is_hidden(&all));
    let command = match (at.len(), last) {
        (0 | 1, Some(_)) | (0, None) => format!("findmnt -n -o OPTIONS {path}"),
        (_, Some(_)) => format!("findmnt -n -o OPTIONS {path} | tail -n 1"),
        (_, None) => format!("[ \"$(stat -c %m {path})\" = {path} ]"),
    };
    let Some(Mounted { line, .. }) = last else {
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
