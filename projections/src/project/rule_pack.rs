//! Rules of the organisation's own: packs, every version of them, and which rule is from which.

use async_trait::async_trait;
use domain::event::DomainEvent;
use domain::rule_pack::{RulePackEvent, RulePackVersionUploaded};
use event_store::{StoreError, Tx, Value};

use super::Projection;
use super::row::{json, text};
use crate::event::Event;

/// See the module.
pub(super) struct RulePackProjection;

#[async_trait]
impl Projection for RulePackProjection {
    fn name(&self) -> &'static str {
        "rule_pack"
    }

    fn version(&self) -> i64 {
        1
    }

    fn tables(&self) -> &'static [&'static str] {
        &["rule_pack", "rule_pack_version", "rule_pack_rule"]
    }

    async fn apply(&self, tx: &mut Tx, event: &Event) -> Result<(), StoreError> {
        let DomainEvent::RulePack(pack) = &event.body else {
            return Ok(());
        };
        let at: Value = event.recorded.recorded_at.into();
        let (sql, values) = match pack {
            RulePackEvent::Created(created) => (
                "INSERT INTO rule_pack (pack_id, name, status, latest, created_at, changed_at) \
                 VALUES ($1, $2, 'active', 0, $3, $3)",
                vec![text(created.pack), created.name.as_str().into(), at],
            ),
            RulePackEvent::VersionUploaded(uploaded) => {
                add_version(tx, uploaded, event).await?;
                (
                    "UPDATE rule_pack SET latest = $2, changed_at = $3 WHERE pack_id = $1",
                    vec![text(uploaded.pack), uploaded.version.into(), at],
                )
            }
            RulePackEvent::VersionTrusted(trusted) => {
                tx.execute(
                    "UPDATE rule_pack_version SET voucher = $3, trusted_by = $4, trusted_at = $5 \
                     WHERE pack_id = $1 AND version = $2",
                    &[
                        text(trusted.pack),
                        trusted.version.into(),
                        json(&trusted.voucher),
                        json(&event.recorded.metadata.actor),
                        at.clone(),
                    ],
                )
                .await?;
                (
                    "UPDATE rule_pack SET changed_at = $2 WHERE pack_id = $1",
                    vec![text(trusted.pack), at],
                )
            }
            RulePackEvent::VersionEnabled(enabled) => (
                "UPDATE rule_pack SET enabled = $2, enabled_at = $3, changed_at = $3 WHERE pack_id = $1",
                vec![text(enabled.pack), enabled.after.into(), at],
            ),
            RulePackEvent::Disabled(disabled) => (
                "UPDATE rule_pack SET enabled = NULL, enabled_at = NULL, changed_at = $2 WHERE pack_id = $1",
                vec![text(disabled.pack), at],
            ),
            RulePackEvent::Removed(removed) => (
                "UPDATE rule_pack SET status = 'removed', changed_at = $2 WHERE pack_id = $1",
                vec![text(removed.pack), at],
            ),
        };
        tx.execute(sql, &values).await.map(drop)
    }
}

async fn add_version(
    tx: &mut Tx,
    uploaded: &RulePackVersionUploaded,
    event: &Event,
) -> Result<(), StoreError> {
    let content = &uploaded.content;
    let number = |number: usize| Value::from(u64::try_from(number).unwrap_or(u64::MAX));
    tx.execute(
        "INSERT INTO rule_pack_version (pack_id, version, note, files, content, rule_set, rule_count, \
         script_count, uploaded_by, uploaded_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        &[
            text(uploaded.pack),
            uploaded.version.into(),
            uploaded.note.as_str().into(),
            text(content.files),
            text(content.content),
            text(content.rule_set),
            number(content.rules.len()),
            number(content.scripts()),
            json(&event.recorded.metadata.actor),
            event.recorded.recorded_at.into(),
        ],
    )
    .await?;
    let rules: Vec<Vec<Value>> = content
        .rules
        .iter()
        .map(|rule| {
            vec![
                rule.rule.as_str().into(),
                text(uploaded.pack),
                uploaded.version.into(),
            ]
        })
        .collect();
    let sql = "INSERT INTO rule_pack_rule (rule, pack_id, version) VALUES ($1, $2, $3)";
    tx.execute_many(sql, &rules).await.map(drop)
}
