//! Rules of the newest catalogues, what they said before, and how hosts fare by them.

use std::collections::HashMap;

use domain::catalogue::{RuleContent, RuleReference};
use domain::digest::Digest;
use domain::time::Timestamp;
use domain::verdict::{Severity, Totals, Verdict};
use event_store::{Row, StoreError, Value};

use super::Read;
use super::column::{json, known, parsed};
use super::page::{Filter, List, Listing, contains, starts_with};

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
    /// Since when it counts no more; nothing while it does.
    pub retired_at: Option<Timestamp>,
}

/// Whether a rule counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RuleStanding {
    /// It counts.
    InForce,
    /// It counts no more: no process is started with it, and no enabled pack holds it.
    Retired,
}

impl RuleStanding {
    /// The word of the facet.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InForce => "in_force",
            Self::Retired => "retired",
        }
    }
}

/// Which rules.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RuleFilter {
    /// Words that are all in the id, title, description, category, tags, methods or controls.
    pub search: Option<String>,
    /// These severities only, when there are any.
    pub severities: Vec<Severity>,
    /// These categories only, when there are any.
    pub categories: Vec<String>,
    /// For machines of one of these families only, when there are any; rules for every machine are in all.
    pub families: Vec<String>,
    /// With one of these methods only, when there are any.
    pub methods: Vec<String>,
    /// In one of these frameworks only, when there are any.
    pub frameworks: Vec<String>,
    /// In this benchmark or section of one framework.
    pub place: Option<FrameworkPlace>,
    /// With one of these verdicts on a host under watch, when there are any.
    pub verdicts: Vec<Verdict>,
    /// Those that count, those that do not, when there are any.
    pub standings: Vec<RuleStanding>,
    /// The order.
    pub order: RuleOrder,
}

/// A place in a framework.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FrameworkPlace {
    /// The framework.
    pub framework: String,
    /// The benchmark; without it any.
    pub benchmark: Option<String>,
    /// The key of the section; without it the whole.
    pub section: Option<String>,
}

/// The orders of rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RuleOrder {
    /// By id.
    #[default]
    Id,
    /// By title.
    Title,
    /// The worst first.
    Severity,
    /// Those that fail on the most hosts first.
    Failing,
}

pub(super) const COLUMNS: &str = "rule.rule, rule.title, rule.description, rule.rationale, rule.severity, \
    rule.category, rule.tags, rule.platforms, rule.methods, rule.refs, rule.text, rule.hash, \
    (SELECT gone.from_at FROM rule_retirement AS gone \
    WHERE gone.rule = rule.rule AND gone.to_position IS NULL) AS retired_at";

/// The condition on hosts that are under watch.
pub(super) const WATCHED: &str =
    "state.host_id IN (SELECT host_id FROM host WHERE status = 'active')";

/// The condition on what counts: a rule that does, on a host under watch.
pub(super) const COUNTED: &str =
    "state.retired = 0 AND state.host_id IN (SELECT host_id FROM host WHERE status = 'active')";

/// The retirement of a rule that holds now.
const RETIREMENT: &str = "SELECT gone.from_at FROM rule_retirement AS gone \
    WHERE gone.rule = rule.rule AND gone.to_position IS NULL";

impl Listing for RuleFilter {
    type Item = RuleRow;

    fn list(&self) -> List<'static> {
        let filter = self;
        let (sort, descending) = match filter.order {
            RuleOrder::Id => ("rule.rule", false),
            RuleOrder::Title => ("lower(rule.title)", false),
            RuleOrder::Severity => ("rule.severity", true),
            RuleOrder::Failing => (FAILING, true),
        };
        List {
            sort,
            descending,
            ..of(conditions(filter))
        }
    }

    fn read(row: &Row) -> Result<RuleRow, StoreError> {
        RuleRow::read(row)
    }
}

const FAILING: &str = "(SELECT count(*) FROM host_rule_state AS state WHERE state.rule = rule.rule \
    AND state.verdict = 'fail' AND state.retired = 0 \
    AND state.host_id IN (SELECT host_id FROM host WHERE status = 'active'))";

fn conditions(filter: &RuleFilter) -> Filter {
    let texts = |list: &[String]| list.iter().map(|one| one.as_str().into()).collect();
    let verdicts = filter.verdicts.iter().map(|one| one.as_str().into());
    let mut conditions = Filter::default()
        .any_of("rule.severity", ranks(&filter.severities))
        .any_of("rule.category", texts(&filter.categories))
        .one_holds(
            "lower(rule.methods) LIKE ? ESCAPE '\\'",
            filter.methods.iter().map(|one| quoted(one)),
        )
        .one_holds(
            "(rule.platforms = '[]' OR lower(rule.platforms) LIKE ? ESCAPE '\\')",
            filter.families.iter().map(|one| contains(&format!("\"{one}"))),
        )
        .one_holds(
            "EXISTS (SELECT 1 FROM rule_section AS place WHERE place.rule = rule.rule AND place.framework = ?)",
            filter.frameworks.iter().map(|one| one.as_str().into()),
        )
        .one_holds(
            &format!(
                "EXISTS (SELECT 1 FROM host_rule_state AS state WHERE state.rule = rule.rule \
                 AND state.verdict = ? AND {COUNTED})"
            ),
            verdicts,
        );
    if let [standing] = *filter.standings {
        let not = match standing {
            RuleStanding::InForce => "NOT ",
            RuleStanding::Retired => "",
        };
        conditions = conditions.with(&format!("{not}EXISTS ({RETIREMENT})"), []);
    }
    for word in filter
        .search
        .iter()
        .flat_map(|text| text.split_whitespace())
    {
        conditions = conditions.with("rule.found_by LIKE ? ESCAPE '\\'", [contains(word)]);
    }
    match &filter.place {
        Some(place) => {
            let benchmark = place.benchmark.clone().map(Value::from);
            conditions.placed(place, benchmark.as_ref().map(|_| "?"), benchmark)
        }
        None => conditions,
    }
}

