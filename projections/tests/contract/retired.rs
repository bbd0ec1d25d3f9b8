//! Rules that count no more: what was found for them stays to be looked at, and is in no figure.

use domain::catalogue::CatalogueContent;
use domain::digest::Digest;
use domain::id::HostId;
use domain::rule_base::{AnnounceRuleBase, RULE_BASE, RuleBase};
use domain::rule_pack::{DisableRulePack, RulePack, RulePackCommand};
use domain::verdict::{Totals, Verdict};
use event_store::testing::TestDatabase;
use event_store::{Attachment, Engine};
use projections::read::{Read, RollUpKey, RuleFilter, RuleStanding, RuleStateFilter, Window};

use crate::history::{World, with_rules};

crate::on_both_engines!(
    a_rule_that_went_is_in_no_figure,
    an_older_process_brings_nothing_back,
    rules_of_a_pack_go_with_it,
    rules_that_nobody_announced_count,
    an_older_list_says_nothing_of_rules_that_ship,
);

const PASS: Option<Verdict> = Some(Verdict::Pass);
const FAIL: Option<Verdict> = Some(Verdict::Fail);
const DEBIAN: (&str, &str) = ("debian", "12");

impl World {
    pub(crate) async fn announce(&self, version: &str, rules: &[&str]) {
        self.announce_content(version, &with_rules(rules)).await;
    }

    async fn announce_content(&self, version: &str, content: &CatalogueContent) {
        let bytes = serde_json::to_vec(content).unwrap();
        let hash = Digest::of(&bytes);
        let announce = AnnounceRuleBase {
            version: version.to_owned(),
            rule_set: hash,
            name: "test".to_owned(),
            rules: content.rules.iter().map(|rule| rule.rule.clone()).collect(),
            content: hash,
        };
        let with_rules = self.context().attach(Attachment::Blob { hash, bytes });
        let announced = self
            .store
            .execute::<RuleBase>(RULE_BASE, announce, with_rules);
        announced.await.unwrap();
    }

    /// One rule comes and goes.
    pub(crate) async fn rule_bases(&self) {
        self.announce("1.0.0", &["one", "two", "three", "four"])
            .await;
        self.announce("1.1.0", &["one", "two", "three"]).await;
    }
}

async fn an_older_list_says_nothing_of_rules_that_ship(engine: Engine) {
    let (_database, world, read) = world(engine).await;
    let mut newer = with_rules(&["one", "two"]);
    "Newer".clone_into(&mut newer.rules[0].title);
    "9.9".clone_into(&mut newer.rules[0].references[0].control);
    world.announce_content("1.1.0", &newer).await;
    // By a process that is not upgraded yet, with a pack of rules beside its own.
    world
        .publish_as("test + Acme 1", &["one", "two", "three"])
        .await;
    world.announce("1.0.0", &["one", "two"]).await;
    world.settle().await;
    let ids = ["one", "three"].map(str::to_owned);
    let mut rules = read.rules_by_id(&ids).await.unwrap();
    rules.sort_by(|one, other| one.rule.cmp(&other.rule));
    assert_eq!(rules[0].title, "Newer");
    assert_eq!(rules[1].title, "Rule three");
    let sections = read.sections("cis", Some("debian12")).await.unwrap();
    let sections: Vec<&str> = sections.iter().map(|row| &*row.section).collect();
    assert_eq!(sections, ["1", "1.1", "9", "9.9"]);
}

async fn world(engine: Engine) -> (TestDatabase, World, Read) {
    let database = TestDatabase::new(engine).await;
    let world = World::new(database.open().await).await;
    let read = Read::new(world.store.db().clone());
    (database, world, read)
}

async fn counted(read: &Read, host: HostId) -> (u32, u32) {
    let row = read.hosts_by_id(&[host]).await.unwrap().remove(0);
    let Totals { pass, fail, .. } = row.posture.unwrap().totals;
    (pass, fail)
}

/// The rules on a host that count, or that count no more.
async fn rules_of(read: &Read, host: HostId, retired: bool) -> Vec<String> {
    let filter = RuleStateFilter {
        host: Some(host),
        retired: Some(retired),
        ..RuleStateFilter::default()
    };
    let page = read.page(&filter, &Window::first(10)).await.unwrap();
    let mut rules: Vec<String> = page.rows.into_iter().map(|(_, row)| row.rule).collect();
    rules.sort();
    rules
}

async fn standing(read: &Read, standing: RuleStanding) -> Vec<String> {
    let filter = RuleFilter {
        standings: vec![standing],
        ..RuleFilter::default()
    };
    let page = read.page(&filter, &Window::first(10)).await.unwrap();
    page.rows.into_iter().map(|(_, row)| row.rule).collect()
}

