//! Installed packages, from dpkg or rpm: one call for all of them.

use std::collections::{BTreeMap, BTreeSet};

use super::FrameSpec;
use crate::facts::{Facts, Frame, Reading, Unknown, observed};
use domain::results::Evidence;

const KEY: &str = "packages";

/// `db:Status-Abbrev` of dpkg-query(1): desired, status, error. A dpkg without a database is a guest
/// on a system of rpm. One with fewer packages than there are lists of files was cut, and what is not in it may be there;
/// a list may be left over.
const SCRIPT: &str = r#"if [ -s /var/lib/dpkg/status ] && command -v dpkg-query >/dev/null 2>&1; then echo dpkg
dpkg-query -W -f '${db:Status-Abbrev}\t${Package}\t${Version}\n' || exit
known=$(grep -c '^Package: ' /var/lib/dpkg/status)
set -- /var/lib/dpkg/info/*.list
if [ $(( ${known:-0} * 10 )) -lt $(( $# * 9 )) ]; then
  echo "/var/lib/dpkg/status has $known packages, and /var/lib/dpkg/info has the lists of $#: it was cut" >&2; exit 3
fi
elif command -v rpm >/dev/null 2>&1; then echo rpm
rpm -qa --qf 'ii \t%{NAME}\t%{VERSION}-%{RELEASE}\n'
else exit 127; fi"#;

/// What is known of one package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PackageState {
    /// Installed, with its version.
    Installed(String),
    /// Unpacked or configured half-way: neither there nor away.
    Broken(String),
    /// Not installed; a removed package that left its configuration counts as away.
    Absent,
}

pub(super) fn frames(_: &BTreeSet<&str>) -> Vec<FrameSpec> {
    vec![FrameSpec::new(KEY, SCRIPT, 60).alone()]
}

/// What the database lists.
struct Listed {
    /// `dpkg` or `rpm`.
    tool: String,
    /// By name. A package is listed once for each architecture and version.
    packages: BTreeMap<String, Vec<Listing>>,
    /// Whether any line has a package with its version.
    any: bool,
}

struct Listing {
    /// As dpkg abbreviates it.
    status: String,
    version: String,
}

fn listed(frame: &Frame) -> Listed {
    let text = frame.text();
    let mut lines = text.lines();
    let tool = lines.next().unwrap_or_default().to_owned();
    let mut packages: BTreeMap<String, Vec<Listing>> = BTreeMap::new();
    let mut any = false;
    for line in lines {
        let mut columns = line.split('\t').map(str::to_owned);
        if let (Some(status), Some(name)) = (columns.next(), columns.next()) {
            let version = columns.next();
            any |= version.is_some();
            packages.entry(name).or_default().push(Listing {
                status,
                version: version.unwrap_or_default(),
            });
        }
    }
    Listed {
        tool,
        packages,
        any,
    }
}

/// What manages the packages: `dpkg` or `rpm`.
pub fn package_tool(facts: &Facts) -> Option<String> {
    let frame = facts.frames.get(KEY)?;
    Some(frame.parsed(listed).tool.clone()).filter(|tool| !tool.is_empty())
}

/// The state of one package.
pub fn package(facts: &Facts, name: &str) -> Result<Reading<PackageState>, Unknown> {
    const COMMAND: &str = "dpkg-query -W or rpm -qa";
    let frame = facts.ended(KEY, COMMAND)?;
    let cannot = |reason: &str| Err(Unknown::new(reason).seen(observed(frame, COMMAND)));
    if frame.exit != Some(0) {
        let words = frame.stderr.lines().last().unwrap_or("no reason given");
        return cannot(&format!("the package database could not be read: {words}"));
    }
    let listed = frame.parsed(listed);
    // A machine without a single package has a package database that is not its own.
    if !listed.any {
        return cannot("the package database lists nothing");
    }
    let command = if listed.tool == "dpkg" {
        format!(
            "dpkg-query -W -f '${{db:Status-Abbrev}}${{Version}} ${{Package}}\\n' | grep ' {name}$'"
        )
    } else {
        format!("rpm -qa --qf 'ii %{{VERSION}}-%{{RELEASE}} %{{NAME}}\\n' | grep ' {name}$'")
    };
    let mut shown = String::new();
    let mut state = PackageState::Absent;
    for Listing { status, version } in listed.packages.get(name).into_iter().flatten() {
        shown.push_str(&format!("{status}{version} {name}\n"));
        let one = match status.get(1..2) {
            // Installed; or installed, with triggers of other packages still to be run.
            Some("i" | "W" | "t")
                if status.get(2..3).is_none_or(|error| error.trim().is_empty()) =>
            {
                PackageState::Installed(version.clone())
            }
            Some("n" | "c") => continue,
            _ => PackageState::Broken(status.trim().to_owned()),
        };
        // With several architectures, one that is whole is enough to be there.
        if !matches!(state, PackageState::Installed(_)) {
            state = one;
        }
    }
    // rpm leaves out what it cannot read, and ends as if nothing were amiss.
    let mut said = frame.stderr.lines();
    if state == PackageState::Absent
        && listed.tool == "rpm"
        && let Some(error) = said.find(|line| line.starts_with("error:"))
    {
        return cannot(&format!(
            "the package database could not be read in full: {error}"
        ));
    }
    let exit = u32::from(shown.is_empty());
    Ok(Reading {
        value: state,
        evidence: Evidence::new(command, Some(exit), shown.as_bytes()),
    })
}

/// Whether a line of the package begins with `ii`, as `dpkg -l` shows it: wanted and whole. One that is whole and on
/// hold (`hi`) is not.
pub fn package_is_ii(facts: &Facts, name: &str) -> bool {
    let Some(frame) = facts.frames.get(KEY) else {
        return false;
    };
    let listed = frame.parsed(listed);
    let mut listings = listed.packages.get(name).into_iter().flatten();
    listings.any(|listing| listing.status.starts_with("ii"))
}
