//! The rules of the packet filter as the kernel has them: nftables in JSON (libnftables-json(5)), and what is left
//! of the older tables.

mod chains;
mod conditions;
mod legacy;

use std::collections::BTreeSet;

use serde_json::Value;

use super::FrameSpec;
use crate::facts::{Facts, Unknown, observed};
use domain::results::Evidence;

pub use chains::{BaseChain, ChainOutcome};

const NFT: &str = "firewall nft";
const NFT_COMMAND: &str = "nft -j list ruleset";

const LEGACY: &str = "firewall legacy";

/// Only where the kernel has such tables: asking for them would load them. A file of /proc has no size.
const LEGACY_SCRIPT: &str = r#"for f in ip ip6; do
  grep -q . "/proc/net/${f}_tables_names" 2>/dev/null || continue
  save="${f}tables-legacy-save"; command -v "$save" >/dev/null 2>&1 || save="${f}tables-save"
  echo "family $f"; "$save" || exit 1
done
exit 0"#;

/// The packet filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Firewall {
    /// The chains that filter.
    pub chains: Vec<BaseChain>,
    /// Why there may be more that refuses than could be seen.
    pub unseen: Option<Unknown>,
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
    let mut found = older(facts)?;
    let frame = match facts.ended(NFT, NFT_COMMAND) {
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
    found.chains.extend(chains::base_chains(items));
    found.evidence.push(evidence);
    Ok(found)
}

/// The older tables. Where they cannot be listed, those of nftables may still be enough.
fn older(facts: &Facts) -> Result<Firewall, Unknown> {
    let frame = facts.ended(LEGACY, "iptables-save")?;
    let evidence = observed(frame, LEGACY_SCRIPT);
    let unseen = (frame.exit != Some(0)).then(|| {
        let reason = "the kernel has tables of iptables, and they cannot be listed";
        Unknown::new(reason).seen(evidence.clone())
    });
    let chains = match unseen {
        Some(_) => Vec::new(),
        None => chains::base_chains(&legacy::items(&frame.text())),
    };
    Ok(Firewall {
        chains,
        unseen,
        evidence: vec![evidence],
    })
}
