//! Updates of packages that wait, from what the package manager knew when it last asked. Nothing is fetched and
//! nothing is written: apt simulates without its caches, dnf reads its cache alone.

use std::collections::BTreeSet;

use super::FrameSpec;
use crate::facts::{Facts, Reading, Unknown, observed};

const KEY: &str = "updates";

/// The newest list decides how old the knowledge is.
const SCRIPT: &str = r#"now=$(date +%s)
age() { newest=0
  for f in "$@"; do
    t=$(stat -c %Y -- "$f" 2>/dev/null) || continue
    [ "$t" -gt "$newest" ] && newest=$t
  done
  [ "$newest" -gt 0 ] && printf 'age %s\n' "$(( (now - newest) / 86400 ))"; }
if command -v apt-get >/dev/null 2>&1; then
  echo apt
  age /var/lib/apt/lists/*Release /var/lib/apt/periodic/update-success-stamp /var/cache/apt/pkgcache.bin
  waits=$(apt-get -s -o Debug::NoLocking=1 -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= dist-upgrade) || exit 2
  printf '%s\n' "$waits" | grep '^Inst '
elif command -v dnf >/dev/null 2>&1; then
  echo dnf
  age /var/cache/dnf/*/repodata/repomd.xml /var/cache/libdnf5/*/repodata/repomd.xml
  waits=$(dnf -C -q updateinfo list --security 2>&1) || { printf '%s\n' "$waits" >&2; exit 2; }
  printf '%s\n' "$waits" | sed 's/^/security /'
  waits=$(dnf -C -q check-update); code=$?
  case $code in 0|100) ;; *) exit 2;; esac
  printf '%s\n' "$waits" | awk 'NF == 3 { print "update " $1 " " $2 }'
else exit 127; fi
exit 0"#;

/// What waits.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Updates {
    /// How old the newest list is, in days; nothing where there is no list.
    pub list_age_days: Option<i64>,
    /// Packages with a security update.
    pub security: Vec<String>,
    /// Packages with any update.
    pub all: Vec<String>,
}

pub(super) fn frames(_: &BTreeSet<&str>) -> Vec<FrameSpec> {
    vec![FrameSpec::new(KEY, SCRIPT, 60).alone()]
}

/// What waits.
pub fn updates(facts: &Facts) -> Result<Reading<Updates>, Unknown> {
    let frame = facts.frame(KEY, "the list of updates")?;
    let evidence = observed(frame, SCRIPT);
    let text = frame.text();
    let mut lines = text.lines();
    let tool = lines.next().filter(|tool| ["apt", "dnf"].contains(tool));
    let (Some(tool), Some(0)) = (tool, frame.exit) else {
        let words = frame.stderr.lines().next().unwrap_or("no reason given");
        return Err(Unknown::new(format!("the updates cannot be listed: {words}")).seen(evidence));
    };
    let mut value = Updates::default();
    for line in lines {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            ["age", days] => value.list_age_days = days.parse().ok(),
            // Inst openssl [3.0.15-1] (3.0.17-1~deb12u2 Debian-Security:12/stable-security [amd64])
            ["Inst", package, ..] if tool == "apt" => {
                value.all.push((*package).to_owned());
                if line.contains("Debian-Security:")
                    || line.contains("-security ")
                    || line.contains("-security,")
                {
                    value.security.push((*package).to_owned());
                }
            }
            // RHSA-2025:1234 Important/Sec. openssl-3.0.7-28.el9.x86_64
            ["security", id, _, package] if tool == "dnf" && id.contains('-') => {
                value.security.push((*package).to_owned());
            }
            ["security", ..] if tool == "dnf" && line.contains("rror") => {
                return Err(Unknown::new(format!("dnf: {line}")).seen(evidence));
            }
            ["update", package, ..] if tool == "dnf" => value.all.push((*package).to_owned()),
            _ => {}
        }
    }
    Ok(Reading { value, evidence })
}
