//! `firewall_policy`: a packet that no rule takes is refused, for IPv4 and IPv6. Judged on the rules that the kernel
//! has, whatever front end made them.

use super::{Checked, Finding, Method};
use crate::collect::{Collector, Need, firewall};
use crate::facts::Facts;
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
        let (mut bad, mut good) = (Vec::new(), Vec::new());
        for hook in &self.hooks {
            for family in ["ip", "ip6"] {
                let refusing = found.chains.iter().find(|chain| {
                    let same = chain.family == family || chain.family == "inet";
                    same && chain.hook == *hook && chain.refuses
                });
                match refusing {
                    Some(chain) => good.push(format!("{hook} {family}: {}", chain.name)),
                    None => bad.push(format!("{hook} accepts {family} by default")),
                }
            }
        }
        if found.chains.is_empty() {
            bad = vec!["no packet filter is in force".to_owned()];
        }
        let holds = bad.is_empty();
        let expected = self.expected();
        let actual = if holds { good } else { bad }.join("; ");
        Ok(Finding::compared(holds, expected, actual, found.evidence))
    }
}
