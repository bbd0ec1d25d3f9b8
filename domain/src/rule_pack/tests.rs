//! Scenarios of a rule pack, and of the trials that it needs.

use super::*;
use crate::aggregate::{Aggregate as _, Claim};
use crate::digest::Digest;
use crate::event::EventBody as _;
use crate::host::{
    Connection, Host, HostCommand, HostDetails, HostState, RegisterHost, ScannableHost,
};
use crate::id::{RulePackId, ScanId};
use crate::rule_set::RuleSetVoucher;
use crate::scan::{
    CompleteScan, CompletedTrial, Cost, HostFacts, RequestTrial, Scan, ScanCommand, ScanEvent,
    StartScan,
};
use crate::spec::{given, id};
use crate::time::Timestamp;
use crate::validate::InvalidField;
use crate::verdict::{Severity, Verdict, VerdictVector};

fn pack() -> RulePackId {
    id(1)
}

fn content(text: &str, rules: &[(&str, bool)]) -> VersionContent {
    let rule = |(rule, runs_script): &(&str, bool)| PackRule {
        rule: (*rule).to_owned(),
        version: vec![1; 16],
        severity: Severity::High,
        runs_script: *runs_script,
    };
    VersionContent {
        files: Digest::of(text.as_bytes()),
        content: Digest::of(b"content"),
        rule_set: Digest::of(text.as_bytes()),
        rules: rules.iter().map(rule).collect(),
        signature: None,
    }
}

fn plain(text: &str) -> VersionContent {
    content(text, &[("acme-banner", false), ("acme-motd", false)])
}

fn scripted(text: &str) -> VersionContent {
    content(text, &[("acme-agent", true), ("acme-banner", false)])
}

fn upload(content: VersionContent) -> UploadRulePackVersion {
    let note = "first".to_owned();
    UploadRulePackVersion { note, content }
}

fn created() -> RulePackEvent {
    let name = "Acme".to_owned();
    RulePackCreated { pack: pack(), name }.into()
}

fn uploaded(version: u32, content: VersionContent) -> RulePackEvent {
    RulePackVersionUploaded {
        pack: pack(),
        version,
        note: "first".to_owned(),
        content,
        name: "Acme".to_owned(),
    }
    .into()
}

fn trusted(version: u32, content: &VersionContent, voucher: RuleSetVoucher) -> RulePackEvent {
    RulePackVersionTrusted {
        pack: pack(),
        version,
        rule_set: content.rule_set,
        voucher,
        name: "Acme".to_owned(),
    }
    .into()
}

fn scannable() -> ScannableHost {
    let details = HostDetails {
        name: "web-1".to_owned(),
        environment: "production".to_owned(),
        description: String::new(),
        tags: Vec::new(),
        connection: Connection::Local,
    };
    let register = HostCommand::Register(RegisterHost {
        host: id(7),
        details,
        trusted_keys: Vec::new(),
    });
    let events = Host::decide(&HostState::default(), register).unwrap();
    Host::fold(&events).scannable().unwrap()
}

/// What happens to a trial of a version, up to its result.
fn trial_events(history: &[RulePackEvent], version: u32) -> Vec<ScanEvent> {
    let request = ScanCommand::RequestTrial(RequestTrial {
        scan: id(9),
        host: scannable(),
        version: RulePack::fold(history).runnable(version).unwrap(),
    });
    let complete = ScanCommand::Complete(Box::new(CompleteScan {
        attempt: 1,
        catalogue: Digest::of(b"catalogue"),
        started_at: Timestamp::from_micros(1),
        finished_at: Timestamp::from_micros(2),
        verdicts: VerdictVector::pack(&[Some(Verdict::Pass), Some(Verdict::Fail)]),
        previous: None,
        transitions: Vec::new(),
        evidence_root: Digest::of(b"root"),
        results: Digest::of(b"results"),
        facts: HostFacts::default(),
        cost: Cost::default(),
        stored_facts: None,
        context: None,
        collection_times: Vec::new(),
    }));
    let worker = "w".to_owned();
    let mut events = Vec::new();
    for command in [request, ScanCommand::Start(StartScan { worker }), complete] {
        events.extend(Scan::decide(&Scan::fold(&events), command).unwrap());
    }
    events
}

