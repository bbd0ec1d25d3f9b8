//! `cron_job`: something runs at times, by a file in `/etc/cron.d`.

use super::effect::{Reversal, Touched};
use super::{Mechanism, parameter};
use crate::rule::{Node, Reader};

/// Parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CronJob {
    name: String,
    schedule: String,
    user: String,
    command: String,
}

impl Mechanism for CronJob {
    const PARAMETERS: &'static [&'static str] = &["name", "schedule", "user", "command"];

    fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        let name = parameter::line(reader, node, "name");
        let schedule = parameter::line(reader, node, "schedule");
        let user = parameter::line(reader, node, "user");
        let command = parameter::line(reader, node, "command");
        Some(Self {
            name: name?,
            schedule: schedule?,
            user: user?,
            command: command?,
        })
    }

    fn describe(&self) -> String {
        format!(
            "write /etc/cron.d/{} with \"{} {} {}\"",
            self.name, self.schedule, self.user, self.command
        )
    }

    fn touches(&self) -> Vec<Touched> {
        vec![Touched::File(format!("/etc/cron.d/{}", self.name))]
    }

    fn reversal(&self) -> Reversal {
        Reversal::Exact
    }
}
