//! `openwatch scan`: scans hosts now, without a server. Results go to standard output or a file,
//! progress to standard error.

mod format;
mod inventory;
mod login;
mod record;
mod report;
mod target;

pub(crate) use format::cell;

use std::io::IsTerminal as _;

use domain::host::HostKey;
use domain::port::ScanPhase;
use domain::rule_set::RuleSetVoucher;
use domain::scan::{FailureReason, LoginIdentity, Selection};
use domain::time::Timestamp;
use domain::verdict::Severity;
use engine::rule::RulePack;
use futures::StreamExt as _;
use workers::failure::Failure as ScanFailure;
use workers::pack_scanner::PackScanner;
use workers::reach::{Reached, Target, Unreached, reach};
use workers::scanner::{Scanned, Scanner as _};
use workers::ssh::SshOptions;
use workers::ssh::known_hosts::{learn_key, revoked_keys};

use self::login::Access;
use self::report::Report;
use self::target::Named;
use crate::cli::{Format, ScanArguments};
use crate::config::Config;
use crate::console::Console;
use crate::exit::{Exit, Failure};
use crate::rules::sources::read_trusted;
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
    if console.format() == Format::Markdown {
        return Err(format::no_markdown());
    }
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
    if let Some(recorder) = recorder {
        for looked in &looked {
            recorder.record(looked, &run).await?;
        }
        recorder.close().await;
    }
    let reports: Vec<Report> = looked
        .iter()
        .map(|looked| {
            Report::new(
                &looked.named.label(),
                &run.pack,
                looked.started_at,
                &looked.outcome,
            )
        })
        .collect();
    print(&reports, &arguments, console)?;
    Ok(exit(&reports, arguments.fail_on.as_deref()))
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
    let scanner = PackScanner::new(pack.clone(), sources::clock(), sources::ids())
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

fn print(reports: &[Report], arguments: &ScanArguments, console: Console) -> Result<(), Failure> {
    let text = format::write(reports, console.format())?;
    match &arguments.output {
        Some(path) => std::fs::write(path, format!("{text}\n"))
            .map_err(|error| Failure::cannot(format!("could not write {}", path.display()), error)),
        None => console.line(&text),
    }
}

/// A host without verdicts weighs more than a failed rule.
fn exit(reports: &[Report], fail_on: Option<&str>) -> Exit {
    let at_least = Severity::ALL
        .into_iter()
        .find(|severity| Some(severity.as_str()) == fail_on);
    if reports.iter().any(Report::failed) {
        Exit::Cannot
    } else if reports.iter().any(|report| report.has_findings(at_least)) {
        Exit::Findings
    } else {
        Exit::Ok
    }
}
