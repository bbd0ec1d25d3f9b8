//! A history that holds every kind of event, written through the commands of the domain.

use std::time::Duration;

use domain::actor::Actor;
use domain::aggregate::Aggregate;
use domain::catalogue::{
    CONTENT_SCHEMA, Catalogue, CatalogueContent, CatalogueRule, PublishCatalogue, RuleContent,
    RuleReference,
};
use domain::credential::{
    AuthMethod, CreateCredential, Credential, CredentialCommand, CredentialDetails, EditCredential,
    MakeDefaultCredential, RemoveCredential,
};
use domain::digest::Digest;
use domain::fleet_scan::{
    AttachScan, CancelFleetScan, CompleteFleetScan, FleetLimits, FleetScan, FleetScanCommand,
    FleetTotals, HostChoice, HostQuery, RequestFleetScan, SkipHost, SkipReason,
};
use domain::group::{
    AddHosts, Combination, Condition, ConditionKind, CreateGroup, EditGroup, Group, GroupColor,
    GroupCommand, GroupDetails, MembershipRule, RemoveGroup, RemoveHosts, RestoreGroup,
    SetGroupVariable,
};
use domain::host::{
    Connection, EditHost, ForgetHostKey, Host, HostCommand, HostDetails, HostKey, RegisterHost,
    RemoveHost, RestoreHost, SetHostTarget, SetHostVariable, SudoMode, TrustHostKey,
};
use domain::id::{
    CommandId, CorrelationId, CredentialId, FleetScanId, GroupId, HostId, ScanId, SessionId,
    TokenId, TypedId as _, UserId,
};
use domain::maintenance::{EndMaintenance, Maintenance, StartMaintenance};
use domain::permission::Role;
use domain::preference::{ChangePreference, Preference, PreferenceKey};
use domain::results::{Choice, RESULTS_SCHEMA, RuleResult, ScanResults};
use domain::rule_set::{DistrustRuleSet, RuleSet, RuleSetCommand, RuleSetVoucher, TrustRuleSet};
use domain::scan::{
    CancelScan, CollectionTime, CompleteScan, Cost, FailScan, FailureReason, HostFacts,
    LoginIdentity, Membership, RequestScan, Scan, ScanCommand, ScanContext, Selection, StartScan,
    Trigger,
};
use domain::session::{LogInRefusal, Session, SessionCommand};
use domain::settings::{
    ORGANISATION, SetEnabledLenses, SetOrganisationTarget, SetOrganisationVariable, Settings,
    SettingsCommand,
};
use domain::target::Target;
use domain::token::{Token, TokenCommand};
use domain::user::{CreateUser, User, UserCommand};
use domain::variable::{
    DeclaredVariable, ValueSource, VariableDeclarations, VariableRefusal, VariableSetting,
};
use domain::verdict::{Severity, Verdict, VerdictVector};
use event_store::{Attachment, CommandContext, Store};
use projections::Projections;
use tokio_util::sync::CancellationToken;

/// The rules of the history.
pub(crate) const RULES: [(&str, Severity); 3] = [
    ("one", Severity::High),
    ("two", Severity::Low),
    ("three", Severity::Critical),
];

/// Takes every value.
struct AnyVariable;

impl VariableDeclarations for AnyVariable {
    fn declared(&self) -> Vec<DeclaredVariable> {
        Vec::new()
    }

    fn accept(&self, _: &str, text: &str) -> Result<String, VariableRefusal> {
        Ok(text.to_owned())
    }
}

/// A store with its projections running.
pub(crate) struct World {
    pub(crate) store: Store,
    pub(crate) projections: Projections,
    stop: CancellationToken,
}

impl World {
    pub(crate) async fn new(store: Store) -> Self {
        projections::migrate(store.db()).await.unwrap();
        let stop = CancellationToken::new();
        let (projections, _) = Projections::start(store.clone(), stop.clone())
            .await
            .unwrap();
        Self {
            store,
            projections,
            stop,
        }
    }

