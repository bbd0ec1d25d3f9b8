//! Kernel parameters: as they are now (`/proc/sys`) and as a boot would set them (sysctl.d(5)).

mod persisted;

use std::collections::BTreeSet;

pub use persisted::{nothing_sets_at_boot, persisted_sysctl};

use super::{FrameSpec, quote};
use crate::facts::{Facts, Reading, Unknown};
use domain::results::Evidence;
use persisted::{BOOT, files};

const KEY: &str = "sysctl";

/// `ask KEY PATH`: one process reads all of them, and another puts them under their names. The shell cannot read them
/// itself: it reads byte by byte, and the kernel answers the first byte alone. One parameter may be asked for by several
/// names, with dots and with slashes, and is read once.
const READ: &str = r#"ask() {
  if [ ! -e "$2" ]; then printf 'absent %s\n' "$1"; return; fi
  printf 'ask %s %s\n' "$1" "$2"
  case "$paths " in *" $2 "*) ;; *) paths="$paths $2" ;; esac
}
tell() {
  flush
  printf 'asked\n'; grep -aHs '' -- /dev/null $paths; :
}
"#;

/// `each KEY HEAD TAIL`: a key with a star, with the interfaces that have a value. From the loopback nobody sends
/// anything, and an interface on which IPv6 is switched off has none of its parameters. The kernel allows neither
/// slashes nor blanks in their names. As many are read at once as fit into one command.
const EACH: &str = r#"each() {
  key=$1 head=$2 tail=$3 own=
  set +f; set -- "$head"*"$tail"; set -f
  if [ ! -e "$1" ]; then printf 'absent %s\n' "$key"; return; fi
  for f do
    off= card=${f#"$head"}; card=${card%"$tail"}
    case $card in
      lo) continue ;;
      all|default) ;;
      *) { read -r off <"$head$card/disable_ipv6"; } 2>/dev/null ;;
    esac
    [ "$off" = 1 ] || { own="$own $f"; printf 'each %s %s %s\n' "$key" "$card" "$f"; }
  done
  cards="$cards$own"; [ ${#cards} -lt 100000 ] || flush
}
flush() { printf 'cards\n'; grep -aHs '' -- /dev/null $cards; cards=; }
"#;

/// Puts what was read under its names. Of several lines one is made; the interfaces of one value stand together.
const NAMED: &str = r#" | awk '
  $1 == "ask" { n++; name[n] = $2; path[n] = $3; next }
  $1 == "each" { m++; key[m] = $2; card[m] = $3; from[m] = $4; next }
  $1 == "asked" { asked = 1; next }
  $1 == "cards" { asked = 0; next }
  !/^\// { print; next }
  { at = index($0, ":"); p = substr($0, 1, at - 1); v = substr($0, at + 1)
    if (!asked) of[p] = v
    else if (p in value) value[p] = value[p] " " v
    else value[p] = v }
  END {
    for (i = 1; i <= n; i++) if (path[i] in value) print "value " name[i] " " value[path[i]]; else print "unreadable " name[i]
    for (i = 1; i <= m; i++) if (from[i] in of) { k = key[i] "\n" of[from[i]]; cards[k] = cards[k] "/" card[i] }
    for (k in cards) { at = index(k, "\n"); print "each " substr(k, 1, at - 1) " " cards[k] " " substr(k, at + 1) } }'
"#;

pub(super) fn frames(arguments: &BTreeSet<&str>) -> Vec<FrameSpec> {
    let mut script =
        format!("set -f; cards= paths=\n[ -d /proc/sys/kernel ] || exit 1\n{BOOT}{{\n");
    for key in arguments {
        // A name of another form names nothing, and would spoil the list.
        if key.contains(char::is_whitespace) {
            continue;
        }
        let path = proc_path(key);
        script.push_str(&match path.split_once('*') {
            None => format!("ask {} {}\n", quote(key), quote(&path)),
            Some((head, tail)) => {
                format!("each {} {} {}\n", quote(key), quote(head), quote(tail))
            }
        });
    }
    script.push_str("tell\n}");
    script.push_str(NAMED);
    let mut specs = vec![FrameSpec::new(KEY, script, 20).with(&[READ, EACH])];
    let files: Vec<String> = files().collect();
    specs.extend(super::content::frames(
        &files.iter().map(String::as_str).collect(),
    ));
    specs
}

/// sysctl(8): what separates first separates throughout, dots or slashes. With dots, a dot within a part (as in VLAN
/// interfaces) is written as a slash.
fn proc_path(key: &str) -> String {
    format!("/proc/sys/{}", normal(key))
}

/// A key with slashes between its parts, as a path below /proc/sys.
fn normal(key: &str) -> String {
    let swap = |c: char| match c {
        '.' => '/',
        '/' => '.',
        other => other,
    };
    match key.find(['.', '/']).and_then(|at| key.get(at..=at)) {
        Some("/") => key.to_owned(),
        _ => key.chars().map(swap).collect(),
    }
}

/// Parameters by their names, with values as [`runtime_sysctl`] gives them.
pub(super) type Named = Vec<(String, Option<String>)>;

/// The parameters that a key names, with their values now: one, or with a star those of each interface.
pub fn runtime_sysctls(facts: &Facts, key: &str) -> Result<Reading<Named>, Unknown> {
    if !key.contains('*') {
        let Reading { value, evidence } = runtime_sysctl(facts, key)?;
        return Ok(Reading {
            value: vec![(key.to_owned(), value)],
            evidence,
        });
    }
    let path = proc_path(key);
    let command = format!("grep . {path}");
    let text = facts.frame(KEY, &command)?.text();
    let mut found = Vec::new();
    // Only those that were read: the command has to print the same by hand.
    let (mut asked, mut shown) = ("grep .".to_owned(), String::new());
    for line in text.lines() {
        let words: Vec<&str> = line.splitn(4, ' ').collect();
        match words.as_slice() {
            ["absent", name] if *name == key => {
                let item = Evidence::new(command, Some(2), b"")
                    .with_stderr(&format!("{path}: No such file or directory"));
                return Ok(Reading {
                    value: vec![(key.to_owned(), None)],
                    evidence: item,
                });
            }
            ["each", name, cards, value] if *name == key => {
                for card in cards.split('/').filter(|card| !card.is_empty()) {
                    let path = path.replacen('*', card, 1);
                    asked.push_str(&format!(" {}", quote(&path)));
                    shown.push_str(&format!("{path}:{value}\n"));
                    found.push((of_card(key, card), Some(fold(value))));
                }
            }
            _ => {}
        }
    }
    if found.is_empty() {
        return Err(Unknown::new(format!("{command}: no answer")));
    }
    found.sort();
    Ok(Reading {
        value: found,
        evidence: Evidence::new(asked, Some(0), shown.as_bytes()),
    })
}

/// The key for one interface. Where dots separate, a dot of its name is written as a slash.
fn of_card(key: &str, card: &str) -> String {
    let card = match key.find(['.', '/']).and_then(|at| key.get(at..=at)) {
        Some("/") => card.to_owned(),
        _ => card.replace('.', "/"),
    };
    key.replacen('*', &card, 1)
}

/// The value now, with blanks folded; `None` when the kernel has no such parameter.
fn runtime_sysctl(facts: &Facts, key: &str) -> Result<Reading<Option<String>>, Unknown> {
    let printed = printed_sysctl(facts, key)?;
    Ok(Reading {
        value: printed.value.as_deref().map(fold),
        evidence: printed.evidence,
    })
}

/// The value now as sysctl(8) prints it, which may have tabs; `None` when the kernel has no such parameter.
pub fn printed_sysctl(facts: &Facts, key: &str) -> Result<Reading<Option<String>>, Unknown> {
    let command = format!("sysctl -n {key}");
    let frame = facts.frame(KEY, &command)?;
    let text = frame.text();
    for line in text.lines() {
        let Some((kind, rest)) = line.split_once(' ') else {
            continue;
        };
        let (name, value) = rest.split_once(' ').unwrap_or((rest, ""));
        if name != key {
            continue;
        }
        let value = value.trim().to_owned();
        return match kind {
            "value" => {
                let shown = format!("{value}\n");
                let evidence = Evidence::new(command, Some(0), shown.as_bytes());
                Ok(Reading {
                    value: Some(value),
                    evidence,
                })
            }
            "absent" => {
                let command = format!("ls {}", proc_path(key));
                let evidence =
                    Evidence::new(command, Some(2), b"").with_stderr("No such file or directory");
                Ok(Reading {
                    value: None,
                    evidence,
                })
            }
            _ => Err(Unknown::new(format!("{command}: permission denied"))),
        };
    }
    Err(Unknown::new(format!("{command}: no answer")))
}

/// With blanks folded.
fn fold(value: &str) -> String {
    value.split_whitespace().collect::<Vec<_>>().join(" ")
}
