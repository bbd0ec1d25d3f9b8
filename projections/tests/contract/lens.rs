//! Frameworks as lenses: what a host is asked by each, what each section holds, and how rules are found.

use domain::catalogue::{CatalogueContent, RuleReference};
use domain::host::{Host, HostCommand, RemoveHost};
use domain::id::HostId;
use domain::verdict::{Severity, Totals, Verdict};
use event_store::Engine;
use event_store::testing::TestDatabase;
use projections::read::{
    FrameworkPlace, HostFilter, HostOrder, Read, RuleFilter, RuleOrder, RuleStateFilter, Window,
};

use crate::history::{World, content};

crate::on_both_engines!(
    a_host_is_seen_by_the_benchmark_that_fits_it,
    a_section_holds_what_is_below_it,
    rules_that_move_need_no_scan,
    rules_are_found_by_words_and_narrowed_by_facets,
    a_removed_host_counts_no_more,
    every_text_of_a_rule_is_kept,
);

const DEBIAN: (&str, &str) = ("debian", "12");
const PASS: Option<Verdict> = Some(Verdict::Pass);
const FAIL: Option<Verdict> = Some(Verdict::Fail);
const ERROR: Option<Verdict> = Some(Verdict::Error);

/// Two rules of CIS for Debian 12 and of NIST, one of CIS for RHEL 9.
fn mapped() -> CatalogueContent {
    let reference = |framework: &str, benchmark: &str, control: &str| RuleReference {
        framework: framework.to_owned(),
        benchmark: benchmark.to_owned(),
        control: control.to_owned(),
        version: None,
    };
    let mut content = content();
    for rule in &mut content.rules {
        rule.references = match rule.rule.as_str() {
            "one" => vec![
                reference("cis", "debian12", "1.1.2"),
                reference("nist_800_53", "", "AC-6(1)"),
            ],
            "two" => vec![reference("cis", "rhel9", "1.1.2")],
            _ => vec![
                reference("cis", "debian12", "1.2"),
                reference("nist_800_53", "", "AC-17"),
            ],
        };
    }
    content
}

async fn scanned(engine: Engine) -> (TestDatabase, World, Read, HostId) {
    let database = TestDatabase::new(engine).await;
    let world = World::new(database.open().await).await;
    let host = world.register("a").await;
    let rules = world.publish_content(&mapped()).await;
    world
        .scan_by(host, DEBIAN, rules, [PASS, FAIL, ERROR])
        .await;
    world.settle().await;
    let read = Read::new(world.store.db().clone());
    (database, world, read, host)
}

fn totals(pass: u32, fail: u32, error: u32) -> Totals {
    Totals {
        pass,
        fail,
        error,
        ..Totals::default()
    }
}

fn place(framework: &str, benchmark: Option<&str>, section: Option<&str>) -> FrameworkPlace {
    FrameworkPlace {
        framework: framework.to_owned(),
        benchmark: benchmark.map(str::to_owned),
        section: section.map(str::to_owned),
    }
}

async fn found(read: &Read, filter: RuleFilter) -> Vec<String> {
    let page = read.page(&filter, &Window::first(10)).await.unwrap();
    page.rows.into_iter().map(|(_, row)| row.rule).collect()
}

async fn a_host_is_seen_by_the_benchmark_that_fits_it(engine: Engine) {
    let (_database, world, read, host) = scanned(engine).await;
    let lenses = read.host_lenses(&[host]).await.unwrap();
    let seen: Vec<_> = lenses
        .iter()
        .map(|lens| (&*lens.framework, &*lens.benchmark, lens.totals))
        .collect();
    // The rule of RHEL 9, which failed, is none of its business.
    assert_eq!(
        seen,
        [
            ("cis", "debian12", totals(1, 0, 1)),
            ("nist_800_53", "", totals(1, 0, 1)),
        ]
    );
    let other = world.register("b").await;
    let rules = world.publish_content(&mapped()).await;
    world
        .scan_by(other, DEBIAN, rules, [FAIL, FAIL, FAIL])
        .await;
    world.register("never scanned").await;
    world.settle().await;
    let fleet = read.lenses().await.unwrap();
    assert_eq!(
        fleet[0].benchmarks,
        [("debian12".to_owned(), 2), ("rhel9".to_owned(), 1)]
    );
    assert_eq!((fleet[0].rules, fleet[0].hosts), (3, 2));
    assert_eq!(fleet[0].totals, totals(1, 2, 1));
    let by_score = HostFilter {
        lens: Some("cis".to_owned()),
        order: HostOrder::Score,
        ..HostFilter::default()
    };
    let hosts = read.page(&by_score, &Window::first(10)).await.unwrap();
    let hosts: Vec<_> = hosts.rows.iter().map(|(_, row)| row.id).collect();
    assert_eq!(hosts, [other, host]);
}

