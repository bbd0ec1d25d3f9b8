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
    /// A word that libpam does not know refuses, as `required` does.
    fn of(control: &str) -> Self {
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
        let (mut success, mut default) = (None, None);
        let mut others = BTreeSet::new();
        for pair in text.split_whitespace() {
            let (answer, action) = pair.split_once('=').unwrap_or((pair, ""));
            let action = action_of(action);
            match answer {
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

fn action_of(word: &str) -> Action {
    match word {
        "ignore" | "reset" => Action::Ignore,
        "ok" => Action::Good,
        "done" => Action::Done,
        "die" => Action::Die,
        number => number.parse().map_or(Action::Bad, Action::Jump),
    }
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
        for action in actions {
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
