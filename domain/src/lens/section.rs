//! Sections: the tree that the numbers of a framework make. A section has a key that is unique in its
//! framework and says by itself what is above it.

use std::cmp::Ordering;

use super::stig::{UNKNOWN, category};

/// A section of a framework.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Unique in its framework: `5.1.20`, `AC-6(1)`, `CAT II/V-257985`.
    pub key: String,
    /// The key of the section above; nothing at the top.
    pub parent: Option<String>,
    /// How people call it: the key, or its last part.
    pub label: String,
    /// How many sections are above it.
    pub depth: u32,
}

/// The sections that a control is in, from the top to the control itself. A STIG has no chapters: its
/// top is the category of the finding.
pub fn sections(framework: &str, control: &str) -> Vec<Section> {
    let control: String = control.split_whitespace().collect();
    let mut key = match framework {
        "stig" => format!("{}/{control}", category(&control)),
        _ => control,
    };
    let mut path = Vec::new();
    loop {
        let parent = parent(framework, &key);
        let label = key.rsplit('/').next().unwrap_or(&key).to_owned();
        path.push(Section {
            key: key.clone(),
            parent: parent.clone(),
            label,
            depth: 0,
        });
        match parent {
            Some(parent) => key = parent,
            None => break,
        }
    }
    path.reverse();
    for (depth, section) in (0..).zip(&mut path) {
        section.depth = depth;
    }
    path
}

impl Section {
    /// The section of a key.
    pub fn of(framework: &str, key: &str) -> Self {
        let parent = parent(framework, key);
        let above = std::iter::successors(parent.clone(), |key| self::parent(framework, key));
        Self {
            key: key.to_owned(),
            label: key.rsplit('/').next().unwrap_or(key).to_owned(),
            depth: u32::try_from(above.count()).unwrap_or(u32::MAX),
            parent,
        }
    }

    /// The order of people: `5.2` before `5.10`, `AC-6` before `AC-6(1)` before `AC-17`.
    pub fn order(&self, other: &Self) -> Ordering {
        parts(&self.key).cmp(&parts(&other.key))
    }
}

/// Whether it is known where a control of a framework stands: that of a STIG hangs on no number.
pub fn has_place(framework: &str, control: &str) -> bool {
    framework != "stig" || category(control) != UNKNOWN
}

/// The key of the section above.
fn parent(framework: &str, key: &str) -> Option<String> {
    let cut = match framework {
        "stig" => key.find('/')?,
        _ if key.ends_with([')', ']']) => key.rfind(['(', '['])?,
        "nist_800_53" => key.find('-')?,
        // Families have two numbers there: 3.1.
        "nist_800_171" if key.matches('.').count() < 2 => return None,
        _ if key.starts_with(|c: char| c.is_ascii_digit()) => key.rfind('.')?,
        _ => return None,
    };
    let above = key.get(..cut)?;
    (!above.is_empty()).then(|| above.to_owned())
}

/// A key as numbers and texts.
fn parts(key: &str) -> Vec<(u64, &str)> {
    let mut parts = Vec::new();
    let mut rest = key;
    while !rest.is_empty() {
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let text = rest
            .find(|c: char| c.is_ascii_digit())
            .unwrap_or(rest.len());
        let (part, after) = rest.split_at(digits.max(text));
        // Numbers come before texts, and by their size.
        parts.push(if digits > 0 {
            (part.parse().unwrap_or(u64::MAX), "")
        } else {
            (u64::MAX, part)
        });
        rest = after;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(framework: &str, control: &str) -> Vec<String> {
        sections(framework, control)
            .into_iter()
            .map(|section| section.key)
            .collect()
    }

    #[test]
    fn a_control_says_by_its_number_what_is_above_it() {
        assert_eq!(path("cis", "5.1.20"), ["5", "5.1", "5.1.20"]);
        assert_eq!(path("pci_dss_4", "8.3.6"), ["8", "8.3", "8.3.6"]);
        assert_eq!(path("nist_800_53", "AC-6(1)"), ["AC", "AC-6", "AC-6(1)"]);
        assert_eq!(
            path("nist_800_53", "IA-5(1)(a)"),
            ["IA", "IA-5", "IA-5(1)", "IA-5(1)(a)"]
        );
        assert_eq!(path("nist_800_53", "CM-7 b"), ["CM", "CM-7b"]);
        assert_eq!(
            path("nist_800_171", "3.1.12[c]"),
            ["3.1", "3.1.12", "3.1.12[c]"]
        );
        assert_eq!(path("cci", "CCI-000213"), ["CCI-000213"]);
        assert_eq!(path("cis", ""), [""]);
    }

    #[test]
    fn a_stig_has_categories_at_its_top() {
        assert_eq!(path("stig", "V-257984"), ["CAT I", "CAT I/V-257984"]);
        assert_eq!(path("stig", "V-257985"), ["CAT II", "CAT II/V-257985"]);
        assert_eq!(path("stig", "V-9"), ["CAT unknown", "CAT unknown/V-9"]);
        assert_eq!(sections("stig", "V-257985")[1].label, "V-257985");
    }

    #[test]
    fn a_key_alone_gives_the_same_section() {
        for (framework, control) in [
            ("cis", "5.1.20"),
            ("nist_800_53", "AC-6(1)"),
            ("stig", "V-257985"),
            ("nist_800_171", "3.1.12[c]"),
        ] {
            for section in sections(framework, control) {
                assert_eq!(Section::of(framework, &section.key), section);
            }
        }
    }

    #[test]
    fn sections_are_in_the_order_of_people() {
        let mut keys = [
            "5.10", "5.2", "5", "AC-17", "AC-6(10)", "AC-6(2)", "AC-6", "AC",
        ]
        .map(|key| Section::of("nist_800_53", key));
        keys.sort_by(Section::order);
        let keys = keys.map(|section| section.key);
        assert_eq!(
            keys,
            [
                "5", "5.2", "5.10", "AC", "AC-6", "AC-6(2)", "AC-6(10)", "AC-17"
            ]
        );
    }
}
