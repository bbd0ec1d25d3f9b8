//! `--retry-failed`: the hosts of an earlier run that have no verdicts, from its JSON or JSON lines.

use std::collections::HashSet;
use std::path::Path;

use serde::Deserialize;

use super::target::Named;
use crate::exit::Failure;

/// A report of an earlier run, or all of them.
#[derive(Deserialize)]
#[serde(untagged)]
enum Earlier {
    Many(Vec<One>),
    One(One),
}

/// One host, as far as it matters.
#[derive(Deserialize)]
struct One {
    host: Host,
    error: Option<Reason>,
}

#[derive(Deserialize)]
struct Host {
    name: String,
    target: Option<String>,
}

#[derive(Deserialize)]
struct Reason {
    reason: String,
}

/// A host that is not under watch any more is not to be scanned again.
const REMOVED: &str = "HOST_REMOVED";

/// Those that have to be scanned again: of `named` the ones that failed then; without any, the targets that the file
/// itself tells. What the file tells and nobody named is given back as well.
pub(super) fn failed(
    path: &Path,
    named: Option<Vec<Named>>,
) -> Result<(Vec<Named>, Vec<String>), Failure> {
    let fault = |what: &str| Failure::usage(format!("--retry-failed {}: {what}", path.display()));
    let text = std::fs::read_to_string(path).map_err(|error| fault(&error.to_string()))?;
    let earlier = read(&text).map_err(|error| {
        fault(&format!(
            "this is no JSON or JSON lines of openwatch scan: {error}"
        ))
    })?;
    let failed = earlier.into_iter().filter(|one| {
        let reason = one.error.as_ref().map(|error| error.reason.as_str());
        reason.is_some_and(|reason| reason != REMOVED)
    });
    let failed: Vec<Host> = failed.map(|one| one.host).collect();
    let Some(named) = named else {
        let targets = failed.iter().map(|host| {
            let text = host.target.as_ref().unwrap_or(&host.name);
            let target = Named::parse(text).map_err(|failure| fault(&failure.to_string()))?;
            Ok(target.called(&host.name))
        });
        return Ok((targets.collect::<Result<_, Failure>>()?, Vec::new()));
    };
    let labels: HashSet<&str> = failed.iter().map(|host| host.name.as_str()).collect();
    let again = named
        .into_iter()
        .filter(|one| labels.contains(&*one.label()));
    let again: Vec<Named> = again.collect();
    let found: HashSet<String> = again.iter().map(Named::label).collect();
    let lost = failed.iter().map(|host| host.name.clone());
    Ok((again, lost.filter(|name| !found.contains(name)).collect()))
}

fn read(text: &str) -> Result<Vec<One>, serde_json::Error> {
    let mut all = Vec::new();
    for document in serde_json::Deserializer::from_str(text).into_iter::<Earlier>() {
        match document? {
            Earlier::Many(many) => all.extend(many),
            Earlier::One(one) => all.push(one),
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = r#"[
      {"host": {"name": "web1", "kernel": "6.1"}, "results": []},
      {"host": {"name": "web2", "target": "ops@10.0.0.2:2222"}, "error": {"reason": "HOST_UNREACHABLE", "detail": ""}},
      {"host": {"name": "ops@web3"}, "error": {"reason": "CANCELLED", "detail": ""}},
      {"host": {"name": "old"}, "error": {"reason": "HOST_REMOVED", "detail": ""}}
    ]"#;

    fn file(text: &str) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        file
    }

    #[test]
    fn the_file_alone_tells_where_its_hosts_are() {
        let file = file(LIST);
        let (again, lost) = failed(file.path(), None).unwrap();
        let told: Vec<_> = again
            .iter()
            .map(|one| (one.label(), one.target()))
            .collect();
        let wanted = [("web2", "ops@10.0.0.2:2222"), ("ops@web3", "ops@web3")];
        assert_eq!(
            told,
            wanted.map(|(label, target)| (label.to_owned(), target.to_owned()))
        );
        assert!(lost.is_empty());
    }

    #[test]
    fn targets_that_are_named_are_those_of_now() {
        let lines: String = LIST
            .lines()
            .map(|line| line.trim().trim_end_matches(','))
            .filter(|line| line.len() > 1)
            .fold(String::new(), |text, line| text + line + "\n");
        let file = file(&lines);
        let named = ["web1", "web2"].map(|name| Named::parse(name).unwrap());
        let (again, lost) = failed(file.path(), Some(named.to_vec())).unwrap();
        assert_eq!(again, [Named::parse("web2").unwrap()]);
        assert_eq!(lost, ["ops@web3"]);
    }

    #[test]
    fn another_file_is_refused() {
        for text in ["{}", "hosts", "[1]", "{\"host\": {\"name\": \"a\"}"] {
            assert!(failed(file(text).path(), None).is_err(), "{text}");
        }
        assert!(failed(Path::new("/nowhere"), None).is_err());
    }
}
