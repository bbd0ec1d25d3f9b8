//! `openwatch scan`: scans hosts now, without a server. Results go to standard output or a file,
//! progress to standard error.

pub(crate) mod fail_on;
mod inventory;
mod login;
mod record;
mod target;

use std::io::IsTerminal as _;

use domain::host::HostKey;
use domain::port::ScanPhase;
use domain::rule_set::RuleSetVoucher;
use domain::scan::{FailureReason, LoginIdentity, Selection};
use domain::time::Timestamp;
use engine::rule::{Rule, RulePack};
use export::{Document, NoVerdicts, PackReport, Report, ResultReport, Scope};
use futures::StreamExt as _;
use workers::failure::Failure as ScanFailure;
use workers::pack_scanner::{Origins, PackScanner};
use workers::reach::{Reached, Target, Unreached, reach};
use workers::scanner::{Found, Scanned, Scanner as _};
use workers::ssh::SshOptions;
use workers::ssh::known_hosts::{learn_key, revoked_keys};

use self::login::Access;
use self::target::Named;
use crate::cli::ScanArguments;
use crate::config::Config;
use crate::console::Console;
use crate::exit::{Exit, Failure};
use crate::output::Output;
use crate::rules::sources::read_trusted;
use crate::scans::unwritten;
use crate::sources;

/// What one run of the command works with.
struct Run {
    pack: RulePack,
    /// What speaks for the rules; nothing for those that ship.
    voucher: Option<RuleSetVoucher>,
    scanner: PackScanner,
    selection: Selection,
    access: Access,
    ssh: SshOptions,
    console: Console,
    /// Whether what was collected is needed after it was judged.
    record: bool,
}

/// One target that was looked at.
struct Looked {
    named: Named,
    started_at: Timestamp,
    outcome: Result<Scanned, ScanFailure>,
    trusted_keys: Vec<HostKey>,
    login: Option<LoginIdentity>,
}

/// Scans every target and prints what was found.
pub(crate) async fn run(
    arguments: Box<ScanArguments>,
    config: &Config,
    console: Console,
) -> Result<Exit, Failure> {
    let format = console.format().of_scans()?;
    let named = target::all(
        &arguments.targets,
        arguments.inventory.as_deref(),
        &arguments.limit,
    )?;
    let run = prepare(&arguments, config, console).await?;
    let recorder = if arguments.record {
        Some(record::open(config, &run).await?)
    } else {
        None
    };
    let looking = futures::stream::iter(named.into_iter().map(|named| look(&run, named))).buffered(
        usize::from(arguments.concurrency.unwrap_or(config.settings.concurrency)),
    );
    let looked: Vec<Looked> = looking.collect().await;
    let mut reports = Vec::with_capacity(looked.len());
    for looked in &looked {
        reports.push(match &recorder {
            // What was recorded is printed as the log has it: an export of later says the same.
            Some(recorder) => recorder.record(looked, &run).await?,
            None => report(&run, looked),
        });
    }
    if let Some(recorder) = recorder {
        recorder.close().await;
    }
    let exit = fail_on::exit(&reports, &arguments.fail_on);
    note_errors(&reports, exit, console);
    write(reports, format, &arguments)?;
    Ok(exit)
}

async fn prepare(
    arguments: &ScanArguments,
    config: &Config,
    console: Console,
) -> Result<Run, Failure> {
    let (pack, voucher) = load_rules(arguments, config, console).await?;
    for note in pack.notes() {
        console.note(&note.to_string());
    }
    let selection = Selection {
        framework: arguments.framework.clone(),
        tags: arguments.tag.clone(),
        rules: arguments.rule.clone(),
    };
    if !pack
        .rules()
        .iter()
        .any(|rule| engine::scan::selects(&selection, rule))
    {
        return Err(Failure::usage(
            "no rule is selected: see openwatch rules list",
        ));
    }
    let scanner = PackScanner::new(
        pack.clone(),
        Origins::new(),
        sources::clock(),
        sources::ids(),
    )
    .map_err(|error| Failure::cannot("could not prepare the rules", error))?;
    let access = Access::new(arguments, config)?;
    let revoked_keys = revoked_keys(&access.known_hosts)
        .map_err(|error| Failure::cannot("could not read the revoked host keys", error))?;
    Ok(Run {
        pack,
        voucher,
        scanner,
        selection,
        access,
        ssh: SshOptions {
            agent_socket: config.settings.ssh_agent.clone(),
            revoked_keys,
            ..SshOptions::default()
        },
        console,
        record: arguments.record,
    })
}

/// The built-in rules, or those of all named folders together.
async fn load_rules(
    arguments: &ScanArguments,
    config: &Config,
    console: Console,
) -> Result<(RulePack, Option<RuleSetVoucher>), Failure> {
    let ScanArguments {
        rules,
        variables,
        trust,
        ..
    } = arguments;
    let (pack, voucher) = if rules.is_empty() {
        (crate::rules::load_builtin(variables)?, None)
    } else {
        let sourced = read_trusted(rules, variables, trust, config, console).await?;
        (sourced.pack, sourced.voucher)
    };
    for id in &arguments.rule {
        if pack.named(id).next().is_none() {
            return Err(crate::rules::unknown_rule(&pack, id));
        }
    }
    Ok((pack, voucher))
}

