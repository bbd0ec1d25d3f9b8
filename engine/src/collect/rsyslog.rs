//! The configuration of rsyslog: rsyslog.conf and whatever it includes, without comments of several lines.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::content::{LINES, Lines, lines_in};
use super::follow::FOLLOW;
use super::{BREAK, CLOSED, FrameSpec};
use crate::facts::{Facts, Unknown};

const KEY: &str = "rsyslog";

/// The file that rsyslogd begins with.
pub const RSYSLOG: &str = "/etc/rsyslog.conf";

/// Follows `$IncludeConfig` and `include()`, of which a pattern may be the name, and prints each file as `lines` does.
/// What lies between `/*` and `*/` is left out, so that nothing in it is followed or judged. They begin no comment
/// within quotes, within a word (`/var/log/*`) and in a line of the old form (`$IncludeConfig /etc/rsyslog.d/*.conf`).
/// What cannot be followed, such as an `include()` of text, is irregular.
const READ: &str = r##"for tool in awk grep; do command -v "$tool" >/dev/null 2>&1 || exit 127; done
without_blocks() { awk '
  /^file / { inside = 0 }
  !/^[0-9]+:/ { print; next }
  {
    at = index($0, ":"); head = substr($0, 1, at); s = substr($0, at + 1); out = quoted = ""; before = " "
    if (!inside && s ~ /^[ \t]*\$/) { print; next }
    for (i = 1; i <= length(s); i++) {
      c = substr(s, i, 1); d = substr(s, i + 1, 1)
      if (inside) { if (c == "*" && d == "/") { inside = 0; i++; before = " " } continue }
      if (quoted == "" && c == "#") { out = out substr(s, i); break }
      if (quoted == "" && c == "/" && d == "*" && before ~ /[ \t(){},;]/) { inside = 1; i++; continue }
      if (quoted != "" && c == "\\") { out = out c d; i++; continue }
      if (quoted == "" && (c == "\042" || c == "\047")) quoted = c
      else if (c == quoted) quoted = ""
      out = out c; before = c
    }
    print head out
  }'
}
included() { awk '
  !/^[0-9]+:/ { next }
  {
    s = substr($0, index($0, ":") + 1); sub(/^[ \t]+/, "", s); sub(/[ \t\r]+$/, "", s)
    if (tolower(s) ~ /^\$includeconfig[ \t]/) { sub(/^[^ \t]+[ \t]+/, "", s); print s }
    else if (s !~ /^[#$]/) all = all " " s
  }
  END {
    while (match(tolower(all), /[^a-z0-9_]include[ \t]*\(/)) {
      all = substr(all, RSTART + RLENGTH)
      body = substr(all, 1, index(all ")", ")") - 1)
      if (match(tolower(" " body), /[ \t]file[ \t]*=[ \t]*"[^"]*"/)) {
        name = substr(" " body, RSTART, RLENGTH); sub(/^[^"]*"/, "", name); sub(/"$/, "", name)
        print name
      } else print "include(" body ")"
    }
  }'
}
IFS=$break
queue=/etc/rsyslog.conf
while take; do
  text=$(lines "${f%/*}" 0 "$f" | without_blocks)
  printf '%s\n' "$text"
  words=$(printf '%s\n' "$text" | included)
  set -f; set -- $words; set +f
  for p do
    case $p in *[{}]*|[!/]*) printf 'irregular %s\n' "$p"; continue;; esac
    if [ -d "$p" ]; then p=${p%/}/*; fi
    case $p in *'*'*|*'?'*|*'['*) lines "${p%/*}" 1;; *) lines "${p%/*}" 0;; esac
    put "$p"
  done
done
:"##;

pub(super) fn frames(_: &BTreeSet<&str>) -> Vec<FrameSpec> {
    vec![FrameSpec::new(KEY, READ, 20).with(&[BREAK, CLOSED, LINES, FOLLOW])]
}

/// Every file that rsyslogd reads; none where it has no configuration.
pub fn rsyslog_lines(facts: &Facts) -> Result<Vec<Arc<Lines>>, Unknown> {
    lines_in(facts.frame(KEY, &format!("cat {RSYSLOG}"))?)
}
