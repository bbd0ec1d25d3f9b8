//! One walk over all local filesystems for everything that rules look for in files wherever they lie:
//! programs that raise rights, what everybody may write, what belongs to nobody. And a short one over the folders of
//! commands and one over those of libraries, whatever filesystem they are on.

mod script;

use std::collections::BTreeSet;

use super::FrameSpec;
use crate::facts::{Facts, Unknown};
use domain::results::Evidence;

const KEY: &str = "walk";

/// How long the walk may take, in seconds.
const SECONDS: u64 = 120;

/// The kind that is found by comparing owners with the accounts that there are.
const UNOWNED: &str = "unowned";

/// What can be looked for everywhere, with the test of find(1).
const KINDS: [(&str, &str); 5] = [
    ("setuid", "-type f -perm -4000"),
    ("setgid", "-type f -perm -2000"),
    ("world_writable_files", "-type f -perm -0002"),
    (
        "world_writable_folders",
        "-type d -perm -0002 ! -perm -1000",
    ),
    (UNOWNED, "( -nouser -o -nogroup )"),
];

/// A part of the system with what can be looked for in it.
struct Place {
    key: &'static str,
    /// As words of a shell.
    folders: &'static str,
    kinds: [(&'static str, &'static str); 2],
}

const PLACES: [Place; 2] = [
    Place {
        key: "walk of commands",
        folders: "/bin /sbin /usr/bin /usr/sbin /usr/libexec /usr/local/bin /usr/local/sbin",
        kinds: [
            // A setuid program belongs to whom it is to run as. Who may write to a folder puts another in its place.
            (
                "loose_commands",
                "( -type f -o -type d ) ( -perm /022 -o ! -user root ! -perm -4000 )",
            ),
            ("commands_of_other_groups", "-type f -gid +999"),
        ],
    },
    Place {
        key: "walk of libraries",
        folders: "/lib /lib64 /usr/lib /usr/lib64 /usr/local/lib /usr/local/lib64",
        kinds: [
            (
                "loose_libraries",
                "-type f ( -name '*.so' -o -name '*.so.*' ) ( -perm /022 -o ! -user root )",
            ),
            (
                "libraries_of_other_groups",
                "-type f ( -name '*.so' -o -name '*.so.*' ) -gid +999",
            ),
        ],
    },
];

/// How long the walk over a place may take, in seconds.
const PLACE_SECONDS: u64 = 60;

/// One file that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WalkedFile {
    /// The permission bits in octal digits.
    pub mode: String,
    /// Its owner.
    pub owner: String,
    /// Its group.
    pub group: String,
    /// Its path; a line break in it is shown as `?`.
    pub path: String,
}

/// What the walk found of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Walked {
    /// The first files.
    pub files: Vec<WalkedFile>,
    /// How many there are.
    pub count: usize,
    /// What was seen, as the command that shows it.
    pub evidence: Evidence,
}

/// All kinds with their tests.
fn kinds() -> impl Iterator<Item = &'static (&'static str, &'static str)> {
    KINDS
        .iter()
        .chain(PLACES.iter().flat_map(|place| &place.kinds))
}

/// The names of all kinds.
pub fn walk_kinds() -> impl Iterator<Item = &'static str> {
    kinds().map(|(kind, _)| *kind)
}

pub(super) fn frames(arguments: &BTreeSet<&str>) -> Vec<FrameSpec> {
    let tests = |kinds: &[(&str, &str)]| {
        let wanted = kinds.iter().filter(|(kind, _)| arguments.contains(kind));
        wanted.map(printed).collect::<Vec<_>>().join(" , ")
    };
    let mut frames = Vec::new();
    let everywhere = tests(&KINDS);
    if !everywhere.is_empty() {
        let owned = if arguments.contains(UNOWNED) {
            script::OWNED
        } else {
            ""
        };
        let script = script::everywhere(owned, &everywhere);
        frames.push(FrameSpec::new(KEY, script, SECONDS).alone());
    }
    for place in &PLACES {
        let tests = tests(&place.kinds);
        if !tests.is_empty() {
            let script = script::over(place.folders, &tests);
            frames.push(FrameSpec::new(place.key, script, PLACE_SECONDS));
        }
    }
    frames
}

