//! Updates of packages that wait, from what the package manager knew when it last asked. Nothing is fetched and
//! nothing is written: apt reads the cache of its lists where it is whole and keeps none, dnf reads its cache alone.

use std::collections::BTreeSet;

use super::FrameSpec;
use crate::facts::{Facts, Reading, Unknown, observed};

const KEY: &str = "updates";

/// How old the knowledge is. apt leaves to a list the time at which it was made, and some are never made anew, so the
/// newest decides; of the lists of security updates, which change all the time, the oldest. That all were fetched is
/// said by the stamp, where something writes it. dnf touches the list of packages whenever it has looked, so the
/// oldest of the archives that are enabled decides; of security updates, of those that have advisories.
///
/// apt computes what it knows of the lists anew, a second and a half of a processor, unless its cache is newer than
/// all that it is made from; a cache that is older it would write. `apt list` names the archives of what waits and
/// leaves out how it would be installed, which is most of what `apt-get -s dist-upgrade` computes. It keeps its form
/// since apt 1.0, though it warns that it need not. With `-a` it names all versions, the newest first: one that is
/// newer than a security update holds that too.
///
/// A preference of apt may hold a package at its version for good, and then apt lists nothing for it. Where there is one,
/// apt is asked once more as if there were none, and `own` names the archives of this release: an archive of another
/// release, which a preference keeps away, has updates for others. Ubuntu brings preferences of its own along.
const SCRIPT: &str = r#"now=$(date +%s)
dates() { stat -c %Y -- "$@" 2>/dev/null | sort -n; }
newest() { dates "$@" | tail -n 1; }
oldest() { dates "$@" | head -n 1; }
age() { [ -z "$2" ] || echo "$1 $(( (now - $2) / 86400 ))"; }
if command -v apt >/dev/null 2>&1; then
  echo apt
  stamp=/var/lib/apt/periodic/update-success-stamp
  age age "$(newest /var/lib/apt/lists/*Release "$stamp")"
  set -- /var/lib/apt/lists/*security*Release
  made=$(oldest "$@") all=$(newest "$stamp")
  [ "${all:-0}" -gt "${made:-0}" ] && [ -n "$made" ] && made=$all
  age security-age "$made"; [ -n "$made" ] || echo 'security-age none'
  # Without a list of packages nothing can wait, and apt takes long to say so.
  set -- /var/lib/apt/lists/*_Packages*; [ -e "$1" ] || exit 0
  cache=/var/cache/apt/srcpkgcache.bin
  newer=$(find /var/lib/apt/lists /etc/apt -newer "$cache" 2>/dev/null) && [ -z "$newer" ] || cache=
  waits() {
    word=$1; shift
    waits=$(apt -q -o Apt::Cmd::Disable-Script-Warning=1 -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache=$cache \
      "$@" list -a --upgradable) || exit 2
    printf '%s\n' "$waits" | awk -v word="$word" '
      function told() { if (archives != "") print word " " name " " archives; archives = ""; below = 0 }
      NF == 0 { told(); next }
      !/^[^ ]+\/[^ ]+ / { next }
      $4 ~ /^\[installed/ { below = 1 }
      !below { at = index($1, "/"); name = substr($1, 1, at - 1)
        archives = archives (archives == "" ? "" : ",") substr($1, at + 1) }
      END { told() }' || exit 2
  }
  waits update
  pinned=$(find /etc/apt/preferences /etc/apt/preferences.d -type f ! -name 'ubuntu-pro-esm-*' \
    -exec grep -l '^[Pp]in-[Pp]riority:' {} + 2>/dev/null)
  if [ -n "$pinned" ]; then
    waits unpinned -o Dir::Etc::Preferences=/dev/null -o Dir::Etc::PreferencesParts=/dev/null
    release=$(. /etc/os-release; echo "$VERSION_CODENAME")
    awk -v release="$release" '/^Suite: / { suite[FILENAME] = $2 }
      /^Codename: / && release != "" && index($2, release) == 1 { own[FILENAME] = 1 }
      END { for (file in own) if (file in suite) print "own " suite[file] }' /var/lib/apt/lists/*Release
  fi
elif command -v dnf >/dev/null 2>&1; then
  echo dnf
  enabled=$(cat /etc/yum.repos.d/*.repo /etc/distro.repos.d/*.repo 2>/dev/null | awk '/^\[/ { id = $0; sub(/^\[/, "", id); sub(/\].*/, "", id); on[id] = 1 }
    tolower($0) ~ /^enabled[ \t]*=[ \t]*(0|no|false|off)/ { delete on[id] }
    END { for (id in on) printf " %s ", id }')
  least= advised=
  for d in /var/cache/dnf/*/repodata /var/cache/libdnf5/*/repodata; do
    id=${d%/repodata}; id=${id##*/}
    case $enabled in *" ${id%-*} "*) ;; *) continue;; esac
    looked=$(newest "$d"/repomd.xml "$d"/*primary.xml*)
    [ -n "$looked" ] || continue
    [ "${least:-$looked}" -lt "$looked" ] || least=$looked
    set -- "$d"/*updateinfo*
    [ ! -e "$1" ] || [ "${advised:-$looked}" -lt "$looked" ] || advised=$looked
  done
  age age "$least"
  age security-age "$advised"; [ -n "$advised" ] || echo 'security-age none'
  waits=$(dnf -C -q updateinfo list --security 2>&1) || { printf '%s\n' "$waits" >&2; exit 2; }
  printf '%s\n' "$waits" | sed 's/^/security /' || exit 2
  waits=$(dnf -C -q check-update); code=$?
  case $code in 0|100) ;; *) exit 2;; esac
  printf '%s\n' "$waits" | awk 'NF == 3 { print "update " $1 " " $2 }' || exit 2
else exit 127; fi
exit 0"#;

/// What waits.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Updates {
    /// How old the lists are, in days; nothing where there is no list.
    pub list_age_days: Option<i64>,
    /// How old the lists of security updates are, in days; nothing where that was not asked.
    pub security_age: Option<SecurityAge>,
    /// Packages with a security update.
    pub security: Vec<String>,
    /// Packages with any update.
    pub all: Vec<String>,
}

/// How old the lists of security updates are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecurityAge {
    /// In days.
    Days(i64),
    /// There is no such list.
    NoList,
}

pub(super) fn frames(_: &BTreeSet<&str>) -> Vec<FrameSpec> {
    vec![FrameSpec::new(KEY, SCRIPT, 60).alone()]
}

fn of_security(archive: &str) -> bool {
    archive.ends_with("-security")
}

/// What waits.
pub fn updates(facts: &Facts) -> Result<Reading<Updates>, Unknown> {
    let frame = facts.ended(KEY, "the list of updates")?;
    let evidence = observed(frame, SCRIPT);
    let text = frame.text();
    let mut lines = text.lines();
    let tool = lines.next().filter(|tool| ["apt", "dnf"].contains(tool));
    let (Some(tool), Some(0)) = (tool, frame.exit) else {
        let words = frame.stderr.lines().next().unwrap_or("no reason given");
        return Err(Unknown::new(format!("the updates cannot be listed: {words}")).seen(evidence));
    };
    let mut value = Updates::default();
    let own: BTreeSet<&str> = (text.lines())
        .filter_map(|line| line.strip_prefix("own "))
        .collect();
    for line in lines {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            ["age", days] => value.list_age_days = days.parse().ok(),
            ["security-age", "none"] => value.security_age = Some(SecurityAge::NoList),
            ["security-age", days] => value.security_age = days.parse().ok().map(SecurityAge::Days),
            // Of apt: openssl/jammy-updates,jammy-security 3.0.2-0ubuntu1.20 amd64 [upgradable from: …]
            ["update", package, archives] if tool == "apt" => {
                value.all.push((*package).to_owned());
                if archives.split(',').any(of_security) {
                    value.security.push((*package).to_owned());
                }
            }
            ["unpinned", package, archives] if tool == "apt" => {
                let mut archives = archives.split(',').filter(|archive| own.contains(archive));
                if archives.any(of_security) && !value.security.iter().any(|one| one == package) {
                    value
                        .security
                        .push(format!("{package} (kept away by a preference of apt)"));
                }
            }
            // RHSA-2025:1234 Important/Sec. openssl-3.0.7-28.el9.x86_64
            ["security", id, _, package] if tool == "dnf" && id.contains('-') => {
                value.security.push((*package).to_owned());
            }
            // Of dnf5: FEDORA-2024-2ea0cfc0f5 security Important openssl-1:3.2.2-3.fc41.x86_64 2024-09-05 02:09:47
            ["security", id, "security", _, package, _, ..]
                if tool == "dnf" && id.contains('-') =>
            {
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
