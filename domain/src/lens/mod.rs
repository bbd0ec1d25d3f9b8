//! Frameworks as lenses: the results of one scan, seen by what one framework asks of that machine. Knows
//! names and numbers of frameworks, and none of their text.

mod benchmark;
mod name;
mod section;
mod stig;

pub use benchmark::{benchmark_name, benchmark_of};
pub use name::{framework_name, section_name};
pub use section::{Section, has_place, sections};

/// Separates the subject of a rule from the framework whose values it is judged with.
const VARIANT: char = '@';

/// The subject of a rule, and the framework whose values it is judged with where frameworks differ:
/// `ssh-session-idle@stig`.
pub fn variant(rule: &str) -> (&str, Option<&str>) {
    match rule.split_once(VARIANT) {
        Some((subject, framework)) => (subject, Some(framework)),
        None => (rule, None),
    }
}

/// Whether a framework shows a rule that it names. Of a rule with variants it shows its own alone; a
/// framework without one of its own shows all, for it does not say which value it wants.
pub fn shows(framework: &str, rule: &str, has_rule: impl Fn(&str) -> bool) -> bool {
    match variant(rule) {
        (_, None) => true,
        (_, Some(own)) if own == framework => true,
        (subject, Some(_)) => !has_rule(&format!("{subject}{VARIANT}{framework}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_framework_shows_the_variant_of_its_own_alone() {
        let rules = ["idle@cis", "idle@stig", "banner"];
        let has = |rule: &str| rules.contains(&rule);
        assert!(shows("stig", "idle@stig", has));
        assert!(!shows("cis", "idle@stig", has));
        assert!(shows("cis", "banner", has));
        // It asks for no value of its own: both are of use.
        assert!(shows("nist_800_53", "idle@cis", has));
        assert!(shows("nist_800_53", "idle@stig", has));
    }
}
