//! The check methods: pure functions from facts and parameters to an outcome. Each has one file, its `mod`,
//! and one line in the list below, which gives the enum arm, the reader and the closed list of parameters.

mod account;
mod apparmor_state;
mod audit_rule_exists;
mod auditd_conf;
mod combine;
mod command;
mod config_value;
mod expectation;
mod file_absent;
mod file_content;
mod file_exists;
mod file_permission;
mod file_walk;
mod firewall_policy;
mod json;
mod kernel_module_state;
mod kernel_parameter;
mod listening_ports;
mod login_defs;
mod login_shell;
mod mount_option;
mod mount_point;
mod package_state;
mod pam_files;
mod pam_option;
mod pam_stack;
mod pam_walk;
mod rsyslog_line;
mod schedule;
mod selinux_state;
mod service_state;
mod sshd_effective_config;
mod structured_value;
mod sudoers;
mod sysctl_value;
mod systemd_setting;
#[cfg(test)]
mod tests;
mod unit_property;
mod updates_pending;
mod xml;

pub use expectation::Expectation;

use combine::{Combination, combine, negate, only_if};

use crate::collect::Need;
use crate::facts::{Facts, Unknown};
use crate::kensa::KensaCheck;
use crate::rule::schema::{Demanded, Key, Kind, PATH, Part, Shape};
use crate::rule::{Node, Reader, nearest};
use domain::results::Evidence;

/// What a check found. "Could not tell" is [`Unknown`], apart from this.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// As demanded.
    Holds,
    /// Not as demanded.
    Violated,
    /// There is nothing to judge.
    NotApplicable,
}

/// The result of one check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckResult {
    /// What was found.
    pub outcome: Outcome,
    /// Why, in one sentence.
    pub reason: String,
    /// What was demanded.
    pub expected: Option<String>,
    /// What was there.
    pub actual: Option<String>,
    /// What it rests on.
    pub evidence: Vec<Evidence>,
}

impl CheckResult {
    /// A finding that compared something: holds or is violated.
    pub(crate) fn compared(
        holds: bool,
        expected: impl Into<String>,
        actual: impl Into<String>,
        evidence: Vec<Evidence>,
    ) -> Self {
        let (expected, actual) = (expected.into(), actual.into());
        let outcome = if holds {
            Outcome::Holds
        } else {
            Outcome::Violated
        };
        let reason = if holds {
            format!("found {actual}")
        } else {
            format!("expected {expected}, found {actual}")
        };
        Self {
            outcome,
            reason,
            expected: Some(expected),
            actual: Some(actual),
            evidence,
        }
    }

    /// With another reason.
    #[must_use]
    fn because(mut self, reason: impl Into<String>) -> Self {
        self.reason = reason.into();
        self
    }

    /// There is nothing to judge.
    pub(crate) fn not_applicable(reason: impl Into<String>, evidence: Vec<Evidence>) -> Self {
        let (outcome, reason) = (Outcome::NotApplicable, reason.into());
        Self {
            outcome,
            reason,
            expected: None,
            actual: None,
            evidence,
        }
    }
}

/// What a check comes to.
pub type Checked = Result<CheckResult, Unknown>;

/// A check method.
trait Method: Sized {
    /// The parameters, beside `method`.
    const SHAPE: Shape;