    /// Waits until the tables hold everything.
    pub(crate) async fn settle(&self) {
        let head = *self.store.head().borrow();
        self.projections
            .at_least(head, Duration::from_secs(30))
            .await
            .unwrap();
    }

    pub(crate) fn stop(&self) {
        self.stop.cancel();
    }

    pub(crate) fn context(&self) -> CommandContext {
        let ids = self.store.ids().as_ref();
        CommandContext::new(
            CommandId::draw(ids),
            Actor::system("test"),
            CorrelationId::draw(ids),
        )
    }

    pub(crate) async fn execute<A: Aggregate>(
        &self,
        key: impl std::fmt::Display,
        command: A::Command,
    ) where
        A::Error: std::fmt::Debug,
    {
        self.store
            .execute::<A>(key, command, self.context())
            .await
            .unwrap();
    }

    pub(crate) async fn register(&self, name: &str) -> HostId {
        let host = HostId::draw(self.store.ids().as_ref());
        let register = RegisterHost {
            host,
            details: details(name, &["web"]),
            trusted_keys: Vec::new(),
        };
        self.execute::<Host>(host, HostCommand::Register(register))
            .await;
        host
    }

    pub(crate) async fn request(&self, host: HostId) -> ScanId {
        let scan = ScanId::draw(self.store.ids().as_ref());
        let state = self.store.load::<Host>(host).await.unwrap().state;
        let command = ScanCommand::Request(RequestScan {
            scan,
            host: state.scannable().unwrap(),
            trigger: Trigger::OnDemand,
            selection: Selection::default(),
            fleet_scan: None,
        });
        self.execute::<Scan>(scan, command).await;
        scan
    }

    pub(crate) async fn start(&self, scan: ScanId) {
        let command = ScanCommand::Start(StartScan {
            worker: "w".to_owned(),
        });
        self.execute::<Scan>(scan, command).await;
    }

    pub(crate) async fn publish(&self) -> Digest {
        self.publish_content(&content()).await
    }

    pub(crate) async fn publish_content(&self, content: &CatalogueContent) -> Digest {
        let content = serde_json::to_vec(content).unwrap();
        let catalogue = Digest::of(&content);
        let publish = PublishCatalogue {
            catalogue,
            pack: "test".to_owned(),
            rules: RULES
                .iter()
                .map(|(rule, severity)| CatalogueRule {
                    rule: (*rule).to_owned(),
                    version: vec![0; 16],
                    severity: *severity,
                })
                .collect(),
            content: catalogue,
            base: None,
        };
        let with_blob = self.context().attach(Attachment::Blob {
            hash: catalogue,
            bytes: content,
        });
        self.store
            .execute::<Catalogue>(catalogue, publish, with_blob)
            .await
            .unwrap();
        catalogue
    }

    /// A scan from request to end, with these verdicts.
    pub(crate) async fn scan(&self, host: HostId, verdicts: [Option<Verdict>; 3]) -> ScanId {
        self.scan_of(host, verdicts, "").await
    }

    /// The same of a host that runs a system.
    pub(crate) async fn scan_of(
        &self,
        host: HostId,
        verdicts: [Option<Verdict>; 3],
        system: &str,
    ) -> ScanId {
        let catalogue = self.publish().await;
        self.scan_by(host, (system, ""), catalogue, verdicts).await
    }

    /// The same of a host with this `ID` and `VERSION_ID`, by these rules.
    pub(crate) async fn scan_by(
        &self,
        host: HostId,
        system: (&str, &str),
        catalogue: Digest,
        verdicts: [Option<Verdict>; 3],
    ) -> ScanId {
        let scan = self.request(host).await;
        self.complete(scan, system, catalogue, verdicts).await;
        scan
    }

