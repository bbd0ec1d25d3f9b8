//! What a run came to: counted report by report, told at the end, and turned into the exit code.

use std::time::Duration;

use domain::words::counted;
use export::Report;

use super::fail_on::FailOn;
use super::look::{Looked, Nothing};
use super::progress::Progress;
use crate::exit::Exit;

/// What was counted so far.
#[derive(Default)]
pub(super) struct Tally {
    conditions: Vec<FailOn>,
    scanned: usize,
    /// Hosts without verdicts, with the reason.
    failed: Vec<(String, String)>,
    called_off: usize,
    /// Hosts of which no rule could be judged.
    blind: Vec<String>,
    /// Rules of which it could not be told.
    errors: u32,
    findings: bool,
}

impl Tally {
    /// Nothing yet. `conditions`: what makes the exit code 1.
    pub(super) fn new(conditions: Vec<FailOn>) -> Self {
        Self {
            conditions,
            ..Self::default()
        }
    }

    /// One more host.
    pub(super) fn count(&mut self, looked: &Looked, report: &Report) {
        match &looked.outcome {
            Ok(_) => self.scanned += 1,
            Err(Nothing::Failed(failure)) => {
                let named = (report.name().to_owned(), failure.to_string());
                self.failed.push(named);
            }
            Err(Nothing::CalledOff | Nothing::NotStarted) => self.called_off += 1,
        }
        if let Some(totals) = report.totals() {
            self.errors += totals.error;
            if totals.error > 0 && totals.pass + totals.fail == 0 {
                self.blind.push(report.name().to_owned());
            }
        }
        self.findings |= FailOn::any(&self.conditions, report);
    }

    /// The exit code. A host without verdicts, or of which nothing could be told, weighs more than anything that was
    /// found, and one that was called off more than that.
    pub(super) fn exit(&self) -> Exit {
        if self.called_off > 0 {
            Exit::Interrupted
        } else if !self.failed.is_empty() || !self.blind.is_empty() {
            Exit::Cannot
        } else if self.findings {
            Exit::Findings
        } else {
            Exit::Ok
        }
    }

    /// Tells what a reader of the document could overlook.
    pub(super) fn tell(&self, progress: &Progress, exit: Exit, took: Duration) {
        let hosts = self.scanned + self.failed.len() + self.called_off;
        let indent = if hosts > 1 {
            progress.note(&self.sum(hosts, took));
            "  "
        } else {
            ""
        };
        for (name, why) in &self.failed {
            progress.note(&format!("{indent}{name}: not scanned: {why}"));
        }
        for name in &self.blind {
            progress.note(&format!(
                "{indent}{name}: not one rule could be judged; the reasons of the rules say why"
            ));
        }
        // What could not be told is no pass: an exit code of 0 must not hide it.
        if exit == Exit::Ok && self.errors > 0 {
            let errors = counted(self.errors, "rule");
            progress.note(&format!(
                "could not tell of {errors}; --fail-on error makes that the exit code 1"
            ));
        }
    }

    fn sum(&self, hosts: usize, took: Duration) -> String {
        let mut text = format!(
            "{} in {:.1} s: {} scanned",
            counted(hosts, "host"),
            took.as_secs_f64(),
            self.scanned
        );
        let others = [
            (self.failed.len(), "not scanned"),
            (self.called_off, "called off"),
        ];
        for (count, what) in others.into_iter().filter(|(count, _)| *count > 0) {
            text.push_str(&format!(", {count} {what}"));
        }
        text
    }
}
