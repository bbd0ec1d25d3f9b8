//! What a completed scan writes: verdicts, transitions, blobs, the root.

use domain::catalogue::Catalogue;
use domain::digest::Digest;
use domain::group::{CreateGroup, EditGroup, Group, GroupColor, GroupCommand, GroupDetails};
use domain::host::Connection;
use domain::id::{GroupId, HostId, TypedId as _};
use domain::results::{Evidence, ScanResults};
use domain::scan::{ScanCompleted, ScanEvent, ScanStatus, Selection, TransitionCause};
use domain::verdict::Verdict::{self, Error, Fail, Pass};
use event_store::Engine;
use projections::Projections;
use tokio_util::sync::CancellationToken;

use super::bench::{Act, Bench, Pretended};
use super::on_both;

on_both! {
    result_is_one_event_and_blobs_that_match_their_hashes;
    transitions_name_what_changed_and_why;
    facts_texts_and_values_tell_what_changed;
    a_scan_keeps_the_groups_that_its_host_was_in;
}

async fn scan(
    bench: &Bench,
    host: HostId,
    rules: &[(&str, u8)],
    find: &[Option<Verdict>],
) -> ScanCompleted {
    act(bench, host, rules, Act::Find(find.to_vec())).await
}

async fn act(bench: &Bench, host: HostId, rules: &[(&str, u8)], act: Act) -> ScanCompleted {
    let scanner = Pretended::new(rules, [act]);
    let running = bench.start(&scanner, Bench::settings("w"));
    let scan = bench.request(host, Selection::default()).await;
    bench.wait_for(scan, ScanStatus::Completed).await;
    running.stop().await;
    match bench.last(scan).await {
        ScanEvent::Completed(completed) => *completed,
        other => panic!("{other:?}"),
    }
}

async fn result_is_one_event_and_blobs_that_match_their_hashes(engine: Engine) {
    let bench = Bench::new(engine).await;
    let host = bench.host("one", Connection::Local).await;
    let mut progress = bench.store.progress();
    let completed = scan(
        &bench,
        host,
        &[("a", 1), ("b", 1), ("c", 1)],
        &[Some(Pass), None, Some(Fail)],
    )
    .await;

    let verdicts: Vec<_> = completed.verdicts.iter().collect();
    assert_eq!(verdicts, [Some(Pass), None, Some(Fail)]);
    assert_eq!((completed.totals.pass, completed.totals.fail), (1, 1));
    assert_eq!(completed.attempt, 1);
    let bytes = bench
        .store
        .get_blob(&completed.results)
        .await
        .unwrap()
        .unwrap();
    let results: ScanResults = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(results.schema, "openwatch.results/2");
    let rules: Vec<_> = results
        .results
        .iter()
        .map(|result| result.rule.as_str())
        .collect();
    assert_eq!(rules, ["a", "c"]);
    let mut leaves = Vec::new();
    for result in &results.results {
        let bytes = bench
            .store
            .get_blob(&result.evidence)
            .await
            .unwrap()
            .unwrap();
        let evidence: Vec<Evidence> = serde_json::from_slice(&bytes).unwrap();
        assert_eq!(evidence[0].stdout, result.verdict.as_str());
        leaves.push(Digest::of_parts(&[&[0], result.evidence.as_bytes()]));
    }
    let root = Digest::of_parts(&[&[1], leaves[0].as_bytes(), leaves[1].as_bytes()]);
    assert_eq!(completed.evidence_root, root);

    let catalogue = bench
        .store
        .load::<Catalogue>(completed.catalogue)
        .await
        .unwrap();
    assert_eq!(
        (catalogue.state.unwrap().rules.len(), catalogue.version),
        (3, 1)
    );
    assert_eq!(progress.try_recv().unwrap().host, host);
}

