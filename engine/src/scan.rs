//! One scan of one host: compile, run once, parse, judge.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::time::Duration;

use bytes::Bytes;
use domain::scan::{CollectionTime, Cost, FailureReason, HostFacts, Selection};
use domain::time::{Clock, Timestamp};
use domain::verdict::{Totals, VerdictVector};

use crate::collect::{
    Collector, FrameParser, NO_NULL, Need, Nonce, ParsedOutput, compile, plan, without_secrets,
};
use crate::facts::{Facts, Frame};
use crate::host::{Host, RunError, RunLimits, RunReport};
use crate::judge::{JudgedRule, judge};
use crate::printable::sentence;
use crate::rule::{Platform, Rule, RuleBase};

/// A collector that takes this long is worth remembering, in milliseconds.
const SLOW: u32 = 50;

/// Bounds of a scan, and what cannot be had from within.
#[derive(Debug, Clone)]
pub struct ScanOptions {
    /// New random bits for each scan.
    pub nonce: u128,
    /// From the first step to the last.
    pub deadline: Duration,
    /// Bytes that the host may send.
    pub output: u64,
}

impl ScanOptions {
    /// The usual bounds: ten minutes, 32 MiB.
    pub fn new(nonce: u128) -> Self {
        Self {
            nonce,
            deadline: Duration::from_mins(10),
            output: 32 * 1024 * 1024,
        }
    }
}

/// What a scan is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScanStep {
    /// Reading facts: frames that are complete, and how many there will be.
    Collecting {
        /// Complete frames.
        done: u32,
        /// All frames.
        total: u32,
    },
    /// Judging: rules that are judged, and how many there are.
    Judging {
        /// Judged rules.
        done: u32,
        /// All rules.
        total: u32,
    },
}

/// A scan without verdicts.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScanError {
    /// The host did not run the program to its end.
    #[error("the host did not run the scan")]
    Host(#[from] RunError),
    /// The first look did not hold.
    #[error("the first look at the host did not hold: {detail}")]
    Canary {
        /// What was missing.
        detail: String,
    },
    /// The answer does not have the agreed form.
    #[error("the answer of the host is not complete: {detail}")]
    Incomplete {
        /// What was missing.
        detail: String,
    },
}

impl ScanError {
    /// The reason that the log records, and the words for a person: on one line, because a host has a say in them.
    pub fn reason(&self) -> (FailureReason, String) {
        let Self::Host(error) = self else {
            let reason = match self {
                Self::Canary { .. } => FailureReason::CanaryFailed,
                _ => FailureReason::ProtocolViolated,
            };
            return (reason, sentence(&self.to_string()));
        };
        let (reason, detail) = match error {
            RunError::Unreachable { detail } => (FailureReason::HostUnreachable, detail),
            RunError::AuthenticationRefused { detail } => {
                (FailureReason::AuthenticationRefused, detail)
            }
            RunError::HostKeyUnknown { detail } => (FailureReason::HostKeyUnknown, detail),
            RunError::HostKeyChanged { detail } => (FailureReason::HostKeyChanged, detail),
            RunError::SudoRefused { detail } => (FailureReason::SudoRefused, detail),
            RunError::NoShell { detail } => (FailureReason::CanaryFailed, detail),
            RunError::CredentialUnusable { detail } => {
                (FailureReason::CredentialUnreadable, detail)
            }
            RunError::ConnectionLost { detail } => (FailureReason::ConnectionLost, detail),
            RunError::DeadlineExceeded { detail } => (FailureReason::DeadlineExceeded, detail),
            RunError::OutputLimit { detail } => (FailureReason::OutputLimitExceeded, detail),
        };
        (reason, sentence(detail))
    }
}

