//! The collectors: each turns what rules ask for into one piece of shell, run once a scan, and reads
//! what it printed. Each has one file, its `mod`, and one line in the list below.

mod accounts;
mod acl;
mod audit_rules;
mod capabilities;
mod command;
mod command_line;
mod content;
mod cron;
mod cron_command;
mod cron_host;
mod cron_times;
mod firewall;
mod follow;
mod frame;
mod login_shell;
mod modprobe;
mod modules;
mod mounts;
mod packages;
mod pam;
mod processes;
mod program;
mod rsyslog;
mod secret;
mod shown;
mod sockets;
mod sshd;
mod stat;
mod sudoers;
mod sysctl;
mod unit_properties;
mod units;
mod updates;
mod walk;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

pub use accounts::{Account, Accounts, Group, Home, Shadow, accounts, homes};
pub use acl::access_list;
pub use audit_rules::{
    LOADED_BY, audit_machine, audit_rules_listed, audit_rules_loaded, audit_rules_on_disk,
};
pub use capabilities::{capability_names, has_capability, known_capability};
pub use command::{CommandScript, command_result, command_result_named};
pub use command_line::{CommandLine, CommandLines, command_line_needs, command_lines};
pub(crate) use content::in_force;
pub use content::{Line, Lines, lines_of};
pub use cron::{CronEntry, cron_entries, cron_needs};
pub use firewall::{BaseChain, ChainOutcome, Firewall, firewall};
pub use frame::{FrameParser, ParsedOutput};
pub use login_shell::{LoginShell, PathMember, login_shells, root_path};
pub use modprobe::{Modprobe, modprobe};
pub use modules::{ModuleFacts, module_facts};
pub use mounts::{MountPoint, mount_at, options_at};
pub use packages::{PackageState, package, package_asked, package_is_ii, package_tool};
pub use pam::{PamModule, is_stack, pam_modules, pam_needs, pam_stacks};
pub use processes::{Process, apparmor_attachments, processes};
pub(crate) use program::{NO_NULL, limit_of};
pub use program::{Nonce, Program, compile};
pub use rsyslog::{RSYSLOG, rsyslog_lines};
pub(crate) use secret::without_secrets;
pub use shown::{literal, one_line, search};
pub use sockets::{Socket, sockets};
pub use sshd::{sshd_installed, sshd_match_settings, sshd_setting};
pub use stat::{FileStat, StatResult, stat_of, unfollowed};
pub use sudoers::{SudoGrant, SudoOption, Sudoers, sudoers};
pub use sysctl::{nothing_sets_at_boot, persisted_sysctl, printed_sysctl, runtime_sysctls};
pub use unit_properties::{unit_property, unit_property_argument};
pub use units::{UnitState, unit};
pub use updates::{SecurityAge, Updates, updates};
pub use walk::{Walked, WalkedFile, walk_kinds, walked};

/// One piece of shell that prints one frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FrameSpec {
    /// The key under which the facts keep the frame.
    pub key: String,
    /// The script.
    pub script: String,
    /// How long it may take.
    pub deadline: Duration,
    /// Families of which the host must be one, or the script is not run; empty means any.
    pub families: Vec<String>,
    /// Shell functions that the script uses. Each ends with a line break.
    pub functions: &'static [&'static str],
    /// In which way it is run.
    pub way: Way,
}

/// In which way a script is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// By itself: it may take long or print much.
    Alone,
    /// It belongs to a rule: by itself, and nothing of it may stay behind.
    Foreign,
    /// Together with others of its kind: it is short and quick.
    Grouped,
}

impl FrameSpec {
    fn new(key: impl Into<String>, script: impl Into<String>, seconds: u64) -> Self {
        let deadline = Duration::from_secs(seconds);
        Self {
            key: key.into(),
            script: script.into(),
            deadline,
            families: Vec::new(),
            functions: &[],
            way: Way::Grouped,
        }
    }

    /// The key under which fixtures name it: that of a script holds its hash, and they name it plainly.
    pub fn fixture_key(&self) -> &str {
        if self.key.starts_with("command ") {
            "command"
        } else {
            &self.key
        }
    }

    fn alone(mut self) -> Self {
        self.way = Way::Alone;
        self
    }

    fn with(mut self, functions: &'static [&'static str]) -> Self {
        self.functions = functions;
        self
    }
}

