//! Kernel parameters as a boot would set them: by the files of sysctl.d(5) as systemd-sysctl(8) reads them, and then
//! by ufw(8), where that is switched on.

use std::sync::Arc;

use globset::GlobBuilder;

use super::{KEY, fold, normal};
use crate::collect::content::{Line, Lines, in_force, lines_of};
use crate::collect::one_line;
use crate::facts::{Facts, Reading, Unknown};
use domain::results::Evidence;

/// The folders of sysctl.d(5), strongest first. A file hides files of the same name further down.
const FOLDERS: [&str; 5] = [
    "/etc/sysctl.d",
    "/run/sysctl.d",
    "/usr/local/lib/sysctl.d",
    "/usr/lib/sysctl.d",
    "/lib/sysctl.d",
];

/// Says whether ufw is switched on.
const UFW_SWITCH: &str = "/etc/ufw/ufw.conf";

/// Says which file ufw hands to sysctl(8) when it starts, after the parameters of a boot were set.
const UFW_DEFAULTS: &str = "/etc/default/ufw";

/// The file that it names as it is shipped.
const UFW_FILE: &str = "/etc/ufw/sysctl.conf";

/// What of systemd-sysctl(8) is other than usual, seen by its files, as a program would take time. A unit that is empty
/// or a link to /dev/null is masked. Its library bears the version; patterns came with 246.
pub(super) const BOOT: &str = r#"f=/etc/systemd/system/systemd-sysctl.service
if [ -e "$f" ] && [ ! -s "$f" ]; then echo 'boot masked'; fi
set +f
for f in /usr/lib/systemd/libsystemd-shared-*.so /lib/systemd/libsystemd-shared-*.so; do
  v=${f##*-shared-}; v=${v%%[!0-9]*}
  [ ! -e "$f" ] || [ "${v:-999}" -ge 246 ] || { echo 'boot without patterns'; break; }
done
set -f
"#;

/// systemd-sysctl(8), which sets the parameters at boot, does not read `/etc/sysctl.conf`; it counts
/// where a link in a folder names it, as `/etc/sysctl.d/99-sysctl.conf` does, and at that place.
fn patterns() -> impl Iterator<Item = String> {
    FOLDERS.iter().map(|folder| format!("{folder}/*.conf"))
}

/// All that may set a parameter.
pub(super) fn files() -> impl Iterator<Item = String> {
    patterns().chain([UFW_SWITCH, UFW_DEFAULTS, UFW_FILE].map(str::to_owned))
}

/// The value after a boot with the file and line that wins; `None` when no file sets it. An interface of which no file
/// speaks takes what new ones get.
pub fn persisted_sysctl(facts: &Facts, key: &str) -> Result<Option<Reading<String>>, Unknown> {
    let mut files: Vec<Arc<Lines>> = Vec::new();
    for pattern in patterns() {
        files.extend(lines_of(facts, &pattern)?);
    }
    if nothing_sets_at_boot(facts).is_some() {
        files.clear();
    }
    let files = in_force(files);
    let ufw = of_ufw(facts)?;
    let patterns = !says(facts, "boot without patterns");
    let last = |target: &str| {
        let names = names_of(target);
        winner(&ufw, &names, true).or_else(|| winner(&files, &names, patterns))
    };
    let target = normal(key);
    let winner = last(&target).or_else(|| last(&new_card(&target)?));
    Ok(winner.map(|(value, file, line)| Reading {
        value,
        evidence: one_line(&file.path, line.number, &line.text),
    }))
}

/// What shows that the files of sysctl.d(5) count for nothing.
pub fn nothing_sets_at_boot(facts: &Facts) -> Option<Evidence> {
    let command = "systemctl is-enabled systemd-sysctl.service";
    says(facts, "boot masked").then(|| Evidence::new(command, Some(1), b"masked\n"))
}

/// Whether the collector printed the line.
fn says(facts: &Facts, line: &str) -> bool {
    let frame = facts.frames.get(KEY);
    frame.is_some_and(|frame| frame.text().lines().any(|printed| printed == line))
}

/// The family (`ipv4` or `ipv6`), the interface and the rest, where a path is that of a parameter of interfaces.
fn of_card(path: &str) -> Option<(&str, &str, &str)> {
    let (family, rest) = path.strip_prefix("net/")?.split_once("/conf/")?;
    let (card, name) = rest.split_once('/')?;
    Some((family, card, name))
}

/// The parameter from which a new interface takes its value.
fn new_card(target: &str) -> Option<String> {
    let (family, card, name) = of_card(target)?;
    (!["all", "default"].contains(&card)).then(|| format!("net/{family}/conf/default/{name}"))
}

/// The names that set a parameter: its own, and for forwarding that of all interfaces, which for IPv4 has two names and
/// is handed on to each.
fn names_of(target: &str) -> Vec<String> {
    let mut names = vec![target.to_owned()];
    let all = match of_card(target) {
        Some(("ipv4", _, "forwarding")) => "ipv4",
        Some(("ipv6", _, "forwarding")) => "ipv6",
        None if target == "net/ipv4/ip_forward" => "ipv4",
        _ => return names,
    };
    names.push(format!("net/{all}/conf/all/forwarding"));
    if all == "ipv4" {
        names.push("net/ipv4/ip_forward".to_owned());
    }
    names
}

/// What ufw sets when it starts.
fn of_ufw(facts: &Facts) -> Result<Vec<Arc<Lines>>, Unknown> {
    // Scans that were stored earlier do not hold it.
    let Ok(switch) = lines_of(facts, UFW_SWITCH) else {
        return Ok(Vec::new());
    };
    if variable(&switch, "ENABLED").is_none_or(|value| !value.eq_ignore_ascii_case("yes")) {
        return Ok(Vec::new());
    }
    match variable(&lines_of(facts, UFW_DEFAULTS)?, "IPT_SYSCTL").as_deref() {
        None | Some("") => Ok(Vec::new()),
        Some(UFW_FILE) => lines_of(facts, UFW_FILE),
        Some(other) => Err(Unknown::new(format!(
            "{UFW_DEFAULTS} lets ufw set kernel parameters from {other}, which is not read; name {UFW_FILE} there"
        ))),
    }
}

/// The value of a variable of a shell file.
fn variable(files: &[Arc<Lines>], name: &str) -> Option<String> {
    let lines = files.iter().flat_map(|file| &file.lines);
    lines
        .filter_map(|line| line.text.trim().strip_prefix(name)?.strip_prefix('='))
        .next_back()
        .map(|value| value.trim().trim_matches(['"', '\'']).to_owned())
}

/// An assignment that is in force, and where it stands.
struct Assignment<'f> {
    key: String,
    /// Nothing for `-key`, which takes the key out of patterns.
    value: Option<String>,
    file: &'f Lines,
    line: &'f Line,
}

