//! The rules of the packet filter as the kernel has them: nftables in JSON (libnftables-json(5)), and what is left
//! of the older tables.

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
    /// Whether a packet that no rule takes is dropped: by the policy, or by a last rule without condition.
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
        let within = |rule: &&Value| {
            let same = |key: &str| text(rule, key) == text(chain, key);
            same("family") && same("table") && text(rule, "chain") == text(chain, "name")
        };
        let last = objects("rule").rfind(within);
        found.chains.push(BaseChain {
            family: text(chain, "family").to_owned(),
            name: format!("{} {}", text(chain, "table"), text(chain, "name")),
            hook: text(chain, "hook").to_owned(),
            refuses: text(chain, "policy") == "drop" || last.is_some_and(refuses),
        });
    }
    found.evidence.push(evidence);
    Ok(found)
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// A rule that drops or rejects whatever comes: nothing but counters and logs stands before that.
fn refuses(rule: &Value) -> bool {
    let parts = rule.get("expr").and_then(Value::as_array);
    let has = |part: &Value, names: &[&str]| names.iter().any(|name| part.get(name).is_some());
    parts.is_some_and(|parts| match parts.split_last() {
        Some((end, before)) => {
            has(end, &["drop", "reject"])
                && before.iter().all(|part| has(part, &["counter", "log"]))
        }
        None => false,
    })
}

/// `:INPUT DROP [0:0]` below `*filter`, or a last `-A INPUT -j DROP`.
fn legacy(facts: &Facts) -> Result<Firewall, Unknown> {
    let frame = facts.frame(LEGACY, "iptables-save")?;
    let evidence = observed(frame, LEGACY_SCRIPT);
    if frame.exit != Some(0) {
        let reason = "the kernel has tables of iptables, and they cannot be listed";
        return Err(Unknown::new(reason).seen(evidence));
    }
    let mut chains: Vec<BaseChain> = Vec::new();
    let (mut family, mut filter) = (String::new(), false);
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
            ["-A", name, "-j", "DROP" | "REJECT", ..] if filter => {
                let of = |chain: &&mut BaseChain| {
                    chain.family == family && chain.hook == name.to_lowercase()
                };
                if let Some(chain) = chains.iter_mut().find(of) {
                    chain.refuses = true;
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