macro_rules! collectors {
    ($($(#[doc = $doc:literal])* $variant:ident = $module:ident;)+) => {
        /// What can be collected. What the argument means is said by the collector.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Collector {
            $($(#[doc = $doc])* $variant,)+
        }

        impl Collector {
            /// The name of the collector: the first word of the names of needs.
            fn name(self) -> &'static str {
                match self { $(Self::$variant => stringify!($module),)+ }
            }

            /// What it collects, in words.
            pub fn meaning(self) -> &'static str {
                match self { $(Self::$variant => concat!($($doc),*),)+ }
            }

            fn frames(self, arguments: &BTreeSet<&str>) -> Vec<FrameSpec> {
                match self { $(Self::$variant => $module::frames(arguments),)+ }
            }
        }
    };
}

collectors! {
    /// Accounts and groups. The argument `homes` asks for their folders too.
    Accounts = accounts;
    /// Audit rules, loaded and on disk. No argument.
    AuditRules = audit_rules;
    /// What the host can do. The argument is the name of a capability.
    Capabilities = capabilities;
    /// A script of a rule. The argument is the script as [`CommandScript::to_argument`] writes it.
    Command = command;
    /// The lines of files. The argument is a path, in which `*` stands for any name.
    Content = content;
    /// The packet filter. No argument.
    Firewall = firewall;
    /// What login shells have. The argument is `anybody` or `root`.
    LoginShell = login_shell;
    /// What modprobe does for a kernel module. The argument is the name of one.
    Modprobe = modprobe;
    /// Kernel modules. The argument is the name of one.
    Modules = modules;
    /// Mounted filesystems. No argument.
    Mounts = mounts;
    /// Installed packages. No argument.
    Packages = packages;
    /// Running processes. No argument.
    Processes = processes;
    /// The configuration of rsyslog, with what it includes. No argument.
    Rsyslog = rsyslog;
    /// Sockets that wait for others. No argument.
    Sockets = sockets;
    /// The effective configuration of the SSH server. No argument.
    Sshd = sshd;
    /// Owner, group and mode of files. The argument is a path, in which `*` stands for any name.
    Stat = stat;
    /// What sudo allows. No argument.
    Sudoers = sudoers;
    /// A kernel parameter, as it is now and as it is after a boot. The argument is its name, in which `*` stands for
    /// each interface.
    Sysctl = sysctl;
    /// A property of a systemd unit. The argument is the unit and the property, with a blank between.
    UnitProperties = unit_properties;
    /// A systemd unit. The argument is its name.
    Units = units;
    /// Updates of packages that wait. No argument.
    Updates = updates;
    /// Files of a kind on all local filesystems. The argument is the kind.
    Walk = walk;
}

/// One thing that a check asks for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Need {
    /// Who collects it.
    pub collector: Collector,
    /// What exactly; empty for collectors without an argument.
    pub argument: String,
}

impl Need {
    /// A need of a collector.
    pub fn new(collector: Collector, argument: impl Into<String>) -> Self {
        Self {
            collector,
            argument: argument.into(),
        }
    }

    /// The same for a rule that came with the product.
    #[must_use]
    pub fn shipped(self) -> Self {
        match self.collector {
            Collector::Command => Self::new(Collector::Command, command::shipped(&self.argument)),
            _ => self,
        }
    }

    /// The name under which stored facts remember that this was asked for. Of a script only the text counts.
    pub fn name(&self) -> String {
        match self.collector {
            Collector::Command => command::key_of(&self.argument),
            collector => format!("{} {}", collector.name(), self.argument),
        }
        .trim_end()
        .to_owned()
    }
}

/// The frames that answer all needs; every collector stands at most once.
pub fn plan(needs: &BTreeSet<Need>) -> Vec<FrameSpec> {
    let mut arguments: BTreeMap<Collector, BTreeSet<&str>> = BTreeMap::new();
    for need in needs {
        arguments
            .entry(need.collector)
            .or_default()
            .insert(&need.argument);
    }
    let mut frames: Vec<FrameSpec> = Vec::new();
    for spec in arguments
        .iter()
        .flat_map(|(collector, arguments)| collector.frames(arguments))
    {
        if !frames.iter().any(|known| known.key == spec.key) {
            frames.push(spec);
        }
    }
    frames
}

/// A line break, for names that anybody may have given to a file.
const BREAK: &str = "break='\n'\n";

/// `closed FOLDER LISTED`: true where the rights do not allow to see whether a name is there. `$r` is then the
/// folder that is closed. A name needs a folder that can be entered; a pattern (1) one that can be listed too.
const CLOSED: &str = r#"closed() {
  r=$1
  while [ -n "$r" ] && [ ! -d "$r" ]; do r=${r%/*}; done
  [ -n "$r" ] || return 1
  [ -x "$r" ] || return 0
  [ "$2" = 1 ] && [ "$r" = "$1" ] && [ ! -r "$r" ]
}
"#;

/// The words after `closed` for a path or pattern.
fn folder_of(pattern: &str) -> String {
    let folder = match pattern.rsplit_once('/') {
        Some((folder, _)) if !folder.is_empty() => folder,
        _ => "/",
    };
    format!("{} {}", quote(folder), u8::from(pattern.contains('*')))
}

/// Text as one word of a POSIX shell.
pub fn quote(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// A path with `*` as one word that the shell expands, everything else quoted.
fn quote_pattern(pattern: &str) -> String {
    pattern
        .split('*')
        .map(|part| {
            if part.is_empty() {
                String::new()
            } else {
                quote(part)
            }
        })
        .collect::<Vec<_>>()
        .join("*")
}