async fn look(run: &Run, named: Named) -> Looked {
    let started_at = sources::clock().now();
    let begun = tokio::time::Instant::now();
    let label = named.label();
    let (mut outcome, trusted_keys, login) = match open(run, &named).await {
        Ok((reached, login)) => {
            let keys = reached.presented_keys.clone();
            (scan(run, &label, reached).await, keys, login)
        }
        Err(failure) => (Err(failure), Vec::new(), None),
    };
    if let Ok(scanned) = &mut outcome {
        if !run.record {
            scanned.collected = None;
        }
        scanned.cost.duration_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    }
    if let Err(failure) = &outcome {
        run.console.note(&format!("{label}: {failure}"));
    }
    Looked {
        named,
        started_at,
        outcome,
        trusted_keys,
        login,
    }
}

/// Tries the ways to a host until one of them is let in.
async fn open(run: &Run, named: &Named) -> Result<(Reached, Option<LoginIdentity>), ScanFailure> {
    let ways: Vec<Target> = run
        .access
        .ways(named)
        .map_err(|failure| ScanFailure::of(FailureReason::CredentialMissing, &failure))?;
    let mut refused = None;
    for way in ways {
        match reach(&way, &run.ssh).await {
            Ok(reached) => {
                learn(run, &reached);
                return Ok((reached, identity(&way)));
            }
            Err(Unreached { failure, .. })
                if failure.reason == FailureReason::AuthenticationRefused =>
            {
                refused = Some(failure);
            }
            Err(unreached) => return Err(unreached.failure),
        }
    }
    Err(refused.unwrap_or_else(|| {
        ScanFailure::new(
            FailureReason::CredentialMissing,
            "there is nothing to log in with",
        )
    }))
}

/// Who was let in, for the record.
fn identity(way: &Target) -> Option<LoginIdentity> {
    let Target::Ssh(target, _) = way else {
        return None;
    };
    let login = &target.host.login;
    Some(LoginIdentity {
        credential: None,
        name: "command line".to_owned(),
        username: login.username.clone(),
        method: login.method,
        fingerprint: None,
    })
}

/// Writes down the keys that were accepted because they were the first, and says so.
fn learn(run: &Run, reached: &Reached) {
    for key in &reached.first_used_keys {
        let path = &run.access.known_hosts;
        let words = match learn_key(path, key) {
            Ok(()) => format!(
                "{}: new {} host key {}, added to {}",
                key.endpoint,
                key.algorithm,
                key.fingerprint,
                path.display()
            ),
            Err(error) => format!("{}: the host key was not kept: {error}", key.endpoint),
        };
        run.console.note(&words);
    }
}

async fn scan(run: &Run, label: &str, reached: Reached) -> Result<Scanned, ScanFailure> {
    let live = std::io::stderr().is_terminal();
    let mut last = None;
    let mut progress = |phase: ScanPhase, done: u32, total: u32| {
        if live && (last != Some(phase) || done == total) {
            last = Some(phase);
            let word = match phase {
                ScanPhase::Connecting => "connecting",
                ScanPhase::Collecting => "collecting",
                ScanPhase::Judging => "judging",
            };
            run.console.note(&format!("{label}: {word} {done}/{total}"));
        }
    };
    let scanned = run
        .scanner
        .scan(reached.host(), &run.selection, &mut progress)
        .await;
    reached.close().await;
    scanned
}

/// What is written of one target.
fn report(run: &Run, looked: &Looked) -> Report {
    let label = looked.named.label();
    let scanned = match &looked.outcome {
        Ok(scanned) => scanned,
        Err(failure) => {
            let reason = NoVerdicts::Failed(failure.reason);
            return Report::failed(&label, looked.started_at, reason, &failure.detail);
        }
    };
    let found = run.pack.rules().iter().zip(&scanned.found);
    let results: Vec<ResultReport> = found
        .filter_map(|(rule, found)| Some(result(rule, found.as_ref()?)))
        .collect();
    let pack = PackReport {
        name: run.pack.name().to_owned(),
        hash: run.pack.hash().to_string(),
        rules: results.len(),
    };
    let seen = (&scanned.facts, &scanned.cost);
    Report::scanned(&label, pack, looked.started_at, seen, results)
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
        controls: export::controls(&rule.references),
        source: found.source.clone(),
        implementation: found.implementation.clone(),
        variables: found.variables.clone(),
        strict: found.strict.clone(),
        description: rule.description.trim().to_owned(),
    }
}

fn write(
    reports: Vec<Report>,
    format: export::Format,
    arguments: &ScanArguments,
) -> Result<(), Failure> {
    let scope = match reports.len() {
        1 => Scope::One,
        _ => Scope::Many,
    };
    let mut output = Output::open(arguments.output.as_deref())?;
    let mut document = Document::new(format, scope);
    for report in reports {
        let report = report.only(&arguments.only.verdict);
        output.write(&document.add(&report).map_err(unwritten)?)?;
    }
    output.write(&document.end())?;
    output.close()
}

/// What could not be told is no pass: an exit code of 0 must not hide it.
fn note_errors(reports: &[Report], exit: Exit, console: Console) {
    let totals = reports.iter().filter_map(Report::totals);
    let errors: u32 = totals.map(|totals| totals.error).sum();
    if exit == Exit::Ok && errors > 0 {
        console.note(&format!(
            "could not tell of {errors} rules; --fail-on error makes that the exit code 1"
        ));
    }
}
