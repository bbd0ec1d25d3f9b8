//! An XML document as a tree of JSON values, so that a JSON Pointer names a place in it: `/Server/Service/0/@name`.
//! Document types are not read and entities beyond the five of the language not replaced, so no file can grow.

use quick_xml::XmlVersion;
use quick_xml::events::attributes::AttrError;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::reader::Reader;
use serde_json::{Map, Value};

/// Elements within elements: no configuration needs more.
const DEPTH: usize = 100;

#[derive(Default)]
struct Element {
    name: String,
    /// Attributes as `@name`, and the elements within by their names.
    parts: Map<String, Value>,
    text: String,
}

/// Reads a document. An element is its text, or an object of its attributes (`@name`), the elements within and its
/// text (`#text`); several elements of one name are a list. Prefixes of namespaces belong to the names.
pub(super) fn parse(text: &str) -> Result<Value, String> {
    let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
    let mut open = vec![Element::default()];
    loop {
        let event = reader
            .read_event()
            .map_err(|error| format!("at byte {}: {error}", reader.error_position()))?;
        let Some(inner) = open.last_mut() else {
            return Err("an element ends that has not begun".to_owned());
        };
        match event {
            Event::Start(start) => {
                let element = begin(&start)?;
                open.push(element);
            }
            Event::Empty(start) => inner.take(begin(&start)?),
            Event::End(_) => close(&mut open),
            Event::Text(words) => {
                inner
                    .text
                    .push_str(&words.xml10_content().map_err(|error| error.to_string())?);
            }
            Event::CData(words) => {
                inner
                    .text
                    .push_str(&words.xml10_content().map_err(|error| error.to_string())?);
            }
            Event::GeneralRef(reference) => inner.text.push(character(&reference)?),
            Event::Eof => break,
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
        if open.len() > DEPTH {
            return Err(format!("more than {DEPTH} elements within each other"));
        }
    }
    match open.pop() {
        Some(document) if open.is_empty() && !document.parts.is_empty() => {
            Ok(Value::Object(document.parts))
        }
        _ => Err("the document does not end".to_owned()),
    }
}

fn begin(start: &BytesStart<'_>) -> Result<Element, String> {
    let mut element = Element {
        name: String::from_utf8_lossy(start.name().as_ref()).into_owned(),
        ..Element::default()
    };
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|error: AttrError| error.to_string())?;
        let value = attribute
            .normalized_value(XmlVersion::Implicit1_0)
            .map_err(|error| error.to_string())?;
        let name = format!("@{}", String::from_utf8_lossy(attribute.key.as_ref()));
        element
            .parts
            .insert(name, Value::String(value.into_owned()));
    }
    Ok(element)
}

fn close(open: &mut Vec<Element>) {
    if let Some(element) = open.pop()
        && let Some(outer) = open.last_mut()
    {
        outer.take(element);
    }
}

fn character(reference: &BytesRef<'_>) -> Result<char, String> {
    if let Some(character) = reference
        .resolve_char_ref()
        .map_err(|error| error.to_string())?
    {
        return Ok(character);
    }
    match reference.decode().unwrap_or_default().as_ref() {
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "amp" => Ok('&'),
        "apos" => Ok('\''),
        "quot" => Ok('"'),
        other => Err(format!("the entity {other:?} is not replaced")),
    }
}

impl Element {
    fn take(&mut self, element: Self) {
        let name = element.name.clone();
        let value = element.into_value();
        match self.parts.get_mut(&name) {
            Some(Value::Array(list)) => list.push(value),
            Some(first) => *first = Value::Array(vec![first.take(), value]),
            None => drop(self.parts.insert(name, value)),
        }
    }

    fn into_value(mut self) -> Value {
        let text = self.text.trim();
        if self.parts.is_empty() {
            return Value::String(text.to_owned());
        }
        if !text.is_empty() {
            self.parts
                .insert("#text".to_owned(), Value::String(text.to_owned()));
        }
        Value::Object(self.parts)
    }
}
