//! `firewall_policy`: a packet that no rule takes is refused, for IPv4 and IPv6. Judged on the rules that the kernel
//! has, whatever front end made them.

use super::{CheckResult, Checked, Method};
use crate::collect::{BaseChain, ChainOutcome, Collector, Firewall, Need, firewall};
use crate::facts::{Facts, Unknown};
use crate::rule::schema::{Demanded, Key, Kind, Shape, words};
use crate::rule::{Node, Reader};

/// Parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirewallPolicy {
    /// `input`, `forward` or `output`; each must refuse.
    hooks: Vec<&'static str>,
}

const HOOKS: [(&str, &str); 3] = [
    ("input", "input"),
    ("forward", "forward"),
    ("output", "output"),
];

impl Method for FirewallPolicy {
    const SHAPE: Shape = Shape {
        what: "a firewall_policy check",
        doc: "The kernel refuses what no rule takes there, for IPv4 and IPv6.",
        keys: &[Key::needed(
            "default_deny",
            Kind::List(&Kind::Word(|| words(&HOOKS))),
            "Where packets are refused that no rule takes.",
        )],
        demand: Demanded::None,
        together: &[],
    };

    fn read(reader: &mut Reader<'_>, node: &Node, _: &[String]) -> Option<Self> {
        let listed = reader.required(node, "the check", "default_deny")?;
        let mut hooks = Vec::new();
        for hook in reader.list(listed, "default_deny")? {
            hooks.push(reader.word(hook, "default_deny", &HOOKS)?);
        }
        Some(Self { hooks })
    }

    fn needs(&self) -> Vec<Need> {
        vec![Need::new(Collector::Firewall, "")]
    }

    fn expected(&self) -> String {
        format!(
            "{} refused by default, IPv4 and IPv6",
            self.hooks.join(" and ")
        )
    }

    fn judge(&self, facts: &Facts) -> Checked {
        let found = firewall(facts)?;
        let (mut bad, mut good, mut unsure) = (Vec::new(), Vec::new(), None);
        for hook in &self.hooks {
            for family in ["ip", "ip6"] {
                match decided(&found, hook, family) {
                    Decided::Refused(name) => good.push(format!("{hook} {family}: {name}")),
                    Decided::Accepted => bad.push(format!("{hook} accepts {family} by default")),
                    Decided::Unsure(why) => unsure = Some(format!("{hook} {family}: {why}")),
                }
            }
        }
        if found.chains.is_empty() {
            bad = vec!["no packet filter is in force".to_owned()];
        }
        let holds = bad.is_empty();
        // What refuses may stand in tables that could not be listed.
        if !holds && let Some(unseen) = found.unseen {
            return Err(unseen);
        }
        if holds && let Some(why) = unsure {
            let unknown = Unknown::new(why);
            return Err(found.evidence.into_iter().fold(unknown, Unknown::seen));
        }
        let expected = self.expected();
        let actual = if holds { good } else { bad }.join("; ");
        Ok(CheckResult::compared(
            holds,
            expected,
            actual,
            found.evidence,
        ))
    }
}

/// What becomes of a packet of a protocol.
enum Decided<'f> {
    /// This chain refuses it.
    Refused(&'f str),
    /// No chain refuses it.
    Accepted,
    /// Why nobody can tell.
    Unsure(&'f str),
}

/// One chain that refuses is enough.
fn decided<'f>(found: &'f Firewall, hook: &str, family: &str) -> Decided<'f> {
    let mut decided = Decided::Accepted;
    let is_its = |chain: &&BaseChain| chain.family == family && chain.hook == hook;
    for chain in found.chains.iter().filter(is_its) {
        match &chain.outcome {
            ChainOutcome::Refuses => return Decided::Refused(&chain.name),
            ChainOutcome::Unsure(why) => decided = Decided::Unsure(why),
            ChainOutcome::Accepts => {}
        }
    }
    decided
}