    /// Starts a scan that was asked for, and ends it.
    pub(crate) async fn complete(
        &self,
        scan: ScanId,
        system: (&str, &str),
        catalogue: Digest,
        verdicts: [Option<Verdict>; 3],
    ) {
        self.start(scan).await;
        let results = results(verdicts);
        let bytes = serde_json::to_vec(&results).unwrap();
        let hash = Digest::of(&bytes);
        let now = self.store.clock().now();
        let command = ScanCommand::Complete(Box::new(CompleteScan {
            attempt: 1,
            catalogue,
            started_at: now,
            finished_at: now,
            verdicts: VerdictVector::pack(&verdicts),
            previous: None,
            transitions: Vec::new(),
            evidence_root: Digest::of(b"root"),
            results: hash,
            facts: HostFacts {
                hostname: "h".to_owned(),
                os_id: system.0.to_owned(),
                os_version: system.1.to_owned(),
                ..HostFacts::default()
            },
            cost: Cost {
                round_trips: 3,
                ..Cost::default()
            },
            stored_facts: Some(Digest::of(b"facts")),
            context: Some(surroundings()),
            collection_times: vec![CollectionTime {
                fact: "sshd".to_owned(),
                ms: 120,
            }],
        }));
        let context = self.context().attach(Attachment::Blob { hash, bytes });
        self.store
            .execute::<Scan>(scan, command, context)
            .await
            .unwrap();
    }

    /// At least one event of every kind.
    pub(crate) async fn everything(&self) {
        self.hosts().await;
        self.credentials().await;
        self.people().await;
        self.groups().await;
        self.fleet_scans().await;
        self.rule_sets().await;
        self.rule_packs().await;
        // Last, so that the ids of what was before stay.
        self.settings().await;
    }

    async fn groups(&self) {
        let (host, other) = (self.register("c").await, self.register("d").await);
        let group = self.group("chosen", None, &[host]).await;
        let by_rule = self.group("by rule", Some(tagged("web")), &[]).await;
        let edited = GroupDetails {
            target: Some(target(90)),
            ..group_details("edited", None)
        };
        for command in [
            GroupCommand::Edit(EditGroup { details: edited }),
            GroupCommand::AddHosts(AddHosts { hosts: vec![other] }),
            GroupCommand::RemoveHosts(RemoveHosts { hosts: vec![host] }),
            GroupCommand::StartMaintenance(self.maintenance()),
            GroupCommand::EndMaintenance(EndMaintenance),
            GroupCommand::Remove(RemoveGroup),
            GroupCommand::Restore(RestoreGroup),
        ] {
            self.execute::<Group>(group, command).await;
        }
        let set = SetHostTarget {
            target: Some(target(95)),
        };
        for command in [
            HostCommand::SetTarget(set),
            HostCommand::StartMaintenance(self.maintenance()),
            HostCommand::EndMaintenance(EndMaintenance),
        ] {
            self.execute::<Host>(host, command).await;
        }
        let set = SettingsCommand::SetTarget(SetOrganisationTarget {
            target: Some(target(80)),
        });
        self.execute::<Settings>(ORGANISATION, set).await;
        self.execute::<Group>(by_rule, GroupCommand::StartMaintenance(self.maintenance()))
            .await;
    }

    async fn settings(&self) {
        let host = self.register("valued").await;
        let group = self.group("valued", None, &[host]).await;
        let lenses = SetEnabledLenses {
            lenses: Some(vec!["cis".to_owned(), "test".to_owned()]),
        };
        let set = SettingsCommand::SetEnabledLenses(lenses);
        self.execute::<Settings>(ORGANISATION, set).await;
        self.set_variable(None, "10").await;
        self.set_variable(Some(ValueSource::Group(group)), "20")
            .await;
        self.set_variable(Some(ValueSource::Host(host)), "30").await;
    }

    /// Sets the variable `days` of the organisation, or of another place.
    pub(crate) async fn set_variable(&self, place: Option<ValueSource>, text: &str) {
        let setting = VariableSetting::give(&AnyVariable, "days", text).unwrap();
        match place {
            Some(ValueSource::Host(host)) => {
                let set = HostCommand::SetVariable(SetHostVariable { setting });
                self.execute::<Host>(host, set).await;
            }
            Some(ValueSource::Group(group)) => {
                let set = GroupCommand::SetVariable(SetGroupVariable { setting });
                self.execute::<Group>(group, set).await;
            }
            Some(ValueSource::Organisation) | None => {
                let set = SettingsCommand::SetVariable(SetOrganisationVariable { setting });
                self.execute::<Settings>(ORGANISATION, set).await;
            }
        }
    }

