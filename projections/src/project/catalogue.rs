//! Published lists of rules, and every rule in the form of the newest list that holds it.

use async_trait::async_trait;
use domain::catalogue::{CatalogueEvent, CataloguePublished, RuleContent};
use domain::event::DomainEvent;
use event_store::{StoreError, Tx};

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
        1
    }

    fn tables(&self) -> &'static [&'static str] {
        &["catalogue", "rule", "rule_reference"]
    }

    async fn apply(&self, tx: &mut Tx, event: &Event) -> Result<(), StoreError> {
        let (DomainEvent::Catalogue(CatalogueEvent::Published(published)), Blobs::Rules(content)) =
            (&event.body, &event.blobs)
        else {
            return Ok(());
        };
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
        .await?;
        for rule in &content.rules {
            write_rule(tx, published, rule).await?;
        }
        Ok(())
    }
}

async fn write_rule(
    tx: &mut Tx,
    published: &CataloguePublished,
    rule: &RuleContent,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO rule (rule, catalogue, title, description, rationale, severity, category, tags, \
         platforms, methods, refs, text, hash) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) \
         ON CONFLICT (rule) DO UPDATE SET catalogue = excluded.catalogue, title = excluded.title, \
         description = excluded.description, rationale = excluded.rationale, \
         severity = excluded.severity, category = excluded.category, tags = excluded.tags, \
         platforms = excluded.platforms, methods = excluded.methods, refs = excluded.refs, \
         text = excluded.text, hash = excluded.hash",
        &[
            rule.rule.as_str().into(),
            text(published.catalogue),
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
        ],
    )
    .await?;
    tx.execute(
        "DELETE FROM rule_reference WHERE rule = $1",
        &[rule.rule.as_str().into()],
    )
    .await?;
    for reference in &rule.references {
        tx.execute(
            "INSERT INTO rule_reference (rule, framework, benchmark, control) \
             VALUES ($1, $2, $3, $4) ON CONFLICT (rule, framework, benchmark, control) DO NOTHING",
            &[
                rule.rule.as_str().into(),
                reference.framework.as_str().into(),
                reference.benchmark.as_str().into(),
                reference.control.as_str().into(),
            ],
        )
        .await?;
    }
    Ok(())
}
