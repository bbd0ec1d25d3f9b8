//! Variables of Kensa rules: `{{ name }}` is replaced in the text of a file before it is read as YAML. Sources,
//! strongest first: the command line, `conf.d/*.yml` in the order of their names, `defaults.yml`, and the defaults of
//! the format. Values for single hosts and groups are not known: a rule is read once for all hosts.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use domain::variable::{EffectiveVariable, VariableOrigin};
use regex::Regex;

use crate::rule::{Node, Tolerance, Value, parse_with};

/// The defaults of the format, as far as they are neutral: lists of what is allowed are empty, so nothing is
/// compared before somebody says what is allowed.
const DEFAULTS: [(&str, &str); 8] = [
    ("authorized_listening_ports", ""),
    ("authorized_local_accounts", ""),
    ("authorized_network_protocols", ""),
    ("authorized_privileged_users", ""),
    ("authorized_service_accounts", ""),
    ("authorized_services", ""),
    ("flaw_remediation_max_days", ""),
    ("suid_sgid_baseline", ""),
];

/// The place of values that the format itself gives.
const DEFAULT: &str = "default of the format";
/// The place of values that an argument gives.
const COMMAND_LINE: &str = "command line";

static TEMPLATE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\{\{\s*([A-Za-z][A-Za-z0-9_]*)\s*\}\}").ok());

/// Values with the place that each comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variables(BTreeMap<String, (String, String)>);

/// Files of variables that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum VariablesError {
    /// A file or folder cannot be read.
    #[error("could not read {}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file does not have the agreed form.
    #[error("{}:{line}: {message}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        message: String,
    },
    /// Not of the form `NAME=VALUE`.
    #[error("{0:?} is not of the form NAME=VALUE")]
    NotAPair(String),
}

/// What came of replacing the variables of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Substituted {
    pub(super) text: String,
    pub(super) used: BTreeSet<String>,
    pub(super) undefined: BTreeSet<String>,
}

impl Default for Variables {
    fn default() -> Self {
        let defaults = DEFAULTS.map(|(name, value)| {
            let place = DEFAULT.to_owned();
            (name.to_owned(), (value.to_owned(), place))
        });
        Self(defaults.into_iter().collect())
    }
}

impl Variables {
    /// The value of a variable and the place that it comes from.
    pub fn get(&self, name: &str) -> Option<(&str, &str)> {
        let (value, place) = self.0.get(name)?;
        Some((value, place))
    }

    /// Sets `NAME=VALUE`, as on a command line.
    pub fn set(&mut self, pair: &str) -> Result<(), VariablesError> {
        match pair.split_once('=') {
            Some((name, value)) if is_name(name) => {
                let place = COMMAND_LINE.to_owned();
                self.0.insert(name.to_owned(), (value.to_owned(), place));
                Ok(())
            }
            _ => Err(VariablesError::NotAPair(pair.to_owned())),
        }
    }

    /// Reads a folder with `defaults.yml` and `conf.d/*.yml`, weakest first.
    pub fn read_folder(&mut self, folder: &Path) -> Result<(), VariablesError> {
        let mut files = vec![folder.join("defaults.yml")];
        let dropins = folder.join("conf.d");
        if dropins.is_dir() {
            let unreadable = |source| VariablesError::Unreadable {
                path: dropins.clone(),
                source,
            };
            let entries = std::fs::read_dir(&dropins).map_err(unreadable)?;
            let mut paths: Vec<PathBuf> = entries
                .map(|entry| entry.map(|entry| entry.path()))
                .collect::<Result<_, _>>()
                .map_err(unreadable)?;
            paths.retain(|path| path.extension().is_some_and(|extension| extension == "yml"));
            paths.sort();
            files.extend(paths);
        }
        for path in files.iter().filter(|path| path.exists()) {
            let text =
                std::fs::read_to_string(path).map_err(|source| VariablesError::Unreadable {
                    path: path.clone(),
                    source,
                })?;
            self.read_file(path, &text)?;
        }
        Ok(())
    }

