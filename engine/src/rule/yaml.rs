//! YAML as a tree with marks: every node knows its line and column, every scalar its text as written
//! and whether it was quoted. The parser is saphyr's; this file only keeps what it says. What it refuses although
//! YAML 1.1 has it, libyaml may read.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use saphyr_parser::{Event, Marker, Parser, ScalarStyle};

use super::yaml11;

/// A place in a file, from 1; 0 and 0 is no place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct Mark {
    /// The line.
    pub line: usize,
    /// The column, in characters.
    pub column: usize,
}

impl From<Marker> for Mark {
    fn from(marker: Marker) -> Self {
        Self {
            line: marker.line(),
            column: marker.col() + 1,
        }
    }
}

/// A node of the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Where it begins.
    pub mark: Mark,
    /// What it is.
    pub value: Value,
}

/// What a node is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A scalar: its text, and whether it was quoted or a block.
    Scalar {
        /// The text without quotes.
        text: String,
        /// Whether it can only be text.
        quoted: bool,
    },
    /// A sequence.
    Sequence(Vec<Node>),
    /// A mapping in the order of the file.
    Mapping(Vec<(Node, Node)>),
}

/// A file that is not YAML, or uses what rule files do not need.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct YamlError {
    /// Where.
    pub mark: Mark,
    /// What is wrong.
    pub message: String,
}

/// Nothing in a rule is nested deeper.
const MAX_DEPTH: usize = 64;

/// No rule holds more values, repeated ones included.
const MAX_NODES: usize = 250_000;

/// No mapping of a rule has more keys.
const MAX_KEYS: usize = 5_000;

impl Node {
    /// The name of the kind, for messages.
    pub fn kind(&self) -> &'static str {
        match self.value {
            Value::Scalar { .. } => "a scalar",
            Value::Sequence(_) => "a list",
            Value::Mapping(_) => "a mapping",
        }
    }

    /// The text of a scalar.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    /// Whether it is this scalar, unquoted.
    pub fn is_plain(&self, wanted: &str) -> bool {
        matches!(&self.value, Value::Scalar { text, quoted: false } if text == wanted)
    }

    /// How many values it holds, itself included.
    fn size(&self) -> usize {
        1 + match &self.value {
            Value::Scalar { .. } => 0,
            Value::Sequence(items) => items.iter().map(Self::size).sum(),
            Value::Mapping(pairs) => pairs
                .iter()
                .map(|(key, value)| key.size() + value.size())
                .sum(),
        }
    }

    /// The items of a list; none of anything else.
    pub fn items(&self) -> &[Self] {
        match &self.value {
            Value::Sequence(items) => items,
            _ => &[],
        }
    }

    /// The keys of a mapping that are scalars.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        let pairs = match &self.value {
            Value::Mapping(pairs) => pairs.as_slice(),
            _ => &[],
        };
        pairs.iter().filter_map(|(key, _)| key.text())
    }

    /// The value of a key of a mapping.
    pub fn get(&self, key: &str) -> Option<&Self> {
        match &self.value {
            Value::Mapping(pairs) => pairs
                .iter()
                .find(|(name, _)| name.text() == Some(key))
                .map(|(_, value)| value),
            _ => None,
        }
    }
}

/// What a reader of YAML lets pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tolerance {
    /// One document without anchors, aliases, tags.
    Strict,
    /// The first document of a stream; anchors, aliases, tags and merge keys (`<<`) as YAML 1.1 has them.
    Lenient,
    /// The same of a stream that holds no other document.
    Single,
}

/// Whoever reads more than the first document says so.
const SEVERAL: &str = "a file holds one document";

/// Reads the one document of a file, strictly.
pub fn parse(source: &str) -> Result<Node, YamlError> {
    parse_with(source, Tolerance::Strict)
}

/// Reads a document of a file.
pub fn parse_with(source: &str, tolerance: Tolerance) -> Result<Node, YamlError> {
    let mut parser = Parser::new_from_str(source);
    let read = read_events(tolerance, &mut || match parser.next_event() {
        Some(Ok((event, span))) => Ok((event, span.start.into())),
        Some(Err(error)) => Err(fault((*error.marker()).into(), error.info())),
        None => Err(fault(Mark::default(), "the file ends too early")),
    });
    match read {
        Err(error) if tolerance != Tolerance::Strict && error.message != SEVERAL => {
            yaml11::read(source).ok_or(error)
        }
        read => read,
    }
}

/// Builds the tree of a document from the events that are handed over one by one.
pub(super) fn read_events<'input>(
    tolerance: Tolerance,
    next: &mut dyn FnMut() -> Result<Marked<'input>, YamlError>,
) -> Result<Node, YamlError> {
    let mut tree = Tree {
        next,
        tolerance,
        anchors: BTreeMap::new(),
        nodes: 0,
    };
    loop {
        match tree.next()? {
            (Event::DocumentStart(_), _) => {
                let first = tree.next()?;
                let root = tree.node(first, 0)?;
                if tolerance == Tolerance::Lenient {
                    return Ok(root);
                }
                return match (tree.next()?, tree.next()?) {
                    (_, (Event::StreamEnd, _)) => Ok(root),
                    (_, (_, mark)) => Err(fault(mark, SEVERAL)),
                };
            }
            (Event::StreamEnd, mark) => return Err(fault(mark, "the file is empty")),
            _ => {}
        }
    }
}

