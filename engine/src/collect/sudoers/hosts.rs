//! Whether a list of hosts, as sudoers(5) has it, names this host.

use serde_json::Value;

/// Whether something is for this host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Here {
    Yes,
    No,
    /// Addresses and netgroups of this host are not known.
    Perhaps,
}

/// Whether a list names this host: the last entry that does decides.
pub(super) fn here(list: &[Value], host: &str) -> Here {
    let mut verdict = Here::No;
    for item in list.iter().rev().filter_map(Value::as_object) {
        let negated = item.get("negated").and_then(Value::as_bool) == Some(true);
        let name = item.get("hostname").and_then(Value::as_str);
        match name.map_or(Here::Perhaps, |name| named(name, host)) {
            Here::No => {}
            Here::Perhaps => verdict = Here::Perhaps,
            Here::Yes if negated => return verdict,
            Here::Yes if verdict == Here::No => return Here::Yes,
            Here::Yes => return Here::Perhaps,
        }
    }
    verdict
}

/// A name with a dot is compared with the whole name of the host, which is not always known; one without, with the
/// first part.
fn named(name: &str, host: &str) -> Here {
    if name == "ALL" {
        return Here::Yes;
    }
    if host.is_empty() || name.contains(['*', '?', '[', '\\']) {
        return Here::Perhaps;
    }
    let first = |name: &str| {
        name.split('.')
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase()
    };
    let same = if name.contains('.') && host.contains('.') {
        name.eq_ignore_ascii_case(host)
    } else {
        first(name) == first(host)
    };
    match (same, name.contains('.') && !host.contains('.')) {
        (false, _) => Here::No,
        (true, false) => Here::Yes,
        (true, true) => Here::Perhaps,
    }
}

/// Whether a scope names hosts, and nothing else.
pub(super) fn of_hosts(list: &[Value]) -> bool {
    !list.is_empty()
        && list
            .iter()
            .all(|item| item.get("hostname").is_some() || item.get("networkaddr").is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_entry_that_names_the_host_decides() {
        let host = |name: &str| serde_json::json!({"hostname": name});
        let not = |name: &str| serde_json::json!({"hostname": name, "negated": true});
        let network = || serde_json::json!({"networkaddr": "10.0.0.0/8"});
        for (list, expected) in [
            (vec![host("ALL")], Here::Yes),
            (vec![host("web1")], Here::Yes),
            (vec![host("WEB1.example.org")], Here::Perhaps),
            (vec![host("web99"), host("web1")], Here::Yes),
            (vec![host("web99")], Here::No),
            (vec![host("web9.example.org")], Here::No),
            (vec![host("web*")], Here::Perhaps),
            (vec![host("ALL"), not("web1")], Here::No),
            (vec![host("ALL"), not("web99")], Here::Yes),
            (vec![not("web1"), host("ALL")], Here::Yes),
            (vec![network()], Here::Perhaps),
            (vec![network(), not("web1")], Here::No),
        ] {
            assert_eq!(here(&list, "web1"), expected, "{list:?}");
        }
        let short = [host("web1")];
        assert_eq!(here(&short, "web1.example.org"), Here::Yes);
        assert_eq!(here(&[host("web1.a")], "web1.b"), Here::No);
        assert_eq!(here(&short, ""), Here::Perhaps);
    }
}
