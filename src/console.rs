//! What a person or a script reads: results on standard output, everything else on standard error.
//! A reader that went away (`| head`) is no fault.

use std::io::{self, Write as _};

use engine::printable::{acts, printable};
use serde::Serialize;

use crate::cli::Format;
use crate::exit::Failure;

/// The two streams and the chosen format. Everything that is printed goes through it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Console {
    format: Format,
    quiet: bool,
}

impl Console {
    /// Writes in this format.
    pub(crate) fn new(format: Format) -> Self {
        Self {
            format,
            quiet: false,
        }
    }

    /// The same without remarks, if that is asked for. Why a command failed is said all the same.
    #[must_use]
    pub(crate) fn quiet_if(self, quiet: bool) -> Self {
        Self { quiet, ..self }
    }

    /// Whether there are no remarks.
    pub(crate) fn is_quiet(self) -> bool {
        self.quiet
    }

    /// The chosen format.
    pub(crate) fn format(self) -> Format {
        self.format
    }

    /// A result: text as it stands, or the value as JSON.
    pub(crate) fn result(self, text: &str, value: &impl Serialize) -> Result<(), Failure> {
        match self.format {
            Format::Json => {
                let json = serde_json::to_string_pretty(value)
                    .map_err(|error| Failure::cannot("could not write JSON", error))?;
                self.line(&escaped(&json))
            }
            Format::Text => self.line(&printable(text.trim_end_matches('\n'), usize::MAX)),
            Format::Jsonl | Format::Csv | Format::Junit | Format::Sarif | Format::Markdown => {
                Err(Failure::usage("this command prints text or json"))
            }
        }
    }

    /// One line, or a block of them, on standard output.
    #[expect(clippy::unused_self, reason = "who prints holds the console")]
    pub(crate) fn line(self, text: &str) -> Result<(), Failure> {
        match writeln!(io::stdout().lock(), "{text}") {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                Err(Failure::cannot("could not write to standard output", error))
            }
            _ => Ok(()),
        }
    }

    /// A remark on standard error.
    pub(crate) fn note(self, text: &str) {
        if !self.quiet {
            // Nobody is left to tell when standard error is gone.
            let _ = writeln!(io::stderr().lock(), "{}", printable(text, usize::MAX));
        }
    }

    /// A failure on standard error.
    pub(crate) fn failure(self, failure: &Failure) {
        self.quiet_if(false).note(&format!("openwatch: {failure}"));
    }
}

/// JSON in which what acts on a terminal stands as an escape: the same value for who reads it.
fn escaped(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for c in json.chars() {
        if acts(c) {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                text.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            text.push(c);
        }
    }
    text
}
