//! The effective configuration of the SSH server: what `sshd -T` says, drop-ins and defaults included.

mod config;
mod script;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;

use config::{Cut, Reader, Setting, directive};
use script::{ASK, INCLUDES};

use super::content::{LINES, Lines, lines_in, lines_of};
use super::follow::FOLLOW;
use super::{BREAK, CLOSED, FrameSpec, literal, quote, search};
use crate::facts::{Facts, Reading, Unknown, observed};
use crate::pattern::Pattern;
use domain::results::Evidence;

const KEY: &str = "sshd";

const COMMAND: &str = "sshd -T";

/// Files that these include, wherever they lie.
const INCLUDED: &str = "sshd included";

/// Where `Match` blocks stand: the file, and the folder that the distributions include.
const FILES: [&str; 2] = ["/etc/ssh/sshd_config", "/etc/ssh/sshd_config.d/*.conf"];

/// What is said of options of the unit, before what `sshd -T` prints.
const OPTION: &str = "# option ";
const STRANGE: &str = "# strange ";

/// Keywords that may stand several times, each time for more.
const ADDS: [&str; 6] = [
    "acceptenv",
    "allowgroups",
    "allowusers",
    "denygroups",
    "denyusers",
    "setenv",
];

pub(super) fn frames(_: &BTreeSet<&str>) -> Vec<FrameSpec> {
    let asked = FrameSpec::new(KEY, ASK, 20).with(&[BREAK]);
    let included = FrameSpec::new(INCLUDED, INCLUDES, 20).with(&[BREAK, CLOSED, LINES, FOLLOW]);
    let mut specs = vec![asked, included];
    specs.extend(super::content::frames(&BTreeSet::from(FILES)));
    specs
}

/// Whether there is an SSH server; `None` when that was not collected.
pub fn sshd_installed(facts: &Facts) -> Option<bool> {
    facts.frames.get(KEY).map(|frame| frame.exit != Some(127))
}

/// Every value of a keyword, in order; empty when the server does not know or does not set it.
pub fn sshd_setting(facts: &Facts, keyword: &str) -> Result<Reading<Vec<String>>, Unknown> {
    let frame = facts.ended(KEY, COMMAND)?;
    if frame.exit != Some(0) {
        let item = observed(frame, COMMAND);
        let words = frame.stderr.lines().next().unwrap_or("no reason given");
        let reason = if facts.privileged {
            format!("sshd -T refused: {words}")
        } else {
            "sshd -T needs the rights of root".to_owned()
        };
        return Err(Unknown::new(reason).seen(item));
    }
    let keyword = keyword.to_lowercase();
    let text = frame.text();
    // Every server has a port, so an answer without one is no answer.
    if !text.lines().any(|line| line.starts_with("port ")) {
        let reason = "sshd -T printed no configuration";
        return Err(Unknown::new(reason).seen(observed(frame, COMMAND)));
    }
    if let Some(word) = text.lines().find_map(|line| line.strip_prefix(STRANGE)) {
        let reason = format!(
            "the unit of the SSH server passes {word} to it, and what that changes is not known; say it in the files"
        );
        return Err(Unknown::new(reason).seen(observed(frame, COMMAND)));
    }
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| {
            line.split_once(' ')
                .map_or(*line, |(name, _)| name)
                .eq_ignore_ascii_case(&keyword)
        })
        .collect();
    let values = lines
        .iter()
        .map(|line| {
            line.split_once(' ')
                .map_or(String::new(), |(_, value)| value.to_owned())
        })
        .collect();
    let shown: String = lines.iter().flat_map(|line| [line, "\n"]).collect();
    let exit = u32::from(shown.is_empty());
    let mut command = COMMAND.to_owned();
    let mut in_a_file = true;
    for option in text.lines().filter_map(|line| line.strip_prefix(OPTION)) {
        let _ = write!(command, " {}", quote(option));
        let name = option.trim_start_matches("-o").trim_start();
        in_a_file &= directive(name).is_none_or(|(name, _)| modern(&name) != modern(&keyword));
    }
    let command = format!("{command} | grep -i '^{keyword} '");
    let mut evidence = Evidence::new(command, Some(exit), shown.as_bytes());
    if let Some((file, line)) = winning_line(facts, &keyword).filter(|_| in_a_file) {
        evidence = evidence.at(file, line);
    }
    Ok(Reading {
        value: values,
        evidence,
    })
}

