//! Single properties of systemd units, as `systemctl show` tells them.

use std::collections::BTreeSet;

use super::units::full_name;
use super::{FrameSpec, quote};
use crate::facts::{Facts, Reading, Unknown, observed};
use domain::results::Evidence;

const KEY: &str = "unit properties";

/// The argument of a need for the property of a unit.
pub fn unit_property_argument(unit: &str, property: &str) -> String {
    format!("{} {property}", full_name(unit))
}

/// One call for all: its blocks do not say whose they are, and come in the order of the units. A name that systemd does
/// not take spoils the whole answer; then each is asked by itself.
const ASK: &str = r#"if all=$(systemctl show --no-pager $properties -- "$@" 2>/dev/null); then
  printf '%s\n' "$all" | pairs=$pairs awk '
    BEGIN { RS = ""; FS = "\n"; n = split(ENVIRON["pairs"], asked, ";") }
    {
      for (i = 1; i <= n; i++) {
        split(asked[i], one, " ")
        if (one[1] != NR) continue
        print one[2] " " one[3]
        for (j = 1; j <= NF; j++) if (index($j, "LoadState=") == 1 || index($j, one[3] "=") == 1) print $j
        print ""
      }
    }'
  exit
fi
look() {
  v=$(systemctl show --no-pager -p LoadState -p "$2" -- "$1") || exit 1
  printf '%s %s\n%s\n\n' "$1" "$2" "$v"
}
"#;

pub(super) fn frames(arguments: &BTreeSet<&str>) -> Vec<FrameSpec> {
    let pairs: Vec<(&str, &str)> = arguments
        .iter()
        .map(|argument| argument.split_once(' ').unwrap_or((argument, "")))
        .collect();
    let units: BTreeSet<&str> = pairs.iter().map(|(unit, _)| *unit).collect();
    let properties: BTreeSet<&str> = pairs.iter().map(|(_, property)| *property).collect();
    let (mut places, mut looks) = (Vec::new(), String::new());
    for (unit, property) in &pairs {
        let place = units.iter().position(|known| known == unit).unwrap_or(0) + 1;
        places.push(format!("{place} {unit} {property}"));
        looks.push_str(&format!("look {} {}\n", quote(unit), quote(property)));
    }
    let units: Vec<String> = units.into_iter().map(quote).collect();
    let properties: Vec<&str> = properties.into_iter().collect();
    let script = format!(
        "command -v systemctl >/dev/null 2>&1 || exit 127\n\
         properties='-p LoadState -p {}' pairs={}\nset -- {}\n{ASK}{looks}",
        properties.join(" -p "),
        quote(&places.join(";")),
        units.join(" "),
    );
    vec![FrameSpec::new(KEY, script, 30)]
}

/// The value; nothing where systemd does not know the unit. Of several values the lines are joined.
pub fn unit_property(
    facts: &Facts,
    unit: &str,
    property: &str,
) -> Result<Reading<Option<String>>, Unknown> {
    let command = format!("systemctl show -p {property} {}", full_name(unit));
    let frame = facts.ended(KEY, &command)?;
    if frame.exit != Some(0) {
        let words = frame.stderr.lines().next().unwrap_or("no reason given");
        let reason = format!("systemd does not answer: {words}");
        return Err(Unknown::new(reason).seen(observed(frame, &command)));
    }
    let text = frame.text();
    let heading = unit_property_argument(unit, property);
    let block = text.split("\n\n").find_map(|block| {
        block
            .trim_start()
            .strip_prefix(&heading)?
            .strip_prefix('\n')
    });
    let Some(block) = block else {
        return Err(Unknown::new(format!("{command}: no answer")));
    };
    let values: Vec<&str> = block
        .lines()
        .filter_map(|line| line.strip_prefix(property)?.strip_prefix('='))
        .collect();
    let loaded = block.lines().all(|line| line != "LoadState=not-found");
    let mut shown = String::new();
    for value in &values {
        shown.push_str(&format!(
            "{property}={value}
"
        ));
    }
    let evidence = Evidence::new(command.clone(), Some(0), shown.as_bytes());
    if loaded && values.is_empty() {
        let reason = format!("{command}: units of this kind have no such property");
        return Err(Unknown::new(reason).seen(evidence));
    }
    Ok(Reading {
        value: loaded.then(|| values.join(" ")),
        evidence,
    })
}
