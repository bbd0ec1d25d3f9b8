//! How a fail is mended: what a rule declares under `remediation:`, as mechanisms with typed parameters, and
//! what follows from them: what they touch, how risky that is, and whether it can be taken back. Carries
//! nothing out and knows no host. Each mechanism has one file, its `mod`, and one line in the list below.

mod audit_rule_set;
mod authselect_feature_enable;
mod command_exec;
mod config_append;
mod config_set;
mod config_set_dropin;
mod cron_job;
mod crypto_policy_set;
mod dconf_set;
mod effect;
mod file_absent;
mod file_content;
mod file_permissions;
mod grub_parameter_remove;
mod grub_parameter_set;
mod kernel_module_disable;
mod mount_option_set;
mod package_absent;
mod package_present;
mod pam_module_arg;
mod pam_module_configure;
mod parameter;
mod selinux_boolean_set;
mod service_disabled;
mod service_enabled;
mod service_masked;
mod sysctl_set;

use domain::catalogue::{RemediationContent, RemediationStep};

pub use effect::{Effect, Reversal, Risk};

use effect::{effects_of, risk_of};

use crate::rule::{Node, Reader, nearest};

/// The keys of a remediation with several steps.
pub const REMEDIATION_KEYS: [&str; 4] = ["steps", "reload", "restart", "reboot"];

/// How a fail is mended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remediation {
    /// Mechanisms, carried out in order.
    Steps(Plan),
    /// A person does it; the text says how.
    Manual(String),
}

/// Steps, and what makes them count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// In order.
    pub steps: Vec<Step>,
    /// Units that read their files again afterwards, of those that the host has.
    pub reload: Vec<String>,
    /// Units that are restarted afterwards, of those that the host has.
    pub restart: Vec<String>,
    /// Whether it counts only after a boot.
    pub reboot: bool,
}

/// A mechanism.
trait Mechanism: Sized {
    /// The names of the parameters, beside `mechanism`.
    const PARAMETERS: &'static [&'static str];

    /// Reads the parameters.
    fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Self>;

    /// What it does, as the end of a sentence: `set X to 1 in /etc/y`.
    fn describe(&self) -> String;

    /// What it changes on a host.
    fn touches(&self) -> Vec<effect::Touched>;

    /// Whether it can be taken back.
    fn reversal(&self) -> Reversal;
}

