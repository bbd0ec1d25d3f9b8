//! Installed packages, from dpkg or rpm: one call for all of them.

use std::collections::{BTreeMap, BTreeSet};

use super::{FrameSpec, literal, quote};
use crate::facts::{Facts, Frame, Reading, Unknown, observed};
use crate::pattern::Pattern;
use domain::results::Evidence;

const KEY: &str = "packages";

/// `db:Status-Abbrev` of dpkg-query(1): desired, status, error. A dpkg without a database is a guest
/// on a system of rpm. One with fewer packages than there are lists of files was cut, and what is not in it may be there;
/// a list may be left over.
const SCRIPT: &str = r#"if [ -s /var/lib/dpkg/status ] && command -v dpkg-query >/dev/null 2>&1; then echo dpkg
dpkg-query -W -f '${db:Status-Abbrev}\t${Package}\t${Version}\t${Architecture}\n' || exit
known=$(grep -c '^Package: ' /var/lib/dpkg/status)
set -- /var/lib/dpkg/info/*.list
if [ $(( ${known:-0} * 10 )) -lt $(( $# * 9 )) ]; then
  echo "/var/lib/dpkg/status has $known packages, and /var/lib/dpkg/info has the lists of $#: it was cut" >&2; exit 3
fi
elif command -v rpm >/dev/null 2>&1; then echo rpm
rpm -qa --qf 'ii \t%{NAME}\t%{VERSION}-%{RELEASE}\t%{ARCH}\n'
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
    /// Nothing in facts of long ago.
    architecture: Option<String>,
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
                architecture: columns.next(),
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
    package_of(facts, &Asked::Name(name))
}

/// What is asked of the list of packages.
enum Asked<'a> {
    /// A name, as it is.
    Name(&'a str),
    /// What `dpkg -l` or `rpm -q` would be asked.
    Query(&'a str),
}

impl Asked<'_> {
    /// The listings that are meant, each with its name.
    fn listings<'l>(&self, listed: &'l Listed) -> Result<Vec<(&'l str, &'l Listing)>, Unknown> {
        match *self {
            Self::Query(query) if !listed.packages.contains_key(query) => queried(listed, query),
            Self::Name(name) | Self::Query(name) => {
                let found = listed.packages.get_key_value(name).into_iter();
                Ok(found
                    .flat_map(|(name, all)| all.iter().map(move |one| (name.as_str(), one)))
                    .collect())
            }
        }
    }

    fn command(&self, listed: &Listed) -> String {
        let (Self::Name(name) | Self::Query(name)) = self;
        let by_query = matches!(self, Self::Query(_)) && !listed.packages.contains_key(*name);
        let dpkg = r"dpkg-query -W -f '${db:Status-Abbrev}${Version} ${Package}\n'";
        let rpm = r"--qf 'ii %{VERSION}-%{RELEASE} %{NAME}\n'";
        match (listed.tool.as_str(), by_query) {
            ("dpkg", true) if name.contains([':', '*', '?', '[']) => {
                format!("{dpkg} {} | grep '^.[^n]'", quote(name))
            }
            ("dpkg", _) => format!("{dpkg} | grep ' {name}$'"),
            (_, true) => format!("rpm -q {rpm} {}", quote(name)),
            (_, false) => format!("rpm -qa {rpm} | grep ' {name}$'"),
        }
    }
}

/// A name that no package has: for dpkg(1) perhaps a pattern, perhaps with an architecture; for rpm(8) perhaps with
/// its version, release and architecture.
fn queried<'l>(listed: &'l Listed, query: &str) -> Result<Vec<(&'l str, &'l Listing)>, Unknown> {
    let all = listed
        .packages
        .iter()
        .flat_map(|(name, all)| all.iter().map(move |one| (name.as_str(), one)));
    if listed.tool != "dpkg" {
        let is_meant = |(name, one): &(&str, &Listing)| {
            let version = one
                .version
                .split_once('-')
                .map_or("", |(version, _)| version);
            let full = format!("{name}-{}", one.version);
            let whole = [*name, &format!("{name}-{version}"), &full];
            let architecture = one.architecture.as_deref().unwrap_or_default();
            let mut with = whole.iter().map(|whole| format!("{whole}.{architecture}"));
            whole.contains(&query) || with.any(|with| with == query)
        };
        return Ok(all.filter(is_meant).collect());
    }
    let (name, architecture) = query.split_once(':').unwrap_or((query, "*"));
    let architecture = if architecture == "any" {
        "*"
    } else {
        architecture
    };
    let pattern = |text: &str| {
        fnmatch(text).ok_or_else(|| Unknown::new(format!("{query:?} is no name of a package")))
    };
    let (names, architectures) = (pattern(name)?, pattern(architecture)?);
    let meant: Vec<_> = all.filter(|(name, _)| names.is_match(name)).collect();
    let told = |one: &Listing| one.architecture.is_some() || architecture == "*";
    if !meant.iter().all(|(_, one)| told(one)) {
        return Err(Unknown::new(
            "these facts have no architectures of packages",
        ));
    }
    let of_one = |one: &Listing| {
        let known = one.architecture.as_deref();
        known.is_none_or(|known| architectures.is_match(known))
    };
    Ok(meant.into_iter().filter(|(_, one)| of_one(one)).collect())
}

/// A pattern of fnmatch(3) for a whole text. Backslashes stand in no name of a package.
fn fnmatch(text: &str) -> Option<Pattern> {
    let mut expression = String::from("^");
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        match c {
            '*' => expression.push_str(".*"),
            '?' => expression.push('.'),
            '[' => {
                let within: String = rest.by_ref().take_while(|c| *c != ']').collect();
                let (not, letters) = match within.strip_prefix(['!', '^']) {
                    Some(letters) => ("^", letters),
                    None => ("", within.as_str()),
                };
                expression.push_str(&format!("[{not}{}]", letters.replace('[', "\\[")));
            }
            c => expression.push_str(&literal(&c.to_string())),
        }
    }
    expression.push('$');
    Pattern::new(&expression).ok()
}

/// The state of the packages that `dpkg -l` or `rpm -q` would name when asked so.
pub fn package_asked(facts: &Facts, query: &str) -> Result<Reading<PackageState>, Unknown> {
    package_of(facts, &Asked::Query(query))
}

fn package_of(facts: &Facts, asked: &Asked<'_>) -> Result<Reading<PackageState>, Unknown> {
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
    let command = asked.command(&listed);
    let mut shown = String::new();
    let mut state = PackageState::Absent;
    for (name, listing) in asked.listings(&listed)? {
        let Listing {
            status, version, ..
        } = listing;
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

/// Whether a line that `dpkg -l` shows when asked so begins with `ii`: wanted and whole. One that is whole and on hold
/// (`hi`) does not.
pub fn package_is_ii(facts: &Facts, query: &str) -> bool {
    let Some(frame) = facts.frames.get(KEY) else {
        return false;
    };
    let listed = frame.parsed(listed);
    let listings = Asked::Query(query).listings(&listed).unwrap_or_default();
    { listings.iter() }.any(|(_, listing)| listing.status.starts_with("ii"))
}