/// What find(1) does with a file of a kind.
fn printed((kind, test): &(&str, &str)) -> String {
    if *kind == UNOWNED {
        return format!(
            "\\( \\( $uids \\) \\( $gids \\) -o -printf '{kind}\\t%m\\t%U\\t%G\\t%p\\0' \\)"
        );
    }
    format!(
        "\\( {} -printf '{kind}\\t%m\\t%u\\t%g\\t%p\\0' \\)",
        shell(test)
    )
}

/// The test as words of a shell.
fn shell(test: &str) -> String {
    test.replace('(', "\\(")
        .replace(')', "\\)")
        .replace('!', "\\!")
}

/// The key of the frame that holds a kind, the folders that are walked, and what find(1) leaves out there.
fn looked_in(kind: &str) -> (&'static str, &'static str, String) {
    let holds = |place: &&Place| place.kinds.iter().any(|(known, _)| *known == kind);
    match PLACES.iter().find(holds) {
        Some(place) => (place.key, place.folders, String::new()),
        None => (KEY, "/", format!("{} -o ", script::left_out())),
    }
}

/// What there is of one kind. A folder that could not be read is "could not tell".
pub fn walked(facts: &Facts, kind: &str) -> Result<Walked, Unknown> {
    let test = kinds()
        .find(|(known, _)| *known == kind)
        .map_or("", |(_, test)| *test);
    let (key, folders, but) = looked_in(kind);
    let frame = facts.frame(key, &format!("find {folders} -xdev {}", shell(test)))?;
    let printed = frame.text();
    let (mut roots, mut files, mut count, mut exit) = (Vec::new(), Vec::new(), 0, None);
    for line in printed.lines() {
        let columns: Vec<&str> = line.splitn(5, '\t').collect();
        match columns.as_slice() {
            ["root", root] => roots.push((*root).to_owned()),
            ["exit", code] => exit = code.parse::<u32>().ok(),
            ["count", of, number] if *of == kind => count = number.parse().unwrap_or_default(),
            [of, mode, owner, group, path] if *of == kind => files.push(WalkedFile {
                mode: (*mode).to_owned(),
                owner: (*owner).to_owned(),
                group: (*group).to_owned(),
                path: (*path).to_owned(),
            }),
            _ => {}
        }
    }
    let mut command = format!(
        "find {} -xdev {but}{} -printf '%m %u %g %p\\n'",
        roots.join(" "),
        shell(test)
    );
    if count > files.len() {
        command.push_str(&format!(" | head -n {}", files.len()));
    }
    let mut shown = String::new();
    for file in &files {
        let words = [&file.mode, &file.owner, &file.group, &file.path];
        shown.push_str(&words.map(String::as_str).join(" "));
        shown.push('\n');
    }
    let evidence = Evidence::new(command, exit, shown.as_bytes()).with_stderr(&frame.stderr);
    // Files come and go while we walk.
    let refused = frame
        .stderr
        .lines()
        .find(|line| !line.trim().is_empty() && !line.ends_with("No such file or directory"));
    let fault = match (exit, refused) {
        (_, Some(words)) => words.to_owned(),
        _ if roots.is_empty() => "nothing says where it began".to_owned(),
        (Some(0 | 1), None) if facts.privileged => String::new(),
        (Some(0 | 1), None) => "only root sees all files".to_owned(),
        _ => "find did not come to its end".to_owned(),
    };
    if !fault.is_empty() {
        return Err(
            Unknown::new(format!("the filesystems were not walked whole: {fault}")).seen(evidence),
        );
    }
    Ok(Walked {
        files,
        count,
        evidence,
    })
}
