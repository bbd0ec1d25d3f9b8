//! `structured_value`: a value in a JSON, YAML, TOML or XML file, named by a JSON Pointer (RFC 6901).

use serde_json::Value;

use super::file_exists::read_path;
use super::{CheckResult, Checked, Expectation, Method};
use crate::collect::{Collector, Need, lines_of};
use crate::facts::{Facts, Unknown};
use crate::rule::schema::{Demanded, Form, Key, Kind, PATH, Shape, words};
use crate::rule::{self, Node, Reader, Tolerance};
use domain::results::Evidence;

/// Parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StructuredValue {
    path: String,
    format: Format,
    pointer: String,
    demand: Expectation,
    /// The value where the file or the place is not there, when the program has a known default.
    default: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Json,
    Yaml,
    Toml,
    Xml,
}

const FORMATS: [(&str, Format); 4] = [
    ("json", Format::Json),
    ("yaml", Format::Yaml),
    ("toml", Format::Toml),
    ("xml", Format::Xml),
];

const POINTER: Kind = Kind::Formed(Form {
    pattern: "^/",
    words: "a JSON Pointer such as /log/level",
});

impl Method for StructuredValue {
    const SHAPE: Shape = Shape {
        what: "a structured_value check",
        doc: "A value in a JSON, YAML, TOML or XML file is such; a list stands as its members with commas.",
        keys: &[
            Key::needed("path", PATH, "The file."),
            Key::needed(
                "format",
                Kind::Word(|| words(&FORMATS)),
                "What the file is written in.",
            ),
            Key::needed(
                "pointer",
                POINTER,
                "Where the value stands: a JSON Pointer (RFC 6901) such as /log/level. Of XML, /Server/Service/0/@name is the attribute name of the first of several Service, and an element without attributes or elements within is its text.",
            ),
            Key::free(
                "default",
                Kind::Text,
                "The value that counts where none is set.",
            )
            .or("a value that is not set does not hold"),
        ],
        demand: Demanded::Needed,
        together: &[],
    };

    fn read(reader: &mut Reader<'_>, node: &Node, _: &[String]) -> Option<Self> {
        let path = read_path(reader, node)?;
        let format = reader.required(node, "the check", "format")?;
        let format = reader.word(format, "format", &FORMATS)?;
        let pointer = reader.required(node, "the check", "pointer")?;
        let text = reader.text(pointer, "pointer")?;
        if !text.starts_with('/') {
            let message = "pointer must be a JSON Pointer such as /log/level";
            reader.fault(pointer.mark, message);
            return None;
        }
        let default = match node.get("default") {
            Some(default) => Some(reader.text(default, "default")?),
            None => None,
        };
        let demand = Expectation::read(reader, node)?;
        Some(Self {
            path,
            format,
            pointer: text,
            demand,
            default,
        })
    }

    fn needs(&self) -> Vec<Need> {
        vec![Need::new(Collector::Content, &self.path)]
    }

    fn expected(&self) -> String {
        format!("{} {} in {}", self.pointer, self.demand, self.path)
    }

    fn judge(&self, facts: &Facts) -> Checked {
        let files = lines_of(facts, &self.path)?;
        let expected = self.expected();
        let command = format!("cat {}", self.path);
        let (mut bad, mut good, mut evidence) = (Vec::new(), Vec::new(), Vec::new());
        for file in &files {
            let text = file.text();
            let seen = Evidence::new(format!("cat {}", file.path), Some(0), text.as_bytes());
            let root = match self.format.parse(&text) {
                Ok(root) => root,
                Err(fault) => {
                    return Err(Unknown::new(format!("{}: {fault}", file.path)).seen(seen));
                }
            };
            evidence.push(seen);
            // Who writes null leaves the choice to the program.
            let value = root.pointer(&self.pointer).filter(|value| !value.is_null());
            let value = value.map(word);
            let found = value.as_deref().or(self.default.as_deref());
            let said = format!("{}: {}", file.path, found.unwrap_or("not set"));
            if found.is_some_and(|value| self.demand.holds(value)) {
                good.push(said);
            } else {
                bad.push(said);
            }
        }
        if files.is_empty() {
            let default = self.default.as_deref();
            let holds = default.is_some_and(|value| self.demand.holds(value));
            let actual = match default {
                Some(value) => format!("no {}; the default is {value}", self.path),
                None => format!("no {}", self.path),
            };
            let seen =
                Evidence::new(command, Some(1), b"").with_stderr("No such file or directory");
            return Ok(CheckResult::compared(holds, expected, actual, vec![seen]));
        }
        let holds = bad.is_empty();
        let actual = if holds { good } else { bad }.join("; ");
        Ok(CheckResult::compared(holds, expected, actual, evidence))
    }
}

/// A list stands as its members with commas, so that `subset_of` and `none_of` can look at them.
fn word(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(word).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    }
}

impl Format {
    fn parse(self, text: &str) -> Result<Value, String> {
        match self {
            Self::Json => super::json::parse(text),
            Self::Toml => toml::from_str(text).map_err(|error| error.message().to_owned()),
            Self::Xml => super::xml::parse(text),
            Self::Yaml => rule::parse_with(text, Tolerance::Single)
                .map(|node| value(&node))
                .map_err(|error| format!("line {}: {}", error.mark.line, error.message)),
        }
    }
}

/// Every scalar is text here: what it is compared with is text too.
fn value(node: &Node) -> Value {
    match &node.value {
        rule::Value::Scalar { text, quoted } => match text.as_str() {
            "" | "~" | "null" | "Null" | "NULL" if !quoted => Value::Null,
            text => Value::String(text.to_owned()),
        },
        rule::Value::Sequence(items) => items.iter().map(value).collect(),
        rule::Value::Mapping(pairs) => pairs
            .iter()
            .filter_map(|(key, inner)| Some((key.text()?.to_owned(), value(inner))))
            .collect(),
    }
}
