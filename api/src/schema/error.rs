//! Two channels for what goes wrong. Faults are top-level errors with a code of a closed list; what a
//! careful person can still run into is in the payload of the mutation, as data.

use async_graphql::{Enum, ErrorExtensions as _, Interface, SimpleObject};
use domain::aggregate::Aggregate;
use domain::rule_pack::PackFault;
use domain::validate::InvalidField;
use event_store::{ExecuteError, StoreError};

/// The codes of faults.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FaultCode {
    BadUserInput,
    BadCursor,
    Unauthenticated,
    Forbidden,
    NotFound,
    PositionExpired,
    Behind,
    Internal,
}

impl FaultCode {
    /// The word in `extensions.code`.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::BadUserInput => "BAD_USER_INPUT",
            Self::BadCursor => "BAD_CURSOR",
            Self::Unauthenticated => "UNAUTHENTICATED",
            Self::Forbidden => "FORBIDDEN",
            Self::NotFound => "NOT_FOUND",
            Self::PositionExpired => "POSITION_EXPIRED",
            Self::Behind => "BEHIND",
            Self::Internal => "INTERNAL",
        }
    }
}

/// A top-level error: the request is wrong, or the server failed.
#[derive(Debug, Clone)]
pub(crate) struct Fault {
    code: FaultCode,
    message: String,
}

impl Fault {
    /// A fault in words that help.
    pub(crate) fn new(code: FaultCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
        }
    }

    /// The word for it.
    pub(crate) fn code(&self) -> FaultCode {
        self.code
    }

    /// What a person reads.
    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    /// Something was done, and the read tables have not come so far after the time that is given to them.
    pub(crate) fn behind(what: &str) -> Self {
        let message = format!(
            "{what} is in the log, and the read tables have not come so far: ask for it again in a moment"
        );
        Self::new(FaultCode::Behind, message)
    }

    /// A failure of ours. The cause goes to the logs, under an id that the client gets.
    pub(crate) fn internal(cause: impl std::fmt::Display) -> Self {
        let id = crate::auth::secret::random_secret().unwrap_or_default();
        let id = id.get(..12).unwrap_or("unknown").to_owned();
        tracing::error!(error_id = id, %cause, "a request failed");
        Self::new(
            FaultCode::Internal,
            format!("the server failed; its logs say why under the error id {id}"),
        )
    }
}

impl From<Fault> for async_graphql::Error {
    fn from(fault: Fault) -> Self {
        Self::new(fault.message).extend_with(|_, extensions| {
            extensions.set("code", fault.code.as_str());
        })
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        Self::internal(domain::causes::in_full(&error))
    }
}

/// What kind of thing stands in the way. Clients must expect values that they do not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub(crate) enum UserErrorCode {
    /// A field does not hold.
    Invalid,
    /// Something else has this name already.
    Taken,
    /// There is no such thing, or not any more.
    NotFound,
    /// It is not possible in the state that the thing is in.
    Conflict,
    /// The name or the password is wrong.
    WrongPassword,
    /// Too many tries; wait.
    TooManyTries,
    /// The role does not go that far.
    NotAllowed,
}

/// Something that stands in the way, and what to do about it.
#[derive(Debug, Clone, Interface)]
#[graphql(
    field(
        name = "message",
        ty = "&String",
        desc = "What is wrong and what to do, for people."
    ),
    field(
        name = "code",
        ty = "&UserErrorCode",
        desc = "What kind of thing stands in the way."
    ),
    field(
        name = "path",
        ty = "&Option<Vec<String>>",
        desc = "The input field that it is about, from the input on."
    )
)]
pub(crate) enum UserError {
    /// About a field of the input.
    Field(FieldError),
    /// About the state of a thing.
    Conflict(ConflictError),
    /// About a place in a file.
    File(Box<FileError>),
}

/// A field of the input does not hold.
#[derive(Debug, Clone, SimpleObject)]
pub(crate) struct FieldError {
    /// What is wrong and what to do, for people.
    message: String,
    /// What kind of thing stands in the way.
    code: UserErrorCode,
    /// The input field that it is about, from the input on.
    path: Option<Vec<String>>,
}

/// The thing is not in a state in which this is possible.
#[derive(Debug, Clone, SimpleObject)]
pub(crate) struct ConflictError {
    /// What is wrong and what to do, for people.
    message: String,
    /// What kind of thing stands in the way.
    code: UserErrorCode,
    /// The input field that it is about, from the input on.
    path: Option<Vec<String>>,
}

