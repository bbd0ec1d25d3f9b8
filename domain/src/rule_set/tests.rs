//! Scenarios of the trust in a set of rules.

use super::*;
use crate::spec::given;

fn trust(name: &str) -> RuleSetCommand {
    RuleSetCommand::Trust(TrustRuleSet {
        rule_set: Digest::of(b"rules"),
        name: name.to_owned(),
        rule_count: 3,
        voucher: RuleSetVoucher::Operator,
    })
}

fn trusted() -> RuleSetEvent {
    RuleSetTrusted {
        rule_set: Digest::of(b"rules"),
        name: "own".to_owned(),
        rule_count: 3,
        voucher: RuleSetVoucher::Operator,
    }
    .into()
}

fn distrusted() -> RuleSetEvent {
    RuleSetDistrusted {
        rule_set: Digest::of(b"rules"),
        name: "own".to_owned(),
    }
    .into()
}

#[test]
fn rules_are_trusted_once_and_until_somebody_takes_it_back() {
    given::<RuleSet>([]).when(trust("own")).then([trusted()]);
    given::<RuleSet>([trusted()]).when(trust("again")).then([]);
    let distrust = || RuleSetCommand::Distrust(DistrustRuleSet);
    given::<RuleSet>([trusted()])
        .when(distrust())
        .then([distrusted()]);
    given::<RuleSet>([trusted(), distrusted()])
        .when(distrust())
        .refused(RuleSetError::NotTrusted);
    given::<RuleSet>([trusted(), distrusted()])
        .when(trust("own"))
        .then([trusted()]);
}

#[test]
fn a_set_has_a_name() {
    given::<RuleSet>([])
        .when(trust(""))
        .refused(InvalidField::new("name", "must not be empty"));
}
