//! The way of a command: load, fold, decide, append; again when others were faster; the first answer
//! when it is a repeat.

use std::fmt::Display;

use domain::aggregate::Aggregate;
use domain::event::{EventBody, Position, RecordedEvent, StreamId};
use domain::id::{CommandId, TypedId as _};

use crate::append::prepare;
use crate::command::{Append, Appended, CommandContext, Executed, Expected, Loaded, NewEvent};
use crate::error::{AppendError, ExecuteError, StoreError};
use crate::read::PageLimit;
use crate::store::Store;

/// How often a lost race is run again.
const ATTEMPTS: usize = 10;

impl Store {
    /// Carries a command out, exactly once for its id.
    pub async fn execute<A: Aggregate>(
        &self,
        key: impl Display,
        command: A::Command,
        context: CommandContext,
    ) -> Result<Executed<A>, ExecuteError<A::Error>> {
        let stream = StreamId::new(A::KIND, key);
        for _ in 0..ATTEMPTS {
            let loaded = self.load_stream::<A>(&stream).await?;
            let events = match A::decide(&loaded.state, command.clone()) {
                Ok(events) if !events.is_empty() => events,
                // Refused or nothing to do: perhaps because the same command did it before.
                other => {
                    if let Some(first) = self.first_answer(context.command).await? {
                        return Ok(self.repeated(first).await?);
                    }
                    other.map_err(ExecuteError::Refused)?;
                    return Ok(Executed {
                        stream,
                        state: loaded.state,
                        events: Vec::new(),
                        position: *self.head().borrow(),
                        repeated: false,
                    });
                }
            };
            let append = Append {
                stream: stream.clone(),
                expected: Expected::Version(loaded.version),
                events: events.iter().map(NewEvent::of).collect(),
                context: context.clone(),
            };
            match self.append(append).await {
                Ok(appended) if appended.repeated => return Ok(self.repeated(appended).await?),
                Ok(appended) => {
                    return Ok(Executed {
                        stream,
                        state: events.iter().fold(loaded.state, A::evolve),
                        events,
                        position: appended.last,
                        repeated: false,
                    });
                }
                Err(AppendError::Conflict { .. }) => {}
                Err(error) => return Err(refusal(error)),
            }
        }
        Err(ExecuteError::Contended)
    }

    /// An aggregate as the log has it now.
    pub async fn load<A: Aggregate>(&self, key: impl Display) -> Result<Loaded<A>, StoreError> {
        self.load_stream(&StreamId::new(A::KIND, key)).await
    }

    /// Appends events as they are; most callers want [`Store::execute`].
    pub async fn append(&self, append: Append) -> Result<Appended, AppendError> {
        let prepared = prepare(append, self.random())?;
        self.appender().submit(prepared).await
    }

    async fn load_stream<A: Aggregate>(&self, stream: &StreamId) -> Result<Loaded<A>, StoreError> {
        let mut loaded = Loaded {
            state: A::State::default(),
            version: 0,
        };
        loop {
            let page = self
                .read_stream(stream, loaded.version, PageLimit::default())
                .await?;
            if page.is_empty() {
                return Ok(loaded);
            }
            for recorded in page {
                loaded.state = A::evolve(loaded.state, &decode::<A::Event>(&recorded)?);
                loaded.version = recorded.stream_version;
            }
        }
    }

    /// What the command became before, if it was carried out.
    async fn first_answer(&self, command: CommandId) -> Result<Option<Appended>, StoreError> {
        let sql = "SELECT s.kind, s.key, c.first_position, c.event_count FROM command_log c \
            JOIN stream s ON s.stream_id = c.stream_id WHERE c.command_id = $1";
        let id = command.uuid().as_bytes().as_slice().into();
        let Some(row) = self.db().fetch_optional(sql, &[id]).await? else {
            return Ok(None);
        };
        let first: u64 = row.get("first_position")?;
        Ok(Some(Appended {
            stream: StreamId {
                kind: row.get("kind")?,
                key: row.get("key")?,
            },
            first: Position(first),
            last: Position(first + row.get::<u64>("event_count")? - 1),
            repeated: true,
        }))
    }

    /// The answer of the first time, from the log.
    async fn repeated<A: Aggregate>(&self, first: Appended) -> Result<Executed<A>, StoreError> {
        if first.stream.kind != A::KIND {
            return Err(StoreError::CommandReused {
                stream: first.stream,
            });
        }
        let mut state = A::State::default();
        let mut events = Vec::new();
        let mut version = 0;
        loop {
            let page = self
                .read_stream(&first.stream, version, PageLimit::default())
                .await?;
            let ended = page.is_empty();
            for recorded in page.iter().filter(|event| event.position <= first.last) {
                let event = decode::<A::Event>(recorded)?;
                state = A::evolve(state, &event);
                if recorded.position >= first.first {
                    events.push(event);
                }
            }
            match page.last() {
                Some(last) if !ended && last.position < first.last => version = last.stream_version,
                _ => break,
            }
        }
        Ok(Executed {
            stream: first.stream,
            state,
            events,
            position: first.last,
            repeated: true,
        })
    }
}

fn decode<E: EventBody>(recorded: &RecordedEvent) -> Result<E, StoreError> {
    E::decode(&recorded.name, recorded.version, &recorded.body).map_err(|source| {
        StoreError::Decode {
            position: recorded.position,
            source,
        }
    })
}

fn refusal<E: std::error::Error + 'static>(error: AppendError) -> ExecuteError<E> {
    match error {
        AppendError::Conflict { .. } => ExecuteError::Contended,
        AppendError::ClaimTaken {
            scope,
            value,
            holder,
        } => ExecuteError::ClaimTaken {
            scope,
            value,
            holder,
        },
        AppendError::GuardFailed { stream } => ExecuteError::GuardFailed { stream },
        AppendError::Store(error) => ExecuteError::Store(error),
    }
}