/// A file that was uploaded does not hold.
#[derive(Debug, Clone, SimpleObject)]
pub(crate) struct FileError {
    /// What is wrong and what to do, for people.
    message: String,
    /// What kind of thing stands in the way.
    code: UserErrorCode,
    /// The input field that it is about, from the input on.
    path: Option<Vec<String>>,
    /// The file; empty when it is about all of them.
    file: String,
    /// The line, from 1; null when it is about the file as a whole.
    line: Option<u32>,
    /// The column, from 1.
    column: Option<u32>,
    /// What was perhaps meant.
    suggestion: Option<String>,
    /// What stands in that line.
    excerpt: Option<String>,
}

impl UserError {
    /// About a place in an uploaded file.
    pub(crate) fn file(fault: PackFault) -> Self {
        Self::File(Box::new(FileError {
            message: fault.message,
            code: UserErrorCode::Invalid,
            path: Some(vec!["files".to_owned()]),
            file: fault.file,
            line: fault.place.map(|(line, _)| line),
            column: fault.place.map(|(_, column)| column),
            suggestion: fault.suggestion,
            excerpt: fault.excerpt,
        }))
    }

    /// About a field.
    pub(crate) fn field(path: &[&str], code: UserErrorCode, message: impl Into<String>) -> Self {
        let path = Some(path.iter().map(|part| (*part).to_owned()).collect());
        Self::Field(FieldError {
            message: message.into(),
            code,
            path,
        })
    }

    /// About a field that does not hold.
    pub(crate) fn invalid(path: &[&str], error: &InvalidField) -> Self {
        Self::field(path, UserErrorCode::Invalid, error.to_string())
    }

    /// About the state of a thing.
    pub(crate) fn conflict(code: UserErrorCode, message: impl std::fmt::Display) -> Self {
        Self::Conflict(ConflictError {
            message: message.to_string(),
            code,
            path: None,
        })
    }
}

/// Why a command came to nothing: for the person, or a fault.
pub(crate) enum Refusal {
    /// Goes into the payload.
    User(Box<UserError>),
    /// All of them go into the payload.
    Several(Vec<UserError>),
    /// Goes to the top.
    Fault(Fault),
}

impl From<UserError> for Refusal {
    fn from(error: UserError) -> Self {
        Self::User(Box::new(error))
    }
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

/// What an aggregate says to a person when it refuses.
pub(crate) trait Explain {
    /// The refusal as data.
    fn explain(&self) -> UserError;
}

/// A refused command as data; a failed one as a fault.
pub(crate) fn refusal<A: Aggregate>(error: ExecuteError<A::Error>) -> Refusal
where
    A::Error: Explain,
{
    match error {
        ExecuteError::Refused(error) => error.explain().into(),
        ExecuteError::ClaimTaken { scope, value, .. } => taken(&scope, &value).into(),
        ExecuteError::GuardFailed { .. } | ExecuteError::Contended => UserError::conflict(
            UserErrorCode::Conflict,
            "somebody else changed it at the same time; look at it and try again",
        )
        .into(),
        ExecuteError::Store(StoreError::CommandReused { .. }) => UserError::field(
            &["idempotencyKey"],
            UserErrorCode::Invalid,
            "the key was used for something else; take another",
        )
        .into(),
        ExecuteError::Store(error) => Fault::from(error).into(),
    }
}

/// Every claim of the domain, in words.
fn taken(scope: &str, value: &str) -> UserError {
    let name = || value.rsplit_once('/').map_or(value, |(_, name)| name);
    match scope {
        "host_name" => UserError::field(
            &["name"],
            UserErrorCode::Taken,
            format!("another host of this environment is called {}", name()),
        ),
        "credential_name" => UserError::field(
            &["name"],
            UserErrorCode::Taken,
            format!("another credential is called {value}"),
        ),
        "group_name" => UserError::field(
            &["name"],
            UserErrorCode::Taken,
            format!("another group is called {value}"),
        ),
        "rule_pack_name" => UserError::field(
            &["name"],
            UserErrorCode::Taken,
            format!("another rule pack is called {value}"),
        ),
        "rule_id" => UserError::conflict(
            UserErrorCode::Taken,
            format!(
                "the rule {value} is in another enabled pack too; disable that one, or give the rule another id"
            ),
        ),
        "username" => UserError::field(
            &["username"],
            UserErrorCode::Taken,
            format!("another user is called {value}"),
        ),
        "first_administrator" => UserError::conflict(
            UserErrorCode::Conflict,
            "there is an administrator already; log in instead",
        ),
        "active_scan" => UserError::conflict(
            UserErrorCode::Conflict,
            "the host is being scanned; wait for that scan or cancel it",
        ),
        "default_credential" => UserError::conflict(
            UserErrorCode::Conflict,
            "another credential is the default; clear that first",
        ),
        _ => UserError::conflict(UserErrorCode::Taken, format!("{value} is taken")),
    }
}
