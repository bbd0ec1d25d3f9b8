//! The task that appends. Whatever happens to a batch, every command in it gets an answer.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use domain::causes::in_full;
use domain::event::Position;
use domain::time::Clock;
use sqlx::Connection as _;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::facts::Questions;
use super::plan::{Outcome, Plan, plan};
use super::prepare::Prepared;
use super::{postgres, sqlite};
use crate::auth;
use crate::blob;
use crate::command::Appended;
use crate::db::{Conn, Db};
use crate::error::{AppendError, StoreError};
use crate::head::Head;

/// How many commands may wait; beyond that, callers wait to be let in.
const QUEUE: usize = 4096;
/// The most commands of one transaction.
const BATCH_COMMANDS: usize = 512;
/// The most bytes of one transaction, give or take one command.
const BATCH_BYTES: usize = 1 << 20;
/// Pauses before a batch is tried again on a new connection.
const RETRY_AFTER: [Duration; 5] = [
    Duration::from_millis(20),
    Duration::from_millis(100),
    Duration::from_millis(500),
    Duration::from_secs(1),
    Duration::from_secs(2),
];

/// The way into the queue.
#[derive(Clone)]
pub(crate) struct Appender {
    queue: mpsc::Sender<Submission>,
}

/// A command with the way back.
pub(crate) struct Submission {
    prepared: Prepared,
    reply: oneshot::Sender<Result<Appended, AppendError>>,
}

/// Where the log is.
pub(crate) enum Target {
    Sqlite(Db),
    Postgres {
        options: Box<PgConnectOptions>,
        connection: Option<PgConnection>,
    },
}

impl Target {
    /// A server; the connection is made when the first batch comes.
    pub(crate) fn postgres(options: PgConnectOptions) -> Self {
        Self::Postgres {
            options: Box::new(options),
            connection: None,
        }
    }
}

struct Task {
    target: Target,
    types: HashMap<String, i64>,
    clock: Arc<dyn Clock>,
    head: Head,
}

struct Written {
    outcomes: Vec<Outcome>,
    head: Position,
}

impl Appender {
    /// The queue and the task that works it off until it is told to stop.
    pub(crate) fn new(
        target: Target,
        clock: Arc<dyn Clock>,
        head: Head,
        stop: CancellationToken,
    ) -> (Self, impl Future<Output = ()> + Send) {
        let (queue, submissions) = mpsc::channel(QUEUE);
        let task = Task {
            target,
            types: HashMap::new(),
            clock,
            head,
        };
        (Self { queue }, task.run(submissions, stop))
    }

    /// Queues a command and waits until it is durable or refused.
    pub(crate) async fn submit(&self, prepared: Prepared) -> Result<Appended, AppendError> {
        let begun = Instant::now();
        let (reply, answer) = oneshot::channel();
        let submission = Submission { prepared, reply };
        if self.queue.send(submission).await.is_err() {
            return Err(StoreError::Closed.into());
        }
        let answer = answer.await.unwrap_or(Err(StoreError::Closed.into()));
        metrics::histogram!("openwatch_append_seconds").record(begun.elapsed());
        answer
    }
}

impl Task {
    async fn run(mut self, mut queue: mpsc::Receiver<Submission>, stop: CancellationToken) {
        let mut waiting = Vec::with_capacity(BATCH_COMMANDS);
        loop {
            let taken = tokio::select! {
                taken = queue.recv_many(&mut waiting, BATCH_COMMANDS) => taken,
                () = stop.cancelled(), if !queue.is_closed() => {
                    queue.close();
                    continue;
                }
            };
            if taken == 0 {
                break;
            }
            while !waiting.is_empty() {
                let batch = cut(&mut waiting);
                self.handle(batch).await;
            }
        }
        if let Target::Postgres { connection, .. } = &mut self.target
            && let Some(connection) = connection.take()
        {
            connection.close().await.ok();
        }
    }

    async fn handle(&mut self, batch: Vec<Submission>) {
        let prepared: Vec<_> = batch
            .iter()
            .map(|submission| &submission.prepared)
            .collect();
        match self.write_patiently(&prepared).await {
            Ok(written) => {
                self.head.advance(written.head);
                for (submission, outcome) in batch.into_iter().zip(written.outcomes) {
                    let answer = answer(&submission.prepared, outcome);
                    submission.reply.send(answer).ok();
                }
            }
            Err(error) if batch.len() > 1 && error.is_about_data() => {
                for submission in batch {
                    Box::pin(self.handle(vec![submission])).await;
                }
            }
            Err(error) => {
                tracing::error!(
                    error = in_full(&error),
                    commands = batch.len(),
                    "a batch could not be appended"
                );
                for submission in batch {
                    submission.reply.send(Err(error.again().into())).ok();
                }
            }
        }
    }