/// The assignment that sets a parameter of these names last. As systemd-sysctl has it: a new value for the same name
/// goes to the end, the same value stays where it was; all are written in that order; a pattern passes over what has a
/// line by its name.
fn winner<'f>(
    files: &'f [Arc<Lines>],
    names: &[String],
    patterns: bool,
) -> Option<(String, &'f Lines, &'f Line)> {
    let lines = files
        .iter()
        .flat_map(|file| file.lines.iter().map(move |line| (file, line)));
    let mut assignments: Vec<Assignment<'f>> = Vec::new();
    for new in lines.filter_map(|(file, line)| assignment(file, line)) {
        if !names.iter().any(|name| sets(&new.key, name)) {
            continue;
        }
        match assignments.iter().position(|old| old.key == new.key) {
            Some(at)
                if assignments
                    .get(at)
                    .is_some_and(|old| old.value == new.value) =>
            {
                continue;
            }
            Some(at) => drop(assignments.remove(at)),
            None => {}
        }
        assignments.push(new);
    }
    let has_line = |name: &String| assignments.iter().any(|one| one.key == *name);
    let counts = |one: &&Assignment<'f>| {
        one.value.is_some()
            && (!is_pattern(&one.key)
                || patterns
                    && names
                        .iter()
                        .any(|name| !has_line(name) && sets(&one.key, name)))
    };
    let last = assignments.iter().rfind(counts)?;
    Some((last.value.clone()?, last.file, last.line))
}

fn is_pattern(key: &str) -> bool {
    key.contains(['*', '?', '['])
}

/// Whether a key names a parameter, by itself or as a pattern.
fn sets(key: &str, name: &str) -> bool {
    if is_pattern(key) {
        matches(key, name)
    } else {
        parts(key).eq(parts(name))
    }
}

fn assignment<'f>(file: &'f Lines, line: &'f Line) -> Option<Assignment<'f>> {
    let text = line.text.trim();
    if text.starts_with(['#', ';']) {
        return None;
    }
    let (name, value) = match text.split_once('=') {
        Some((name, value)) => (name.strip_prefix('-').unwrap_or(name), Some(fold(value))),
        None => (text.strip_prefix('-')?, None),
    };
    let key = normal(name.trim());
    Some(Assignment {
        key,
        value,
        file,
        line,
    })
}

/// The parts of a path, however many slashes are between them.
fn parts(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|part| !part.is_empty())
}

/// Whether a pattern of glob(7) names the parameter; what is special within a part stays within it.
fn matches(pattern: &str, target: &str) -> bool {
    // Braces and two stars mean nothing to glob(7).
    let plain = pattern.replace('{', "[{]").replace('}', "[}]");
    let folded = plain.split("**").collect::<Vec<_>>().join("*");
    GlobBuilder::new(&folded)
        .literal_separator(true)
        .build()
        .is_ok_and(|glob| glob.compile_matcher().is_match(target))
}
