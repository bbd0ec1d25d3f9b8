//! Rules of the organisation's own.

use domain::actor::Actor;
use domain::digest::Digest;
use domain::id::{RulePackId, ScanId};
use domain::rule_set::RuleSetVoucher;
use domain::time::Timestamp;
use event_store::{Position, Row, StoreError, Value};

use super::Read;
use super::column::{json, optional_json, parsed};
use super::page::{Filter, List, Listing, contains, whole_events};

/// One pack.
#[derive(Debug, Clone, PartialEq)]
pub struct RulePackRow {
    /// The pack.
    pub id: RulePackId,
    /// Unique while active.
    pub name: String,
    /// Whether it was taken out of use.
    pub removed: bool,
    /// The version that counts, and since when.
    pub enabled: Option<(u32, Timestamp)>,
    /// The newest version.
    pub latest: u32,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub changed_at: Timestamp,
}

/// One version of a pack.
#[derive(Debug, Clone, PartialEq)]
pub struct RulePackVersionRow {
    /// The pack.
    pub pack: RulePackId,
    /// Its number.
    pub version: u32,
    /// What is new in it.
    pub note: String,
    /// The blob with the files.
    pub files: Digest,
    /// The blob with what its rules say.
    pub content: Digest,
    /// The hash over all rules.
    pub rule_set: Digest,
    /// How many rules it has.
    pub rule_count: u32,
    /// How many of them bring a script.
    pub script_count: u32,
    /// Who uploaded it.
    pub uploaded_by: Actor,
    /// When.
    pub uploaded_at: Timestamp,
    /// What speaks for its scripts, who said so and when.
    pub trust: Option<(RuleSetVoucher, Actor, Timestamp)>,
}

/// Which packs.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RulePackFilter {
    /// A text in the name.
    pub search: Option<String>,
    /// Whether those that were taken out of use are wanted too.
    pub removed: bool,
    /// These only, when there are any.
    pub ids: Vec<RulePackId>,
}

const COLUMNS: &str = "rule_pack.pack_id, rule_pack.name, rule_pack.status, rule_pack.enabled, \
    rule_pack.enabled_at, rule_pack.latest, rule_pack.created_at, rule_pack.changed_at";

impl Listing for RulePackFilter {
    type Item = RulePackRow;

    fn list(&self) -> List<'static> {
        let filter = self;
        let ids = filter.ids.iter().map(|id| id.to_string().into()).collect();
        let active = (!filter.removed).then(|| "active".into());
        List {
            columns: COLUMNS,
            from: "rule_pack",
            filter: Filter::default()
                .maybe(
                    "lower(rule_pack.name) LIKE ? ESCAPE '\\'",
                    filter.search.as_deref().map(contains),
                )
                .maybe("rule_pack.status = ?", active)
                .any_of("rule_pack.pack_id", ids),
            sort: "lower(rule_pack.name)",
            key: "rule_pack.pack_id",
            descending: false,
        }
    }

    fn read(row: &Row) -> Result<RulePackRow, StoreError> {
        RulePackRow::read(row)
    }
}

impl RulePackRow {
    pub(super) fn read(row: &Row) -> Result<Self, StoreError> {
        let status: String = row.get("status")?;
        let (enabled, since): (Option<u32>, Option<Timestamp>) =
            (row.get("enabled")?, row.get("enabled_at")?);
        Ok(Self {
            id: parsed(row, "pack_id")?,
            name: row.get("name")?,
            removed: status == "removed",
            enabled: enabled.zip(since),
            latest: row.get("latest")?,
            created_at: row.get("created_at")?,
            changed_at: row.get("changed_at")?,
        })
    }
}

impl RulePackVersionRow {
    fn read(row: &Row) -> Result<Self, StoreError> {
        let voucher = optional_json(row, "voucher")?;
        let trusted_by = optional_json(row, "trusted_by")?;
        let trusted_at: Option<Timestamp> = row.get("trusted_at")?;
        Ok(Self {
            pack: parsed(row, "pack_id")?,
            version: row.get("version")?,
            note: row.get("note")?,
            files: parsed(row, "files")?,
            content: parsed(row, "content")?,
            rule_set: parsed(row, "rule_set")?,
            rule_count: row.get("rule_count")?,
            script_count: row.get("script_count")?,
            uploaded_by: json(row, "uploaded_by")?,
            uploaded_at: row.get("uploaded_at")?,
            trust: voucher
                .zip(trusted_by)
                .zip(trusted_at)
                .map(|((voucher, by), at)| (voucher, by, at)),
        })
    }
}

const VERSIONS: &str = "SELECT pack_id, version, note, files, content, rule_set, rule_count, \
    script_count, uploaded_by, uploaded_at, voucher, trusted_by, trusted_at FROM rule_pack_version";