    pub(crate) fn maintenance(&self) -> StartMaintenance {
        StartMaintenance {
            maintenance: Maintenance {
                reason: "new disks".to_owned(),
                until: None,
            },
            now: self.store.clock().now(),
        }
    }

    /// A group with these hosts, or with a rule.
    pub(crate) async fn group(
        &self,
        name: &str,
        rule: Option<MembershipRule>,
        hosts: &[HostId],
    ) -> GroupId {
        let group = GroupId::draw(self.store.ids().as_ref());
        let create = CreateGroup {
            group,
            details: group_details(name, rule),
            hosts: hosts.to_vec(),
        };
        self.execute::<Group>(group, GroupCommand::Create(create))
            .await;
        group
    }

    async fn hosts(&self) {
        let host = self.register("a").await;
        let edit = EditHost {
            details: details("b", &["db", "web"]),
        };
        self.execute::<Host>(host, HostCommand::Edit(edit)).await;
        let trust = TrustHostKey {
            key: key("k"),
            first_use: false,
        };
        self.execute::<Host>(host, HostCommand::TrustKey(trust))
            .await;
        let forget = ForgetHostKey {
            fingerprint: "SHA256:k".to_owned(),
        };
        self.execute::<Host>(host, HostCommand::ForgetKey(forget))
            .await;
        let (pass, fail) = (Some(Verdict::Pass), Some(Verdict::Fail));
        self.scan(host, [pass, fail, Some(Verdict::Error)]).await;
        self.scan(host, [fail, fail, None]).await;
        let failing = self.request(host).await;
        self.start(failing).await;
        let fail = FailScan {
            attempt: Some(1),
            reason: FailureReason::HostUnreachable,
            detail: "no route".to_owned(),
        };
        self.execute::<Scan>(failing, ScanCommand::Fail(fail)).await;
        let cancelled = self.request(host).await;
        self.execute::<Scan>(cancelled, ScanCommand::Cancel(CancelScan))
            .await;
        self.execute::<Host>(host, HostCommand::Remove(RemoveHost))
            .await;
        self.execute::<Host>(host, HostCommand::Restore(RestoreHost))
            .await;
    }

    /// Asks for a scan of many hosts.
    pub(crate) async fn request_fleet_scan(&self, hosts: &[HostId]) -> FleetScanId {
        let fleet_scan = FleetScanId::draw(self.store.ids().as_ref());
        let command = FleetScanCommand::Request(Box::new(RequestFleetScan {
            fleet_scan,
            hosts: hosts.to_vec(),
            choice: HostChoice::Matching(HostQuery {
                tag: Some("web".to_owned()),
                ..HostQuery::default()
            }),
            selection: Selection::default(),
            limits: FleetLimits::default(),
            retry_of: None,
        }));
        self.execute::<FleetScan>(fleet_scan, command).await;
        fleet_scan
    }

    /// Asks for the scan of one host of a fleet scan.
    pub(crate) async fn request_child(&self, fleet_scan: FleetScanId, host: HostId) -> ScanId {
        let scan = ScanId::draw(self.store.ids().as_ref());
        let state = self.store.load::<Host>(host).await.unwrap().state;
        let command = ScanCommand::Request(RequestScan {
            scan,
            host: state.scannable().unwrap(),
            trigger: Trigger::FleetScan,
            selection: Selection::default(),
            fleet_scan: Some(fleet_scan),
        });
        self.execute::<Scan>(scan, command).await;
        scan
    }

    pub(crate) async fn fail(&self, scan: ScanId, reason: FailureReason) {
        let fail = FailScan {
            attempt: Some(1),
            reason,
            detail: "no route".to_owned(),
        };
        self.execute::<Scan>(scan, ScanCommand::Fail(fail)).await;
    }