/// A scan with verdicts.
#[derive(Debug, Clone, PartialEq)]
pub struct ScanOutcome {
    /// What was collected, for judging again later.
    pub facts: Facts,
    /// One result for each rule of the pack, in its order; `None` for rules that were not selected.
    pub results: Vec<Option<JudgedRule>>,
    /// What was learned of the host.
    pub host: HostFacts,
    /// What it cost.
    pub cost: Cost,
    /// Collectors that took their time on the host.
    pub collection_times: Vec<CollectionTime>,
    /// When the program was sent.
    pub started_at: Timestamp,
    /// When the last verdict was there.
    pub finished_at: Timestamp,
}

impl ScanOutcome {
    /// Every verdict in the order of the pack.
    pub fn verdicts(&self) -> VerdictVector {
        let verdicts: Vec<_> = self
            .results
            .iter()
            .map(|result| result.as_ref().map(|result| result.verdict))
            .collect();
        VerdictVector::pack(&verdicts)
    }

    /// How many rules ended in each verdict.
    pub fn totals(&self) -> Totals {
        Totals::of(&self.verdicts())
    }
}

/// Whether a selection includes a rule.
pub fn selects(selection: &Selection, rule: &Rule) -> bool {
    let framework = selection.framework.as_ref().is_none_or(|framework| {
        rule.references.iter().any(|reference| {
            let lens = format!("{}_{}", reference.framework, reference.benchmark);
            reference.framework == *framework || lens == *framework
        })
    });
    framework
        && (selection.tags.is_empty() || selection.tags.iter().any(|tag| rule.tags.contains(tag)))
        && (selection.rules.is_empty() || selection.rules.iter().any(|name| rule.is_named(name)))
}

/// What has to be collected for the selected rules.
pub fn needs(base: &RuleBase, selection: &Selection) -> BTreeSet<Need> {
    let mut needs: BTreeSet<Need> = base
        .rules()
        .iter()
        .filter(|rule| selects(selection, rule))
        .flat_map(|rule| rule.implementations.iter().map(move |one| (rule, one)))
        .flat_map(|(rule, implementation)| {
            let needs = implementation.needs().into_iter();
            needs.map(|need| if rule.ships { need.shipped() } else { need })
        })
        .collect();
    if !base.rules().is_empty() {
        // Capabilities are derived from these.
        needs.insert(Need::new(Collector::Packages, ""));
        needs.insert(Need::new(Collector::Sshd, ""));
    }
    needs
}

/// Scans a host.
pub async fn scan(
    host: &dyn Host,
    base: &RuleBase,
    selection: &Selection,
    options: &ScanOptions,
    watch: (&dyn Clock, &mut (dyn FnMut(ScanStep) + Send)),
) -> Result<ScanOutcome, ScanError> {
    let (clock, progress) = watch;
    let nonce = Nonce::new(options.nonce);
    // The program stops by itself a little before we stop waiting for it.
    let budget = options.deadline.mul_f32(0.9);
    let needs = needs(base, selection);
    let program = compile(&plan(&needs), &nonce, budget);
    let total = u32::try_from(program.frames).unwrap_or(u32::MAX);
    progress(ScanStep::Collecting { done: 0, total });
    let started_at = clock.now();
    let mut parser = FrameParser::new(&nonce);
    let report = {
        let mut sink = |bytes: &[u8]| {
            let before = parser.complete_frames();
            parser.push(bytes);
            let after = parser.complete_frames();
            if after != before {
                let done = u32::try_from(after).unwrap_or(total);
                progress(ScanStep::Collecting { done, total });
            }
        };
        let limits = RunLimits {
            deadline: options.deadline,
            output: options.output,
        };
        host.run(Bytes::from(program.text), limits, &mut sink)
            .await?
    };
    let read_at = clock.now();
    let output = parser.finish();
    let remote_cpu_ms = output.remote_cpu_ms;
    let collection_times = collection_times(&output);
    let (mut facts, clock_skew_ms) = facts_of(output, &report, (started_at, read_at))?;
    let results = judge_all(base, selection, &facts, progress);
    let finished_at = clock.now();
    // From here on they are facts of an earlier scan.
    facts.collected = Some(needs.iter().map(Need::name).collect());
    Ok(ScanOutcome {
        host: host_facts(&facts, clock_skew_ms),
        facts,
        results,
        cost: cost(&report, remote_cpu_ms, (started_at, finished_at)),
        collection_times,
        started_at,
        finished_at,
    })
}