impl Read {
    /// The packs with these ids, removed ones as well, in any order.
    pub async fn rule_packs_by_id(
        &self,
        ids: &[RulePackId],
    ) -> Result<Vec<RulePackRow>, StoreError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let filter = RulePackFilter {
            removed: true,
            ids: ids.to_vec(),
            ..RulePackFilter::default()
        };
        let limit = u32::try_from(ids.len()).unwrap_or(u32::MAX);
        filter.list().all(&self.db, limit, RulePackRow::read).await
    }

    /// The versions of a pack, the newest first.
    pub async fn rule_pack_versions(
        &self,
        pack: RulePackId,
    ) -> Result<Vec<RulePackVersionRow>, StoreError> {
        let sql = format!("{VERSIONS} WHERE pack_id = $1 ORDER BY version DESC");
        let rows = self.db.fetch_all(&sql, &[pack.to_string().into()]).await?;
        rows.iter().map(RulePackVersionRow::read).collect()
    }

    /// One version of a pack.
    pub async fn rule_pack_version(
        &self,
        pack: RulePackId,
        version: u32,
    ) -> Result<Option<RulePackVersionRow>, StoreError> {
        let sql = format!("{VERSIONS} WHERE pack_id = $1 AND version = $2");
        let values = [pack.to_string().into(), version.into()];
        let row = self.db.fetch_optional(&sql, &values).await?;
        row.as_ref().map(RulePackVersionRow::read).transpose()
    }

    /// The newest trials of a version, the newest first.
    pub async fn trials(
        &self,
        pack: RulePackId,
        version: u32,
        limit: u32,
    ) -> Result<Vec<ScanId>, StoreError> {
        let sql = format!(
            "SELECT scan_id FROM scan WHERE trial_key = $1 ORDER BY position DESC LIMIT {limit}"
        );
        let key = format!("{pack}/{version}");
        let rows = self.db.fetch_all(&sql, &[key.into()]).await?;
        rows.iter().map(|row| parsed(row, "scan_id")).collect()
    }

    /// The newest trial of a version that came to its end with a result.
    pub async fn completed_trial(
        &self,
        pack: RulePackId,
        version: u32,
    ) -> Result<Option<ScanId>, StoreError> {
        let sql = "SELECT scan_id FROM scan WHERE trial_key = $1 AND status = 'completed' \
            ORDER BY position DESC LIMIT 1";
        let key = format!("{pack}/{version}");
        let row = self.db.fetch_optional(sql, &[key.into()]).await?;
        row.map(|row| parsed(&row, "scan_id")).transpose()
    }

    /// Which packs these rules are from, with the versions that hold them in ascending order.
    pub async fn packs_of_rules(
        &self,
        rules: &[String],
    ) -> Result<Vec<(String, RulePackId, Vec<u32>)>, StoreError> {
        if rules.is_empty() {
            return Ok(Vec::new());
        }
        let values: Vec<Value> = rules.iter().map(|rule| rule.as_str().into()).collect();
        let filter = Filter::default().any_of("rule", values);
        let (sql, values) = filter.fill(
            "SELECT rule, pack_id, version FROM rule_pack_rule WHERE {} ORDER BY rule, pack_id, version",
        );
        let mut found: Vec<(String, RulePackId, Vec<u32>)> = Vec::new();
        for row in self.db.fetch_all(&sql, &values).await? {
            let (rule, version): (String, u32) = (row.get("rule")?, row.get("version")?);
            let pack = parsed(&row, "pack_id")?;
            match found.last_mut() {
                Some((known, same, versions)) if *known == rule && *same == pack => {
                    versions.push(version);
                }
                _ => found.push((rule, pack, vec![version])),
            }
        }
        Ok(found)
    }

    /// Packs that something happened to after one position up to another, in the order of the log: to the pack
    /// itself, or to a trial of one of its versions.
    pub async fn rule_pack_changes(
        &self,
        after: Position,
        through: Position,
        limit: u32,
    ) -> Result<Vec<(Position, RulePackId)>, StoreError> {
        let sql = whole_events(
            "SELECT position, subject_key AS pack_id FROM audit \
             WHERE subject_kind = 'rule_pack' AND position > $1 AND position <= $2 \
             UNION SELECT audit.position, substr(scan.trial_key, 1, 36) FROM audit \
             JOIN scan ON scan.scan_id = audit.subject_key \
             WHERE audit.subject_kind = 'scan' AND scan.trial_key IS NOT NULL \
             AND audit.position > $1 AND audit.position <= $2",
            "pack_id",
            limit,
        );
        let rows = self
            .db
            .fetch_all(&sql, &[after.0.into(), through.0.into()])
            .await?;
        rows.iter()
            .map(|row| Ok((row.get("position")?, parsed(row, "pack_id")?)))
            .collect()
    }
}
