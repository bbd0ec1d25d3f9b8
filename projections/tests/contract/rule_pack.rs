//! Rules of the organisation's own: versions, trials that count for nothing, what is enabled.

use domain::catalogue::CatalogueContent;
use domain::digest::Digest;
use domain::host::Host;
use domain::id::{HostId, RulePackId, ScanId, TypedId as _};
use domain::rule_pack::{
    CreateRulePack, DisableRulePack, EnableRulePackVersion, PackRule, RemoveRulePack, RulePack,
    RulePackCommand, TrustRulePackVersion, UploadRulePackVersion, VersionContent,
};
use domain::scan::{RequestTrial, Scan, ScanCommand};
use domain::verdict::Verdict;
use event_store::testing::TestDatabase;
use event_store::{Attachment, CommandContext, Engine, ExecuteError, Position};
use projections::read::Read;

use crate::history::{RULES, World, content};

crate::on_both_engines!(
    a_trial_counts_for_nothing,
    what_is_enabled_is_what_rules_say,
    a_rule_is_in_one_enabled_pack_alone,
);

const TRIED: [Option<Verdict>; 3] = [
    Some(Verdict::Fail),
    Some(Verdict::Fail),
    Some(Verdict::Fail),
];

/// The rules of the history with another text.
fn rules(text: &str) -> CatalogueContent {
    let mut content = content();
    for rule in &mut content.rules {
        rule.text = format!("{} {text}", rule.rule);
        rule.hash = Digest::of(rule.text.as_bytes());
    }
    content
}

impl World {
    /// An upload, with what goes with it.
    fn upload(&self, text: &str) -> (UploadRulePackVersion, CommandContext) {
        let bytes = serde_json::to_vec(&rules(text)).unwrap();
        let content = VersionContent {
            files: Digest::of(text.as_bytes()),
            content: Digest::of(&bytes),
            rule_set: Digest::of(&bytes),
            rules: RULES
                .iter()
                .map(|(rule, severity)| PackRule {
                    rule: (*rule).to_owned(),
                    version: vec![0; 16],
                    severity: *severity,
                    runs_script: *rule == "two",
                })
                .collect(),
            signature: None,
        };
        let hash = content.content;
        let with_rules = self.context().attach(Attachment::Blob { hash, bytes });
        let note = text.to_owned();
        (UploadRulePackVersion { note, content }, with_rules)
    }

    pub(crate) async fn add_pack(&self, name: &str, text: &str) -> RulePackId {
        let pack = RulePackId::draw(self.store.ids().as_ref());
        let (first, context) = self.upload(text);
        let name = name.to_owned();
        let create = RulePackCommand::Create(CreateRulePack { pack, name, first });
        self.store
            .execute::<RulePack>(pack, create, context)
            .await
            .unwrap();
        self.trust(pack, 1).await;
        pack
    }

    pub(crate) async fn add_version(&self, pack: RulePackId, version: u32, text: &str) {
        let (upload, context) = self.upload(text);
        self.store
            .execute::<RulePack>(pack, RulePackCommand::Upload(upload), context)
            .await
            .unwrap();
        self.trust(pack, version).await;
    }

    async fn trust(&self, pack: RulePackId, version: u32) {
        let trust = RulePackCommand::Trust(TrustRulePackVersion { version });
        self.execute::<RulePack>(pack, trust).await;
    }

    async fn request_trial(&self, pack: RulePackId, version: u32, host: HostId) -> ScanId {
        let scan = ScanId::draw(self.store.ids().as_ref());
        let state = self.store.load::<RulePack>(pack).await.unwrap().state;
        let host = self.store.load::<Host>(host).await.unwrap().state;
        let request = ScanCommand::RequestTrial(RequestTrial {
            scan,
            host: host.scannable().unwrap(),
            version: state.runnable(version).unwrap(),
        });
        self.execute::<Scan>(scan, request).await;
        scan
    }

    pub(crate) async fn try_version(&self, pack: RulePackId, version: u32, host: HostId) -> ScanId {
        let scan = self.request_trial(pack, version, host).await;
        let list = Digest::of(b"no published list");
        self.complete(scan, ("debian", "12"), list, TRIED).await;
        scan
    }

    pub(crate) async fn enable(
        &self,
        pack: RulePackId,
        version: u32,
        trial: ScanId,
    ) -> Result<(), ExecuteError<domain::rule_pack::RulePackError>> {
        let trial = self.store.load::<Scan>(trial).await.unwrap().state;
        let trial = trial.completed_trial();
        let enable = RulePackCommand::Enable(EnableRulePackVersion { version, trial });
        let context = self.context();
        let enabled = self.store.execute::<RulePack>(pack, enable, context).await;
        enabled.map(drop)
    }

    /// At least one event of every kind of a rule pack, and one pack that stays.
    pub(crate) async fn rule_packs(&self) {
        let host = self.register("tried on").await;
        let pack = self.add_pack("Gone", "gone").await;
        let trial = self.try_version(pack, 1, host).await;
        self.enable(pack, 1, trial).await.unwrap();
        let disable = RulePackCommand::Disable(DisableRulePack);
        self.execute::<RulePack>(pack, disable).await;
        self.execute::<RulePack>(pack, RulePackCommand::Remove(RemoveRulePack))
            .await;
        let stays = self.add_pack("Stays", "stays").await;
        let trial = self.try_version(stays, 1, host).await;
        self.enable(stays, 1, trial).await.unwrap();
    }

