//! An aggregate for the tests: a note with a title that is unique and lines that are added.

use domain::actor::Actor;
use domain::aggregate::{Aggregate, Claim};
use domain::event::{EventBody as _, EventFacts, StreamId};
use domain::id::{CommandId, CorrelationId, TypedId as _};
use event_store::{Append, CommandContext, Expected, NewEvent, Store};
use minicbor::{Decode, Encode};
use serde::Serialize;
use uuid::Uuid;

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize)]
#[cbor(map)]
pub(crate) struct Titled {
    #[n(0)]
    pub(crate) before: Option<String>,
    #[n(1)]
    pub(crate) title: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize)]
#[cbor(map)]
pub(crate) struct LineAdded {
    #[n(0)]
    pub(crate) text: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize)]
#[cbor(map)]
pub(crate) struct TornUp {
    #[n(0)]
    pub(crate) title: String,
}

fn take(title: &str) -> Claim {
    Claim::Take {
        scope: "note_title",
        value: title.to_owned(),
    }
}

fn release(title: &str) -> Claim {
    Claim::Release {
        scope: "note_title",
        value: title.to_owned(),
    }
}

impl EventFacts for Titled {
    fn claims(&self) -> Vec<Claim> {
        let mut claims: Vec<_> = self.before.iter().map(|before| release(before)).collect();
        claims.push(take(&self.title));
        claims
    }
}

impl EventFacts for LineAdded {}

impl EventFacts for TornUp {
    fn claims(&self) -> Vec<Claim> {
        vec![release(&self.title)]
    }
}

domain::events! {
    /// Everything that can happen to a note.
    pub(crate) enum NoteEvent {
        Titled(Titled) = "note.titled" v 1;
        LineAdded(LineAdded) = "note.line_added" v 1;
        TornUp(TornUp) = "note.torn_up" v 1;
    }
}

#[derive(Debug)]
pub(crate) struct Note;

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct NoteState {
    pub(crate) title: Option<String>,
    pub(crate) lines: Vec<String>,
}

#[derive(Debug, Clone)]
pub(crate) enum NoteCommand {
    Title(String),
    AddLine(String),
    TearUp,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the note has no title")]
pub(crate) struct Untitled;

impl Aggregate for Note {
    const KIND: &'static str = "note";
    type State = NoteState;
    type Event = NoteEvent;
    type Command = NoteCommand;
    type Error = Untitled;

    fn decide(state: &NoteState, command: NoteCommand) -> Result<Vec<NoteEvent>, Untitled> {
        match command {
            NoteCommand::Title(title) if state.title.as_ref() == Some(&title) => Ok(Vec::new()),
            NoteCommand::Title(title) => Ok(vec![
                Titled {
                    before: state.title.clone(),
                    title,
                }
                .into(),
            ]),
            NoteCommand::AddLine(text) => Ok(vec![LineAdded { text }.into()]),
            NoteCommand::TearUp => {
                let title = state.title.clone().ok_or(Untitled)?;
                Ok(vec![TornUp { title }.into()])
            }
        }
    }

    fn evolve(mut state: NoteState, event: &NoteEvent) -> NoteState {
        match event {
            NoteEvent::Titled(titled) => state.title = Some(titled.title.clone()),
            NoteEvent::LineAdded(added) => state.lines.push(added.text.clone()),
            NoteEvent::TornUp(_) => state = NoteState::default(),
        }
        state
    }
}

/// A context with a command id made of the number.
pub(crate) fn context(number: u64) -> CommandContext {
    CommandContext::new(
        CommandId::from_uuid(Uuid::from_u64_pair(7, number)),
        Actor::system("test"),
        CorrelationId::from_uuid(Uuid::from_u64_pair(8, number)),
    )
}

/// The stream of a note.
pub(crate) fn stream(key: impl std::fmt::Display) -> StreamId {
    StreamId::new(Note::KIND, key)
}

/// One line for a note, wherever its stream is.
pub(crate) fn line(key: impl std::fmt::Display, text: &str, number: u64) -> Append {
    let event = NoteEvent::from(LineAdded {
        text: text.to_owned(),
    });
    Append {
        stream: stream(key),
        expected: Expected::Any,
        events: vec![NewEvent::of(&event)],
        context: context(number),
    }
}

/// The text of a line that was added.
pub(crate) fn text_of(event: &event_store::RecordedEvent) -> String {
    match NoteEvent::decode(&event.name, event.version, &event.body) {
        Ok(NoteEvent::LineAdded(added)) => added.text,
        other => panic!("not a line: {other:?}"),
    }
}

/// Asserts that the log is sound and returns its size.
pub(crate) async fn assert_sound(store: &Store) -> u64 {
    let verified = store.verify(&[]).await.unwrap();
    assert_eq!(verified.flaw, None);
    assert_eq!(verified.head, store.tree().await.unwrap());
    verified.head.size
}
