//! Published lists of rules, and every rule in the form of the newest list or enabled rule pack that holds it.

use async_trait::async_trait;
use domain::catalogue::{CatalogueEvent, CataloguePublished, RuleContent};
use domain::digest::Digest;
use domain::event::DomainEvent;
use domain::rule_base::RuleBaseEvent;
use domain::rule_pack::RulePackEvent;
use event_store::{StoreError, Tx, Value};

use super::Projection;
use super::row::{json, text};
use crate::event::{Blobs, Event};

/// See the module.
pub(super) struct CatalogueProjection;

#[async_trait]
impl Projection for CatalogueProjection {
    fn name(&self) -> &'static str {
        "catalogue"
    }

    fn version(&self) -> i64 {
        4
    }

    fn tables(&self) -> &'static [&'static str] {
        &["catalogue", "rule", "rule_version"]
    }

    async fn apply(&self, tx: &mut Tx, event: &Event) -> Result<(), StoreError> {
        let (list, is_base) = match &event.body {
            DomainEvent::Catalogue(CatalogueEvent::Published(published)) => {
                add(tx, published, event).await?;
                (published.catalogue, false)
            }
            DomainEvent::RuleBase(RuleBaseEvent::Announced(announced)) => {
                let gone: Vec<Vec<Value>> = announced
                    .dropped
                    .iter()
                    .map(|rule| vec![rule.as_str().into()])
                    .collect();
                tx.execute_many("UPDATE rule SET shipped = 0 WHERE rule = $1", &gone)
                    .await?;
                (announced.rule_set, true)
            }
            // A version that was enabled before is published already; its rules say again what they said then.
            DomainEvent::RulePack(RulePackEvent::VersionEnabled(enabled)) => {
                (enabled.rule_set, false)
            }
            _ => return Ok(()),
        };
        // One that differs in values alone says nothing of its own.
        let Blobs::Rules(content) = &event.blobs else {
            return Ok(());
        };
        for rule in &content.rules {
            write_rule(tx, list, rule, is_base).await?;
            write_version(tx, event, list, rule).await?;
        }
        Ok(())
    }
}

async fn add(tx: &mut Tx, published: &CataloguePublished, event: &Event) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO catalogue (catalogue, pack, content, rule_count, published_at) \
             VALUES ($1, $2, $3, $4, $5)",
        &[
            text(published.catalogue),
            published.pack.as_str().into(),
            text(published.content),
            u64::try_from(published.rules.len())
                .unwrap_or(u64::MAX)
                .into(),
            event.recorded.recorded_at.into(),
        ],
    )
    .await
    .map(drop)
}

/// What a rule of the rule base says is said by the rule base: a list that an older process publishes later has older
/// texts.
async fn write_rule(
    tx: &mut Tx,
    list: Digest,
    rule: &RuleContent,
    is_base: bool,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO rule (rule, catalogue, title, description, rationale, severity, category, tags, \
         platforms, methods, refs, text, hash, found_by, shipped) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) \
         ON CONFLICT (rule) DO UPDATE SET catalogue = excluded.catalogue, title = excluded.title, \
         description = excluded.description, rationale = excluded.rationale, \
         severity = excluded.severity, category = excluded.category, tags = excluded.tags, \
         platforms = excluded.platforms, methods = excluded.methods, refs = excluded.refs, \
         text = excluded.text, hash = excluded.hash, found_by = excluded.found_by, \
         shipped = excluded.shipped WHERE rule.shipped <= excluded.shipped",
        &[
            rule.rule.as_str().into(),
            text(list),
            rule.title.as_str().into(),
            rule.description.as_str().into(),
            rule.rationale.as_str().into(),
            rule.severity.rank().into(),
            rule.category.as_str().into(),
            json(&rule.tags),
            json(&rule.platforms),
            json(&rule.methods),
            json(&rule.references),
            rule.text.as_str().into(),
            text(rule.hash),
            found_by(rule).into(),
            is_base.into(),
        ],
    )
    .await
    .map(drop)
}

/// What a person may type to find the rule, in lower case: the databases differ in what they make of
/// letters outside ASCII.
fn found_by(rule: &RuleContent) -> String {
    let mut words = vec![
        rule.rule.as_str(),
        &rule.title,
        &rule.description,
        &rule.category,
    ];
    words.extend(rule.tags.iter().map(String::as_str));
    words.extend(rule.methods.iter().map(String::as_str));
    let mut controls: Vec<&str> = rule
        .references
        .iter()
        .map(|reference| reference.control.as_str())
        .collect();
    controls.sort_unstable();
    controls.dedup();
    words.extend(controls);
    words.join("\n").to_lowercase()
}

/// A text that the rule had before keeps the place where it was first seen.
async fn write_version(
    tx: &mut Tx,
    event: &Event,
    list: Digest,
    rule: &RuleContent,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO rule_version (rule, position, published_at, catalogue, title, severity, text, hash) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (rule, hash) DO NOTHING",
        &[
            rule.rule.as_str().into(),
            event.recorded.position.0.into(),
            event.recorded.recorded_at.into(),
            text(list),
            rule.title.as_str().into(),
            rule.severity.rank().into(),
            rule.text.as_str().into(),
            text(rule.hash),
        ],
    )
    .await
    .map(drop)
}
