//! Lists of rules, and trust in sets of them.

use domain::catalogue::{
    CONTENT_SCHEMA, Catalogue, CatalogueContent, CatalogueRule, PublishCatalogue, RuleContent,
    RuleReference,
};
use domain::digest::Digest;
use domain::rule_set::{DistrustRuleSet, RuleSet, RuleSetCommand, RuleSetVoucher, TrustRuleSet};
use domain::verdict::Severity;
use event_store::Attachment;

use super::World;

/// The rules of the history.
pub(crate) const RULES: [(&str, Severity); 3] = [
    ("one", Severity::High),
    ("two", Severity::Low),
    ("three", Severity::Critical),
];

impl World {
    pub(crate) async fn publish(&self) -> Digest {
        self.publish_content(&content()).await
    }

    /// Another set, with these rules.
    pub(crate) async fn publish_as(&self, pack: &str, rules: &[&str]) -> Digest {
        let content = with_rules(rules);
        self.publish_set(pack, &content).await
    }

    pub(crate) async fn publish_content(&self, content: &CatalogueContent) -> Digest {
        self.publish_set("test", content).await
    }

    pub(super) async fn publish_set(&self, pack: &str, content: &CatalogueContent) -> Digest {
        let content = serde_json::to_vec(content).unwrap();
        let catalogue = Digest::of(&content);
        let publish = PublishCatalogue {
            catalogue,
            pack: pack.to_owned(),
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

    pub(super) async fn rule_sets(&self) {
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

/// The rules of the history under other names.
pub(crate) fn with_rules(rules: &[&str]) -> CatalogueContent {
    let pattern = content().rules.remove(0);
    let rule = |id: &&str| RuleContent {
        rule: (*id).to_owned(),
        title: format!("Rule {id}"),
        hash: Digest::of(id.as_bytes()),
        ..pattern.clone()
    };
    CatalogueContent {
        schema: CONTENT_SCHEMA.to_owned(),
        rules: rules.iter().map(rule).collect(),
    }
}
