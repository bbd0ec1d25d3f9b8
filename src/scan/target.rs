//! What to scan: `local` or `[user@]host[:port]`, from the arguments and from a file.

use std::collections::HashSet;
use std::path::Path;

use workers::ssh::Endpoint;

use super::inventory;
use crate::exit::Failure;

/// The port of SSH (RFC 4250).
pub(super) const SSH_PORT: u16 = 22;

/// One machine as it was named.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Named {
    /// The machine that this process runs on.
    Local,
    /// A host behind SSH.
    Remote {
        /// How an inventory calls it.
        name: Option<String>,
        /// The account, when one was named.
        user: Option<String>,
        /// Where it listens.
        endpoint: Endpoint,
    },
}

impl Named {
    /// Reads one target.
    pub(crate) fn parse(text: &str) -> Result<Self, Failure> {
        if text == "local" {
            return Ok(Self::Local);
        }
        let fault = || {
            Failure::usage(format!(
                "{text:?} is not a target: say local or [user@]host[:port], an IPv6 address in brackets"
            ))
        };
        let (user, place) = match text.rsplit_once('@') {
            Some(("", _)) => return Err(fault()),
            Some((user, place)) => (Some(user.to_owned()), place),
            None => (None, text),
        };
        let (address, port) = split_port(place).ok_or_else(fault)?;
        if address.is_empty() || address.starts_with('-') || address.contains(char::is_whitespace) {
            return Err(fault());
        }
        let endpoint = Endpoint {
            address: address.to_owned(),
            port,
        };
        Ok(Self::Remote {
            name: None,
            user,
            endpoint,
        })
    }

    /// How it is called in reports.
    pub(crate) fn label(&self) -> String {
        match self {
            Self::Remote {
                name: Some(name), ..
            } => name.clone(),
            named => named.target(),
        }
    }

    /// The same machine under another name.
    pub(crate) fn called(mut self, label: &str) -> Self {
        if label != self.target()
            && let Self::Remote { name, .. } = &mut self
        {
            *name = Some(label.to_owned());
        }
        self
    }

    /// How it is named as an argument.
    pub(crate) fn target(&self) -> String {
        match self {
            Self::Local => "local".to_owned(),
            Self::Remote { user, endpoint, .. } => {
                let user = user
                    .as_ref()
                    .map_or_else(String::new, |user| format!("{user}@"));
                if endpoint.port == SSH_PORT {
                    format!("{user}{}", endpoint.address)
                } else {
                    format!("{user}{endpoint}")
                }
            }
        }
    }
}

fn split_port(place: &str) -> Option<(&str, u16)> {
    if let Some(rest) = place.strip_prefix('[') {
        let (address, rest) = rest.split_once(']')?;
        return match rest.strip_prefix(':') {
            Some(port) => Some((address, port.parse().ok().filter(|port| *port > 0)?)),
            None => rest.is_empty().then_some((address, SSH_PORT)),
        };
    }
    match place.split_once(':') {
        None => Some((place, SSH_PORT)),
        // More than one colon: an IPv6 address without a port.
        Some((_, rest)) if rest.contains(':') => Some((place, SSH_PORT)),
        Some((address, port)) => Some((address, port.parse().ok().filter(|port| *port > 0)?)),
    }
}

/// The targets of the arguments and of the inventory file, each once, in order.
pub(crate) fn all(
    targets: &[String],
    inventory: Option<&Path>,
    limits: &[String],
) -> Result<Vec<Named>, Failure> {
    let mut named: Vec<Named> = targets
        .iter()
        .map(|text| Named::parse(text))
        .collect::<Result<_, _>>()?;
    if let Some(path) = inventory {
        named.extend(inventory::read(path, limits)?);
    }
    let mut seen = HashSet::new();
    named.retain(|one| seen.insert(one.clone()));
    if named.is_empty() {
        return Err(Failure::usage("the inventory names no target"));
    }
    Ok(named)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn remote(user: Option<&str>, address: &str, port: u16) -> Named {
        Named::Remote {
            name: None,
            user: user.map(str::to_owned),
            endpoint: Endpoint {
                address: address.to_owned(),
                port,
            },
        }
    }

    #[test]
    fn targets_are_read_with_user_and_port() {
        for (text, wanted) in [
            ("local", Named::Local),
            ("web1", remote(None, "web1", 22)),
            ("ops@web1:2222", remote(Some("ops"), "web1", 2222)),
            ("ops@corp@web1", remote(Some("ops@corp"), "web1", 22)),
            ("[fe80::1]:2222", remote(None, "fe80::1", 2222)),
            ("fe80::1", remote(None, "fe80::1", 22)),
        ] {
            assert_eq!(Named::parse(text).unwrap(), wanted, "{text}");
        }
        for text in [
            "",
            "@web1",
            "web1:0",
            "web1:70000",
            "web1:ssh",
            "[fe80::1",
            "a b",
            "-oProxyCommand=x",
        ] {
            assert!(Named::parse(text).is_err(), "{text}");
        }
    }
}
