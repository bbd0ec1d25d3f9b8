//! `openwatch scan`: scans hosts now, without a server. Results go to standard output or a file as each host ends,
//! progress to standard error.

pub(crate) mod fail_on;
mod hosts;
mod inventory;
mod login;
mod look;
mod progress;
mod queue;
mod record;
mod retry;
mod tally;
mod target;

use std::sync::{Arc, Mutex};

use domain::host::HostKey;
use domain::rule_set::RuleSetVoucher;
use domain::scan::Selection;
use engine::rule::RuleBase;
use export::{Document, Format, Report, Scope};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use workers::pack_scanner::{Origins, PackScanner};
use workers::ssh::SshOptions;
use workers::ssh::known_hosts::revoked_keys;

use self::login::Access;
use self::look::{Looked, report};
use self::progress::Progress;
use self::record::Recorder;
use self::tally::Tally;
use self::target::Named;
use crate::cli::ScanArguments;
use crate::config::Config;
use crate::console::Console;
use crate::exit::{Exit, Failure};
use crate::interrupts::Interrupts;
use crate::output::Output;
use crate::rules::sources::read_trusted;
use crate::scans::unwritten;
use crate::sources;

/// What one run of the command works with.
struct Run {
    base: RuleBase,
    /// What speaks for the rules; nothing for those that ship.
    voucher: Option<RuleSetVoucher>,
    scanner: PackScanner,
    selection: Selection,
    access: Access,
    /// Host keys that were written down because they were the first.
    learned: Mutex<Vec<HostKey>>,
    ssh: SshOptions,
    progress: Progress,
    /// Calls everything off.
    stop: CancellationToken,
    /// Whether what was collected is needed after it was judged.
    record: bool,
}

/// Scans every target and prints what was found.
pub(crate) async fn run(
    arguments: Box<ScanArguments>,
    config: &Config,
    console: Console,
) -> Result<Exit, Failure> {
    let console = console.quiet_if(arguments.quiet);
    let format = console.format().of_scans()?;
    let named = targets(&arguments, console)?;
    let run = Arc::new(prepare(&arguments, config, console, named.len()).await?);
    let mut interrupts = Interrupts::listen()
        .map_err(|error| Failure::cannot("could not listen for signals", error))?;
    let ended = tokio::select! {
        ended = scan(&run, named, format, &arguments, config) => ended,
        // The second time: at once, whatever it costs.
        () = call_off(&run, &mut interrupts) => Ok(Exit::Interrupted),
    };
    run.progress.close();
    ended
}

/// The targets of this run.
fn targets(arguments: &ScanArguments, console: Console) -> Result<Vec<Named>, Failure> {
    let named = !arguments.targets.is_empty() || arguments.inventory.is_some();
    let all = named.then(|| {
        target::all(
            &arguments.targets,
            arguments.inventory.as_deref(),
            &arguments.limit,
        )
    });
    let all = all.transpose()?;
    let Some(path) = &arguments.retry_failed else {
        return Ok(all.unwrap_or_default());
    };
    let (again, lost) = retry::failed(path, all)?;
    for name in lost {
        console.note(&format!(
            "{name} failed in {} and is not among the targets of now",
            path.display()
        ));
    }
    if again.is_empty() {
        console.note(&format!("no host to scan again in {}", path.display()));
    }
    Ok(again)
}

/// Waits for the first Ctrl-C and calls everything off, and ends with the second.
async fn call_off(run: &Run, interrupts: &mut Interrupts) {
    interrupts.next().await;
    run.stop.cancel();
    run.progress
        .note("called off; hosts that are scanned are left, once more ends at once");
    interrupts.next().await;
}

/// Scans all hosts and writes the report of each when it ends.
async fn scan(
    run: &Arc<Run>,
    named: Vec<Named>,
    format: Format,
    arguments: &ScanArguments,
    config: &Config,
) -> Result<Exit, Failure> {
    let begun = Instant::now();
    let mut paper = Paper::open(run, named.len(), format, arguments, config).await?;
    let usual = config.settings.concurrency;
    let at_a_time = usize::from(arguments.concurrency.unwrap_or(usual));
    let queue = hosts::queue(run, named, arguments.per_subnet).await;
    hosts::scan(run, queue, at_a_time, async |looked| {
        paper.add(looked).await
    })
    .await?;
    run.progress.close();
    let tally = paper.close().await?;
    let exit = tally.exit();
    tally.tell(&run.progress, exit, begun.elapsed());
    Ok(exit)
}