    async fn fleet_scans(&self) {
        let host = self.register("first").await;
        let other = self.register("other").await;
        let all = self.request_fleet_scan(&[host, other]).await;
        let skip = FleetScanCommand::Skip(SkipHost {
            host: other,
            reason: SkipReason::HostRemoved,
        });
        self.execute::<FleetScan>(all, skip).await;
        let child = self.request_child(all, host).await;
        let second = self.request_fleet_scan(&[host, other]).await;
        let attach = FleetScanCommand::Attach(AttachScan { host, scan: child });
        self.execute::<FleetScan>(second, attach).await;
        self.start(child).await;
        self.fail(child, FailureReason::AuthenticationRefused).await;
        let totals = FleetTotals {
            failed: 1,
            skipped: 1,
            ..FleetTotals::default()
        };
        let complete = FleetScanCommand::Complete(CompleteFleetScan { totals });
        self.execute::<FleetScan>(all, complete).await;
        let cancel = FleetScanCommand::Cancel(CancelFleetScan);
        self.execute::<FleetScan>(second, cancel).await;
    }

    async fn credentials(&self) {
        let credential = CredentialId::draw(self.store.ids().as_ref());
        let details = CredentialDetails {
            name: "ops".to_owned(),
            description: String::new(),
            username: "ops".to_owned(),
            method: AuthMethod::Password,
            key: None,
        };
        let create = CreateCredential {
            credential,
            details: details.clone(),
            default: true,
        };
        self.execute::<Credential>(credential, CredentialCommand::Create(create))
            .await;
        let details = CredentialDetails {
            description: "new".to_owned(),
            ..details
        };
        let edit = EditCredential {
            details,
            secret_rotated: true,
        };
        self.execute::<Credential>(credential, CredentialCommand::Edit(edit))
            .await;
        let clear = MakeDefaultCredential { default: false };
        self.execute::<Credential>(credential, CredentialCommand::MakeDefault(clear))
            .await;
        let remove = CredentialCommand::Remove(RemoveCredential);
        self.execute::<Credential>(credential, remove).await;
    }

    async fn people(&self) {
        let ids = self.store.ids().as_ref();
        let (user, session, token) = (UserId::draw(ids), SessionId::draw(ids), TokenId::draw(ids));
        let refused = SessionId::draw(ids);
        let expires_at = self.store.clock().now();
        let create = CreateUser {
            user,
            username: "Ada".to_owned(),
            role: Role::Admin,
            first_administrator: true,
        };
        self.execute::<User>(user, UserCommand::Create(create))
            .await;
        self.execute::<User>(user, UserCommand::ChangeRole(Role::Viewer))
            .await;
        self.execute::<User>(user, UserCommand::ChangePassword)
            .await;
        self.execute::<User>(user, UserCommand::Disable).await;
        self.execute::<User>(user, UserCommand::Enable).await;
        let log_in = SessionCommand::LogIn {
            session,
            user,
            expires_at,
        };
        self.execute::<Session>(session, log_in).await;
        self.execute::<Session>(session, SessionCommand::LogOut)
            .await;
        let refuse = SessionCommand::RefuseLogIn {
            user: None,
            reason: LogInRefusal::UnknownUser,
        };
        self.execute::<Session>(refused, refuse).await;
        let create = TokenCommand::Create {
            token,
            user,
            user_role: Role::Viewer,
            name: "ci".to_owned(),
            role: Role::Viewer,
            expires_at: None,
        };
        self.execute::<Token>(token, create).await;
        self.execute::<Token>(token, TokenCommand::Revoke).await;
        let change = ChangePreference {
            user,
            key: PreferenceKey::ColorScheme,
            value: "dark".to_owned(),
        };
        self.execute::<Preference>(user, change).await;
    }

