//! Which modules of a PAM stack have a say, as libpam goes through it: what a module answers decides whether the
//! stack goes on, ends, or leaves modules out (pam.conf(5)).

use std::collections::BTreeSet;

use crate::collect::PamModule;

/// What an answer leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Action {
    Ignore,
    Good,
    Bad,
    Done,
    Die,
    Jump(usize),
}

/// What the answers of a module lead to.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Control {
    success: Action,
    /// Every other answer.
    others: BTreeSet<Action>,
}

/// The words of pam.conf(5) and what they stand for.
const WORDS: [(&str, &str); 4] = [
    (
        "required",
        "[success=ok new_authtok_reqd=ok ignore=ignore default=bad]",
    ),
    (
        "requisite",
        "[success=ok new_authtok_reqd=ok ignore=ignore default=die]",
    ),
    (
        "sufficient",
        "[success=done new_authtok_reqd=done default=ignore]",
    ),
    (
        "optional",
        "[success=ok new_authtok_reqd=ok default=ignore]",
    ),
];

impl Control {
    fn of(control: &str) -> Self {
        let (mut success, mut default) = (None, None);
        let mut others = BTreeSet::new();
        for (answer, action) in pairs(control) {
            match answer.as_str() {
                "success" => success = Some(action),
                "default" => default = Some(action),
                // The password is right and has ended, or the module has nothing to say.
                "new_authtok_reqd" | "ignore" => {}
                _ => {
                    others.insert(action);
                }
            }
        }
        let default = default.unwrap_or(Action::Bad);
        others.insert(default);
        Self {
            success: success.unwrap_or(default),
            others,
        }
    }
}

/// The answers that a control names, and what each leads to. A word that libpam does not know refuses, as `required`
/// does.
fn pairs(control: &str) -> Vec<(String, Action)> {
    let word = WORDS
        .iter()
        .find(|(word, _)| word.eq_ignore_ascii_case(control));
    let text = match word {
        Some((_, text)) => text,
        None if control.starts_with('[') => control,
        None => WORDS[0].1,
    };
    let text = text.trim_matches(['[', ']']).to_ascii_lowercase();
    // Around the sign there may be blanks.
    let text = text.split('=').map(str::trim).collect::<Vec<_>>().join("=");
    text.split_whitespace()
        .map(|pair| {
            let (answer, action) = pair.split_once('=').unwrap_or((pair, ""));
            (answer.to_owned(), action_of(action))
        })
        .collect()
}

fn action_of(word: &str) -> Action {
    match word {
        "ignore" | "reset" => Action::Ignore,
        "ok" => Action::Good,
        "done" => Action::Done,
        "die" => Action::Die,
        number => number.parse().map_or(Action::Bad, Action::Jump),
    }
}

/// Modules that are there to refuse, and the answers with which they do.
const GATES: [(&str, &[&str]); 7] = [
    ("pam_access.so", &["perm_denied"]),
    ("pam_faillock.so", &["auth_err"]),
    ("pam_nologin.so", &["auth_err"]),
    ("pam_pwhistory.so", &["authtok_err", "maxtries"]),
    ("pam_pwquality.so", &["authtok_err"]),
    ("pam_time.so", &["perm_denied"]),
    ("pam_wheel.so", &["perm_denied"]),
];

/// Whether somebody whom the module refuses comes through all the same. `pam_faillock` with `authfail` counts, and
/// what is done with its answer is the same.
pub(super) fn passes_over(stack: &[PamModule], entry: &PamModule) -> bool {
    let place = stack.iter().position(|other| std::ptr::eq(other, entry));
    let gate = GATES.iter().find(|(module, _)| *module == entry.module);
    let (Some(at), Some((_, answers))) = (place, gate) else {
        return false;
    };
    let pairs = pairs(&entry.control);
    let action_on = |wanted: &str| {
        let mut found = pairs.iter().filter(|(answer, _)| answer == wanted);
        found.next().map(|(_, action)| *action)
    };
    let counts = entry
        .arguments
        .iter()
        .any(|argument| argument == "authfail");
    !counts
        && answers.iter().any(|answer| {
            let action = action_on(answer).or_else(|| action_on("default"));
            let action = action.unwrap_or(Action::Bad);
            ends_well(entry, action)
                || next(stack, at, entry, action, false)
                    .is_some_and(|from| comes_through(stack, from))
        })
}

