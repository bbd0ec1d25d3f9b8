//! `sudoers`: an option of sudo has a value for everybody, or a kind of grant is not given. Judged on what
//! sudo makes of its files; not applicable where there is no sudo.

use super::{CheckResult, Checked, Expectation, Method};
use crate::collect::{Collector, Need, SudoGrant, SudoOption, Sudoers as Policy, sudoers};
use crate::facts::{Facts, Unknown};
use crate::rule::schema::{Demanded, Key, Kind, Shape, TEXTS, Together, words};
use crate::rule::{Node, Reader};

/// Parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sudoers(Demand);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Demand {
    /// An option of `Defaults` lines.
    Option {
        name: String,
        demand: Expectation,
        /// What sudo takes where no line sets it.
        default: String,
    },
    /// Grants that must not be, but for the users that are named.
    Forbidden { kind: Grant, allowed: Vec<String> },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Grant {
    /// Without a password.
    WithoutPassword,
    /// Every command for every user.
    AllToEverybody,
    /// Commands that are taken away from others.
    NegatedCommands,
}

const STATES: &[(&str, bool)] = &[("set", true), ("unset", false)];

const KINDS: [(&str, Grant); 3] = [
    ("without_password", Grant::WithoutPassword),
    ("all_to_everybody", Grant::AllToEverybody),
    ("negated_commands", Grant::NegatedCommands),
];

impl Method for Sudoers {
    const SHAPE: Shape = Shape {
        what: "a sudoers check",
        doc: "What sudo makes of all its files has such a value for everybody and for each scope, or holds no such grant.",
        keys: &[
            Key::free(
                "option",
                Kind::Text,
                "An option of sudoers(5), such as use_pty; a demand or state says what it must be.",
            ),
            Key::free(
                "state",
                Kind::Word(|| words(STATES)),
                "Whether the option must be set.",
            ),
            Key::free(
                "default",
                Kind::Text,
                "What counts where no line sets the option.",
            )
            .or("off"),
            Key::free(
                "forbidden",
                Kind::Word(|| words(&KINDS)),
                "A kind of grant that nobody may have.",
            ),
            Key::free("allowed", TEXTS, "Users who may have it all the same."),
        ],
        demand: Demanded::Free,
        together: &[
            Together::One(&["option", "forbidden"]),
            Together::With("state", &["option"]),
            Together::With("default", &["option"]),
            Together::With("allowed", &["forbidden"]),
        ],
    };

    fn read(reader: &mut Reader<'_>, node: &Node, _: &[String]) -> Option<Self> {
        match (node.get("option"), node.get("forbidden")) {
            (Some(option), None) => read_option(reader, node, option),
            (None, Some(kind)) => {
                let kind = reader.word(kind, "forbidden", &KINDS)?;
                let allowed = match node.get("allowed") {
                    Some(allowed) => reader.texts(allowed, "allowed")?,
                    None => Vec::new(),
                };
                Some(Self(Demand::Forbidden { kind, allowed }))
            }
            _ => {
                let message = "a sudoers check needs either option or forbidden";
                reader.fault(node.mark, message);
                None
            }
        }
    }

    fn needs(&self) -> Vec<Need> {
        vec![Need::new(Collector::Sudoers, "")]
    }

    fn expected(&self) -> String {
        match &self.0 {
            Demand::Option { name, demand, .. } => format!("{name} {demand}"),
            Demand::Forbidden { kind, .. } => match kind {
                Grant::WithoutPassword => "a password for every command".to_owned(),
                Grant::AllToEverybody => "nobody gets every command by being anybody".to_owned(),
                Grant::NegatedCommands => "no grant of all commands but some".to_owned(),
            },
        }
    }

    fn judge(&self, facts: &Facts) -> Checked {
        let reading = sudoers(facts)?;
        let mut evidence = vec![reading.evidence];
        let Some(policy) = reading.value else {
            let reason = "there is no sudo on this machine";
            return Ok(CheckResult::not_applicable(reason, evidence));
        };
        let (bad, good) = match &self.0 {
            Demand::Option {
                name,
                demand,
                default,
            } => {
                let itself = switched_on(&policy, name);
                if itself {
                    evidence.extend(policy.version.clone());
                }
                let default = if itself { "on" } else { default };
                option(&policy, name, demand, default)
            }
            Demand::Forbidden { kind, allowed } => {
                let bad = forbidden(&policy, *kind, allowed);
                (bad, vec!["no such grant".to_owned()])
            }
        };
        let holds = bad.is_empty();
        // What a database grants comes on top; an option may have its last line there.
        let known = !holds && matches!(self.0, Demand::Forbidden { .. });
        if !policy.databases.is_empty() && !known {
            let databases = policy.databases.join(", ");
            let reason = format!(
                "sudo also asks {databases} (sudoers in /etc/nsswitch.conf), whose rules are not known here; take it out where nobody needs it"
            );
            return Err(Unknown { reason, evidence });
        }
        let actual = if holds { good } else { bad }.join("; ");
        Ok(CheckResult::compared(
            holds,
            self.expected(),
            actual,
            evidence,
        ))
    }
}