/// A pattern that finds a text in a JSON list of texts.
fn quoted(text: &str) -> Value {
    contains(&serde_json::json!(text).to_string())
}

impl Filter {
    /// Adds that the rule is in a place. `benchmark` is SQL for the benchmark that counts besides none.
    pub(super) fn placed(
        self,
        place: &FrameworkPlace,
        benchmark: Option<&str>,
        params: impl IntoIterator<Item = Value>,
    ) -> Self {
        let mut values = vec![Value::from(place.framework.as_str())];
        let mut sql = "EXISTS (SELECT 1 FROM rule_section AS place WHERE place.rule = rule.rule \
            AND place.framework = ?"
            .to_owned();
        if let Some(benchmark) = benchmark {
            sql.push_str(&format!(" AND place.benchmark IN ('', {benchmark})"));
            values.extend(params);
        }
        if let Some(section) = &place.section {
            sql.push_str(" AND place.section = ?");
            values.push(section.as_str().into());
        }
        sql.push(')');
        self.with(&sql, values)
    }
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
            retired_at: row.get("retired_at")?,
        })
    }
}

impl From<RuleContent> for RuleRow {
    fn from(rule: RuleContent) -> Self {
        Self {
            rule: rule.rule,
            title: rule.title,
            description: rule.description,
            rationale: rule.rationale,
            severity: rule.severity,
            category: rule.category,
            tags: rule.tags,
            platforms: rule.platforms,
            methods: rule.methods,
            references: rule.references,
            text: rule.text,
            hash: rule.hash,
            retired_at: None,
        }
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

impl Read {
    /// The rules that share their subject with this one, without itself: `idle@stig` beside `idle@cis`.
    pub async fn rule_variants(&self, rule: &str) -> Result<Vec<RuleRow>, StoreError> {
        let Some((subject, _)) = rule.split_once('@') else {
            return Ok(Vec::new());
        };
        let pattern = starts_with(&format!("{subject}@"));
        let filter = Filter::default()
            .with("rule.rule LIKE ? ESCAPE '\\'", [pattern])
            .with("rule.rule <> ?", [rule.into()]);
        of(filter).all(&self.db, MOST_VARIANTS, RuleRow::read).await
    }
}

/// More profiles than a rule can have.
const MOST_VARIANTS: u32 = 100;

/// One text that a rule had.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleVersionRow {
    /// When the first catalogue with it was published.
    pub published_at: Timestamp,
    /// That catalogue.
    pub catalogue: Digest,
    /// One line.
    pub title: String,
    /// How bad a fail is.
    pub severity: Severity,
    /// The rule file.
    pub text: String,
    /// The hash of the text.
    pub hash: Digest,
}

impl Read {
    /// Every text that a rule had, the newest first.
    pub async fn rule_versions(&self, rule: &str) -> Result<Vec<RuleVersionRow>, StoreError> {
        let rows = self
            .db
            .fetch_all(
                "SELECT published_at, catalogue, title, severity, text, hash FROM rule_version \
                 WHERE rule = $1 ORDER BY position DESC",
                &[rule.into()],
            )
            .await?;
        let read = |row: &Row| {
            Ok(RuleVersionRow {
                published_at: row.get("published_at")?,
                catalogue: parsed(row, "catalogue")?,
                title: row.get("title")?,
                severity: severity(row)?,
                text: row.get("text")?,
                hash: parsed(row, "hash")?,
            })
        };
        rows.iter().map(read).collect()
    }

    /// The verdicts of these rules on all hosts under watch; rules without any are left out.
    pub async fn rule_totals(
        &self,
        rules: &[String],
    ) -> Result<HashMap<String, Totals>, StoreError> {
        let values = rules.iter().map(|rule| rule.as_str().into()).collect();
        let (sql, params) = Filter::default()
            .any_of("state.rule", values)
            .with(COUNTED, [])
            .fill(
                "SELECT state.rule, state.verdict, count(*) AS number FROM host_rule_state AS state \
                 WHERE {} GROUP BY state.rule, state.verdict",
            );
        let mut totals: HashMap<String, Totals> = HashMap::new();
        for row in self.db.fetch_all(&sql, &params).await? {
            let word: String = row.get("verdict")?;
            let verdict = known(Verdict::ALL.into_iter().find(|one| one.as_str() == word))?;
            let of_rule = totals.entry(row.get("rule")?).or_default();
            *of_rule.of_verdict(verdict) = row.get("number")?;
        }
        Ok(totals)
    }
}
