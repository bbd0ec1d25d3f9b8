//! What libyaml reads although our parser, which keeps to YAML 1.2, refuses it: a tab behind a colon, lines of a flow
//! mapping or of quoted text that begin at the margin. Programs that read YAML with libyaml or a port of it (Kensa, the
//! tools of Kubernetes) take such files.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use libyaml_safer::{EventData, Parser, ScalarStyle as Style};
use saphyr_parser::{Event, ScalarStyle, Tag};

use super::yaml::{Mark, Marked, Node, Tolerance, YamlError, fault, read_events};

/// The first document; nothing where libyaml refuses it too.
pub(super) fn read(source: &str) -> Option<Node> {
    // The port of libyaml stops the thread at some tags of this form, which no rule has.
    if source.contains("!<") {
        return None;
    }
    let mut parser = Parser::new();
    parser.set_input(source.as_bytes());
    let mut anchors = Anchors::default();
    let mut next = || -> Result<Marked<'static>, YamlError> {
        let event = parser.parse().map_err(|error| {
            let at = error.problem_mark().map(mark).unwrap_or_default();
            fault(at, error.problem())
        })?;
        let at = mark(event.start_mark);
        Ok((anchors.event(event.data, at)?, at))
    };
    // A file of somebody else must not end a process that reads others, whatever the library makes of it.
    let read = catch_unwind(AssertUnwindSafe(|| {
        read_events(Tolerance::Lenient, &mut next)
    }));
    read.ok()?.ok()
}

fn mark(mark: libyaml_safer::Mark) -> Mark {
    let from_one = |number: u64| usize::try_from(number).unwrap_or(usize::MAX - 1) + 1;
    Mark {
        line: from_one(mark.line),
        column: from_one(mark.column),
    }
}

/// The anchors by name, with a number for each time that a name is given.
#[derive(Default)]
struct Anchors {
    last: usize,
    known: BTreeMap<String, usize>,
}

impl Anchors {
    fn event(&mut self, data: EventData, at: Mark) -> Result<Event<'static>, YamlError> {
        Ok(match data {
            EventData::StreamStart { .. } => Event::StreamStart,
            EventData::StreamEnd => Event::StreamEnd,
            EventData::DocumentStart { implicit, .. } => Event::DocumentStart(!implicit),
            EventData::DocumentEnd { .. } => Event::DocumentEnd,
            EventData::Alias { anchor } => match self.known.get(&anchor) {
                Some(id) => Event::Alias(*id),
                None => return Err(fault(at, "the alias names no earlier anchor")),
            },
            EventData::Scalar {
                anchor,
                tag,
                value,
                style,
                ..
            } => Event::Scalar(value.into(), style_of(style), self.id(anchor), tag_of(tag)),
            EventData::SequenceStart { anchor, tag, .. } => {
                Event::SequenceStart(self.id(anchor), tag_of(tag))
            }
            EventData::SequenceEnd => Event::SequenceEnd,
            EventData::MappingStart { anchor, tag, .. } => {
                Event::MappingStart(self.id(anchor), tag_of(tag))
            }
            EventData::MappingEnd => Event::MappingEnd,
        })
    }

    /// The number of an anchor; zero is none.
    fn id(&mut self, anchor: Option<String>) -> usize {
        let Some(name) = anchor else { return 0 };
        self.last += 1;
        self.known.insert(name, self.last);
        self.last
    }
}

fn style_of(style: Style) -> ScalarStyle {
    match style {
        Style::SingleQuoted => ScalarStyle::SingleQuoted,
        Style::DoubleQuoted => ScalarStyle::DoubleQuoted,
        Style::Literal => ScalarStyle::Literal,
        Style::Folded => ScalarStyle::Folded,
        _ => ScalarStyle::Plain,
    }
}

fn tag_of(tag: Option<String>) -> Option<Cow<'static, Tag>> {
    let tag = tag?;
    let (handle, suffix) = tag.rsplit_once([':', '!']).unwrap_or(("", &tag));
    Some(Cow::Owned(Tag {
        handle: handle.to_owned(),
        suffix: suffix.to_owned(),
    }))
}
