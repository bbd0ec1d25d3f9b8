//! Rules.

#![expect(
    clippy::too_many_arguments,
    reason = "a field has the arguments that it has, and resolvers are async"
)]

use async_graphql::{Context, Enum, InputObject, Object, Result, SimpleObject};
use domain::lens::framework_name;
use domain::permission::Permission;
use projections::read::{FrameworkPlace, RuleFilter as RowFilter, RuleOrder as RowOrder};

use crate::access::require;
use crate::schema::connection::{Connection, Wish, list_cost, listed};
use crate::schema::error::Fault;
use crate::schema::object::node::rule;
use crate::schema::object::rule::Rule;
use crate::schema::object::verdict::{Severity, Verdict};

/// See the module.
#[derive(Default)]
pub(crate) struct RuleQuery;

/// Which rules.
#[derive(Debug, Clone, Default, InputObject)]
pub(crate) struct RuleFilter {
    /// Words that are all in the id, title, description, category, tags, methods or controls.
    search: Option<String>,
    /// With one of these severities.
    severities: Option<Vec<Severity>>,
    /// Of one of these categories.
    categories: Option<Vec<String>>,
    /// For machines of one of these families: `debian`, `ubuntu`, `rhel`.
    families: Option<Vec<String>>,
    /// With one of these check methods.
    methods: Option<Vec<String>>,
    /// That one of these frameworks names: `cis`, `stig`, `nist_800_53`, ….
    frameworks: Option<Vec<String>>,
    /// With one of these verdicts on a host under watch.
    verdicts: Option<Vec<Verdict>>,
    /// That count, or count no more; without it both.
    standings: Option<Vec<RuleStanding>>,
    /// That this framework names; `benchmark` and `section` are within it.
    lens: Option<String>,
    /// In this edition of the lens: `debian12`.
    benchmark: Option<String>,
    /// In this section of the lens.
    section: Option<String>,
}

/// Whether a rule counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "projections::read::RuleStanding")]
pub(crate) enum RuleStanding {
    /// It counts.
    InForce,
    /// It counts no more: no process is started with it, and no enabled pack holds it.
    Retired,
}

/// The order of rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub(crate) enum RuleOrder {
    /// By id.
    Key,
    /// By title.
    Title,
    /// The worst first.
    Severity,
    /// Those that fail on the most hosts first.
    Failing,
}

/// A value that rules can be narrowed down by.
#[derive(Debug, Clone, SimpleObject)]
pub(crate) struct FacetValue {
    /// The value, as the filter takes it.
    value: String,
    /// How people call it.
    name: String,
    /// How many rules there would be.
    rules: u32,
}

/// What rules can be narrowed down by. A choice within a facet does not narrow that facet itself.
#[derive(Debug, Clone, SimpleObject)]
pub(crate) struct RuleFacets {
    /// By severity.
    severities: Vec<FacetValue>,
    /// By category.
    categories: Vec<FacetValue>,
    /// By the family of machines.
    families: Vec<FacetValue>,
    /// By check method.
    methods: Vec<FacetValue>,
    /// By framework.
    frameworks: Vec<FacetValue>,
    /// By verdict on a host under watch.
    verdicts: Vec<FacetValue>,
    /// By whether they count.
    standings: Vec<FacetValue>,
}

impl From<projections::read::RuleFacets> for RuleFacets {
    fn from(facets: projections::read::RuleFacets) -> Self {
        let values = |values: Vec<projections::read::FacetValue>, upper: bool| {
            let value = |one: projections::read::FacetValue| FacetValue {
                name: framework_name(&one.value).to_owned(),
                value: if upper {
                    one.value.to_uppercase()
                } else {
                    one.value
                },
                rules: one.rules,
            };
            values.into_iter().map(value).collect()
        };
        Self {
            severities: values(facets.severities, true),
            categories: values(facets.categories, false),
            families: values(facets.families, false),
            methods: values(facets.methods, false),
            frameworks: values(facets.frameworks, false),
            verdicts: values(facets.verdicts, true),
            standings: values(facets.standings, true),
        }
    }
}

fn row_filter(filter: RuleFilter, order: Option<RuleOrder>) -> RowFilter {
    let (section, benchmark) = (filter.section, filter.benchmark);
    let severities = filter.severities.unwrap_or_default();
    let verdicts = filter.verdicts.unwrap_or_default();
    let standings = filter.standings.unwrap_or_default();
    RowFilter {
        search: filter.search,
        severities: severities.into_iter().map(Severity::into).collect(),
        categories: filter.categories.unwrap_or_default(),
        families: filter.families.unwrap_or_default(),
        methods: filter.methods.unwrap_or_default(),
        frameworks: filter.frameworks.unwrap_or_default(),
        verdicts: verdicts.into_iter().map(Verdict::into).collect(),
        standings: standings.into_iter().map(RuleStanding::into).collect(),
        place: filter.lens.map(|framework| FrameworkPlace {
            framework,
            benchmark,
            section,
        }),
        order: match order {
            None | Some(RuleOrder::Key) => RowOrder::Id,
            Some(RuleOrder::Title) => RowOrder::Title,
            Some(RuleOrder::Severity) => RowOrder::Severity,
            Some(RuleOrder::Failing) => RowOrder::Failing,
        },
    }
}

#[Object]
impl RuleQuery {
    /// Rules.
    #[graphql(complexity = "list_cost(first, last, child_complexity)")]
    async fn rules(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, from the beginning; 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "Only after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end; 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only before this cursor.")] before: Option<String>,
        #[graphql(desc = "Which of them.")] filter: Option<RuleFilter>,
        #[graphql(desc = "In which order; by id without it.")] order_by: Option<RuleOrder>,
    ) -> Result<Connection<Rule>> {
        let access = require(ctx, Permission::RuleRead)?;
        let filter = row_filter(filter.unwrap_or_default(), order_by);
        let wish = Wish::new(first, after, last, before);
        listed(&access, filter, wish, Rule).await
    }

    /// What the rules can be narrowed down by, with how many there would be.
    #[graphql(complexity = "20 + child_complexity")]
    async fn rule_facets(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What they are narrowed down by already.")] filter: Option<RuleFilter>,
    ) -> Result<RuleFacets> {
        let access = require(ctx, Permission::RuleRead)?;
        let filter = row_filter(filter.unwrap_or_default(), None);
        let facets = access.read().rule_facets(&filter).await;
        Ok(facets.map_err(Fault::from)?.into())
    }

    /// A rule; null when there is none with this id.
    async fn rule(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The id as its file names it.")] key: String,
    ) -> Result<Option<Rule>> {
        rule(ctx, &key).await
    }
}
