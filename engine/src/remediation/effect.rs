//! What follows from the steps of a remediation: what they have an effect on, how risky that is, and whether
//! it can be taken back.

use std::fmt;

/// Something that a mechanism changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Touched {
    /// A file or a pattern of files.
    File(String),
    /// A unit of systemd.
    Unit(String),
    /// A package comes or goes.
    Package(String),
    /// A kernel parameter.
    Sysctl(String),
    /// What can be mounted, and how.
    Mounts,
    /// How the kernel starts.
    Boot,
    /// Which algorithms all programs may use.
    Cryptography,
    /// Something that cannot be known from the rule.
    Anything,
}

/// What a remediation has an effect on, beyond the files that it writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// Whether and how people can log in over SSH.
    Ssh,
    /// Whether and how people can prove who they are.
    Authentication,
    /// Who may become root.
    Sudo,
    /// Which packets pass.
    Firewall,
    /// How the host speaks to its network.
    Network,
    /// How the host starts.
    Boot,
    /// What is mounted, and how.
    Mounts,
    /// Which algorithms programs agree on with others.
    Cryptography,
    /// Which software is installed.
    Packages,
    /// Which services run.
    Services,
    /// Something that cannot be known from the rule.
    Anything,
}

/// Whether a change can be taken back. The worst comes last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reversal {
    /// To the last byte.
    Exact,
    /// What was changed is changed back; side effects may stay.
    BestEffort,
    /// It takes effect, and is taken back, with a boot.
    Staged,
    /// Not at all.
    None,
}

/// How risky a remediation is. The worst comes last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Risk {
    /// Nobody notices but a later check.
    Low,
    /// Something may be interrupted or behave otherwise.
    Medium,
    /// The host may be out of reach or not start, or there is no way back.
    High,
}

/// The effect of a path, by its beginning.
const PATHS: [(&str, Effect); 18] = [
    ("/etc/ssh/", Effect::Ssh),
    ("/etc/pam.d/", Effect::Authentication),
    ("/etc/security/", Effect::Authentication),
    ("/etc/authselect/", Effect::Authentication),
    ("/etc/login.defs", Effect::Authentication),
    ("/etc/nsswitch.conf", Effect::Authentication),
    ("/etc/sudoers", Effect::Sudo),
    ("/etc/nftables", Effect::Firewall),
    ("/etc/ufw/", Effect::Firewall),
    ("/etc/default/ufw", Effect::Firewall),
    ("/etc/firewalld/", Effect::Firewall),
    ("/etc/NetworkManager/", Effect::Network),
    ("/etc/systemd/network/", Effect::Network),
    ("/etc/default/grub", Effect::Boot),
    ("/etc/selinux/", Effect::Boot),
    ("/boot/", Effect::Boot),
    ("/etc/fstab", Effect::Mounts),
    ("/etc/crypto-policies/", Effect::Cryptography),
];

pub(super) fn effects_of(touched: &[Touched]) -> Vec<Effect> {
    let one = |touched: &Touched| match touched {
        Touched::File(path) => PATHS
            .iter()
            .find(|(beginning, _)| path.starts_with(beginning))
            .map(|(_, effect)| *effect),
        Touched::Unit(unit) => Some(match unit.split('.').next() {
            Some("ssh" | "sshd") => Effect::Ssh,
            Some("nftables" | "ufw" | "firewalld" | "iptables") => Effect::Firewall,
            Some("NetworkManager" | "systemd-networkd" | "networking") => Effect::Network,
            _ => Effect::Services,
        }),
        Touched::Package(_) => Some(Effect::Packages),
        Touched::Sysctl(key) => key.starts_with("net.").then_some(Effect::Network),
        Touched::Mounts => Some(Effect::Mounts),
        Touched::Boot => Some(Effect::Boot),
        Touched::Cryptography => Some(Effect::Cryptography),
        Touched::Anything => Some(Effect::Anything),
    };
    let mut effects: Vec<Effect> = touched.iter().filter_map(one).collect();
    effects.sort_unstable();
    effects.dedup();
    effects
}

/// The risk, and why, in words that end a sentence.
pub(super) fn risk_of(effects: &[Effect], reversal: Reversal, interrupts: bool) -> (Risk, String) {
    let of = |wanted: fn(&Effect) -> bool| effects.iter().copied().find(wanted);
    let cuts_off =
        |effect: &Effect| !matches!(effect, Effect::Mounts | Effect::Packages | Effect::Services);
    if let Some(effect) = of(cuts_off) {
        return (Risk::High, format!("it changes {effect}"));
    }
    if reversal == Reversal::None {
        return (Risk::High, "it cannot be taken back".to_owned());
    }
    match effects.first() {
        Some(effect) => (Risk::Medium, format!("it changes {effect}")),
        None if interrupts => (Risk::Medium, "something is restarted".to_owned()),
        None => (
            Risk::Low,
            "nothing is interrupted, and it can be taken back".to_owned(),
        ),
    }
}

impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ssh => "how people log in over SSH",
            Self::Authentication => "how people prove who they are",
            Self::Sudo => "who may become root",
            Self::Firewall => "which packets pass",
            Self::Network => "how the host speaks to its network",
            Self::Boot => "how the host starts",
            Self::Mounts => "what is mounted, and how",
            Self::Cryptography => "which algorithms programs use",
            Self::Packages => "which software is installed",
            Self::Services => "which services run",
            Self::Anything => "something that only its script says",
        })
    }
}

impl fmt::Display for Reversal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Exact => "it can be taken back to the last byte",
            Self::BestEffort => "it can be taken back, side effects may stay",
            Self::Staged => "it takes effect with the next boot, and so does taking it back",
            Self::None => "it cannot be taken back",
        })
    }
}

impl fmt::Display for Risk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        })
    }
}
