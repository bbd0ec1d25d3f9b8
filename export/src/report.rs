//! What is known of one target after a scan: the model that every format is written from, and the agreed
//! form of its JSON.

use domain::catalogue::RuleReference;
use domain::digest::Digest;
use domain::fleet_scan::SkipReason;
use domain::host::SudoMode;
use domain::id::ScanId;
use domain::results::{Choice, Evidence, Source, StrictVerdict};
use domain::scan::{Cost, FailureReason, HostFacts, ScanContext};
use domain::time::Timestamp;
use domain::variable::EffectiveVariable;
use domain::verdict::{Severity, Totals, Verdict, VerdictVector};
use serde::Serialize;

/// One target: scanned, or not.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Report {
    /// With verdicts.
    Scanned(Box<ScanReport>),
    /// Without.
    Failed(FailedReport),
}

/// A scan with verdicts.
#[derive(Debug, Serialize)]
pub struct ScanReport {
    pub(crate) host: HostReport,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) record: Option<RecordReport>,
    pub(crate) pack: PackReport,
    pub(crate) started_at: String,
    pub(crate) duration_ms: u64,
    pub(crate) cost: CostReport,
    pub(crate) summary: Summary,
    pub(crate) results: Vec<ResultReport>,
}

/// A scan without verdicts.
#[derive(Debug, Serialize)]
pub struct FailedReport {
    pub(crate) host: Name,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) scan: Option<ScanId>,
    pub(crate) started_at: String,
    pub(crate) error: ErrorReport,
}

/// The host as it was named.
#[derive(Debug, Serialize)]
pub(crate) struct Name {
    pub(crate) name: String,
    /// How it is named as a target, where that is something else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) target: Option<String>,
}

/// Why there are no verdicts.
#[derive(Debug, Serialize)]
pub(crate) struct ErrorReport {
    pub(crate) reason: NoVerdicts,
    pub(crate) detail: String,
}

/// Why a target has no verdicts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum NoVerdicts {
    /// It was tried, and this came in between.
    Failed(FailureReason),
    /// It was not tried.
    Skipped(SkipReason),
    /// Somebody or something stopped before it had any.
    Stopped(Stop),
}

/// What stopped before there were verdicts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Stop {
    /// The scan was called off.
    Cancelled,
    /// The scan has not ended yet.
    NotEnded,
}

impl NoVerdicts {
    /// The scan was called off.
    pub const CANCELLED: Self = Self::Stopped(Stop::Cancelled);
    /// The scan has not ended yet.
    pub const NOT_ENDED: Self = Self::Stopped(Stop::NotEnded);
}

/// What was learned of the host.
#[derive(Debug, Serialize)]
pub(crate) struct HostReport {
    pub(crate) name: String,
    pub(crate) hostname: String,
    pub(crate) platform: PlatformReport,
    pub(crate) kernel: String,
    pub(crate) architecture: String,
    pub(crate) clock_skew_ms: i64,
    pub(crate) privileged: bool,
}

/// The system of the host.
#[derive(Debug, Serialize)]
pub(crate) struct PlatformReport {
    pub(crate) id: String,
    pub(crate) version: String,
    pub(crate) name: String,
}

/// Where the log keeps the scan, and what surrounded it then. Not who logged in: that is for those who may
/// see credentials.
#[derive(Debug, Serialize)]
pub(crate) struct RecordReport {
    pub(crate) scan: ScanId,
    pub(crate) results: Digest,
    pub(crate) evidence_root: Digest,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) context: Option<ContextReport>,
}

/// What surrounded a scan.
#[derive(Debug, Serialize)]
pub(crate) struct ContextReport {
    pub(crate) environment: String,
    pub(crate) tags: Vec<String>,
    pub(crate) groups: Vec<String>,
    pub(crate) address: Option<String>,
    pub(crate) host_key: Option<String>,
    pub(crate) sudo: Option<SudoMode>,
    pub(crate) engine: String,
}

/// The rules that were judged.
#[derive(Debug, Serialize)]
pub struct PackReport {
    /// Its name.
    pub name: String,
    /// The hash of the catalogue.
    pub hash: String,
    /// How many were judged.
    pub rules: usize,
}

/// What the scan cost.
#[derive(Debug, Serialize)]
pub(crate) struct CostReport {
    pub(crate) round_trips: u32,
    pub(crate) sudo_calls: u32,
    pub(crate) bytes_in: u64,
    pub(crate) bytes_out: u64,
    pub(crate) remote_cpu_ms: u64,
}

/// How many rules ended in each verdict.
#[derive(Debug, Serialize)]
pub(crate) struct Summary {
    pub(crate) pass: u32,
    pub(crate) fail: u32,
    pub(crate) error: u32,
    pub(crate) not_applicable: u32,
    pub(crate) manual: u32,
    pub(crate) score: Option<f64>,
    pub(crate) coverage: Option<f64>,
}

/// What was found for one rule.
#[derive(Debug, Serialize)]
pub struct ResultReport {
    /// The id of the rule.
    pub rule: String,
    /// Its title.
    pub title: String,
    /// How bad a fail is.
    pub severity: Severity,
    /// The verdict.
    pub verdict: Verdict,
    /// Why, in words.
    pub reason: String,
    /// What the rule demands.
    pub expected: Option<String>,
    /// What the host has.
    pub actual: Option<String>,
    /// What it rests on.
    pub evidence: Vec<Evidence>,
    /// Where the rule stands in benchmarks.
    pub controls: Vec<String>,
    /// The line of a file that decided.
    pub source: Option<Source>,
    /// The implementation that was taken, and why.
    pub implementation: Choice,
    /// The values that the variables of the rule had.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub variables: Vec<EffectiveVariable>,
    /// What strict semantics would say, where it is something else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub strict: Option<StrictVerdict>,
    /// What the rule judges.
    #[serde(skip)]
    pub description: String,
}

