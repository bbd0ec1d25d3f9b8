//! The form of files: what they open with, how long they are, what they must not hold.

use crate::report;
use crate::repository::{files, paths, root};

/// Lines of a source file at most; tests may be longer.
const LONGEST: usize = 500;

/// Bytes of a file at most.
const LARGEST: u64 = 512 * 1024;

/// Files that may hold something else than text: pictures and letters of the web UI.
const BINARY: [&str; 4] = [".png", ".ico", ".webp", ".woff2"];

#[test]
fn rust_files_say_what_they_are() {
    let found: Vec<String> = files(&[".rs"])
        .iter()
        .filter(|file| !file.text.starts_with("//! "))
        .map(|file| format!("{}: begin with //! and say what it is", file.path))
        .collect();
    report(&found);
}

#[test]
fn nothing_is_kept_that_was_built_or_fetched() {
    let mut found = Vec::new();
    for path in paths() {
        let Ok(bytes) = std::fs::read(root().join(&path)) else {
            continue;
        };
        let text = std::str::from_utf8(&bytes).is_ok_and(|text| !text.contains('\0'));
        if !text && !BINARY.iter().any(|ending| path.ends_with(ending)) {
            found.push(format!(
                "{path}: is no text; what is built or fetched is not kept"
            ));
        }
        // What is generated grows with the API, and is proved fresh elsewhere.
        let written = !path.contains("/generated/");
        if written && u64::try_from(bytes.len()).is_ok_and(|size| size > LARGEST) {
            found.push(format!("{path}: more than {LARGEST} bytes"));
        }
    }
    report(&found);
}

#[test]
fn files_are_short() {
    let found: Vec<String> = files(&[".rs", ".ts", ".tsx", ".py"])
        .iter()
        .filter(|file| !file.is_test() && !file.path.contains("/generated/"))
        .filter(|file| file.text.lines().count() > LONGEST)
        .map(|file| {
            format!(
                "{}: more than {LONGEST} lines; split it by what it is about",
                file.path
            )
        })
        .collect();
    report(&found);
}

#[test]
fn nothing_is_left_undone() {
    // Spelled in two pieces, so that this file does not find itself.
    let words = [
        ["TO", "DO"],
        ["FIX", "ME"],
        ["todo", "!("],
        ["unimplemented", "!("],
        ["#[ig", "nore"],
        ["dbg", "!("],
    ]
    .map(|pieces| pieces.concat());
    let mut found = Vec::new();
    for file in files(&[".rs", ".ts", ".tsx", ".js", ".py", ".sql", ".yml", ".md"]) {
        for (line, number) in file.text.lines().zip(1..) {
            if let Some(word) = words.iter().find(|word| line.contains(word.as_str())) {
                found.push(format!(
                    "{}:{number}: {word}: do it now or leave it out",
                    file.path
                ));
            }
        }
    }
    report(&found);
}

#[test]
fn lints_are_expected_not_allowed() {
    let allow = ["#[al", "low("].concat();
    let found: Vec<String> = files(&[".rs"])
        .iter()
        .filter(|file| !file.is_test() && file.text.contains(&allow))
        .map(|file| format!("{}: use #[expect(…, reason = \"…\")]", file.path))
        .collect();
    report(&found);
}
