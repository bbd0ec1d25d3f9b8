//! What the database knows that a batch depends on, read under the lock of the head.

use std::collections::HashMap;

use domain::aggregate::Claim;
use domain::event::StreamId;
use domain::id::{CommandId, TypedId as _};

use super::prepare::Prepared;
use crate::error::StoreError;
use crate::row::Row;
use crate::tree::Frontier;

/// A value within its scope.
pub(super) type ClaimKey = (String, String);

/// The end of a stream.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct StreamEnd {
    pub(super) version: u64,
    /// Only `SQLite` keeps it.
    pub(super) last_position: u64,
}

/// What a command became the first time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FirstAnswer {
    pub(super) stream: StreamId,
    pub(super) first: u64,
    pub(super) count: u64,
}

/// What is known of the database.
#[derive(Debug, Clone, Default)]
pub(super) struct Facts {
    pub(super) frontier: Frontier,
    pub(super) streams: HashMap<StreamId, StreamEnd>,
    pub(super) commands: HashMap<CommandId, FirstAnswer>,
    pub(super) claims: HashMap<ClaimKey, StreamId>,
}

/// What has to be asked for a batch.
#[derive(Debug, Default)]
pub(super) struct Questions {
    pub(super) streams: Vec<StreamId>,
    pub(super) commands: Vec<CommandId>,
    pub(super) claims: Vec<ClaimKey>,
}

pub(super) fn claim_key(claim: &Claim) -> ClaimKey {
    let (Claim::Take { scope, value } | Claim::Release { scope, value }) = claim;
    ((*scope).to_owned(), value.clone())
}

impl Questions {
    pub(super) fn of(batch: &[&Prepared]) -> Self {
        let mut questions = Self::default();
        for prepared in batch {
            questions.streams.push(prepared.stream.clone());
            questions
                .streams
                .extend(prepared.guards.iter().map(|guard| guard.stream.clone()));
            questions.commands.push(prepared.command);
            for event in &prepared.events {
                questions.claims.extend(event.claims.iter().map(claim_key));
            }
        }
        questions.streams.sort_unstable();
        questions.streams.dedup();
        questions.commands.sort_unstable();
        questions.commands.dedup();
        questions.claims.sort_unstable();
        questions.claims.dedup();
        questions
    }
}

impl Facts {
    /// From the rows that both databases answer with: `what` says which columns mean what.
    pub(super) fn from_rows(rows: &[Row]) -> Result<Self, StoreError> {
        let mut facts = Self::default();
        let mut head = false;
        for row in rows {
            match row.get::<i64>("what")? {
                0 => {
                    facts.frontier = frontier(row)?;
                    head = true;
                }
                1 => {
                    let end = StreamEnd {
                        version: row.get::<Option<u64>>("number_1")?.unwrap_or(0),
                        last_position: row.get("number_2")?,
                    };
                    facts.streams.insert(stream(row)?, end);
                }
                2 => {
                    let answer = FirstAnswer {
                        stream: stream(row)?,
                        first: row.get("number_1")?,
                        count: row.get("number_2")?,
                    };
                    facts.commands.insert(command_id(row)?, answer);
                }
                _ => {
                    let key = (row.get("text_3")?, row.get("text_4")?);
                    facts.claims.insert(key, stream(row)?);
                }
            }
        }
        if head {
            return Ok(facts);
        }
        Err(StoreError::Inconsistent {
            what: "show the head of the log",
        })
    }
}

fn stream(row: &Row) -> Result<StreamId, StoreError> {
    Ok(StreamId {
        kind: row.get("text_1")?,
        key: row.get("text_2")?,
    })
}

fn frontier(row: &Row) -> Result<Frontier, StoreError> {
    let bytes: Vec<u8> = row.get("bytes_1")?;
    Frontier::from_bytes(row.get("number_1")?, &bytes).ok_or(StoreError::Inconsistent {
        what: "keep the frontier of the tree",
    })
}

fn command_id(row: &Row) -> Result<CommandId, StoreError> {
    let bytes: Vec<u8> = row.get("bytes_1")?;
    uuid::Uuid::from_slice(&bytes)
        .map(CommandId::from_uuid)
        .map_err(|error| StoreError::Column {
            column: "command_id".to_owned(),
            problem: error.to_string(),
        })
}