    async fn rule_sets(&self) {
        let rule_set = Digest::of(b"own");
        let trust = TrustRuleSet {
            rule_set,
            name: "own".to_owned(),
            rule_count: 1,
            voucher: RuleSetVoucher::Operator,
        };
        self.execute::<RuleSet>(rule_set, RuleSetCommand::Trust(trust))
            .await;
        let distrust = RuleSetCommand::Distrust(DistrustRuleSet);
        self.execute::<RuleSet>(rule_set, distrust).await;
    }
}

pub(crate) fn group_details(name: &str, rule: Option<MembershipRule>) -> GroupDetails {
    GroupDetails {
        name: name.to_owned(),
        description: String::new(),
        color: GroupColor::Teal,
        rule,
        target: None,
    }
}

pub(crate) fn target(score: u8) -> Target {
    Target {
        score: Some(score),
        frameworks: [("cis".to_owned(), 100)].into(),
    }
}

/// The rule that takes hosts in which have a tag.
pub(crate) fn tagged(tag: &str) -> MembershipRule {
    rule(ConditionKind::Tag, tag)
}

pub(crate) fn rule(kind: ConditionKind, value: &str) -> MembershipRule {
    MembershipRule {
        combination: Combination::All,
        conditions: vec![Condition {
            kind,
            negated: false,
            values: vec![value.to_owned()],
        }],
    }
}

pub(crate) fn details(name: &str, tags: &[&str]) -> HostDetails {
    HostDetails {
        name: name.to_owned(),
        environment: "test".to_owned(),
        description: String::new(),
        tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
        connection: Connection::Local,
    }
}

fn results(verdicts: [Option<Verdict>; 3]) -> ScanResults {
    let result = |((rule, _), verdict): (&(&str, Severity), Option<Verdict>)| {
        Some(RuleResult {
            rule: (*rule).to_owned(),
            verdict: verdict?,
            reason: "because".to_owned(),
            expected: Some("no".to_owned()),
            actual: None,
            evidence: Digest::of(rule.as_bytes()),
            source: None,
            implementation: Choice::default(),
            variables: Vec::new(),
            facts: Vec::new(),
            strict: None,
            pack: None,
        })
    };
    ScanResults {
        schema: RESULTS_SCHEMA.to_owned(),
        results: RULES.iter().zip(verdicts).filter_map(result).collect(),
    }
}

fn surroundings() -> ScanContext {
    ScanContext {
        host: "a".to_owned(),
        environment: "test".to_owned(),
        tags: vec!["web".to_owned()],
        groups: vec![Membership {
            group: "g".to_owned(),
            name: "Web".to_owned(),
        }],
        address: Some("a:22".to_owned()),
        host_key: Some("SHA256:k".to_owned()),
        login: Some(LoginIdentity {
            credential: None,
            name: "command line".to_owned(),
            username: "ops".to_owned(),
            method: AuthMethod::Key,
            fingerprint: Some("SHA256:l".to_owned()),
        }),
        sudo: Some(SudoMode::Nopasswd),
        engine: "1".to_owned(),
    }
}

fn key(name: &str) -> HostKey {
    HostKey {
        endpoint: "h:22".to_owned(),
        algorithm: "ssh-ed25519".to_owned(),
        public_key: name.to_owned(),
        fingerprint: format!("SHA256:{name}"),
    }
}

pub(crate) fn content() -> CatalogueContent {
    let rule = |(rule, severity): &(&str, Severity)| RuleContent {
        rule: (*rule).to_owned(),
        title: format!("Rule {rule}"),
        description: String::new(),
        rationale: String::new(),
        severity: *severity,
        category: "ssh".to_owned(),
        tags: Vec::new(),
        platforms: Vec::new(),
        references: vec![RuleReference {
            framework: "cis".to_owned(),
            benchmark: "debian12".to_owned(),
            control: "1.1".to_owned(),
            version: None,
        }],
        methods: Vec::new(),
        profile: None,
        variables: Vec::new(),
        remediations: Vec::new(),
        text: String::new(),
        hash: Digest::of(rule.as_bytes()),
    };
    CatalogueContent {
        schema: CONTENT_SCHEMA.to_owned(),
        rules: RULES.iter().map(rule).collect(),
    }
}
