//! What is known of one target after `openwatch scan`: the model that every format is written from, and the
//! agreed form of its JSON.

use domain::results::{Choice, Evidence, Source, StrictVerdict};
use domain::scan::{Cost, HostFacts};
use domain::time::Timestamp;
use domain::variable::EffectiveVariable;
use domain::verdict::{Severity, Totals, Verdict, VerdictVector};
use engine::rule::{Rule, RulePack};
use serde::Serialize;
use workers::failure::Failure as ScanFailure;
use workers::scanner::{Found, Scanned};

/// One target: scanned, or not.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Report {
    /// With verdicts.
    Scanned(Box<ScanReport>),
    /// Without.
    Failed(FailedReport),
}

/// A scan with verdicts.
#[derive(Debug, Serialize)]
pub(super) struct ScanReport {
    pub(super) host: HostReport,
    pub(super) pack: PackReport,
    pub(super) started_at: String,
    pub(super) duration_ms: u64,
    pub(super) cost: CostReport,
    pub(super) summary: Summary,
    pub(super) results: Vec<ResultReport>,
}

/// A scan without verdicts.
#[derive(Debug, Serialize)]
pub(super) struct FailedReport {
    pub(super) host: Name,
    pub(super) started_at: String,
    pub(super) error: ErrorReport,
}

/// The host as it was named.
#[derive(Debug, Serialize)]
pub(super) struct Name {
    pub(super) name: String,
}

/// Why there are no verdicts.
#[derive(Debug, Serialize)]
pub(super) struct ErrorReport {
    pub(super) reason: domain::scan::FailureReason,
    pub(super) detail: String,
}

/// What was learned of the host.
#[derive(Debug, Serialize)]
pub(super) struct HostReport {
    pub(super) name: String,
    pub(super) hostname: String,
    pub(super) platform: PlatformReport,
    pub(super) kernel: String,
    pub(super) architecture: String,
    pub(super) clock_skew_ms: i64,
    pub(super) privileged: bool,
}

/// The system of the host.
#[derive(Debug, Serialize)]
pub(super) struct PlatformReport {
    pub(super) id: String,
    pub(super) version: String,
    pub(super) name: String,
}

/// The rules that were judged.
#[derive(Debug, Serialize)]
pub(super) struct PackReport {
    pub(super) name: String,
    pub(super) hash: String,
    pub(super) rules: usize,
}

/// What the scan cost.
#[derive(Debug, Serialize)]
pub(super) struct CostReport {
    pub(super) round_trips: u32,
    pub(super) sudo_calls: u32,
    pub(super) bytes_in: u64,
    pub(super) bytes_out: u64,
    pub(super) remote_cpu_ms: u64,
}

/// How many rules ended in each verdict.
#[derive(Debug, Serialize)]
pub(super) struct Summary {
    pub(super) pass: u32,
    pub(super) fail: u32,
    pub(super) error: u32,
    pub(super) not_applicable: u32,
    pub(super) manual: u32,
    pub(super) score: Option<f64>,
    pub(super) coverage: Option<f64>,
}

/// What was found for one rule.
#[derive(Debug, Serialize)]
pub(super) struct ResultReport {
    pub(super) rule: String,
    pub(super) severity: Severity,
    pub(super) verdict: Verdict,
    pub(super) reason: String,
    pub(super) expected: Option<String>,
    pub(super) actual: Option<String>,
    pub(super) evidence: Vec<Evidence>,
    pub(super) controls: Vec<String>,
    pub(super) source: Option<Source>,
    pub(super) implementation: Choice,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) variables: Vec<EffectiveVariable>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) strict: Option<StrictVerdict>,
    #[serde(skip)]
    pub(super) title: String,
    #[serde(skip)]
    pub(super) description: String,
}

impl Report {
    /// The report of a scan that ended in one way or the other.
    pub(super) fn new(
        name: &str,
        pack: &RulePack,
        started_at: Timestamp,
        outcome: &Result<Scanned, ScanFailure>,
    ) -> Self {
        match outcome {
            Ok(scanned) => {
                Self::Scanned(Box::new(ScanReport::new(name, pack, started_at, scanned)))
            }
            Err(failure) => Self::Failed(FailedReport {
                host: Name {
                    name: name.to_owned(),
                },
                started_at: started_at.to_string(),
                error: ErrorReport {
                    reason: failure.reason,
                    detail: failure.detail.clone(),
                },
            }),
        }
    }

    /// Whether a rule of at least this severity failed; `None`: of any severity.
    pub(super) fn has_findings(&self, at_least: Option<Severity>) -> bool {
        let Self::Scanned(scanned) = self else {
            return false;
        };
        scanned.results.iter().any(|result| {
            result.verdict == Verdict::Fail
                && at_least.is_none_or(|severity| result.severity >= severity)
        })
    }

    /// Whether there are no verdicts.
    pub(super) fn failed(&self) -> bool {
        matches!(self, Self::Failed(_))
    }
}

impl ScanReport {
    fn new(name: &str, pack: &RulePack, started_at: Timestamp, scanned: &Scanned) -> Self {
        let results: Vec<ResultReport> = pack
            .rules()
            .iter()
            .zip(&scanned.found)
            .filter_map(|(rule, found)| Some(result(rule, found.as_ref()?)))
            .collect();
        Self {
            host: host(name, &scanned.facts),
            pack: PackReport {
                name: pack.name().to_owned(),
                hash: pack.hash().to_string(),
                rules: results.len(),
            },
            started_at: started_at.to_string(),
            duration_ms: scanned.cost.duration_ms,
            cost: cost(&scanned.cost),
            summary: summary(&results),
            results,
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

fn result(rule: &Rule, found: &Found) -> ResultReport {
    ResultReport {
        rule: rule.id.clone(),
        title: rule.title.clone(),
        description: rule.description.trim().to_owned(),
        severity: rule.severity,
        verdict: found.verdict,
        reason: found.reason.clone(),
        expected: found.expected.clone(),
        actual: found.actual.clone(),
        evidence: found.evidence.clone(),
        source: found.source.clone(),
        implementation: found.implementation.clone(),
        variables: found.variables.clone(),
        strict: found.strict.clone(),
        controls: rule
            .references
            .iter()
            .map(|reference| match reference.benchmark.as_str() {
                "" => format!("{}:{}", reference.framework, reference.control),
                benchmark => format!("{}:{benchmark}:{}", reference.framework, reference.control),
            })
            .collect(),
    }
}