/// Whether there is a way to the end of the stack on which nothing refuses.
fn comes_through(stack: &[PamModule], from: usize) -> bool {
    let mut reached = BTreeSet::new();
    let mut open = vec![from];
    while let Some(at) = open.pop() {
        let Some(entry) = stack.get(at) else {
            return true;
        };
        if !reached.insert(at) {
            continue;
        }
        for action in actions(entry, false) {
            if ends_well(entry, action) {
                return true;
            }
            open.extend(next(stack, at, entry, action, false));
        }
    }
    false
}

fn ends_well(entry: &PamModule, action: Action) -> bool {
    action == Action::Done && entry.within.is_empty()
}

/// What the answers lead to that are to be reckoned with.
fn actions(entry: &PamModule, guessing: bool) -> BTreeSet<Action> {
    let control = Control::of(&entry.control);
    let (yes, no) = match entry.module.as_str() {
        "pam_permit.so" => (true, false),
        "pam_deny.so" => (false, true),
        "pam_unix.so" => (true, guessing),
        _ => (true, true),
    };
    let mut actions = BTreeSet::new();
    if yes {
        actions.insert(control.success);
    }
    if no {
        actions.extend(control.others);
    }
    actions
}

/// Whether nothing depends on what the module answers.
pub(super) fn is_optional(module: &PamModule) -> bool {
    let control = Control::of(&module.control);
    let weak = |action: &Action| [Action::Ignore, Action::Good].contains(action);
    weak(&control.success) && control.others.iter().all(weak)
}

/// Whether the control is the one that a rule names, in whatever words it is written.
pub(super) fn is_control(module: &PamModule, wanted: &str) -> bool {
    module.control.eq_ignore_ascii_case(wanted)
        || Control::of(&module.control) == Control::of(wanted)
}

/// The runs of a module that have a say: there is a way to them on which nothing before has refused, where
/// `pam_unix` says yes, as it does to those who know the password, and other modules say yes or no. Guessing is what
/// `pam_faillock` is for, so that it counts on ways on which `pam_unix` says no, too.
pub(super) fn with_a_say<'s>(
    stack: &'s [PamModule],
    kind: &str,
    module: &str,
) -> Vec<&'s PamModule> {
    let guessing = kind == "auth" && module == "pam_faillock.so";
    let mut reached = BTreeSet::new();
    let mut open = vec![0];
    while let Some(at) = open.pop() {
        let Some(entry) = stack.get(at).filter(|_| reached.insert(at)) else {
            continue;
        };
        for action in actions(entry, guessing) {
            open.extend(next(stack, at, entry, action, guessing));
        }
    }
    let reached = reached.into_iter().filter_map(|at| stack.get(at));
    reached.filter(|entry| entry.module == module).collect()
}

/// Where the stack goes on after an answer; nothing where it ends or has refused.
fn next(
    stack: &[PamModule],
    at: usize,
    entry: &PamModule,
    action: Action,
    guessing: bool,
) -> Option<usize> {
    match action {
        Action::Ignore | Action::Good => Some(at + 1),
        Action::Bad => guessing.then_some(at + 1),
        Action::Die if !guessing => None,
        // A substack ends, and what is around it goes on.
        Action::Done | Action::Die if entry.within.is_empty() => None,
        Action::Done | Action::Die => Some(behind(stack, at + 1, |other| {
            other.within.starts_with(&entry.within)
        })),
        Action::Jump(count) => {
            let mut place = at + 1;
            for _ in 0..count {
                let next = stack.get(place)?;
                if !next.within.starts_with(&entry.within) {
                    return None;
                }
                // A substack counts as one module.
                place = match next.within.get(..=entry.within.len()) {
                    Some(unit) => behind(stack, place, |other| other.within.starts_with(unit)),
                    None => place + 1,
                };
            }
            Some(place)
        }
    }
}

/// The first place from `from` on that is not inside.
fn behind(stack: &[PamModule], from: usize, inside: impl Fn(&PamModule) -> bool) -> usize {
    let rest = stack.iter().skip(from);
    from + rest.take_while(|other| inside(other)).count()
}
