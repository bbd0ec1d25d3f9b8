//! An error with its causes as one line, for people who read logs and answers.

use std::error::Error;

/// The words of an error and of everything below it. A cause that its error has named already is left out.
pub fn in_full(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let words = error.to_string();
        if !text.contains(&words) {
            text = format!("{text}: {words}");
        }
        cause = error.source();
    }
    text
}
