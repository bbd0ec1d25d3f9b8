//! `authselect_feature_enable`: a feature of the authselect profile is on.

use super::effect::{Reversal, Touched};
use super::{Mechanism, parameter};
use crate::rule::{Node, Reader};

/// Parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthselectFeatureEnable {
    feature: String,
}

impl Mechanism for AuthselectFeatureEnable {
    const PARAMETERS: &'static [&'static str] = &["feature"];

    fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        let feature = parameter::line(reader, node, "feature");
        Some(Self { feature: feature? })
    }

    fn describe(&self) -> String {
        format!("turn on the feature {} of authselect", self.feature)
    }

    fn touches(&self) -> Vec<Touched> {
        vec![Touched::File("/etc/authselect/".to_owned())]
    }

    fn reversal(&self) -> Reversal {
        Reversal::Exact
    }
}