impl Report {
    /// The report of a scan with verdicts. `seen`: what was learned of the host, and what it cost.
    pub fn scanned(
        name: &str,
        pack: PackReport,
        started_at: Timestamp,
        seen: (&HostFacts, &Cost),
        results: Vec<ResultReport>,
    ) -> Self {
        let (facts, spent) = seen;
        Self::Scanned(Box::new(ScanReport {
            host: host(name, facts),
            record: None,
            pack,
            started_at: started_at.to_string(),
            duration_ms: spent.duration_ms,
            cost: cost(spent),
            summary: summary(&results),
            results,
        }))
    }

    /// The report of a scan without.
    pub fn failed(name: &str, started_at: Timestamp, reason: NoVerdicts, detail: &str) -> Self {
        Self::Failed(FailedReport {
            host: Name {
                name: name.to_owned(),
                target: None,
            },
            scan: None,
            started_at: started_at.to_string(),
            error: ErrorReport {
                reason,
                detail: detail.to_owned(),
            },
        })
    }

    /// With the target that leads to the host, where there are no verdicts and the name does not tell it.
    #[must_use]
    pub fn reached_at(mut self, target: &str) -> Self {
        if let Self::Failed(failed) = &mut self
            && failed.host.name != target
        {
            failed.host.target = Some(target.to_owned());
        }
        self
    }

    /// With results of these verdicts alone; the summary counts all of them as before.
    #[must_use]
    pub fn of_verdicts(mut self, verdicts: &[Verdict]) -> Self {
        if let Self::Scanned(scanned) = &mut self
            && !verdicts.is_empty()
        {
            let wanted = |result: &ResultReport| verdicts.contains(&result.verdict);
            scanned.results.retain(wanted);
        }
        self
    }

    /// The name of the target.
    pub fn name(&self) -> &str {
        match self {
            Self::Scanned(scanned) => &scanned.host.name,
            Self::Failed(failed) => &failed.host.name,
        }
    }

    /// Why there are no verdicts, in words; nothing with verdicts.
    pub fn without(&self) -> Option<&str> {
        match self {
            Self::Scanned(_) => None,
            Self::Failed(failed) => Some(&failed.error.detail),
        }
    }

    /// How many rules ended in each verdict; nothing without verdicts.
    pub fn totals(&self) -> Option<Totals> {
        match self {
            Self::Scanned(scanned) => Some(scanned.summary.totals()),
            Self::Failed(_) => None,
        }
    }

    /// The worst severity of the rules that failed.
    pub fn worst_fail(&self) -> Option<Severity> {
        let Self::Scanned(scanned) = self else {
            return None;
        };
        let fails = scanned.results.iter();
        fails
            .filter(|result| result.verdict == Verdict::Fail)
            .map(|result| result.severity)
            .max()
    }
}

impl Summary {
    fn totals(&self) -> Totals {
        Totals {
            pass: self.pass,
            fail: self.fail,
            error: self.error,
            not_applicable: self.not_applicable,
            manual: self.manual,
        }
    }
}

impl ContextReport {
    pub(crate) fn of(context: &ScanContext) -> Self {
        Self {
            environment: context.environment.clone(),
            tags: context.tags.clone(),
            groups: context.groups.iter().map(|one| one.name.clone()).collect(),
            address: context.address.clone(),
            host_key: context.host_key.clone(),
            sudo: context.sudo,
            engine: context.engine.clone(),
        }
    }
}

fn host(name: &str, facts: &HostFacts) -> HostReport {
    HostReport {
        name: name.to_owned(),
        hostname: facts.hostname.clone(),
        platform: PlatformReport {
            id: facts.os_id.clone(),
            version: facts.os_version.clone(),
            name: facts.os_name.clone(),
        },
        kernel: facts.kernel.clone(),
        architecture: facts.architecture.clone(),
        clock_skew_ms: facts.clock_skew_ms,
        privileged: facts.privileged,
    }
}

fn cost(cost: &Cost) -> CostReport {
    CostReport {
        round_trips: cost.round_trips,
        sudo_calls: cost.sudo_calls,
        bytes_in: cost.bytes_in,
        bytes_out: cost.bytes_out,
        remote_cpu_ms: cost.remote_cpu_ms,
    }
}

fn summary(results: &[ResultReport]) -> Summary {
    let verdicts: Vec<_> = results.iter().map(|result| Some(result.verdict)).collect();
    let totals = Totals::of(&VerdictVector::pack(&verdicts));
    Summary {
        pass: totals.pass,
        fail: totals.fail,
        error: totals.error,
        not_applicable: totals.not_applicable,
        manual: totals.manual,
        score: totals.score(),
        coverage: totals.coverage(),
    }
}

/// Where a rule stands in benchmarks, one text each: `cis:debian12:5.1.20`.
pub fn controls(references: &[RuleReference]) -> Vec<String> {
    let text = |reference: &RuleReference| match reference.benchmark.as_str() {
        "" => format!("{}:{}", reference.framework, reference.control),
        benchmark => format!("{}:{benchmark}:{}", reference.framework, reference.control),
    };
    references.iter().map(text).collect()
}