/// Judges every selected rule of a pack from facts.
pub fn judge_all(
    base: &RuleBase,
    selection: &Selection,
    facts: &Facts,
    progress: &mut (dyn FnMut(ScanStep) + Send),
) -> Vec<Option<JudgedRule>> {
    let total = u32::try_from(base.rules().len()).unwrap_or(u32::MAX);
    let mut results = Vec::with_capacity(base.rules().len());
    for (rule, done) in base.rules().iter().zip(1..) {
        results.push(selects(selection, rule).then(|| judge(rule, facts)));
        progress(ScanStep::Judging { done, total });
    }
    results
}

/// Only the slow ones are kept: the clock of the host counts in hundredths of a second.
fn collection_times(output: &ParsedOutput) -> Vec<CollectionTime> {
    let slow = output.took_ms.iter().filter(|(_, ms)| **ms >= SLOW);
    slow.map(|(key, ms)| CollectionTime {
        fact: key.clone(),
        ms: *ms,
    })
    .collect()
}

fn cost(report: &RunReport, remote_cpu_ms: u64, span: (Timestamp, Timestamp)) -> Cost {
    let micros = span.1.as_micros().saturating_sub(span.0.as_micros());
    Cost {
        round_trips: report.round_trips,
        sudo_calls: report.sudo_calls,
        bytes_in: report.bytes_in,
        bytes_out: report.bytes_out,
        remote_cpu_ms,
        duration_ms: u64::try_from(micros / 1000).unwrap_or_default(),
    }
}

/// What the host says of itself stands at the head of a report, so that it must not act there.
fn host_facts(facts: &Facts, clock_skew_ms: i64) -> HostFacts {
    HostFacts {
        hostname: sentence(&facts.hostname),
        os_id: sentence(&facts.platform.id),
        os_version: sentence(&facts.platform.version),
        os_name: sentence(&facts.platform.name),
        kernel: sentence(&facts.kernel),
        architecture: sentence(&facts.architecture),
        clock_skew_ms,
        privileged: facts.privileged,
    }
}

/// The first look at the host: without it there are no verdicts.
fn facts_of(
    mut output: ParsedOutput,
    report: &RunReport,
    span: (Timestamp, Timestamp),
) -> Result<(Facts, i64), ScanError> {
    let words = String::from_utf8_lossy(&report.stderr).trim().to_owned();
    let Some(canary) = output.frames.remove("canary") else {
        return Err(not_started(&words, report));
    };
    let facts = read_canary(&canary)?;
    if !output.complete {
        return Err(ended_early(&words, report));
    }
    // The host's clock is read to the second, somewhere between our two readings.
    let skew = value_of(&canary.text(), "epoch")
        .and_then(|epoch| epoch.parse::<i64>().ok())
        .map_or(0, |seconds| {
            let (low, high) = (span.0.as_micros() / 1000 - 1000, span.1.as_micros() / 1000);
            let theirs = seconds.saturating_mul(1000);
            if theirs < low {
                theirs - low
            } else {
                (theirs - high).max(0)
            }
        });
    for frame in output.frames.values_mut() {
        forget_secrets(frame);
    }
    Ok((
        Facts {
            frames: output.frames,
            ..facts
        },
        skew,
    ))
}

/// Neither a verdict nor the store ever sees a secret.
fn forget_secrets(frame: &mut Frame) {
    if let Cow::Owned(clean) = without_secrets(&frame.stdout) {
        frame.stdout = clean;
    }
    if let Cow::Owned(clean) = without_secrets(frame.stderr.as_bytes()) {
        frame.stderr = String::from_utf8_lossy(&clean).into_owned();
    }
}