/// An event and where it begins.
pub(super) type Marked<'input> = (Event<'input>, Mark);

pub(super) fn fault(mark: Mark, message: &str) -> YamlError {
    YamlError {
        mark,
        message: message.to_owned(),
    }
}

/// Builds nodes from the events of the parser.
struct Tree<'n, 'input> {
    next: &'n mut dyn FnMut() -> Result<Marked<'input>, YamlError>,
    tolerance: Tolerance,
    anchors: BTreeMap<usize, Node>,
    /// Nodes so far, those that aliases repeat included.
    nodes: usize,
}

impl<'input> Tree<'_, 'input> {
    fn next(&mut self) -> Result<Marked<'input>, YamlError> {
        (self.next)()
    }

    fn node(&mut self, (event, mark): Marked<'input>, depth: usize) -> Result<Node, YamlError> {
        if depth > MAX_DEPTH {
            return Err(fault(mark, "nested too deep"));
        }
        let (mut anchor, mut tagged) = (0, None);
        if let Event::Scalar(_, _, id, tag)
        | Event::SequenceStart(id, tag)
        | Event::MappingStart(id, tag) = &event
        {
            anchor = *id;
            tagged = tag.as_ref().map(|tag| tag.suffix.clone());
            if self.tolerance == Tolerance::Strict && (anchor > 0 || tagged.is_some()) {
                return Err(fault(mark, "anchors and tags are not allowed"));
            }
        }
        self.count(1, mark)?;
        let value = match event {
            Event::Scalar(text, ..) if tagged.as_deref() == Some("binary") => Value::Scalar {
                text: binary(&text).ok_or_else(|| fault(mark, "!!binary holds no text"))?,
                quoted: true,
            },
            Event::Scalar(text, style, _, _) => Value::Scalar {
                text: text.into_owned(),
                quoted: match tagged.as_deref() {
                    Some("str") => true,
                    Some(_) => false,
                    None => style != ScalarStyle::Plain,
                },
            },
            Event::SequenceStart(..) => self.sequence(depth)?,
            Event::MappingStart(..) => self.mapping(depth)?,
            Event::Alias(id) => return self.alias(id, mark),
            _ => return Err(fault(mark, "expected a value")),
        };
        let node = Node { mark, value };
        if anchor > 0 {
            self.anchors.insert(anchor, node.clone());
        }
        Ok(node)
    }

    fn sequence(&mut self, depth: usize) -> Result<Value, YamlError> {
        let mut items = Vec::new();
        loop {
            match self.next()? {
                (Event::SequenceEnd, _) => return Ok(Value::Sequence(items)),
                item => items.push(self.node(item, depth + 1)?),
            }
        }
    }

    fn mapping(&mut self, depth: usize) -> Result<Value, YamlError> {
        let mut pairs: Vec<(Node, Node)> = Vec::new();
        let mut merged: Vec<(Node, Node)> = Vec::new();
        loop {
            let key = match self.next()? {
                (Event::MappingEnd, _) => break,
                key => self.node(key, depth + 1)?,
            };
            let value = self.next()?;
            let value = self.node(value, depth + 1)?;
            if self.tolerance == Tolerance::Lenient && key.is_plain("<<") {
                merged.extend(mappings_of(value));
            } else if pairs.iter().any(|(known, _)| known.value == key.value) {
                return Err(fault(key.mark, "the key stands twice"));
            } else if pairs.len() >= MAX_KEYS {
                return Err(fault(key.mark, "the mapping holds too many keys"));
            } else {
                pairs.push((key, value));
            }
        }
        for (key, value) in merged {
            if !pairs.iter().any(|(known, _)| known.value == key.value) {
                pairs.push((key, value));
            }
        }
        Ok(Value::Mapping(pairs))
    }

    fn alias(&mut self, id: usize, mark: Mark) -> Result<Node, YamlError> {
        if self.tolerance == Tolerance::Strict {
            return Err(fault(mark, "aliases are not allowed; write it out"));
        }
        let node = self.anchors.get(&id).cloned();
        let node = node.ok_or_else(|| fault(mark, "the alias names no earlier anchor"))?;
        self.count(node.size(), mark)?;
        Ok(node)
    }

    /// Aliases of aliases grow without end: the nodes of a file are bounded.
    fn count(&mut self, more: usize, mark: Mark) -> Result<(), YamlError> {
        self.nodes += more;
        if self.nodes > MAX_NODES {
            return Err(fault(mark, "the file holds too much"));
        }
        Ok(())
    }
}

/// The text that stands in base64.
fn binary(text: &str) -> Option<String> {
    let packed: String = text.split_ascii_whitespace().collect();
    let bytes = BASE64_STANDARD.decode(packed).ok()?;
    String::from_utf8(bytes).ok()
}

/// The pairs that a merge key brings: of one mapping, or of a list of them.
fn mappings_of(node: Node) -> Vec<(Node, Node)> {
    match node.value {
        Value::Mapping(pairs) => pairs,
        Value::Sequence(items) => items.into_iter().flat_map(mappings_of).collect(),
        Value::Scalar { .. } => Vec::new(),
    }
}
