//! What `openwatch scan` prints of one target, for programs and for people.

use std::fmt::Write as _;

use domain::results::Evidence;
use domain::scan::{Cost, HostFacts};
use domain::time::Timestamp;
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
    host: HostReport,
    pack: PackReport,
    started_at: String,
    duration_ms: u64,
    cost: CostReport,
    summary: Summary,
    results: Vec<ResultReport>,
}

/// A scan without verdicts.
#[derive(Debug, Serialize)]
pub(super) struct FailedReport {
    host: Name,
    started_at: String,
    error: ErrorReport,
}

#[derive(Debug, Serialize)]
struct Name {
    name: String,
}

#[derive(Debug, Serialize)]
struct ErrorReport {
    reason: domain::scan::FailureReason,
    detail: String,
}

#[derive(Debug, Serialize)]
struct HostReport {
    name: String,
    hostname: String,
    platform: PlatformReport,
    kernel: String,
    architecture: String,
    clock_skew_ms: i64,
    privileged: bool,
}

#[derive(Debug, Serialize)]
struct PlatformReport {
    id: String,
    version: String,
    name: String,
}

#[derive(Debug, Serialize)]
struct PackReport {
    name: String,
    hash: String,
    rules: usize,
}

#[derive(Debug, Serialize)]
struct CostReport {
    round_trips: u32,
    sudo_calls: u32,
    bytes_in: u64,
    bytes_out: u64,
    remote_cpu_ms: u64,
}

#[derive(Debug, Serialize)]
struct Summary {
    pass: u32,
    fail: u32,
    error: u32,
    not_applicable: u32,
    manual: u32,
    score: Option<f64>,
    coverage: Option<f64>,
}

#[derive(Debug, Serialize)]
struct ResultReport {
    rule: String,
    severity: Severity,
    verdict: Verdict,
    reason: String,
    expected: Option<String>,
    actual: Option<String>,
    evidence: Vec<Evidence>,
    controls: Vec<String>,
    #[serde(skip)]
    title: String,
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

    /// For people.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Scanned(scanned) => scanned.text(),
            Self::Failed(failed) => {
                format!(
                    "{}: not scanned: {}\n",
                    failed.host.name, failed.error.detail
                )
            }
        }
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

    fn text(&self) -> String {
        let mut text = format!(
            "{} ({}, {})\n",
            self.host.name, self.host.hostname, self.host.platform.name
        );
        let width = self
            .results
            .iter()
            .map(|result| result.rule.len())
            .max()
            .unwrap_or(0);
        let order = [
            Verdict::Fail,
            Verdict::Error,
            Verdict::Manual,
            Verdict::NotApplicable,
            Verdict::Pass,
        ];
        for verdict in order {
            for result in self
                .results
                .iter()
                .filter(|result| result.verdict == verdict)
            {
                let word = verdict.as_str().replace('_', " ");
                let _ = writeln!(
                    text,
                    "  {:14} {:8} {:width$}  {}",
                    word.to_uppercase(),
                    result.severity.as_str(),
                    result.rule,
                    if verdict == Verdict::Pass {
                        &result.title
                    } else {
                        &result.reason
                    },
                );
            }
        }
        text.push_str(&self.last_line());
        text
    }

    fn last_line(&self) -> String {
        let Summary {
            pass,
            fail,
            error,
            not_applicable,
            manual,
            ..
        } = &self.summary;
        let percent = |share: Option<f64>| {
            share.map_or_else(
                || "none".to_owned(),
                |share| format!("{:.1} %", share * 100.0),
            )
        };
        format!(
            "  {pass} pass, {fail} fail, {error} error, {not_applicable} not applicable, {manual} manual; \
             score {}, coverage {}; {} ms, {} round trips\n",
            percent(self.summary.score),
            percent(self.summary.coverage),
            self.duration_ms,
            self.cost.round_trips,
        )
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
        severity: rule.severity,
        verdict: found.verdict,
        reason: found.reason.clone(),
        expected: found.expected.clone(),
        actual: found.actual.clone(),
        evidence: found.evidence.clone(),
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