/// The shell that reads the program never ran it. sudo alone comes between the two.
fn not_started(words: &str, report: &RunReport) -> ScanError {
    if report.sudo_calls > 0 && words.contains("/bin/sh: Permission denied") {
        let detail = format!(
            "sudo does not let a shell start another program{}; take noexec from what sudoers has for this account",
            said(words)
        );
        return ScanError::Host(RunError::SudoRefused { detail });
    }
    let detail = format!("the program did not start{}", said(words));
    ScanError::Incomplete { detail }
}

/// The program began, and something ended it.
fn ended_early(words: &str, report: &RunReport) -> ScanError {
    let hint = if report.sudo_calls > 0 {
        "; sudo ends what takes longer than command_timeout of sudoers"
    } else {
        ""
    };
    let detail = format!(
        "the program {} before its end{}{hint}",
        how_it_ended(report.exit),
        said(words)
    );
    ScanError::Incomplete { detail }
}

/// An exit code in words. `timeout` ends with 125 when it cannot start anything.
fn how_it_ended(exit: Option<u32>) -> String {
    match exit {
        None => "was killed".to_owned(),
        Some(125) => "could not be started (exit code 125)".to_owned(),
        Some(code @ 129..=192) => format!("was killed by signal {}", code - 128),
        Some(code) => format!("ended with exit code {code}"),
    }
}

fn said(words: &str) -> String {
    let words = words.trim();
    if words.is_empty() {
        String::new()
    } else {
        format!(": {words}")
    }
}

fn read_canary(canary: &Frame) -> Result<Facts, ScanError> {
    let text = canary.text();
    let fault = |detail: &str| ScanError::Canary {
        detail: detail.to_owned(),
    };
    match canary.exit {
        Some(0) => {}
        Some(70) => {
            return Err(fault(
                "neither /etc/os-release nor /usr/lib/os-release can be read",
            ));
        }
        Some(NO_NULL) => {
            return Err(fault(
                "/dev/null cannot be read and written; make it again: rm -f /dev/null; mknod -m 666 /dev/null c 1 3",
            ));
        }
        exit => {
            return Err(fault(&format!(
                "its script {}{}; the host may be out of processes, memory or file descriptors, or limit those of \
                 this account (ulimit -a)",
                how_it_ended(exit),
                said(&canary.stderr)
            )));
        }
    }
    let (_, release) = text
        .split_once("\nos-release=")
        .ok_or_else(|| fault("no os-release"))?;
    let platform = Platform::from_os_release(release)
        .ok_or_else(|| fault("os-release names no ID, so the system is unknown"))?;
    let value = |key: &str| value_of(&text, key).unwrap_or_default();
    let uid = value("uid");
    if uid.is_empty() {
        return Err(fault("id -u does not answer"));
    }
    Ok(Facts {
        platform,
        kernel: value("kernel"),
        architecture: value("machine"),
        hostname: value("hostname"),
        privileged: uid == "0",
        ..Facts::default()
    })
}

fn value_of(text: &str, key: &str) -> Option<String> {
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix(key)?.strip_prefix('='));
    line.map(|value| value.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_host_says_of_itself_acts_nowhere() {
        let wild = "x\u{1b}[31m\n0 findings\u{9b}\u{202e}";
        let tame = "x\u{fffd}[31m 0 findings\u{fffd}\u{fffd}";
        let facts = Facts {
            hostname: wild.to_owned(),
            kernel: wild.to_owned(),
            architecture: wild.to_owned(),
            platform: Platform {
                id: wild.to_owned(),
                version: wild.to_owned(),
                name: wild.to_owned(),
                ..Platform::default()
            },
            ..Facts::default()
        };
        let host = host_facts(&facts, 0);
        let fields = [
            host.hostname,
            host.kernel,
            host.architecture,
            host.os_id,
            host.os_version,
            host.os_name,
        ];
        for field in fields {
            assert_eq!(field, tame);
        }
        let detail = || wild.to_owned();
        for error in [
            ScanError::Canary { detail: detail() },
            ScanError::Incomplete { detail: detail() },
            ScanError::Host(RunError::NoShell { detail: detail() }),
        ] {
            let (_, words) = error.reason();
            assert!(words.ends_with(tame), "{words:?}");
        }
    }
}