async fn a_rule_that_went_is_in_no_figure(engine: Engine) {
    let (_database, world, read) = world(engine).await;
    let host = world.register("a").await;
    let group = world.group("all", None, &[host]).await;
    let list = world.publish().await;
    world.announce("1.0.0", &["one", "two", "three"]).await;
    world.scan_by(host, DEBIAN, list, [PASS, FAIL, FAIL]).await;
    world.settle().await;
    assert_eq!(counted(&read, host).await, (1, 2));
    world.announce("1.1.0", &["one", "three"]).await;
    world.settle().await;
    assert_eq!(counted(&read, host).await, (1, 1));
    let row = read.hosts_by_id(&[host]).await.unwrap().remove(0);
    assert_eq!(row.posture.unwrap().totals.score(), Some(0.5));
    assert_eq!(read.host_lenses(&[host]).await.unwrap()[0].totals.fail, 1);
    let key = RollUpKey {
        group: Some(group),
        ..RollUpKey::default()
    };
    let sums = read.roll_ups(std::slice::from_ref(&key)).await.unwrap();
    assert_eq!(sums[&key].totals.fail, 1);
    let worst = read.worst_rules(group, 10).await.unwrap();
    let worst: Vec<&str> = worst.iter().map(|failed| &*failed.rule).collect();
    assert_eq!(worst, ["three"]);
    let ids = ["two".to_owned()];
    assert!(read.rule_totals(&ids).await.unwrap().is_empty());
    assert_eq!(read.lenses().await.unwrap()[0].rules, 2);
    // It stays to be looked at, apart.
    assert_eq!(rules_of(&read, host, false).await, ["one", "three"]);
    assert_eq!(rules_of(&read, host, true).await, ["two"]);
    assert_eq!(standing(&read, RuleStanding::Retired).await, ["two"]);
    assert_eq!(
        standing(&read, RuleStanding::InForce).await,
        ["one", "three"]
    );
    let facets = read.rule_facets(&RuleFilter::default()).await.unwrap();
    let facets: Vec<(&str, u32)> = facets
        .standings
        .iter()
        .map(|facet| (&*facet.value, facet.rules))
        .collect();
    assert_eq!(facets, [("in_force", 2), ("retired", 1)]);
    // It comes back with everything that was known of it.
    world.announce("1.2.0", &["one", "two", "three"]).await;
    world.settle().await;
    assert_eq!(counted(&read, host).await, (1, 2));
    assert!(rules_of(&read, host, true).await.is_empty());
}

async fn an_older_process_brings_nothing_back(engine: Engine) {
    let (_database, world, read) = world(engine).await;
    let host = world.register("a").await;
    world.announce("1.0.0", &["one", "two"]).await;
    world.announce("1.1.0", &["one", "three"]).await;
    let list = world.publish().await;
    // Both versions are at work: each scan judges by all rules that its worker has.
    for _ in 0..2 {
        world.scan_by(host, DEBIAN, list, [PASS, FAIL, FAIL]).await;
        world.announce("1.0.0", &["one", "two"]).await;
        world.settle().await;
        assert_eq!(counted(&read, host).await, (1, 1));
        assert_eq!(rules_of(&read, host, true).await, ["two"]);
    }
}

async fn rules_of_a_pack_go_with_it(engine: Engine) {
    let (_database, world, read) = world(engine).await;
    let host = world.register("a").await;
    let pack = world.add_pack("Acme", "one").await;
    let trial = world.try_version(pack, 1, host).await;
    world.enable(pack, 1, trial).await.unwrap();
    let list = world.publish().await;
    world.scan_by(host, DEBIAN, list, [PASS, FAIL, FAIL]).await;
    world.settle().await;
    assert_eq!(counted(&read, host).await, (1, 2));
    let disable = RulePackCommand::Disable(DisableRulePack);
    world.execute::<RulePack>(pack, disable).await;
    world.settle().await;
    assert_eq!(counted(&read, host).await, (0, 0));
    assert_eq!(rules_of(&read, host, true).await.len(), 3);
    // Another trial changes nothing; enabled again, they count again.
    world.try_version(pack, 1, host).await;
    world.settle().await;
    assert_eq!(counted(&read, host).await, (0, 0));
    world.enable(pack, 1, trial).await.unwrap();
    world.settle().await;
    assert_eq!(counted(&read, host).await, (1, 2));
}

async fn rules_that_nobody_announced_count(engine: Engine) {
    let (_database, world, read) = world(engine).await;
    let host = world.register("a").await;
    // Published before there were announcements, under the name of the base: what it has no more is retired by
    // the first one.
    let list = world.publish().await;
    world.scan_by(host, DEBIAN, list, [PASS, FAIL, FAIL]).await;
    world.settle().await;
    assert_eq!(counted(&read, host).await, (1, 2));
    world.announce("1.0.0", &["one", "two"]).await;
    world.settle().await;
    assert_eq!(counted(&read, host).await, (1, 1));
    // A scan by rules of somebody's own, recorded from the command line.
    let own = world.publish_as("/srv/own", &["four"]).await;
    world.scan_by(host, DEBIAN, own, [PASS, PASS, PASS]).await;
    world.announce("1.1.0", &["one", "two", "five"]).await;
    world.settle().await;
    assert!(
        standing(&read, RuleStanding::InForce)
            .await
            .contains(&"four".to_owned())
    );
}