    /// Reads the parameters of a check that is as described. `families` are those of the rule's platforms.
    fn read(reader: &mut Reader<'_>, node: &Node, families: &[String]) -> Option<Self>;

    /// What has to be collected.
    fn needs(&self) -> Vec<Need>;

    /// What must be so, in words.
    fn expected(&self) -> String;

    /// Judges.
    fn judge(&self, facts: &Facts) -> Checked;
}

macro_rules! methods {
    ($($(#[$doc:meta])* $variant:ident = $module:ident;)+) => {
        /// A check: one method with its parameters, or a combination of checks.
        #[derive(Debug, Clone, PartialEq)]
        pub enum Check {
            /// All must hold (`checks:`).
            All(Vec<Check>),
            /// At least one must hold (`any:`).
            Any(Vec<Check>),
            /// Must not hold (`not:`).
            Not(Box<Check>),
            /// Judged where a file is there; not applicable elsewhere (`only_if:` and `then:`).
            OnlyIf(file_exists::FileExists, Box<Check>),
            /// A person judges; the text says how (`manual:`).
            Manual(String),
            /// A check of a Kensa rule.
            Kensa(KensaCheck),
            /// A check that cannot be carried out as it is written; the text says why.
            Broken(String),
            $($(#[$doc])* $variant($module::$variant),)+
        }

        /// The names of all methods.
        pub const METHODS: &[&str] = &[$(stringify!($module)),+];

        /// The parameters of all methods.
        pub(crate) const SHAPES: &[(&str, &Shape)] =
            &[$((stringify!($module), &<$module::$variant as Method>::SHAPE)),+];

        impl Check {
            fn read_method(
                reader: &mut Reader<'_>,
                node: &Node,
                name: &Node,
                families: &[String],
            ) -> Option<Self> {
                match name.text().unwrap_or_default() {
                    $(stringify!($module) => {
                        let shape = <$module::$variant as Method>::SHAPE;
                        let holds = shape.holds_beside(reader, node, &["method"]);
                        if !holds {
                            return None;
                        }
                        $module::$variant::read(reader, node, families).map(Self::$variant)
                    })+
                    other => {
                        let message = format!("unknown check method {other:?}");
                        let suggestion = nearest(other, METHODS.iter().copied());
                        reader.suggest(name.mark, message, suggestion);
                        None
                    }
                }
            }

            /// Collects the names of the methods.
            pub fn method_names(&self, names: &mut Vec<&'static str>) {
                match self {
                    Self::All(checks) | Self::Any(checks) => {
                        for check in checks {
                            check.method_names(names);
                        }
                    }
                    Self::Not(check) | Self::OnlyIf(_, check) => check.method_names(names),
                    Self::Manual(_) => names.push("manual"),
                    Self::Kensa(check) => names.push(check.name()),
                    Self::Broken(_) => names.push("broken"),
                    $(Self::$variant(_) => names.push(stringify!($module)),)+
                }
            }

            /// The name of the method; nothing for what is no method by itself.
            pub fn method(&self) -> Option<&'static str> {
                match self {
                    $(Self::$variant(_) => Some(stringify!($module)),)+
                    _ => None,
                }
            }

            /// When checks of the method hold, in general.
            pub fn meaning(&self) -> Option<&'static str> {
                let method = self.method()?;
                let shape = SHAPES.iter().find(|(name, _)| *name == method);
                shape.map(|(_, shape)| shape.doc)
            }

            /// What must be so, in words; nothing for what is no method by itself.
            pub fn expected(&self) -> Option<String> {
                match self {
                    $(Self::$variant(check) => Some(check.expected()),)+
                    _ => None,
                }
            }

            /// What has to be collected.
            pub fn needs(&self) -> Vec<Need> {
                match self {
                    Self::All(checks) | Self::Any(checks) => {
                        checks.iter().flat_map(Self::needs).collect()
                    }
                    Self::Not(check) => check.needs(),
                    Self::OnlyIf(file, check) => [file.needs(), check.needs()].concat(),
                    Self::Kensa(check) => check.needs(),
                    Self::Manual(_) | Self::Broken(_) => Vec::new(),
                    $(Self::$variant(check) => check.needs(),)+
                }
            }

            /// Judges. [`Check::Manual`] alone gives nothing to compare and is the caller's business.
            pub fn judge(&self, facts: &Facts) -> Checked {
                match self {
                    Self::All(checks) => combine(checks.iter().map(|check| check.judge(facts)), Combination::All),
                    Self::Any(checks) => combine(checks.iter().map(|check| check.judge(facts)), Combination::Any),
                    Self::Not(check) => check.judge(facts).map(negate),
                    Self::OnlyIf(file, check) => only_if(file.judge(facts)?, || check.judge(facts)),
                    Self::Kensa(check) => check.judge(facts),
                    Self::Manual(text) | Self::Broken(text) => Err(Unknown::new(text.clone())),
                    $(Self::$variant(check) => check.judge(facts),)+
                }
            }
        }
    };
}

/// A combination: told by its first key.
const fn combination(what: &'static str, doc: &'static str, keys: &'static [Key]) -> Shape {
    Shape {
        what,
        doc,
        keys,
        demand: Demanded::None,
        together: &[],
    }
}

const PARTS: Kind = Kind::List(&Kind::Part(Part::Check));

/// What a check is that names no method.
pub(crate) const COMBINATIONS: &[&Shape] = &[
    &combination(
        "a combination of checks",
        "All must hold.",
        &[Key::needed("checks", PARTS, "Checks that must all hold.")],
    ),
    &combination(
        "a combination of checks",
        "One must hold.",
        &[Key::needed("any", PARTS, "Checks of which one must hold.")],
    ),
    &combination(
        "a negated check",
        "It must not hold.",
        &[Key::needed(
            "not",
            Kind::Part(Part::Check),
            "A check that must not hold.",
        )],
    ),
    &combination(
        "a conditional check",
        "Judged where a file is there; not applicable elsewhere.",
        &[
            Key::needed(
                "only_if",
                PATH,
                "A file; where it is not there, the rule is not applicable.",
            ),
            Key::needed(
                "then",
                Kind::Part(Part::Check),
                "The check where the file is there.",
            ),
        ],
    ),
    &combination(
        "a manual check",
        "A person judges.",
        &[Key::needed("manual", Kind::Text, "How a person judges it.")],
    ),
];

methods! {
    /// Every account of a kind has a property, or no two share one.
    Account = account;
    /// AppArmor is on, its profiles are in certain modes, and programs are under them.
    ApparmorState = apparmor_state;
    /// A rule of the audit subsystem is loaded and on disk.
    AuditRuleExists = audit_rule_exists;
    /// A script ends and prints as expected.
    Command = command;
    /// A key in a configuration file, drop-ins included, has a value.
    ConfigValue = config_value;
    /// Nothing of that name is there.
    FileAbsent = file_absent;
    /// A file holds a line.
    FileContent = file_content;
    /// A file is there.
    FileExists = file_exists;
    /// Files are at least as strict as a mode, and owned as demanded.
    FilePermission = file_permission;
    /// No file of a kind lies on any local filesystem.
    FileWalk = file_walk;
    /// The packet filter refuses what no rule takes.
    FirewallPolicy = firewall_policy;
    /// A kernel module cannot be loaded and is not.
    KernelModuleState = kernel_module_state;
    /// A parameter of the kernel's command line, now and in every boot entry.
    KernelParameter = kernel_parameter;
    /// Only certain ports can be reached from other machines.
    ListeningPorts = listening_ports;
    /// A login shell has a umask, ends when it is idle, or looks for programs in closed folders.
    LoginShell = login_shell;
    /// A filesystem of its own is mounted with options.
    MountOption = mount_option;
    /// A filesystem of its own is mounted.
    MountPoint = mount_point;
    /// A package is installed or is not.
    PackageState = package_state;
    /// A PAM module takes a value for an option, by its line or its file.
    PamOption = pam_option;
    /// A PAM module runs in a stack as it should, or does not.
    PamStack = pam_stack;
    /// A line of the configuration of rsyslog, what it includes and all, or none, matches.
    RsyslogLine = rsyslog_line;
    /// Something runs at times.
    Schedule = schedule;
    /// SELinux is in a mode now and after a boot, with a policy.
    SelinuxState = selinux_state;
    /// A unit is enabled and active, or is not.
    ServiceState = service_state;
    /// The SSH server's effective value.
    SshdEffectiveConfig = sshd_effective_config;
    /// A value in a JSON, YAML, TOML or XML file.
    StructuredValue = structured_value;
    /// An option of sudo, or a kind of grant that must not be.
    Sudoers = sudoers;
    /// A kernel parameter, now and after a boot.
    SysctlValue = sysctl_value;
    /// A setting of a program of systemd, drop-ins of all folders included.
    SystemdSetting = systemd_setting;
    /// A property of a systemd unit.
    UnitProperty = unit_property;
    /// No update of a kind waits.
    UpdatesPending = updates_pending;
}

impl Check {
    /// Reads a check of a rule file.
    pub fn read(reader: &mut Reader<'_>, node: &Node, families: &[String]) -> Option<Self> {
        let first = |shape: &&&Shape| {
            let key = shape.keys.first();
            key.and_then(|key| node.get(key.name)).is_some()
        };
        match COMBINATIONS.iter().find(first) {
            Some(shape) if shape.holds(reader, node) => {
                Self::read_combination(reader, node, families)
            }
            Some(_) => None,
            None => {
                let name = reader.required(node, "a check", "method")?;
                Self::read_method(reader, node, name, families)
            }
        }
    }

    /// A combination that is as described, its parts apart.
    fn read_combination(reader: &mut Reader<'_>, node: &Node, families: &[String]) -> Option<Self> {
        let mut part = |key: &str| Self::read_part(reader, node.get(key)?, families);
        if let Some(text) = node.get("manual") {
            return text.text().map(|text| Self::Manual(text.to_owned()));
        }
        if let Some(path) = node.get("only_if").and_then(Node::text) {
            let file = file_exists::FileExists::of(path.to_owned());
            return Some(Self::OnlyIf(file, Box::new(part("then")?)));
        }
        if node.get("not").is_some() {
            return part("not").map(|check| Self::Not(Box::new(check)));
        }
        let all = node.get("checks");
        let items = all.or_else(|| node.get("any"))?.items();
        let checks: Vec<_> = items
            .iter()
            .filter_map(|item| Self::read_part(reader, item, families))
            .collect();
        if checks.is_empty() && items.is_empty() {
            reader.fault(node.mark, "a combination needs at least one check");
        }
        let whole = checks.len() == items.len() && !checks.is_empty();
        let make = if all.is_some() { Self::All } else { Self::Any };
        whole.then(|| make(checks))
    }

    /// A part of a combination: something that can be judged by itself.
    fn read_part(reader: &mut Reader<'_>, node: &Node, families: &[String]) -> Option<Self> {
        let check = Self::read(reader, node, families)?;
        if let Self::Manual(_) = check {
            reader.fault(
                node.mark,
                "a manual check stands alone, not in a combination",
            );
            return None;
        }
        Some(check)
    }
}