    /// Tries again on a new connection. That is safe even when the lost one had committed: then the
    /// commands are found in the command log.
    async fn write_patiently(&mut self, batch: &[&Prepared]) -> Result<Written, StoreError> {
        for pause in RETRY_AFTER {
            match self.write(batch).await {
                Err(error) if error.is_worth_a_retry() => {
                    tracing::warn!(error = in_full(&error), "appending is tried again");
                    tokio::time::sleep(pause).await;
                }
                done => return done,
            }
        }
        self.write(batch).await
    }

    async fn write(&mut self, batch: &[&Prepared]) -> Result<Written, StoreError> {
        let questions = Questions::of(batch);
        let now = self.clock.now().as_micros();
        match &mut self.target {
            Target::Sqlite(db) => {
                let mut tx = db.begin().await?;
                let facts = sqlite::facts(&mut tx, &questions).await?;
                let plan = plan(&facts, batch, now);
                let types = attach(&mut tx.conn(), &plan, batch, &self.types).await?;
                if !plan.is_empty() {
                    sqlite::write(&mut tx, &plan, types.as_ref().unwrap_or(&self.types)).await?;
                }
                tx.commit().await?;
                if let Some(types) = types {
                    self.types = types;
                }
                Ok(Written::by(plan))
            }
            Target::Postgres {
                options,
                connection,
            } => {
                let mut open = match connection.take() {
                    Some(open) => open,
                    None => PgConnection::connect_with(options).await?,
                };
                let mut tx = open.begin().await?;
                let facts = postgres::facts(&mut tx, &questions).await?;
                let plan = plan(&facts, batch, now);
                let types = attach(&mut Conn::Postgres(&mut tx), &plan, batch, &self.types).await?;
                let known = types.as_ref().unwrap_or(&self.types);
                if !plan.is_empty() && !postgres::write(&mut tx, &plan, known).await? {
                    return Err(StoreError::Inconsistent {
                        what: "hold the lock of the head",
                    });
                }
                tx.commit().await?;
                *connection = Some(open);
                if let Some(types) = types {
                    self.types = types;
                }
                Ok(Written::by(plan))
            }
        }
    }
}

impl Written {
    fn by(plan: Plan<'_>) -> Self {
        Self {
            head: Position(plan.new_position()),
            outcomes: plan.outcomes,
        }
    }
}

/// The first commands of the queue, up to the bytes of one transaction; at least one.
fn cut(waiting: &mut Vec<Submission>) -> Vec<Submission> {
    let mut bytes = 0;
    let fitting = waiting
        .iter()
        .take_while(|submission| {
            let fits = bytes < BATCH_BYTES;
            bytes += submission.prepared.bytes();
            fits
        })
        .count();
    waiting.drain(..fitting).collect()
}

/// Writes what goes with the accepted commands. Returns the types with new ones among them, if there are.
async fn attach(
    connection: &mut Conn<'_>,
    plan: &Plan<'_>,
    batch: &[&Prepared],
    types: &HashMap<String, i64>,
) -> Result<Option<HashMap<String, i64>>, StoreError> {
    for (prepared, outcome) in batch.iter().zip(&plan.outcomes) {
        if matches!(outcome, Outcome::Appended { .. }) && prepared.has_attachments() {
            for stored in &prepared.blobs {
                blob::insert(connection, stored).await?;
            }
            for attachment in &prepared.attachments {
                auth::attach(connection, attachment).await?;
            }
        }
    }
    let new: BTreeSet<_> = plan
        .events
        .iter()
        .map(|row| row.event.name.as_str())
        .filter(|name| !types.contains_key(*name))
        .collect();
    if new.is_empty() {
        return Ok(None);
    }
    let mut types = types.clone();
    for name in new {
        let insert = "INSERT INTO event_type (name) VALUES ($1) ON CONFLICT (name) DO NOTHING";
        connection.execute(insert, &[name.into()]).await?;
        let select = "SELECT CAST(type_id AS BIGINT) AS type_id FROM event_type WHERE name = $1";
        for row in connection.fetch_all(select, &[name.into()]).await? {
            types.insert(name.to_owned(), row.get("type_id")?);
        }
    }
    Ok(Some(types))
}

fn answer(prepared: &Prepared, outcome: Outcome) -> Result<Appended, AppendError> {
    let stream = prepared.stream.clone();
    match outcome {
        Outcome::Appended { first, last } => Ok(Appended {
            stream,
            first: Position(first),
            last: Position(last),
            repeated: false,
        }),
        Outcome::Repeated(answer) => Ok(Appended {
            stream: answer.stream,
            first: Position(answer.first),
            last: Position(answer.first + answer.count - 1),
            repeated: true,
        }),
        Outcome::Conflict { expected, actual } => Err(AppendError::Conflict {
            stream,
            expected,
            actual,
        }),
        Outcome::GuardFailed(stream) => Err(AppendError::GuardFailed { stream }),
        Outcome::ClaimTaken {
            key: (scope, value),
            holder,
        } => Err(AppendError::ClaimTaken {
            scope,
            value,
            holder,
        }),
    }
}
