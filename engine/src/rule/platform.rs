//! Which machines a rule concerns: families with versions, against what os-release says.

use serde::{Deserialize, Serialize};

/// One entry of `platforms`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlatformRange {
    /// The family: `debian`, `ubuntu`, `rhel`.
    pub family: String,
    /// The lowest major version.
    pub min_version: Option<u32>,
    /// The highest major version.
    pub max_version: Option<u32>,
    /// Which other systems count as the family.
    pub rebuilds: Rebuilds,
}

/// Which systems count as a family beside the one that bears its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Rebuilds {
    /// Those that say so in `ID_LIKE`.
    #[default]
    Like,
    /// Those of this list, when the family is in it too. `ID_LIKE` is not read.
    Named(&'static [&'static str]),
    /// None.
    None,
}

impl std::fmt::Display for PlatformRange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.family)?;
        match (self.min_version, self.max_version) {
            (Some(min), Some(max)) if min == max => write!(f, " {min}"),
            (Some(min), Some(max)) => write!(f, " {min} to {max}"),
            (Some(min), None) => write!(f, " {min} and later"),
            (None, Some(max)) => write!(f, " up to {max}"),
            (None, None) => Ok(()),
        }
    }
}

/// What os-release(5) says of a machine.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Platform {
    /// `ID`: `debian`.
    pub id: String,
    /// `ID_LIKE`: the families that it is like, nearest first.
    pub like: Vec<String>,
    /// `VERSION_ID`: `12`, `22.04`.
    pub version: String,
    /// `PRETTY_NAME`.
    pub name: String,
}

impl Platform {
    /// Reads os-release. `None` when it names no `ID`.
    pub fn from_os_release(text: &str) -> Option<Self> {
        let value = |key: &str| {
            text.lines().rev().find_map(|line| {
                let (name, value) = line.trim().split_once('=')?;
                (name == key).then(|| unquote(value))
            })
        };
        let id = value("ID").filter(|id| !id.is_empty())?.to_lowercase();
        Some(Self {
            id,
            like: value("ID_LIKE")
                .map(|like| {
                    like.to_lowercase()
                        .split_whitespace()
                        .map(str::to_owned)
                        .collect()
                })
                .unwrap_or_default(),
            version: value("VERSION_ID").unwrap_or_default(),
            name: value("PRETTY_NAME").unwrap_or_default(),
        })
    }

    /// The major version; `None` for rolling releases.
    pub fn major(&self) -> Option<u32> {
        self.version.split('.').next()?.parse().ok()
    }

    /// Whether the range holds for this machine.
    ///
    /// A rebuild counts as its family (`ID_LIKE`), with its own version number where the numbering is
    /// the same (RHEL rebuilds). Ubuntu says that it is like Debian but counts otherwise, so it is
    /// never taken for Debian, and a derivative of Ubuntu is matched by family alone.
    pub fn matches(&self, range: &PlatformRange) -> bool {
        let family = canonical(&range.family);
        if canonical(&self.id) == family {
            return self.within(range);
        }
        match range.rebuilds {
            Rebuilds::Like => self.is_like(family) && self.within_derivative(range, family),
            Rebuilds::Named(names) => {
                names.contains(&range.family.as_str())
                    && names.contains(&self.id.as_str())
                    && self.within(range)
            }
            Rebuilds::None => false,
        }
    }

    fn is_like(&self, family: &str) -> bool {
        let like: Vec<&str> = self.like.iter().map(|like| canonical(like)).collect();
        let nearest = if self.id == "ubuntu" || like.contains(&"ubuntu") {
            "ubuntu"
        } else if like.contains(&"rhel") {
            "rhel"
        } else {
            like.first().copied().unwrap_or_default()
        };
        nearest == family && self.id != "ubuntu"
    }

    fn within(&self, range: &PlatformRange) -> bool {
        let Some(major) = self.major() else {
            return true;
        };
        range.min_version.is_none_or(|min| major >= min)
            && range.max_version.is_none_or(|max| major <= max)
    }

    fn within_derivative(&self, range: &PlatformRange, family: &str) -> bool {
        family != "rhel" || self.within(range)
    }
}

/// `redhat` and `rhel` are one family; Fedora and the rebuilds name it in `ID_LIKE`.
fn canonical(family: &str) -> &str {
    match family {
        "redhat" => "rhel",
        other => other,
    }
}

fn unquote(value: &str) -> String {
    let value = value.trim();
    let inner = ['"', '\''].into_iter().find_map(|quote| {
        value
            .strip_prefix(quote)
            .and_then(|rest| rest.strip_suffix(quote))
    });
    let mut text = String::new();
    let mut escaped = false;
    for c in inner.unwrap_or(value).chars() {
        if c == '\\' && !escaped {
            escaped = true;
        } else {
            escaped = false;
            text.push(c);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn platform(id: &str, like: &[&str], version: &str) -> Platform {
        Platform {
            id: id.to_owned(),
            like: like.iter().map(|like| (*like).to_owned()).collect(),
            version: version.to_owned(),
            name: String::new(),
        }
    }

    fn range(family: &str, min: u32) -> PlatformRange {
        PlatformRange {
            family: family.to_owned(),
            min_version: Some(min),
            max_version: None,
            rebuilds: Rebuilds::Like,
        }
    }

    #[test]
    fn a_rebuild_counts_as_its_family() {
        assert!(platform("rocky", &["rhel", "centos", "fedora"], "9.4").matches(&range("rhel", 8)));
        assert!(platform("almalinux", &["rhel"], "8.10").matches(&range("rhel", 8)));
        assert!(!platform("rocky", &["rhel"], "7.9").matches(&range("rhel", 8)));
        assert!(platform("raspbian", &["debian"], "12").matches(&range("debian", 12)));
        assert!(platform("linuxmint", &["ubuntu", "debian"], "21").matches(&range("ubuntu", 22)));
    }

    #[test]
    fn ubuntu_is_not_debian() {
        assert!(!platform("ubuntu", &["debian"], "22.04").matches(&range("debian", 12)));
        assert!(!platform("linuxmint", &["ubuntu", "debian"], "21").matches(&range("debian", 12)));
        assert!(platform("ubuntu", &["debian"], "22.04").matches(&range("ubuntu", 22)));
    }

    #[test]
    fn os_release_is_read_with_quotes_and_escapes() {
        let text = "NAME=\"X\"\nID=debian\nVERSION_ID='12'\nPRETTY_NAME=\"Debian \\\"12\\\"\"\n";
        let read = Platform::from_os_release(text).unwrap();
        assert_eq!((read.id.as_str(), read.major()), ("debian", Some(12)));
        assert_eq!(read.name, "Debian \"12\"");
        assert_eq!(Platform::from_os_release("NAME=x\n"), None);
        assert_eq!(Platform::from_os_release(""), None);
    }
}
