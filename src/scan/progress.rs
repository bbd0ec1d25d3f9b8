//! What is seen of a scan while it runs, on standard error: bars on a terminal, lines elsewhere, nothing when
//! silence is asked for. Everything else that is printed meanwhile goes through here, so that no bar is torn.

use std::io::IsTerminal as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use domain::port::ScanPhase;
use export::Report;
use indicatif::{ProgressBar, ProgressStyle};

use crate::config;
use crate::console::Console;

/// Hosts with a line of their own at the same time; of the others only the number is shown.
const HOSTS: usize = 8;
/// How often a clock moves on.
const TICK: Duration = Duration::from_millis(200);

/// Above the bar, which moves on with each host, are lines of those that are scanned.
const MANY: &str = "{msg}{bar:30} {pos}/{len} hosts  {elapsed}  {prefix}";
const ONE: &str = "{spinner} {msg}";

/// The view of one run of the command.
pub(super) struct Progress {
    console: Console,
    view: View,
    hosts: usize,
    ended: AtomicUsize,
}

enum View {
    Lines,
    Bars(Bars),
}

struct Bars {
    bar: ProgressBar,
    hosts: usize,
    running: Mutex<Running>,
}

/// The hosts that are scanned.
#[derive(Default)]
struct Running {
    /// With the number of their turn, their name, and how far they are.
    hosts: Vec<(usize, String, String)>,
    turns: usize,
    failed: usize,
}

impl Progress {
    /// The view of so many hosts.
    pub(super) fn new(console: Console, hosts: usize) -> Self {
        let terminal = std::io::stderr().is_terminal() && !config::dumb_terminal();
        let view = if terminal && !console.is_quiet() {
            View::Bars(Bars::new(hosts))
        } else {
            View::Lines
        };
        Self {
            console,
            view,
            hosts,
            ended: AtomicUsize::new(0),
        }
    }

    /// A remark.
    pub(super) fn note(&self, text: &str) {
        self.aside(|| self.console.note(text));
    }

    /// Prints something else without the bars.
    pub(super) fn aside<T>(&self, print: impl FnOnce() -> T) -> T {
        match &self.view {
            View::Bars(bars) => bars.bar.suspend(print),
            View::Lines => print(),
        }
    }

    /// A host has its turn.
    pub(super) fn host(&self, label: &str) -> HostProgress<'_> {
        HostProgress(match &self.view {
            View::Bars(bars) => Some((bars, bars.host(label))),
            View::Lines => None,
        })
    }

    /// A host has ended. Without a terminal there is a line for each of several.
    pub(super) fn ended(&self, report: &Report) {
        let ended = self.ended.fetch_add(1, Ordering::Relaxed) + 1;
        let (words, failed) = words(report);
        match &self.view {
            View::Bars(bars) => bars.ended(failed),
            View::Lines if self.hosts > 1 => {
                let (name, of) = (report.name(), self.hosts);
                self.note(&format!("[{ended}/{of}] {name}: {words}"));
            }
            View::Lines => {}
        }
    }

    /// Nothing is left of the bars.
    pub(super) fn close(&self) {
        if let View::Bars(bars) = &self.view {
            bars.bar.finish_and_clear();
        }
    }
}

/// What became of a host, and whether it has no verdicts.
fn words(report: &Report) -> (String, bool) {
    match (report.totals(), report.without()) {
        (Some(totals), _) => {
            let (pass, fail, error) = (totals.pass, totals.fail, totals.error);
            (format!("{pass} pass, {fail} fail, {error} error"), false)
        }
        (None, detail) => {
            let detail = detail.unwrap_or_default();
            (format!("not scanned: {detail}"), true)
        }
    }
}

impl Bars {
    fn new(hosts: usize) -> Self {
        let length = u64::try_from(hosts).unwrap_or(u64::MAX);
        let form = if hosts > 1 { MANY } else { ONE };
        let bar = ProgressBar::new(length).with_style(style(form));
        bar.enable_steady_tick(TICK);
        Self {
            bar,
            hosts,
            running: Mutex::default(),
        }
    }

    /// Changes what is known of the hosts, and shows it.
    fn change<T>(&self, change: impl FnOnce(&mut Running) -> T) -> T {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        let changed = change(&mut running);
        self.bar.set_message(running.lines(self.hosts > 1));
        self.bar.set_prefix(running.sum());
        changed
    }

    fn host(&self, label: &str) -> usize {
        self.change(|running| {
            running.turns += 1;
            let phase = word(ScanPhase::Connecting).to_owned();
            running.hosts.push((running.turns, label.to_owned(), phase));
            running.turns
        })
    }

    fn ended(&self, failed: bool) {
        self.bar.inc(1);
        self.change(|running| running.failed += usize::from(failed));
    }
}

impl Running {
    fn lines(&self, many: bool) -> String {
        let shown = self.hosts.iter().take(HOSTS);
        let lines = shown.map(|(_, label, phase)| format!("{label}  {phase}"));
        let mut lines: Vec<String> = lines.collect();
        if self.hosts.len() > HOSTS {
            lines.push(format!("and {} more", self.hosts.len() - HOSTS));
        }
        let mut text = lines.join("\n");
        if many && !text.is_empty() {
            text.push('\n');
        }
        text
    }

    fn sum(&self) -> String {
        let running = self.hosts.len();
        match self.failed {
            0 => format!("{running} running"),
            failed => format!("{running} running, {failed} not scanned"),
        }
    }
}

/// The view of one host, from its turn to its end.
pub(super) struct HostProgress<'a>(Option<(&'a Bars, usize)>);

impl HostProgress<'_> {
    /// The host has come so far.
    pub(super) fn step(&mut self, phase: ScanPhase, done: u32, total: u32) {
        if let Some((bars, turn)) = self.0 {
            bars.change(|running| {
                let mut hosts = running.hosts.iter_mut();
                if let Some((_, _, far)) = hosts.find(|(one, _, _)| *one == turn) {
                    *far = match total {
                        0 => word(phase).to_owned(),
                        _ => format!("{} {done}/{total}", word(phase)),
                    };
                }
            });
        }
    }
}

impl Drop for HostProgress<'_> {
    fn drop(&mut self) {
        if let Some((bars, turn)) = self.0 {
            bars.change(|running| running.hosts.retain(|(one, _, _)| *one != turn));
        }
    }
}

fn word(phase: ScanPhase) -> &'static str {
    match phase {
        ScanPhase::Connecting => "connecting",
        ScanPhase::Collecting => "collecting",
        ScanPhase::Judging => "judging",
    }
}

/// The form of a bar; that of the library if ours did not hold.
fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}