fn read_option(reader: &mut Reader<'_>, node: &Node, option: &Node) -> Option<Sudoers> {
    let name = reader.text(option, "option")?;
    let demand = match node.get("state") {
        // What has a value is set; `!name` alone is off.
        Some(state) => {
            if reader.word(state, "state", STATES)? {
                Expectation::NoneOf(vec!["off".to_owned()])
            } else {
                Expectation::Equals("off".to_owned())
            }
        }
        None => Expectation::read(reader, node)?,
    };
    let default = match node.get("default") {
        Some(default) => reader.text(default, "default")?,
        None => "off".to_owned(),
    };
    Some(Sudoers(Demand::Option {
        name,
        demand,
        default,
    }))
}

/// Whether no line for everybody sets an option, and sudo says that it is on.
fn switched_on(policy: &Policy, name: &str) -> bool {
    let set = |option: &SudoOption| option.name == name && option.scope.is_none();
    policy.on_by_itself.contains(&name) && !policy.options.iter().any(set)
}

/// The values that do not hold and those that do: what counts for everybody (the last line wins), and
/// every line that is for some.
fn option(
    policy: &Policy,
    name: &str,
    demand: &Expectation,
    default: &str,
) -> (Vec<String>, Vec<String>) {
    let (scoped, global): (Vec<_>, Vec<_>) = policy
        .options
        .iter()
        .filter(|option| option.name == name)
        .partition(|option| option.scope.is_some());
    let mut values = vec![match global.last() {
        Some(option) => (option.value.as_str(), format!("{name} {}", option.value)),
        None => (default, format!("{name} is not set; sudo takes {default}")),
    }];
    values.extend(scoped.into_iter().map(|option| {
        let scope = option.scope.as_deref().unwrap_or_default();
        (
            option.value.as_str(),
            format!("{name} {} for {scope}", option.value),
        )
    }));
    let (good, bad): (Vec<_>, Vec<_>) = values
        .into_iter()
        .partition(|(value, _)| demand.holds(&whole(value)));
    let words = |list: Vec<(&str, String)>| list.into_iter().map(|(_, words)| words).collect();
    (words(bad), words(good))
}

/// Minutes may have a fraction; what is more than five is six, and what is less than none is never.
fn whole(value: &str) -> String {
    match value.parse::<f64>() {
        Ok(number) if value.contains('.') && number < 0.0 => format!("{:.0}", number.floor()),
        Ok(number) if value.contains('.') => format!("{:.0}", number.ceil()),
        _ => value.to_owned(),
    }
}

fn forbidden(policy: &Policy, kind: Grant, allowed: &[String]) -> Vec<String> {
    let strangers = |grant: &SudoGrant| {
        let strangers: Vec<&str> = grant
            .who
            .iter()
            .filter(|who| !who.starts_with('!') && !allowed.contains(who))
            .map(String::as_str)
            .collect();
        (!strangers.is_empty()).then(|| strangers.join(", "))
    };
    let all = |names: &[String]| names.iter().any(|name| name == "ALL");
    let granted = policy.grants.iter().filter_map(|grant| {
        let (commands, run_as) = (grant.commands.join(", "), grant.run_as.join(", "));
        match kind {
            Grant::WithoutPassword => (grant.authenticate == Some(false)
                && grant
                    .commands
                    .iter()
                    .any(|command| !command.starts_with('!')))
            .then(|| strangers(grant))
            .flatten()
            .map(|who| format!("{who}: {commands} as {run_as} without a password")),
            Grant::AllToEverybody => (all(&grant.who) && all(&grant.commands))
                .then(|| format!("ALL: {commands} as {run_as}")),
            Grant::NegatedCommands => grant
                .commands
                .iter()
                .any(|command| command.starts_with('!'))
                .then(|| strangers(grant))
                .flatten()
                .map(|who| format!("{who}: {commands} as {run_as}")),
        }
    });
    let mut bad: Vec<String> = granted.collect();
    if kind == Grant::WithoutPassword {
        bad.extend(unasked(policy, allowed));
    }
    bad
}

/// Options that spare people the password.
fn unasked(policy: &Policy, allowed: &[String]) -> Vec<String> {
    let counting = |name: &'static str| {
        let named = move |option: &&SudoOption| option.name == name;
        let (unbound, bound): (Vec<_>, Vec<_>) = policy
            .options
            .iter()
            .filter(named)
            .partition(|option| option.scope.is_none());
        unbound.into_iter().last().into_iter().chain(bound)
    };
    let scope = |option: &SudoOption| {
        let scope = option.scope.as_deref();
        scope.unwrap_or("everybody").to_owned()
    };
    let off = counting("authenticate")
        .filter(|option| option.value == "off")
        .map(|option| {
            format!(
                "no password is asked for: !authenticate for {}",
                scope(option)
            )
        });
    let exempt = counting("exempt_group")
        .filter(|option| option.value != "off" && !allowed.contains(&format!("%{}", option.value)))
        .map(|option| {
            let (group, scope) = (&option.value, scope(option));
            format!("%{group}: no password is asked for: exempt_group for {scope}")
        });
    off.chain(exempt).collect()
}
