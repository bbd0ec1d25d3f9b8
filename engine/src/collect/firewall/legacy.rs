//! The tables of iptables-save(8), written as nft would list them.

use serde_json::{Value, json};

/// The filter tables: `:INPUT DROP [0:0]` below `*filter`, and `-A INPUT -j DROP`.
pub(super) fn items(saved: &str) -> Vec<Value> {
    let (mut family, mut is_filter) = ("", false);
    let mut items = Vec::new();
    let mut own: Vec<&str> = Vec::new();
    for line in saved.lines().map(str::trim) {
        if let Some(name) = line.strip_prefix("family ") {
            family = name;
        } else if line.starts_with('*') {
            is_filter = line == "*filter";
            own.clear();
        } else if let Some(chain) = line.strip_prefix(':').filter(|_| is_filter) {
            let mut words = chain.split_whitespace();
            let (name, policy) = (words.next().unwrap_or_default(), words.next());
            if policy == Some("-") {
                own.push(name);
            } else if let Some(policy) = policy {
                items.push(json!({"chain": {
                    "family": family, "table": "filter", "name": name, "type": "filter",
                    "hook": name.to_lowercase(), "policy": policy.to_lowercase(),
                }}));
            }
        } else if let Some(rule) = line.strip_prefix("-A ").filter(|_| is_filter) {
            let (chain, rest) = rule.split_once(' ').unwrap_or((rule, ""));
            items.push(json!({"rule": {
                "family": family, "table": "filter", "chain": chain, "expr": parts(&words(rest), &own),
            }}));
        }
    }
    items
}

/// Conditions, and last the target with what belongs to it.
fn parts(words: &[String], own: &[&str]) -> Vec<Value> {
    let mut parts = Vec::new();
    let mut rest = words.iter().map(String::as_str);
    let mut is_not = false;
    while let Some(word) = rest.next() {
        match word {
            "-j" | "-g" => {
                let target = rest.next().unwrap_or_default();
                parts.push(end(word, target, own));
                return parts;
            }
            "-m" | "--comment" => drop(rest.next()),
            "--state" | "--ctstate" => {
                let states = rest.next().unwrap_or_default().to_lowercase();
                let states: Vec<&str> = states.split(',').collect();
                let op = if is_not { "!=" } else { "in" };
                parts.push(
                    json!({"match": {"op": op, "left": {"ct": {"key": "state"}}, "right": states}}),
                );
            }
            _ if word.starts_with('-') => parts.push(json!({"match": {}})),
            _ => {}
        }
        is_not = word == "!";
    }
    // Without a target a rule counts.
    parts.push(json!({"counter": null}));
    parts
}

fn end(flag: &str, target: &str, own: &[&str]) -> Value {
    match target {
        _ if flag == "-g" => json!({"goto": {"target": target}}),
        _ if own.contains(&target) => json!({"jump": {"target": target}}),
        "ACCEPT" => json!({"accept": null}),
        "DROP" => json!({"drop": null}),
        "RETURN" => json!({"return": null}),
        _ => json!({"xt": {"type": "target", "name": target}}),
    }
}

/// The words of a line; quotes hold blanks, a backslash the next letter.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let (mut quoted, mut letters) = (false, line.chars());
    while let Some(c) = letters.next() {
        match c {
            '"' => quoted = !quoted,
            '\\' if quoted => words
                .last_mut()
                .into_iter()
                .for_each(|word| word.extend(letters.next())),
            c if c.is_whitespace() && !quoted => words.push(String::new()),
            c => words.last_mut().into_iter().for_each(|word| word.push(c)),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}
