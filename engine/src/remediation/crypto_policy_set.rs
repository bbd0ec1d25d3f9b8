//! `crypto_policy_set`: the system-wide policy of cryptography is this one, sub-policies after colons included.

use super::effect::{Reversal, Touched};
use super::{Mechanism, parameter};
use crate::rule::{Node, Reader};

/// Parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CryptoPolicySet {
    policy: String,
}

impl Mechanism for CryptoPolicySet {
    const PARAMETERS: &'static [&'static str] = &["policy"];

    fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        let policy = parameter::line(reader, node, "policy");
        Some(Self { policy: policy? })
    }

    fn describe(&self) -> String {
        format!("make {} the policy of cryptography", self.policy)
    }

    fn touches(&self) -> Vec<Touched> {
        vec![Touched::Cryptography]
    }

    fn reversal(&self) -> Reversal {
        Reversal::Exact
    }
}