fn trial(history: &[RulePackEvent], version: u32) -> CompletedTrial {
    let events = trial_events(history, version);
    Scan::fold(&events).completed_trial().unwrap()
}

fn enable(version: u32, trial: Option<CompletedTrial>) -> RulePackCommand {
    RulePackCommand::Enable(EnableRulePackVersion { version, trial })
}

fn enabled(before: Option<u32>, after: u32, added: &[&str], dropped: &[&str]) -> RulePackEvent {
    let owned = |rules: &[&str]| rules.iter().map(|rule| (*rule).to_owned()).collect();
    RulePackVersionEnabled {
        pack: pack(),
        before,
        after,
        trial: id::<ScanId>(9),
        content: Digest::of(b"content"),
        added: owned(added),
        dropped: owned(dropped),
        rule_set: Digest::of(if after == 1 { b"one" } else { b"two" }),
        name: "Acme".to_owned(),
    }
    .into()
}

#[test]
fn a_pack_is_made_with_its_first_version_and_gets_more() {
    let create = || {
        RulePackCommand::Create(CreateRulePack {
            pack: pack(),
            name: "Acme".to_owned(),
            first: upload(plain("one")),
        })
    };
    given::<RulePack>([])
        .when(create())
        .then([created(), uploaded(1, plain("one"))]);
    let history = || [created(), uploaded(1, plain("one"))];
    given::<RulePack>(history())
        .when(create())
        .refused(RulePackError::AlreadyExists);
    given::<RulePack>(history())
        .when(RulePackCommand::Upload(upload(plain("two"))))
        .then([uploaded(2, plain("two"))]);
    given::<RulePack>([])
        .when(RulePackCommand::Upload(upload(plain("one"))))
        .refused(RulePackError::NotFound);
}

#[test]
fn the_same_files_again_are_no_version() {
    let history = [
        created(),
        uploaded(1, plain("one")),
        uploaded(2, plain("two")),
    ];
    given::<RulePack>(history)
        .when(RulePackCommand::Upload(upload(plain("one"))))
        .refused(RulePackError::SameContent { version: 1 });
}

#[test]
fn a_version_has_rules_and_not_more_than_fit() {
    given::<RulePack>([created()])
        .when(RulePackCommand::Upload(upload(content("one", &[]))))
        .refused(InvalidField::new("files", "must hold at least one rule"));
    let long = "x".repeat(100);
    let many = content("one", &vec![(long.as_str(), false); 400]);
    let refused = RulePack::decide(
        &RulePack::fold(&[created()]),
        RulePackCommand::Upload(upload(many)),
    );
    assert!(matches!(refused, Err(RulePackError::Invalid(_))));
}

#[test]
fn scripts_do_not_run_before_somebody_speaks_for_them() {
    let history = [created(), uploaded(1, scripted("one"))];
    let untrusted = RulePackError::Untrusted {
        version: 1,
        scripts: 1,
    };
    // Without the right to run there is neither a trial nor a scan: both need the value that is refused here.
    assert_eq!(RulePack::fold(&history).runnable(1), Err(untrusted.clone()));
    given::<RulePack>(history.clone())
        .when(enable(1, None))
        .refused(untrusted);
    let trust = || RulePackCommand::Trust(TrustRulePackVersion { version: 1 });
    let confirmed = trusted(1, &scripted("one"), RuleSetVoucher::Operator);
    given::<RulePack>(history.clone())
        .when(trust())
        .then([confirmed.clone()]);
    let [one, two] = history;
    let history = [one, two, confirmed];
    assert!(RulePack::fold(&history).runnable(1).is_ok());
    given::<RulePack>(history).when(trust()).then([]);
    given::<RulePack>([created(), uploaded(1, plain("one"))])
        .when(trust())
        .refused(RulePackError::NothingToTrust { version: 1 });
}

#[test]
fn a_signature_speaks_for_scripts() {
    let mut signed = scripted("one");
    signed.signature = Some(PackSignature {
        key: "acme-rules".to_owned(),
        archive: Digest::of(b"archive"),
    });
    let key = "acme-rules".to_owned();
    given::<RulePack>([created()])
        .when(RulePackCommand::Upload(upload(signed.clone())))
        .then([
            uploaded(1, signed.clone()),
            trusted(1, &signed, RuleSetVoucher::Signature { key }),
        ]);
}

