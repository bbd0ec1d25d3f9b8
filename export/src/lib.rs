//! What leaves the product: the results of scans in the formats that other programs read. One model, one file
//! a format; the same bytes come from a scan of now and from a scan that is stored. Must not know GraphQL, HTTP,
//! SSH or how rules are judged.

mod error;
mod fleet;
mod format;
mod report;
mod stored;

pub use error::{ReadError, WriteError};
pub use fleet::FleetReports;
pub use format::{Document, Format, Scope, cell};
pub use report::{NoVerdicts, PackReport, Report, ResultReport, controls};
pub use stored::stored;