async fn a_section_holds_what_is_below_it(engine: Engine) {
    let (_database, _world, read, host) = scanned(engine).await;
    let sections = read.host_sections(host, "cis").await.unwrap();
    let seen: Vec<_> = sections
        .iter()
        .map(|row| (&*row.section, row.rules))
        .collect();
    assert_eq!(seen, [("1", 2), ("1.1", 1), ("1.1.2", 1), ("1.2", 1)]);
    assert_eq!(sections[0].totals, totals(1, 0, 1));
    for (section, rules) in [
        ("1", vec!["three", "one"]),
        ("1.1", vec!["one"]),
        ("9", vec![]),
    ] {
        let filter = RuleStateFilter {
            host: Some(host),
            place: Some(place("cis", None, Some(section))),
            ..RuleStateFilter::default()
        };
        let page = read.page(&filter, &Window::first(10)).await.unwrap();
        let seen: Vec<_> = page.rows.iter().map(|(_, row)| &*row.rule).collect();
        assert_eq!(seen, rules, "{section}");
    }
    let sections = read.sections("cis", Some("rhel9")).await.unwrap();
    let seen: Vec<_> = sections
        .iter()
        .map(|row| (&*row.section, row.rules))
        .collect();
    assert_eq!(seen, [("1", 1), ("1.1", 1), ("1.1.2", 1)]);
}

/// The same rules, where the second is in the benchmark of the host too.
fn moved() -> CatalogueContent {
    let mut content = mapped();
    "debian12".clone_into(&mut content.rules[1].references[0].benchmark);
    "another text".clone_into(&mut content.rules[1].text);
    content.rules[1].hash = domain::digest::Digest::of(b"another text");
    content
}

async fn rules_that_move_need_no_scan(engine: Engine) {
    let (_database, world, read, host) = scanned(engine).await;
    world.publish_content(&moved()).await;
    world.settle().await;
    let lenses = read.host_lenses(&[host]).await.unwrap();
    assert_eq!(lenses[0].totals, totals(1, 1, 1));
}

async fn rules_are_found_by_words_and_narrowed_by_facets(engine: Engine) {
    let (_database, _world, read, _host) = scanned(engine).await;
    let search = |text: &str| RuleFilter {
        search: Some(text.to_owned()),
        ..RuleFilter::default()
    };
    assert_eq!(found(&read, search("ac-6(1)")).await, ["one"]);
    assert_eq!(found(&read, search("RULE t")).await, ["three", "two"]);
    assert_eq!(found(&read, search("rule %")).await, [""; 0]);
    let failing = RuleFilter {
        verdicts: vec![Verdict::Fail],
        ..RuleFilter::default()
    };
    assert_eq!(found(&read, failing.clone()).await, ["two"]);
    let worst = RuleFilter {
        order: RuleOrder::Severity,
        ..RuleFilter::default()
    };
    assert_eq!(found(&read, worst).await, ["three", "one", "two"]);
    let most = RuleFilter {
        order: RuleOrder::Failing,
        ..RuleFilter::default()
    };
    assert_eq!(found(&read, most).await[0], "two");
    let debian = RuleFilter {
        place: Some(place("cis", Some("debian12"), None)),
        ..RuleFilter::default()
    };
    assert_eq!(found(&read, debian).await, ["one", "three"]);
    let facets = read.rule_facets(&failing).await.unwrap();
    let count = |values: &[projections::read::FacetValue], value: &str| {
        let found = values.iter().find(|one| one.value == value);
        found.map(|one| one.rules)
    };
    assert_eq!(count(&facets.severities, Severity::Low.as_str()), Some(1));
    assert_eq!(count(&facets.severities, Severity::High.as_str()), Some(0));
    assert_eq!(count(&facets.frameworks, "cis"), Some(1));
    assert_eq!(count(&facets.verdicts, "error"), Some(1));
}

async fn a_removed_host_counts_no_more(engine: Engine) {
    let (_database, world, read, host) = scanned(engine).await;
    let ids = ["two".to_owned()];
    assert_eq!(
        read.rule_totals(&ids).await.unwrap()["two"],
        totals(0, 1, 0)
    );
    world
        .execute::<Host>(host, HostCommand::Remove(RemoveHost))
        .await;
    world.settle().await;
    assert!(read.rule_totals(&ids).await.unwrap().is_empty());
    assert_eq!(read.lenses().await.unwrap()[0].hosts, 0);
}

async fn every_text_of_a_rule_is_kept(engine: Engine) {
    let (_database, world, read, _host) = scanned(engine).await;
    world.publish_content(&moved()).await;
    world.settle().await;
    let versions = read.rule_versions("two").await.unwrap();
    let texts: Vec<_> = versions.iter().map(|version| &*version.text).collect();
    assert_eq!(texts, ["another text", ""]);
    assert_eq!(read.rule_versions("one").await.unwrap().len(), 1);
}