/// The line that gives a keyword its value for everybody: the first one outside of `Match` blocks. Nothing for a
/// default, and where a file is included that was not read.
fn winning_line(facts: &Facts, keyword: &str) -> Option<(String, u32)> {
    let files = files(facts).ok()?;
    let (settings, _) = settings(&files, !facts.frames.contains_key(INCLUDED));
    settings
        .into_iter()
        .find(|setting| setting.within.is_none() && modern(&setting.written) == modern(keyword))
        .map(|setting| (setting.file.path.clone(), setting.number))
}

/// Every value that a `Match` block gives to a keyword, with its file and line. `sshd -T` shows what
/// holds for nobody in particular, so it leaves them out. The first value counts: what stands in a block that
/// only those enter who have one already is none.
pub fn sshd_match_settings(facts: &Facts, keyword: &str) -> Result<Vec<Reading<String>>, Unknown> {
    let keyword = keyword.to_lowercase();
    let files = files(facts)?;
    let (settings, cut) = settings(&files, false);
    if cut.is_err() {
        let reason = "the files of the SSH server include each other without an end";
        return Err(Unknown::new(reason));
    }
    let adds = ADDS.contains(&keyword.as_str());
    let mut known: Vec<Vec<String>> = Vec::new();
    let mut found = Vec::new();
    for setting in settings {
        let Some(within) = setting.within else {
            continue;
        };
        let all_have_one = |known: &Vec<String>| known.iter().all(|one| within.contains(one));
        if modern(&setting.written) != modern(&keyword) || known.iter().any(all_have_one) {
            continue;
        }
        let name = literal(&setting.written);
        let expression = Pattern::ascii(format!(r"(?i)^\s*(match|{name})\b"));
        let evidence =
            search(&expression, [setting.file], &[]).at(&setting.file.path, setting.number);
        let values = if adds {
            setting.words
        } else {
            known.push(within);
            vec![setting.words.join(" ")]
        };
        found.extend(values.into_iter().map(|value| Reading {
            value,
            evidence: evidence.clone(),
        }));
    }
    Ok(found)
}

/// All files that were read, the main one first.
fn files(facts: &Facts) -> Result<Vec<Arc<Lines>>, Unknown> {
    let mut files = Vec::new();
    for pattern in FILES {
        files.extend(lines_of(facts, pattern)?);
    }
    // Recorded hosts of long ago do not have it.
    if facts.frames.contains_key(INCLUDED) {
        let frame = facts.frame(INCLUDED, "the files that sshd_config includes")?;
        files.extend(lines_in(frame)?);
    }
    Ok(files)
}

/// What the files say, in order, and whether that is all.
fn settings(files: &[Arc<Lines>], strict: bool) -> (Vec<Setting<'_>>, Result<(), Cut>) {
    let mut reader = Reader {
        files: files.iter().collect(),
        left: 1000,
        strict,
        found: Vec::new(),
    };
    let main = files.iter().find(|file| file.path == FILES[0]);
    let cut = main.map_or(Ok(()), |main| reader.read(main, None, 0));
    (reader.found, cut)
}

/// The name that `sshd -T` has for a keyword that is known by several.
fn modern(keyword: &str) -> &str {
    match keyword {
        "challengeresponseauthentication" | "skeyauthentication" => "kbdinteractiveauthentication",
        "dsaauthentication" => "pubkeyauthentication",
        "hostbasedacceptedkeytypes" => "hostbasedacceptedalgorithms",
        "hostdsakey" => "hostkey",
        "keepalive" => "tcpkeepalive",
        "pubkeyacceptedkeytypes" => "pubkeyacceptedalgorithms",
        other => other,
    }
}
