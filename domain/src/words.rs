//! Numbers in sentences.

use std::fmt::Display;

/// A number with its noun: `1 rule`, `3 rules`. The noun is in the singular, and regular.
pub fn counted(count: impl Display + Copy + PartialEq + From<u8>, noun: &str) -> String {
    let ending = if count == 1.into() { "" } else { "s" };
    format!("{count} {noun}{ending}")
}

#[cfg(test)]
mod tests {
    use super::counted;

    #[test]
    fn one_is_singular_and_nothing_is_plural() {
        assert_eq!(counted(0_u32, "rule"), "0 rules");
        assert_eq!(counted(1_usize, "rule"), "1 rule");
        assert_eq!(counted(2_u64, "fault"), "2 faults");
    }
}
