//! How a command ends: the exit codes of the command line, and failures that say what to do.

use std::error::Error;
use std::fmt;
use std::process::ExitCode;

/// The exit codes that scripts may rely on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done, nothing found.
    Ok,
    /// Done, with findings; or refused for a reason of the product.
    Findings,
    /// The arguments or the configuration do not hold.
    Usage,
    /// It could not be done.
    Cannot,
    /// Somebody ended it before it was done.
    Interrupted,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Ok => 0,
            Exit::Findings => 1,
            Exit::Usage => 2,
            Exit::Cannot => 3,
            // As a shell has it for a program that SIGINT ended.
            Exit::Interrupted => 130,
        })
    }
}

/// A command that did not do what was asked.
#[derive(Debug)]
pub(crate) struct Failure {
    exit: Exit,
    what: String,
    cause: Option<Box<dyn Error + Send + Sync>>,
}

impl Failure {
    /// Wrong arguments or configuration.
    pub(crate) fn usage(what: impl Into<String>) -> Self {
        Self {
            exit: Exit::Usage,
            what: what.into(),
            cause: None,
        }
    }

    /// A refusal: the product understood and says no.
    pub(crate) fn refused(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self {
            exit: Exit::Findings,
            what: "refused".to_owned(),
            cause: Some(cause.into()),
        }
    }

    /// It could not be done.
    pub(crate) fn cannot(
        what: impl Into<String>,
        cause: impl Into<Box<dyn Error + Send + Sync>>,
    ) -> Self {
        Self {
            exit: Exit::Cannot,
            what: what.into(),
            cause: Some(cause.into()),
        }
    }

    /// The exit code.
    pub(crate) fn exit(&self) -> Exit {
        self.exit
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        let mut said = self.what.clone();
        let mut cause = self.cause.as_deref().map(|cause| cause as &dyn Error);
        while let Some(error) = cause {
            let words = error.to_string();
            // Some libraries end with the words of their own cause.
            if !said.ends_with(&words) {
                write!(f, ": {words}")?;
            }
            said = words;
            cause = error.source();
        }
        Ok(())
    }
}

impl Error for Failure {}
