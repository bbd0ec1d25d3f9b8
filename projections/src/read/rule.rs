//! Rules of the newest catalogues.

use domain::catalogue::RuleReference;
use domain::digest::Digest;
use domain::verdict::Severity;
use event_store::{Row, StoreError, Value};

use super::Read;
use super::column::{json, known, parsed};
use super::page::{Filter, List, contains};

/// One rule.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleRow {
    /// Its id.
    pub rule: String,
    /// One line.
    pub title: String,
    /// What is judged.
    pub description: String,
    /// Why it matters.
    pub rationale: String,
    /// How bad a fail is.
    pub severity: Severity,
    /// `ssh`, `kernel`, ….
    pub category: String,
    /// For filters.
    pub tags: Vec<String>,
    /// Which machines it concerns, in words.
    pub platforms: Vec<String>,
    /// The check methods that it uses.
    pub methods: Vec<String>,
    /// Where it stands in benchmarks.
    pub references: Vec<RuleReference>,
    /// The rule file.
    pub text: String,
    /// The hash of the text.
    pub hash: Digest,
}

/// Which rules.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RuleFilter {
    /// A text in the id, the title or the description.
    pub search: Option<String>,
    /// These severities only, when there are any.
    pub severities: Vec<Severity>,
    /// The category.
    pub category: Option<String>,
    /// The framework.
    pub framework: Option<String>,
}

pub(super) const COLUMNS: &str = "rule.rule, rule.title, rule.description, rule.rationale, rule.severity, \
    rule.category, rule.tags, rule.platforms, rule.methods, rule.refs, rule.text, rule.hash";

/// The condition that a rule stands in a framework.
pub(super) const IN_FRAMEWORK: &str = "EXISTS (SELECT 1 FROM rule_reference \
    WHERE rule_reference.rule = rule.rule AND rule_reference.framework = ?)";

pub(super) fn list(filter: &RuleFilter) -> List<'static> {
    of(Filter::default()
        .maybe(
            "lower(rule.rule || ' ' || rule.title || ' ' || rule.description) LIKE ? ESCAPE '\\'",
            filter.search.as_deref().map(contains),
        )
        .any_of("rule.severity", ranks(&filter.severities))
        .maybe("rule.category = ?", filter.category.clone().map(Into::into))
        .maybe(IN_FRAMEWORK, filter.framework.clone().map(Into::into)))
}

pub(super) fn ranks(severities: &[Severity]) -> Vec<Value> {
    severities
        .iter()
        .map(|severity| severity.rank().into())
        .collect()
}

fn of(filter: Filter) -> List<'static> {
    List {
        columns: COLUMNS,
        from: "rule",
        filter,
        sort: "rule.rule",
        key: "rule.rule",
        descending: false,
    }
}

impl RuleRow {
    pub(super) fn read(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            rule: row.get("rule")?,
            title: row.get("title")?,
            description: row.get("description")?,
            rationale: row.get("rationale")?,
            severity: severity(row)?,
            category: row.get("category")?,
            tags: json(row, "tags")?,
            platforms: json(row, "platforms")?,
            methods: json(row, "methods")?,
            references: json(row, "refs")?,
            text: row.get("text")?,
            hash: parsed(row, "hash")?,
        })
    }
}

pub(super) fn severity(row: &Row) -> Result<Severity, StoreError> {
    known(Severity::from_rank(row.get("severity")?))
}

impl Read {
    /// The rules with these ids, in any order.
    pub async fn rules_by_id(&self, ids: &[String]) -> Result<Vec<RuleRow>, StoreError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let values = ids.iter().map(|id| id.as_str().into()).collect();
        of(Filter::default().any_of("rule.rule", values))
            .all(
                &self.db,
                u32::try_from(ids.len()).unwrap_or(u32::MAX),
                RuleRow::read,
            )
            .await
    }
}
