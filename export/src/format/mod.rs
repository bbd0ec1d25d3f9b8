//! The formats. One file each; all are written from the same reports, one report after the other, so that nobody
//! needs a whole fleet in memory.

mod csv;
mod json;
mod junit;
mod sarif;
mod text;

pub use self::csv::cell;

use crate::error::WriteError;
use crate::report::Report;

/// The formats of a scan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// For people.
    Text,
    /// One object, or a list of several.
    Json,
    /// One object a target, each on its own line.
    Jsonl,
    /// One line a rule and target (RFC 4180).
    Csv,
    /// XML as build servers read it.
    Junit,
    /// SARIF 2.1.0 (OASIS).
    Sarif,
}

/// Whether a document is about one target or about any number of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// One; JSON is then one object, as scripts for one host expect.
    One,
    /// Any number, also none or one.
    Many,
}

/// What stands around the reports of a document.
struct Frame {
    /// Before everything.
    opening: &'static str,
    /// Before the first report.
    first: &'static str,
    /// Between two reports.
    between: &'static str,
    /// After the last report.
    last: &'static str,
    /// After everything.
    closing: &'static str,
}

impl Format {
    /// Those that programs read.
    pub const FILES: [Self; 5] = [Self::Json, Self::Jsonl, Self::Csv, Self::Junit, Self::Sarif];

    /// The word for it, as in `--format`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
            Self::Jsonl => "jsonl",
            Self::Csv => "csv",
            Self::Junit => "junit",
            Self::Sarif => "sarif",
        }
    }

    /// How the names of such files end, without the dot.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Text => "txt",
            Self::Json => "json",
            Self::Jsonl => "jsonl",
            Self::Csv => "csv",
            Self::Junit => "xml",
            // Section 3.2 of the standard.
            Self::Sarif => "sarif",
        }
    }

    /// The media type: RFC 8259, RFC 4180, RFC 7303, and what IANA lists for SARIF. JSON lines have none that
    /// is registered.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Text => "text/plain; charset=utf-8",
            Self::Json => "application/json",
            Self::Jsonl => "application/jsonl",
            Self::Csv => "text/csv; charset=utf-8",
            Self::Junit => "application/xml",
            Self::Sarif => "application/sarif+json",
        }
    }

    fn frame(self, scope: Scope) -> Frame {
        let (opening, first, between, last, closing) = match (self, scope) {
            (Self::Text, _) => ("", "", "\n", "", ""),
            (Self::Json, Scope::One) | (Self::Jsonl, _) => ("", "", "", "", ""),
            (Self::Json, Scope::Many) => json::LIST,
            (Self::Csv, _) => (csv::HEADER, "", "", "", ""),
            (Self::Junit, _) => junit::SUITES,
            (Self::Sarif, _) => sarif::RUNS,
        };
        Frame {
            opening,
            first,
            between,
            last,
            closing,
        }
    }

    fn report(self, scope: Scope, report: &Report) -> Result<String, WriteError> {
        match (self, scope) {
            (Self::Text, _) => Ok(text::block(report)),
            (Self::Json, Scope::One) => json::object(report),
            (Self::Json, Scope::Many) => json::member(report, 1),
            (Self::Jsonl, _) => json::line(report),
            (Self::Csv, _) => csv::rows(report),
            (Self::Junit, _) => junit::suite(report),
            (Self::Sarif, _) => json::member(&sarif::run(report), 2),
        }
    }
}

/// A document under way. What it gives, put together, is the document.
#[derive(Debug)]
pub struct Document {
    format: Format,
    scope: Scope,
    begun: bool,
}

impl Document {
    /// A document in this format.
    pub fn new(format: Format, scope: Scope) -> Self {
        Self {
            format,
            scope,
            begun: false,
        }
    }

    /// The next piece, with one more report.
    pub fn add(&mut self, report: &Report) -> Result<String, WriteError> {
        let frame = self.format.frame(self.scope);
        let written = self.format.report(self.scope, report)?;
        Ok(if std::mem::replace(&mut self.begun, true) {
            [frame.between, &written].concat()
        } else {
            [frame.opening, frame.first, &written].concat()
        })
    }

    /// The last piece.
    pub fn end(self) -> String {
        let frame = self.format.frame(self.scope);
        let before = if self.begun {
            frame.last
        } else {
            frame.opening
        };
        [before, frame.closing].concat()
    }
}