async fn transitions_name_what_changed_and_why(engine: Engine) {
    let bench = Bench::new(engine).await;
    let host = bench.host("one", Connection::Local).await;
    let changes =
        |completed: &ScanCompleted| -> Vec<(u32, Option<Verdict>, Verdict, TransitionCause)> {
            let transitions = completed.transitions.iter();
            transitions
                .map(|t| (t.ordinal, t.from, t.to, t.cause))
                .collect()
        };
    let first = scan(
        &bench,
        host,
        &[("a", 1), ("b", 1)],
        &[Some(Pass), Some(Fail)],
    )
    .await;
    let cause = TransitionCause::FirstScan;
    assert_eq!(
        changes(&first),
        [(0, None, Pass, cause), (1, None, Fail, cause)]
    );
    assert_eq!(first.previous, None);

    let same = scan(
        &bench,
        host,
        &[("a", 1), ("b", 1)],
        &[Some(Pass), Some(Fail)],
    )
    .await;
    assert_eq!(changes(&same), []);
    assert_eq!(same.previous, Some(first.scan));

    // A rule was left out; the one after it is compared with the last verdict that there was.
    let partial = scan(&bench, host, &[("a", 1), ("b", 1)], &[None, Some(Fail)]).await;
    assert_eq!(changes(&partial), []);

    // Another order, a new rule, a changed rule, and a host that changed.
    let rules = [("b", 1), ("new", 1), ("a", 2)];
    let last = scan(&bench, host, &rules, &[Some(Error), Some(Pass), Some(Fail)]).await;
    assert_eq!(
        changes(&last),
        [
            (0, Some(Fail), Error, TransitionCause::HostChanged),
            (1, None, Pass, TransitionCause::RuleChanged),
            (2, Some(Pass), Fail, TransitionCause::RuleChanged),
        ]
    );
    assert_eq!(last.previous, Some(partial.scan));
}

async fn facts_texts_and_values_tell_what_changed(engine: Engine) {
    use TransitionCause::{
        EngineChanged, FirstScan, HostAndRuleChanged, HostAndValueChanged, HostChanged,
        HostRuleAndValueChanged, RuleAndValueChanged, RuleChanged, ValueChanged,
    };
    let bench = Bench::new(engine).await;
    let host = bench.host("one", Connection::Local).await;
    let look = async |version: u8, verdict, kernel, value| {
        let look = Act::Look(vec![Some(verdict)], kernel, value);
        let completed = act(&bench, host, &[("a", version)], look).await;
        completed.transitions.first().map(|one| one.cause)
    };
    for (version, verdict, kernel, value, cause) in [
        (1, Pass, "6.1", "7", Some(FirstScan)),
        (1, Fail, "6.2", "7", Some(HostChanged)),
        (1, Fail, "6.2", "7", None),
        (2, Pass, "6.2", "7", Some(RuleChanged)),
        (3, Fail, "6.3", "7", Some(HostAndRuleChanged)),
        (3, Pass, "6.3", "7", Some(EngineChanged)),
        (3, Fail, "6.3", "8", Some(ValueChanged)),
        (3, Pass, "6.4", "9", Some(HostAndValueChanged)),
        (4, Fail, "6.4", "10", Some(RuleAndValueChanged)),
        (5, Pass, "6.5", "11", Some(HostRuleAndValueChanged)),
    ] {
        assert_eq!(look(version, verdict, kernel, value).await, cause);
    }
}

async fn a_scan_keeps_the_groups_that_its_host_was_in(engine: Engine) {
    let bench = Bench::new(engine).await;
    let stop = CancellationToken::new();
    let started = Projections::start(bench.store.clone(), stop.clone()).await;
    let (tables, _) = started.unwrap();
    let host = bench.host("one", Connection::Local).await;
    let group = GroupId::draw(bench.store.ids().as_ref());
    let details = |name: &str| GroupDetails {
        name: name.to_owned(),
        description: String::new(),
        color: GroupColor::Teal,
        rule: None,
        target: None,
    };
    let create = GroupCommand::Create(CreateGroup {
        group,
        details: details("web"),
        hosts: vec![host],
    });
    let created = bench.execute::<Group>(group, create).await.unwrap();
    tables
        .at_least(created.position, std::time::Duration::from_mins(1))
        .await
        .unwrap();
    let completed = scan(&bench, host, &[("a", 1)], &[Some(Pass)]).await;
    let details = details("renamed");
    let rename = GroupCommand::Edit(EditGroup { details });
    bench.execute::<Group>(group, rename).await.unwrap();
    let groups = completed.context.unwrap().groups;
    assert_eq!(groups.len(), 1);
    assert_eq!(
        (groups[0].group.as_str(), groups[0].name.as_str()),
        (group.to_string().as_str(), "web")
    );
    stop.cancel();
}