#[test]
fn only_a_version_that_was_tried_to_the_end_is_enabled() {
    let history = [
        created(),
        uploaded(1, plain("one")),
        uploaded(
            2,
            content("two", &[("acme-banner", false), ("acme-sshd", false)]),
        ),
    ];
    let tried = trial(&history, 1);
    given::<RulePack>(history.clone())
        .when(enable(1, None))
        .refused(RulePackError::NotTried { version: 1 });
    // The trial of another version is none of this one.
    given::<RulePack>(history.clone())
        .when(enable(2, Some(tried.clone())))
        .refused(RulePackError::NotTried { version: 2 });
    let first = enabled(None, 1, &["acme-banner", "acme-motd"], &[]);
    given::<RulePack>(history.clone())
        .when(enable(1, Some(tried.clone())))
        .then([first.clone()]);
    let second = trial(&history, 2);
    let [one, two, three] = history;
    let history = vec![one, two, three, first];
    given::<RulePack>(history.clone())
        .when(enable(1, Some(tried)))
        .then([]);
    given::<RulePack>(history)
        .when(enable(2, Some(second)))
        .then([enabled(Some(1), 2, &["acme-sshd"], &["acme-motd"])]);
}

#[test]
fn a_trial_that_has_not_ended_proves_nothing_and_its_result_is_no_scan_completed() {
    let events = trial_events(&[created(), uploaded(1, plain("one"))], 1);
    assert!(Scan::fold(&events[..2]).completed_trial().is_none());
    assert!(matches!(
        events.last(),
        Some(ScanEvent::TrialCompleted(result)) if result.version.version == 1
    ));
}

#[test]
fn the_id_of_a_rule_belongs_to_one_enabled_pack() {
    let take = |value: &str| Claim::Take {
        scope: "rule_id",
        value: value.to_owned(),
    };
    let release = |value: &str| Claim::Release {
        scope: "rule_id",
        value: value.to_owned(),
    };
    let event = enabled(Some(1), 2, &["acme-sshd"], &["acme-motd"]);
    assert_eq!(event.claims(), [release("acme-motd"), take("acme-sshd")]);
}

#[test]
fn what_is_removed_counts_no_longer_and_stays_removed() {
    let first = enabled(None, 1, &["acme-banner", "acme-motd"], &[]);
    let history = || [created(), uploaded(1, plain("one")), first.clone()];
    let disabled: RulePackEvent = RulePackDisabled {
        pack: pack(),
        before: 1,
        dropped: vec!["acme-banner".to_owned(), "acme-motd".to_owned()],
        name: "Acme".to_owned(),
    }
    .into();
    let name = "Acme".to_owned();
    let removed: RulePackEvent = RulePackRemoved { pack: pack(), name }.into();
    given::<RulePack>(history())
        .when(RulePackCommand::Disable(DisableRulePack))
        .then([disabled.clone()]);
    given::<RulePack>(history())
        .when(RulePackCommand::Remove(RemoveRulePack))
        .then([disabled.clone(), removed.clone()]);
    let [one, two, three] = history();
    let gone = || {
        [
            one.clone(),
            two.clone(),
            three.clone(),
            disabled.clone(),
            removed.clone(),
        ]
    };
    for command in [
        RulePackCommand::Disable(DisableRulePack),
        RulePackCommand::Trust(TrustRulePackVersion { version: 1 }),
        RulePackCommand::Upload(upload(plain("two"))),
    ] {
        given::<RulePack>(gone())
            .when(command)
            .refused(RulePackError::Removed);
    }
    assert_eq!(
        RulePack::fold(&gone()).runnable(1),
        Err(RulePackError::Removed)
    );
    given::<RulePack>(gone())
        .when(RulePackCommand::Remove(RemoveRulePack))
        .then([]);
    given::<RulePack>([created(), uploaded(1, plain("one"))])
        .when(RulePackCommand::Disable(DisableRulePack))
        .refused(RulePackError::NotEnabled);
}