    /// Folders with values for single hosts and groups, which nobody reads.
    pub fn unread(folder: &Path) -> Vec<PathBuf> {
        let folders = ["hosts", "groups"].map(|name| folder.join(name));
        folders.into_iter().filter(|path| path.is_dir()).collect()
    }

    /// Reads one file: a mapping `variables` from names to scalars or lists of scalars.
    pub fn read_file(&mut self, path: &Path, text: &str) -> Result<(), VariablesError> {
        let malformed = |line: usize, message: &str| VariablesError::Malformed {
            path: path.to_owned(),
            line,
            message: message.to_owned(),
        };
        let root = parse_with(text, Tolerance::Lenient)
            .map_err(|error| malformed(error.mark.line, &error.message))?;
        let variables = root.get("variables");
        let Some(Value::Mapping(pairs)) = variables.map(|node| &node.value) else {
            return Err(malformed(
                root.mark.line,
                "expected a mapping named variables",
            ));
        };
        for (key, value) in pairs {
            let name = key.text().filter(|name| is_name(name));
            let name = name.ok_or_else(|| malformed(key.mark.line, "not a name of a variable"))?;
            let value = joined(value).ok_or_else(|| {
                malformed(
                    value.mark.line,
                    "a value is a scalar, or a list of words without commas",
                )
            })?;
            let place = path.display().to_string();
            self.0.insert(name.to_owned(), (value, place));
        }
        Ok(())
    }

    /// Replaces every variable. One that nothing defines becomes a word that can be no value of anything.
    pub(super) fn substitute(&self, text: &str) -> Substituted {
        let (mut used, mut undefined) = (BTreeSet::new(), BTreeSet::new());
        let Some(template) = TEMPLATE.as_ref() else {
            let text = text.to_owned();
            return Substituted {
                text,
                used,
                undefined,
            };
        };
        let text = template.replace_all(text, |found: &regex::Captures<'_>| {
            let name = found.get(1).map_or("", |name| name.as_str());
            if let Some((value, _)) = self.get(name) {
                used.insert(name.to_owned());
                return value.to_owned();
            }
            undefined.insert(name.to_owned());
            format!("__undefined_{name}__")
        });
        let text = text.into_owned();
        Substituted {
            text,
            used,
            undefined,
        }
    }

    /// What the variables of these names come to.
    pub(super) fn effective(&self, names: &BTreeSet<String>) -> Vec<EffectiveVariable> {
        let one = |name: &String| {
            let (value, place) = self.get(name)?;
            let origin = match place {
                COMMAND_LINE => VariableOrigin::Request,
                DEFAULT => VariableOrigin::Default,
                _ => VariableOrigin::File,
            };
            let place = if origin == VariableOrigin::File {
                place
            } else {
                ""
            };
            Some(EffectiveVariable {
                name: name.clone(),
                value: value.to_owned(),
                origin,
                place: place.to_owned(),
            })
        };
        names.iter().filter_map(one).collect()
    }

    /// What a folder or a command line gave: name, value and place.
    pub fn given(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        self.0
            .iter()
            .filter(|(_, (_, place))| place != DEFAULT)
            .map(|(name, (value, place))| (name.as_str(), value.as_str(), place.as_str()))
    }

    /// Whether the value could end a word, a quotation or a command of a shell.
    pub(super) fn is_unsafe(&self, name: &str) -> bool {
        self.get(name).is_some_and(|(value, _)| {
            value.contains(['\'', '"', '`', '$', ';', '&', '|', '<', '>', '\\', '\n'])
        })
    }
}

fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

fn joined(node: &Node) -> Option<String> {
    match &node.value {
        Value::Scalar { text, .. } => Some(text.clone()),
        Value::Sequence(items) => {
            let words: Option<Vec<&str>> = items.iter().map(Node::text).collect();
            let words = words?;
            let whole = |word: &&str| !word.contains([',', ' ', '\t']);
            words.iter().all(whole).then(|| words.join(","))
        }
        Value::Mapping(_) => None,
    }
}