/// What is written of the hosts: the document, the log, the count.
struct Paper<'a> {
    run: &'a Run,
    format: Format,
    arguments: &'a ScanArguments,
    recorder: Option<Recorder>,
    output: Output,
    document: Document,
    tally: Tally,
}

impl<'a> Paper<'a> {
    async fn open(
        run: &'a Run,
        hosts: usize,
        format: Format,
        arguments: &'a ScanArguments,
        config: &Config,
    ) -> Result<Self, Failure> {
        let scope = match hosts {
            1 => Scope::One,
            _ => Scope::Many,
        };
        let recorder = if arguments.record {
            Some(record::open(config, run).await?)
        } else {
            None
        };
        Ok(Self {
            run,
            format,
            arguments,
            recorder,
            output: Output::open(arguments.output.as_deref())?,
            document: Document::new(format, scope),
            tally: Tally::new(arguments.fail_on.clone()),
        })
    }

    /// Writes what came of one host.
    async fn add(&mut self, looked: Looked) -> Result<(), Failure> {
        let report = self.report(&looked).await?;
        self.tally.count(&looked, &report);
        if looked.started() {
            self.run.progress.ended(&report);
        }
        // A person who called it off wants to see what was done; a program wants to know of every host.
        if looked.started() || self.format != Format::Text {
            self.write(report)?;
        }
        if self.output.is_abandoned() {
            self.run.stop.cancel();
        }
        Ok(())
    }

    /// What was recorded is printed as the log has it: an export of later says the same.
    async fn report(&mut self, looked: &Looked) -> Result<Report, Failure> {
        match &mut self.recorder {
            Some(recorder) => recorder.record(looked, self.run).await,
            None => Ok(report(self.run, looked)),
        }
    }

    fn write(&mut self, report: Report) -> Result<(), Failure> {
        let report = report.of_verdicts(&self.arguments.only.verdict);
        let piece = self.document.add(&report).map_err(unwritten)?;
        self.run.progress.aside(|| self.output.write(&piece))
    }

    /// Ends the document.
    async fn close(mut self) -> Result<Tally, Failure> {
        if let Some(recorder) = self.recorder {
            recorder.close().await;
        }
        self.output.write(&self.document.end())?;
        self.output.close()?;
        Ok(self.tally)
    }
}

async fn prepare(
    arguments: &ScanArguments,
    config: &Config,
    console: Console,
    hosts: usize,
) -> Result<Run, Failure> {
    let (base, voucher) = load_rules(arguments, config, console).await?;
    for note in base.notes() {
        console.note(&note.to_string());
    }
    let selection = Selection {
        framework: arguments.framework.clone(),
        tags: arguments.tag.clone(),
        rules: arguments.rule.clone(),
    };
    if !base
        .rules()
        .iter()
        .any(|rule| engine::scan::selects(&selection, rule))
    {
        return Err(Failure::usage(
            "no rule is selected: see openwatch rules list",
        ));
    }
    let scanner = PackScanner::new(
        base.clone(),
        Origins::new(),
        sources::clock(),
        sources::ids(),
    )
    .map_err(|error| Failure::cannot("could not prepare the rules", error))?;
    let access = Access::new(arguments, config)?;
    let revoked_keys = revoked_keys(&access.known_hosts)
        .map_err(|error| Failure::cannot("could not read the revoked host keys", error))?;
    Ok(Run {
        base,
        voucher,
        scanner,
        selection,
        access,
        ssh: SshOptions {
            agent_socket: config.settings.ssh_agent.clone(),
            revoked_keys,
            ..SshOptions::default()
        },
        learned: Mutex::default(),
        progress: Progress::new(console, hosts),
        stop: CancellationToken::new(),
        record: arguments.record,
    })
}

/// The built-in rules, or those of all named folders together.
async fn load_rules(
    arguments: &ScanArguments,
    config: &Config,
    console: Console,
) -> Result<(RuleBase, Option<RuleSetVoucher>), Failure> {
    let ScanArguments {
        rules,
        variables,
        trust,
        ..
    } = arguments;
    let (base, voucher) = if rules.is_empty() {
        (crate::rules::load_builtin(variables, console)?, None)
    } else {
        let sourced = read_trusted(rules, variables, trust, config, console).await?;
        (sourced.base, sourced.voucher)
    };
    for id in &arguments.rule {
        if base.named(id).next().is_none() {
            return Err(crate::rules::unknown_rule(&base, id));
        }
    }
    Ok((base, voucher))
}
