//! The INI form of Ansible: `[group]`, `[group:children]`, `[group:vars]`, a host with `key=value` a line, ranges
//! such as `web[01:10]`. A list with one target a line is the same without groups.

use super::{Entry, Fault, Hosts};

enum Section {
    Group(Option<String>),
    Children(String),
    Vars(String),
}

pub(super) fn read(text: &str) -> Result<Vec<Entry>, Fault> {
    let mut hosts = Hosts::default();
    let mut section = Section::Group(None);
    for (line, number) in text.lines().zip(1..) {
        let line = line.trim();
        if line.is_empty() || line.starts_with(['#', ';']) {
            continue;
        }
        if let Some(heading) = heading(line) {
            section = open(heading, number)?;
            continue;
        }
        match &section {
            Section::Children(parent) => hosts.is_in(word(line), parent),
            Section::Vars(group) => {
                let (key, value) = line
                    .split_once('=')
                    .ok_or_else(|| Fault::at(number, "expected a variable: key=value"))?;
                let pair = (key.trim().to_owned(), unquoted(value).to_owned());
                hosts.group_values.push((group.clone(), vec![pair]));
            }
            Section::Group(group) => host(&mut hosts, group.as_deref(), line, number)?,
        }
    }
    Ok(hosts.finish())
}

/// `[name]`, which a range in the name of a host never is.
fn heading(line: &str) -> Option<&str> {
    let (inside, rest) = line.strip_prefix('[')?.split_once(']')?;
    let comment = rest.trim_start();
    (comment.is_empty() || comment.starts_with(['#', ';'])).then_some(inside.trim())
}

fn open(heading: &str, number: usize) -> Result<Section, Fault> {
    let (name, kind) = heading.split_once(':').unwrap_or((heading, ""));
    if name.is_empty() {
        return Err(Fault::at(number, "a group needs a name"));
    }
    match kind {
        "" => Ok(Section::Group(Some(name.to_owned()))),
        "children" => Ok(Section::Children(name.to_owned())),
        "vars" => Ok(Section::Vars(name.to_owned())),
        other => Err(Fault::at(
            number,
            format!(
                "[{name}:{other}] is not known; say [{name}], [{name}:children] or [{name}:vars]"
            ),
        )),
    }
}

fn host(hosts: &mut Hosts, group: Option<&str>, line: &str, number: usize) -> Result<(), Fault> {
    let words = shlex::split(uncommented(line))
        .ok_or_else(|| Fault::at(number, "a quotation does not end"))?;
    let mut words = words.iter().map(String::as_str);
    let Some(pattern) = words.next() else {
        return Ok(());
    };
    let mut values = Vec::new();
    for word in words {
        let pair = word.split_once('=');
        values.push(
            pair.ok_or_else(|| Fault::at(number, format!("expected key=value, not {word:?}")))?,
        );
    }
    let (pattern, port) = with_port(pattern);
    for name in expand(pattern).map_err(|message| Fault::at(number, message))? {
        let entry = hosts.entry(&name);
        if let Some(port) = port {
            entry.set("ansible_port", port);
        }
        entry.groups.extend(group.map(str::to_owned));
        for (key, value) in &values {
            entry.set(key, value);
        }
    }
    Ok(())
}

/// `web1:2222` is the host web1 with its port, unless it says more than Ansible would.
fn with_port(pattern: &str) -> (&str, Option<&str>) {
    match pattern.rsplit_once(':') {
        Some((name, port))
            if !name.is_empty()
                && !name.contains(['@', ':'])
                && !port.is_empty()
                && port.bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            (name, Some(port))
        }
        _ => (pattern, None),
    }
}

/// A line up to where a comment begins: at a `#` outside quotations, also within a word.
fn uncommented(line: &str) -> &str {
    let mut quote = None;
    let mut escaped = false;
    for (at, c) in line.char_indices() {
        match (quote, c) {
            _ if escaped => escaped = false,
            (None | Some('"'), '\\') => escaped = true,
            (None, '#') => return line.get(..at).unwrap_or(line),
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), _) if open == c => quote = None,
            _ => {}
        }
    }
    line
}

/// The names of a range: `web[01:10]`, `db-[a:f]`, with an optional step. A bracket at the beginning is an IPv6
/// address.
pub(super) fn expand(pattern: &str) -> Result<Vec<String>, String> {
    const MOST: usize = 10_000;
    let Some((head, rest)) = pattern
        .split_once('[')
        .filter(|(head, _)| !head.is_empty() && !head.ends_with('@'))
    else {
        return Ok(vec![pattern.to_owned()]);
    };
    let fault = || format!("{pattern:?} is not a range such as web[01:10] or db-[a:f]");
    let (range, tail) = rest.split_once(']').ok_or_else(fault)?;
    let mut parts = range.split(':');
    let (from, to) = (
        parts.next().unwrap_or_default(),
        parts.next().ok_or_else(fault)?,
    );
    let step = match parts.next() {
        Some(step) => step
            .parse::<usize>()
            .ok()
            .filter(|step| *step > 0)
            .ok_or_else(fault)?,
        None => 1,
    };
    let middles: Vec<String> = match (from.parse::<u32>(), to.parse::<u32>()) {
        (Ok(from_number), Ok(to_number)) if from_number <= to_number => (from_number..=to_number)
            .step_by(step)
            .take(MOST)
            .map(|number| format!("{number:0width$}", width = from.len()))
            .collect(),
        _ => match (single(from), single(to)) {
            (Some(from), Some(to)) if from <= to => {
                (from..=to).step_by(step).map(String::from).collect()
            }
            _ => return Err(fault()),
        },
    };
    let mut names = Vec::new();
    for tail in expand_tail(tail)? {
        names.extend(middles.iter().map(|middle| format!("{head}{middle}{tail}")));
    }
    if names.len() >= MOST {
        return Err(format!("{pattern:?} names more than {MOST} hosts"));
    }
    Ok(names)
}

/// What follows a range may hold another one.
fn expand_tail(tail: &str) -> Result<Vec<String>, String> {
    let marked = expand(&format!("x{tail}"))?;
    Ok(marked
        .iter()
        .map(|name| name.trim_start_matches('x').to_owned())
        .collect())
}

fn single(text: &str) -> Option<char> {
    let mut chars = text.chars();
    let first = chars.next().filter(char::is_ascii_alphabetic)?;
    chars.next().is_none().then_some(first)
}

fn word(line: &str) -> &str {
    line.split_whitespace().next().unwrap_or_default()
}

fn unquoted(value: &str) -> &str {
    value.trim().trim_matches(['"', '\''])
}