macro_rules! mechanisms {
    ($($(#[doc = $doc:literal])* $variant:ident = $module:ident;)+) => {
        /// One mechanism with its parameters.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum Step {
            $($(#[doc = $doc])* $variant($module::$variant),)+
        }

        /// The names of all mechanisms, what each brings about, and the names of their parameters.
        pub const MECHANISMS: &[(&str, &str, &[&str])] =
            &[$((stringify!($module), concat!($($doc),*), $module::$variant::PARAMETERS)),+];

        impl Step {
            fn read(reader: &mut Reader<'_>, node: &Node, beside: &[&'static str]) -> Option<Self> {
                let name = reader.required(node, "a remediation", "mechanism")?;
                match name.text().unwrap_or_default() {
                    $(stringify!($module) => {
                        let known = [&["mechanism"], beside, $module::$variant::PARAMETERS].concat();
                        reader.mapping(node, concat!("a ", stringify!($module), " remediation"), &known)?;
                        $module::$variant::read(reader, node).map(Self::$variant)
                    })+
                    other => {
                        let message = format!("unknown mechanism {other:?}");
                        let suggestion = nearest(other, MECHANISMS.iter().map(|(name, ..)| *name));
                        reader.suggest(name.mark, message, suggestion);
                        None
                    }
                }
            }

            /// The name of the mechanism.
            pub fn name(&self) -> &'static str {
                match self {
                    $(Self::$variant(_) => stringify!($module),)+
                }
            }

            /// What it does, as the end of a sentence.
            pub fn describe(&self) -> String {
                match self {
                    $(Self::$variant(step) => step.describe(),)+
                }
            }

            fn touches(&self) -> Vec<effect::Touched> {
                match self {
                    $(Self::$variant(step) => step.touches(),)+
                }
            }

            /// Whether it can be taken back.
            pub fn reversal(&self) -> Reversal {
                match self {
                    $(Self::$variant(step) => step.reversal(),)+
                }
            }
        }
    };
}

mechanisms! {
    /// Rules of the audit subsystem, on disk and loaded.
    AuditRuleSet = audit_rule_set;
    /// A feature of the authselect profile is on.
    AuthselectFeatureEnable = authselect_feature_enable;
    /// A script runs.
    CommandExec = command_exec;
    /// A file ends with a line.
    ConfigAppend = config_append;
    /// A key of a file has a value.
    ConfigSet = config_set;
    /// A key has a value in a drop-in of its own.
    ConfigSetDropin = config_set_dropin;
    /// Something runs at times.
    CronJob = cron_job;
    /// The system-wide policy of cryptography.
    CryptoPolicySet = crypto_policy_set;
    /// A key of the desktop's settings has a value for everybody.
    DconfSet = dconf_set;
    /// A file is away.
    FileAbsent = file_absent;
    /// A file holds just this.
    FileContent = file_content;
    /// Files have a mode and owners.
    FilePermissions = file_permissions;
    /// The kernel's command line lacks a parameter.
    GrubParameterRemove = grub_parameter_remove;
    /// The kernel's command line has a parameter.
    GrubParameterSet = grub_parameter_set;
    /// A kernel module cannot be loaded.
    KernelModuleDisable = kernel_module_disable;
    /// A filesystem is mounted with options, now and after a boot.
    MountOptionSet = mount_option_set;
    /// A package is away.
    PackageAbsent = package_absent;
    /// A package is installed.
    PackagePresent = package_present;
    /// A PAM module has an argument, or has it not.
    PamModuleArg = pam_module_arg;
    /// A PAM module stands in a stack.
    PamModuleConfigure = pam_module_configure;
    /// A boolean of SELinux has a value, now and after a boot.
    SelinuxBooleanSet = selinux_boolean_set;
    /// A unit is stopped and does not start with the system.
    ServiceDisabled = service_disabled;
    /// A unit runs, and starts with the system.
    ServiceEnabled = service_enabled;
    /// A unit is stopped and cannot be started.
    ServiceMasked = service_masked;
    /// A kernel parameter, now and after a boot.
    SysctlSet = sysctl_set;
}

impl Remediation {
    /// Reads the `remediation` of a rule or an implementation: one mechanism, `steps`, or `manual`.
    pub fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        if let Some(text) = node.get("manual") {
            reader.mapping(node, "a manual remediation", &["manual"])?;
            let text = reader.text(text, "manual")?;
            return Some(Self::Manual(text.trim().to_owned()));
        }
        let [_, around @ ..] = REMEDIATION_KEYS;
        let steps = match node.get("steps") {
            Some(steps) => {
                reader.mapping(node, "a remediation", &REMEDIATION_KEYS)?;
                let items = reader.list(steps, "steps")?;
                if items.is_empty() {
                    reader.fault(steps.mark, "steps must not be empty");
                }
                let read = items.iter().map(|item| Step::read(reader, item, &[]));
                // Every step is read, so that every fault is reported.
                read.collect::<Vec<_>>()
                    .into_iter()
                    .collect::<Option<Vec<_>>>()?
            }
            None => vec![Step::read(reader, node, &around)?],
        };
        let reboot = match node.get("reboot") {
            Some(flag) => reader.flag(flag, "reboot")?,
            None => false,
        };
        Some(Self::Steps(Plan {
            steps,
            reload: units(reader, node, "reload")?,
            restart: units(reader, node, "restart")?,
            reboot,
        }))
    }

    /// What it says, for people and for the log.
    pub fn content(&self, when: Option<String>) -> RemediationContent {
        match self {
            Self::Manual(text) => RemediationContent {
                when,
                manual: Some(text.clone()),
                ..RemediationContent::default()
            },
            Self::Steps(plan) => plan.content(when),
        }
    }
}

impl Plan {
    /// What it has an effect on, without repeats.
    pub fn effects(&self) -> Vec<Effect> {
        let touched: Vec<_> = self.steps.iter().flat_map(Step::touches).collect();
        effects_of(&touched)
    }

    /// How risky it is, and why.
    pub fn risk(&self) -> (Risk, String) {
        let interrupts = !self.restart.is_empty() || self.reboot;
        risk_of(&self.effects(), self.reversal(), interrupts)
    }

    /// Whether all of it can be taken back: as good as the worst step.
    pub fn reversal(&self) -> Reversal {
        let all = self.steps.iter().map(Step::reversal);
        all.max().unwrap_or(Reversal::Exact)
    }

    fn content(&self, when: Option<String>) -> RemediationContent {
        let (risk, why) = self.risk();
        let step = |step: &Step| RemediationStep {
            mechanism: step.name().to_owned(),
            what: step.describe(),
        };
        RemediationContent {
            when,
            manual: None,
            steps: self.steps.iter().map(step).collect(),
            reload: self.reload.clone(),
            restart: self.restart.clone(),
            reboot: self.reboot,
            effects: self.effects().iter().map(ToString::to_string).collect(),
            risk: Some(risk.to_string()),
            risk_reason: Some(why),
            reversal: Some(self.reversal().to_string()),
        }
    }
}

/// A list of units with their suffix.
fn units(reader: &mut Reader<'_>, node: &Node, key: &str) -> Option<Vec<String>> {
    let Some(list) = node.get(key) else {
        return Some(Vec::new());
    };
    let units = reader.texts(list, key)?;
    if let Some(bad) = units.iter().find(|unit| !parameter::is_unit(unit)) {
        let message = format!("{key} names units with their suffix, as ssh.service; not {bad:?}");
        reader.fault(list.mark, message);
        return None;
    }
    Some(units)
}