    async fn rows(&self, sql: &str) -> Vec<String> {
        let rows = self.store.db().fetch_all(sql, &[]).await.unwrap();
        let mut rows: Vec<String> = rows
            .iter()
            .map(|row| format!("{:?}", row.values()))
            .collect();
        rows.sort();
        rows
    }

    /// Everything that counts.
    async fn figures(&self) -> Vec<Vec<String>> {
        self.settle().await;
        let mut figures = Vec::new();
        for sql in [
            "SELECT * FROM host_rule_state",
            "SELECT * FROM host_posture",
            "SELECT * FROM host_lens",
            "SELECT * FROM host_scan",
            "SELECT * FROM rule_interval",
            "SELECT * FROM rule",
            "SELECT * FROM rule_section",
            "SELECT host_id, facts, facts_at, latest_scan_id, active_scan_id FROM host",
            "SELECT * FROM group_host",
            "SELECT * FROM fleet_scan_host",
        ] {
            figures.push(self.rows(sql).await);
        }
        figures
    }
}

async fn a_trial_counts_for_nothing(engine: Engine) {
    let database = TestDatabase::new(engine).await;
    let world = World::new(database.open().await).await;
    let host = world.register("a").await;
    let passed = [Some(Verdict::Pass); 3];
    world.scan_of(host, passed, "debian").await;
    let before = world.figures().await;
    let pack = world.add_pack("Acme", "one").await;
    let trial = world.try_version(pack, 1, host).await;
    assert_eq!(world.figures().await, before);
    let read = Read::new(world.store.db().clone());
    let row = read.scans_by_id(&[trial]).await.unwrap().remove(0);
    assert_eq!(row.totals.unwrap().fail, 3);
    assert_eq!(row.trial.unwrap().pack, pack);
    assert_eq!(read.trials(pack, 1, 10).await.unwrap(), [trial]);
    assert_eq!(read.completed_trial(pack, 1).await.unwrap(), Some(trial));
    let head = *world.store.head().borrow();
    let changes = read
        .rule_pack_changes(Position(0), head, 100)
        .await
        .unwrap();
    // Made, uploaded, trusted; asked for, started, completed.
    assert_eq!(changes.len(), 6);
    // A trial that runs keeps the host from others, and lets go of it.
    let open = world.request_trial(pack, 1, host).await;
    world.settle().await;
    let rows = read.hosts_by_id(&[host]).await.unwrap();
    assert_eq!(rows[0].active_scan, Some(open));
    let list = Digest::of(b"no published list");
    world.complete(open, ("", ""), list, TRIED).await;
    assert_eq!(world.figures().await, before);
}

async fn what_is_enabled_is_what_rules_say(engine: Engine) {
    let database = TestDatabase::new(engine).await;
    let world = World::new(database.open().await).await;
    let host = world.register("a").await;
    let pack = world.add_pack("Acme", "one").await;
    world.add_version(pack, 2, "two").await;
    let first = world.try_version(pack, 1, host).await;
    let second = world.try_version(pack, 2, host).await;
    let read = Read::new(world.store.db().clone());
    let ids = ["one".to_owned()];
    world.settle().await;
    assert!(read.rules_by_id(&ids).await.unwrap().is_empty());
    // There, on, and back again.
    for (version, trial, text) in [
        (1, first, "one one"),
        (2, second, "one two"),
        (1, first, "one one"),
    ] {
        world.enable(pack, version, trial).await.unwrap();
        world.settle().await;
        let rules = read.rules_by_id(&ids).await.unwrap();
        assert_eq!(rules[0].text, text);
        let row = read.rule_packs_by_id(&[pack]).await.unwrap().remove(0);
        assert_eq!(row.enabled.unwrap().0, version);
    }
    let packs = read.packs_of_rules(&ids).await.unwrap();
    assert_eq!(packs, [("one".to_owned(), pack, vec![1, 2])]);
    let versions = read.rule_pack_versions(pack).await.unwrap();
    let numbers: Vec<u32> = versions.iter().map(|row| row.version).collect();
    assert_eq!(numbers, [2, 1]);
    assert!(
        versions
            .iter()
            .all(|row| row.script_count == 1 && row.trust.is_some())
    );
}

async fn a_rule_is_in_one_enabled_pack_alone(engine: Engine) {
    let database = TestDatabase::new(engine).await;
    let world = World::new(database.open().await).await;
    let host = world.register("a").await;
    let (one, other) = (
        world.add_pack("One", "1").await,
        world.add_pack("Other", "2").await,
    );
    let tried = world.try_version(one, 1, host).await;
    let also = world.try_version(other, 1, host).await;
    world.enable(one, 1, tried).await.unwrap();
    let refused = world.enable(other, 1, also).await;
    assert!(matches!(
        refused,
        Err(ExecuteError::ClaimTaken { ref scope, .. }) if scope == "rule_id"
    ));
    world
        .execute::<RulePack>(one, RulePackCommand::Remove(RemoveRulePack))
        .await;
    world.enable(other, 1, also).await.unwrap();
}
