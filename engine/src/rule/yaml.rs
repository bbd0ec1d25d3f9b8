//! YAML as a tree with marks: every node knows its line and column, every scalar its text as written
//! and whether it was quoted. The parser is saphyr's; this file only keeps what it says.

use saphyr_parser::{Event, Marker, Parser, ScalarStyle};

/// A place in a file, from 1.
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
const MAX_DEPTH: usize = 32;

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

/// Reads the one document of a file.
pub fn parse(source: &str) -> Result<Node, YamlError> {
    let mut parser = Parser::new_from_str(source);
    loop {
        match next(&mut parser)? {
            (Event::DocumentStart(_), _) => {
                let first = next(&mut parser)?;
                let root = node(&mut parser, first, 0)?;
                return match (next(&mut parser)?, next(&mut parser)?) {
                    (_, (Event::StreamEnd, _)) => Ok(root),
                    (_, (_, mark)) => Err(fault(mark, "a file holds one document")),
                };
            }
            (Event::StreamEnd, mark) => return Err(fault(mark, "the file is empty")),
            _ => {}
        }
    }
}

type Marked<'input> = (Event<'input>, Mark);

fn next<'input, T: saphyr_parser::Input>(
    parser: &mut Parser<'input, T>,
) -> Result<Marked<'input>, YamlError> {
    match parser.next_event() {
        Some(Ok((event, span))) => Ok((event, span.start.into())),
        Some(Err(error)) => Err(fault((*error.marker()).into(), error.info())),
        None => Err(fault(Mark::default(), "the file ends too early")),
    }
}

fn fault(mark: Mark, message: &str) -> YamlError {
    YamlError {
        mark,
        message: message.to_owned(),
    }
}

fn node<'input, T: saphyr_parser::Input>(
    parser: &mut Parser<'input, T>,
    (event, mark): Marked<'input>,
    depth: usize,
) -> Result<Node, YamlError> {
    if depth > MAX_DEPTH {
        return Err(fault(mark, "nested too deep"));
    }
    if let Event::Scalar(_, _, anchor, tag)
    | Event::SequenceStart(anchor, tag)
    | Event::MappingStart(anchor, tag) = &event
        && (*anchor > 0 || tag.is_some())
    {
        return Err(fault(mark, "anchors and tags are not allowed"));
    }
    let value = match event {
        Event::Scalar(text, style, _, _) => Value::Scalar {
            text: text.into_owned(),
            quoted: style != ScalarStyle::Plain,
        },
        Event::SequenceStart(..) => {
            let mut items = Vec::new();
            loop {
                match next(parser)? {
                    (Event::SequenceEnd, _) => break Value::Sequence(items),
                    item => items.push(node(parser, item, depth + 1)?),
                }
            }
        }
        Event::MappingStart(..) => {
            let mut pairs: Vec<(Node, Node)> = Vec::new();
            loop {
                match next(parser)? {
                    (Event::MappingEnd, _) => break Value::Mapping(pairs),
                    key => {
                        let key = node(parser, key, depth + 1)?;
                        if pairs.iter().any(|(known, _)| known.value == key.value) {
                            return Err(fault(key.mark, "the key stands twice"));
                        }
                        let value = next(parser)?;
                        pairs.push((key, node(parser, value, depth + 1)?));
                    }
                }
            }
        }
        Event::Alias(_) => return Err(fault(mark, "aliases are not allowed; write it out")),
        _ => return Err(fault(mark, "expected a value")),
    };
    Ok(Node { mark, value })
}
