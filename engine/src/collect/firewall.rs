//! The rules of the packet filter as the kernel has them: nftables in JSON (libnftables-json(5)), and what is left
//! of the older tables.

use std::cell::Cell;
use std::collections::BTreeSet;

use serde_json::Value;

use super::FrameSpec;
use crate::facts::{Facts, Unknown, observed};
use domain::results::Evidence;

const NFT: &str = "firewall nft";
const NFT_COMMAND: &str = "nft -j list ruleset";

const LEGACY: &str = "firewall legacy";

/// Only where the kernel has such tables: asking for them would load them.
const LEGACY_SCRIPT: &str = r#"for f in ip ip6; do
  [ -s "/proc/net/${f}_tables_names" ] || continue
  save="${f}tables-legacy-save"; command -v "$save" >/dev/null 2>&1 || save="${f}tables-save"
  echo "family $f"; "$save" || exit 1
done
exit 0"#;

/// A chain that packets pass by themselves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseChain {
    /// `ip`, `ip6`, or `inet` for both.
    pub family: String,
    /// Its table and name.
    pub name: String,
    /// `input`, `forward`, `output`, ….
    pub hook: String,
    /// Whether a packet that no rule takes is dropped: by the first rule without a condition, or by the policy.
    pub refuses: bool,
}

/// The packet filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Firewall {
    /// The chains that filter.
    pub chains: Vec<BaseChain>,
    /// What was seen of both kinds of tables.
    pub evidence: Vec<Evidence>,
}

pub(super) fn frames(_: &BTreeSet<&str>) -> Vec<FrameSpec> {
    vec![
        FrameSpec::new(NFT, NFT_COMMAND, 20),
        FrameSpec::new(LEGACY, LEGACY_SCRIPT, 20),
    ]
}

/// The chains that filter.
pub fn firewall(facts: &Facts) -> Result<Firewall, Unknown> {
    let mut found = legacy(facts)?;
    let frame = match facts.frame(NFT, NFT_COMMAND) {
        Ok(frame) => frame,
        // Without nft the older tables are all that can be seen, and enough when they decide.
        Err(_) if !found.chains.is_empty() => return Ok(found),
        Err(unknown) => return Err(unknown),
    };
    let evidence = observed(frame, NFT_COMMAND);
    let parsed = serde_json::from_slice::<Value>(&frame.stdout).ok();
    let items = parsed
        .as_ref()
        .filter(|_| frame.exit == Some(0))
        .and_then(|value| value.get("nftables")?.as_array());
    let Some(items) = items else {
        let mut said = frame.stderr.lines();
        let words = said.next().unwrap_or("an answer of another form");
        return Err(Unknown::new(format!("nft: {words}")).seen(evidence));
    };
    let objects = |kind: &'static str| items.iter().filter_map(move |item| item.get(kind));
    for chain in objects("chain").filter(|chain| text(chain, "type") == "filter") {
        let refuses = decided(items, chain, 0, &Cell::new(STEPS));
        found.chains.push(BaseChain {
            family: text(chain, "family").to_owned(),
            name: format!("{} {}", text(chain, "table"), text(chain, "name")),
            hook: text(chain, "hook").to_owned(),
            refuses: refuses.unwrap_or(text(chain, "policy") == "drop"),
        });
    }
    found.evidence.push(evidence);
    Ok(found)
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// Rules that are followed for one chain; more than anybody writes, and few enough for chains that lead in circles.
const STEPS: usize = 100_000;

/// Chains that lead to chains: the kernel follows sixteen.
const DEPTH: usize = 16;

/// What a chain does with whatever comes: the first rule without a condition decides, wherever it leads. Nothing
/// where no such rule decides. Counters and logs are no conditions.
fn decided(items: &[Value], chain: &Value, depth: usize, steps: &Cell<usize>) -> Option<bool> {
    let within = |rule: &&Value| {
        let same = |key: &str| text(rule, key) == text(chain, key);
        same("family") && same("table") && text(rule, "chain") == text(chain, "name")
    };
    let objects = |kind: &'static str| items.iter().filter_map(move |item| item.get(kind));
    let led_to = |target: &Value| {
        let name = target.get("target").and_then(Value::as_str)?;
        let same = |known: &&Value| {
            let here = |key: &str| text(known, key) == text(chain, key);
            here("family") && here("table") && text(known, "name") == name
        };
        decided(items, objects("chain").find(same)?, depth + 1, steps)
    };
    if depth > DEPTH {
        return None;
    }
    for rule in objects("rule").filter(within) {
        steps.set(steps.get().checked_sub(1)?);
        let parts = rule.get("expr").and_then(Value::as_array);
        let Some((end, before)) = parts.and_then(|parts| parts.split_last()) else {
            continue;
        };
        let is_quiet = |part: &Value| part.get("counter").is_some() || part.get("log").is_some();
        if !before.iter().all(is_quiet) {
            continue;
        }
        if end.get("accept").is_some() {
            return Some(false);
        }
        if end.get("drop").is_some() || end.get("reject").is_some() {
            return Some(true);
        }
        if end.get("return").is_some() {
            return None;
        }
        if let Some(target) = end.get("goto") {
            return led_to(target);
        }
        if let Some(decision) = end.get("jump").and_then(led_to) {
            return Some(decision);
        }
    }
    None
}

/// `:INPUT DROP [0:0]` below `*filter`, or `-A INPUT -j DROP`.
fn legacy(facts: &Facts) -> Result<Firewall, Unknown> {
    let frame = facts.frame(LEGACY, "iptables-save")?;
    let evidence = observed(frame, LEGACY_SCRIPT);
    if frame.exit != Some(0) {
        let reason = "the kernel has tables of iptables, and they cannot be listed";
        return Err(Unknown::new(reason).seen(evidence));
    }
    let mut chains: Vec<BaseChain> = Vec::new();
    let (mut family, mut filter) = (String::new(), false);
    let mut ended: Vec<(String, String)> = Vec::new();
    for line in frame.text().lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            ["family", name] => (*name).clone_into(&mut family),
            [table] if table.starts_with('*') => filter = *table == "*filter",
            [chain, policy, ..] if filter && chain.starts_with(':') && *policy != "-" => {
                let name = chain.trim_start_matches(':');
                chains.push(BaseChain {
                    family: family.clone(),
                    name: format!("filter {name}"),
                    hook: name.to_lowercase(),
                    refuses: *policy == "DROP",
                });
            }
            ["-A", name, "-j", end @ ("ACCEPT" | "DROP" | "REJECT"), ..] if filter => {
                let of = |chain: &&mut BaseChain| {
                    chain.family == family && chain.hook == name.to_lowercase()
                };
                // The first rule without a condition decides.
                if let Some(chain) = chains.iter_mut().find(of)
                    && !ended.contains(&(family.clone(), chain.hook.clone()))
                {
                    ended.push((family.clone(), chain.hook.clone()));
                    chain.refuses = *end != "ACCEPT";
                }
            }
            _ => {}
        }
    }
    Ok(Firewall {
        chains,
        evidence: vec![evidence],
    })
}
