//! One walk over all local filesystems for everything that rules look for in files wherever they lie:
//! programs that raise rights, what everybody may write, what belongs to nobody. And a short one over the folders of
//! commands and one over those of libraries, whatever filesystem they are on.

use std::collections::BTreeSet;

use super::FrameSpec;
use crate::facts::{Facts, Unknown};
use domain::results::Evidence;

const KEY: &str = "walk";

/// How many files of a kind the host tells by name; all are counted.
const MOST: usize = 500;

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
            // A setuid program belongs to whom it is to run as.
            (
                "loose_commands",
                "-type f ( -perm /022 -o ! -user root ! -perm -4000 )",
            ),
            ("commands_of_other_groups", "-type f -gid +999"),
        ],
    },
    Place {
        key: "walk of libraries",
        folders: "/lib /lib64 /usr/lib /usr/lib64",
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

/// Filesystems that lie on other machines, or that hold no files of anybody's, as an expression of awk.
const OTHERS: &str = "nfs|nfs4|cifs|smb3|smbfs|9p|afs|ceph|glusterfs|lustre|gfs2|ocfs2|autofs|proc|sysfs|cgroup|\
cgroup2|devpts|devtmpfs|mqueue|hugetlbfs|securityfs|debugfs|tracefs|configfs|fusectl|bpf|pstore|efivarfs|\
binfmt_misc|rpc_pipefs|nfsd|nsfs|selinuxfs|squashfs|iso9660|fuse|fuse[.].*";

/// Those that may wait for ever for a server that is gone, or mount something when they are looked at.
const FAR: &str =
    "nfs|nfs4|cifs|smb3|smbfs|9p|afs|ceph|glusterfs|lustre|gfs2|ocfs2|autofs|fuse|fuse[.].*";

/// Where to begin, and what must not be met on the way, from mountinfo of proc(5). A filesystem that is mounted whole is
/// walked once, of another every part. The last mount at a path is the one that is seen. What containers mount is
/// theirs. In the way are those of other machines, and what shows once more what is walked already: where find(1) would
/// go into it, because it hangs in its own filesystem, and unless something that is walked lies below it.
const ROOTS: &str = r#"places=$(awk -v others="^($others)$" -v far="^($far)$" '
BEGIN { print "" }
{ t = ""; for (i = 7; i < NF; i++) if ($i == "-") { t = $(i + 1); break }
  of[$1] = $3
  if (t ~ far && $5 != "/") print $5
  if (t == "overlay" && $5 != "/" && $3 == of[$2]) print $5
  if (t ~ others || (t == "overlay" && $5 != "/")) { delete device[$5]; next }
  if (!($5 in device)) order[++n] = $5
  device[$5] = $3; root[$5] = $4; within[$5] = $2 }
END {
  for (i = 1; i <= n; i++) { p = order[i]; if ((p in device) && root[p] == "/" && !(device[p] in whole)) whole[device[p]] = p }
  for (i = 1; i <= n; i++) { p = order[i]; if (!(p in device)) continue
    d = device[p]
    if (d in whole ? whole[d] == p : !((d, root[p]) in part)) { part[d, root[p]] = 1; roots[++r] = p }
    else if (of[within[p]] == d) again[++a] = p }
  for (i = 1; i <= a; i++) { p = again[i]
    for (j = 1; j <= r; j++) if (index(roots[j], p "/") == 1) { p = ""; break }
    if (p != "") print p }
  print "-"; for (j = 1; j <= r; j++) print roots[j] }' /proc/self/mountinfo)
away=${places%%'
-
'*} roots=${places#*'
-
'}
[ "$roots" != "$places" ] || { echo 'no filesystem to walk' >&2; exit 3; }
IFS='
'
set -f
set --
for r in $roots; do set -- "$@" "$(printf '%b' "$r")"; done
unset IFS
printf 'root\t%s\n' "$@"
"#;

/// find(1) asks every folder that it meets which filesystem it is, and one of another machine may never answer. What
/// is mounted a second time is a loop to it where it lies within itself. So it runs in a mount namespace of its own
/// (unshare(1)), in which those are not there; the host does not notice.
const APART: &str = r#"apart() {
  if [ -z "$away" ] || ! unshare -m true 2>/dev/null; then "$@"; return; fi
  unshare -m /bin/sh -c 'away=$1; shift
    printf "%s\n" "$away" | while read -r m; do [ -z "$m" ] || umount -i -c -l "$(printf %b "$m")" || umount -l "$(printf %b "$m")"; done 2>/dev/null
    exec "$@"' sh "$away" "$@"; }
"#;

/// Tests that hold for what belongs to accounts and groups of this machine. find(1) asks the name service about every
/// single file for `-nouser`, which takes most of the time of a walk; numbers are compared at once. There may be
/// thousands of accounts: the first are enough to make it quick, the others are looked up below.
const OWNED: &str = r#"owned() {
  awk -F: -v test="$2" -v most="$most" '
    $3 ~ /^[0-9]+$/ && length($3) < 11 && !($3 in seen) && n < most { seen[$3]; n++; printf "%s -%s %s", (n > 1 ? " -o" : ""), test, $3 }
    END { if (!n) printf "-false" }' "$1"; }
uids=$(owned /etc/passwd uid) gids=$(owned /etc/group gid)
getent passwd 0 >/dev/null || { echo 'getent does not know root, so owners cannot be told' >&2; exit 3; }
"#;

/// What containers keep is theirs.
const PRUNED: &str = r"-type d \( -path /var/lib/docker -o -path /var/lib/containers -o -path /var/lib/containerd \
-o -path /var/lib/kubelet \) -prune";

/// Names end with a NUL, so that none can look like two. Owners that are not of this machine's files are looked up
/// once each: another name service may know them.
const COUNT: &str = r#"tr '\n\000' '?\n' | awk -F'\t' -v OFS='\t' -v most="$most" '
function name(base, id,   command, line, parts) {
  if (!((base, id) in names)) {
    command = "getent " base " " id; names[base, id] = ""
    if ((command | getline line) > 0) { split(line, parts, ":"); names[base, id] = parts[1] }
    close(command)
  }
  return names[base, id] }
$1 == "exit" { print; next }
$1 == "unowned" {
  user = name("passwd", $3); group = name("group", $4)
  if (user != "" && group != "") next
  if (user != "") $3 = user
  if (group != "") $4 = group }
{ n[$1]++; if (n[$1] <= most) print }
END { for (k in n) print "count\t" k "\t" n[k] }'"#;

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
            OWNED
        } else {
            ""
        };
        let script = format!(
            "others='{OTHERS}' far='{FAR}' most={MOST}\n{owned}{ROOTS}{APART}{{ apart find \"$@\" -xdev {PRUNED} -o \\( {everywhere} \\)\n\
             printf 'exit\\t%s\\000' \"$?\"; }} | {COUNT}",
        );
        frames.push(FrameSpec::new(KEY, script, SECONDS).alone());
    }
    for place in &PLACES {
        let tests = tests(&place.kinds);
        if !tests.is_empty() {
            let script = format!(
                "most={MOST}\nset --\nfor d in {}; do if [ -d \"$d\" ] && [ ! -L \"$d\" ]; then set -- \"$@\" \"$d\"; fi; done\n\
                 [ $# -gt 0 ] || {{ echo 'no such folder' >&2; exit 3; }}\nprintf 'root\\t%s\\n' \"$@\"\n\
                 {{ find \"$@\" -xdev \\( {tests} \\); printf 'exit\\t%s\\000' \"$?\"; }} | {COUNT}",
                place.folders,
            );
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
        None => (KEY, "/", format!("{PRUNED} -o ")),
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
