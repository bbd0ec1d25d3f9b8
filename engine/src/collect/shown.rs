//! Lines that were collected, as evidence: the command that a person runs to see the same, and to the byte what it
//! prints on that host.

use std::fmt::Write as _;
use std::sync::Arc;

use super::{Lines, quote};
use crate::pattern::Pattern;
use domain::results::Evidence;

/// What `grep` prints for an expression: every line of the files that it matches, with file and number. `places`
/// are named where there is no file.
///
/// What POSIX does not know of the expression, `grep -P` does.
pub fn search<'f>(
    expression: &Pattern,
    files: impl IntoIterator<Item = &'f Arc<Lines>>,
    places: &[&str],
) -> Evidence {
    let perl = ["(?", r"\d", r"\D", "*?", "+?"];
    let flags = if perl.iter().any(|sign| expression.as_str().contains(sign)) {
        "-HnP"
    } else {
        "-HnE"
    };
    let asked = format!("grep {flags} {}", quote(expression.as_str()));
    let files: Vec<&Arc<Lines>> = files.into_iter().collect();
    if files.is_empty() {
        return Evidence::new(format!("{asked} {}", places.join(" ")), Some(2), b"")
            .with_stderr("No such file or directory");
    }
    let mut shown = String::new();
    for (file, line) in files
        .iter()
        .flat_map(|file| file.lines.iter().map(move |line| (file, line)))
        .filter(|(_, line)| expression.is_match(&line.text))
    {
        let _ = writeln!(shown, "{}:{}:{}", file.path, line.number, line.text);
    }
    let mut paths: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
    paths.dedup();
    Evidence::new(
        format!("{asked} {}", paths.join(" ")),
        Some(u32::from(shown.is_empty())),
        shown.as_bytes(),
    )
}

/// One line of a file.
pub fn one_line(path: &str, number: u32, text: &str) -> Evidence {
    let shown = format!("{text}\n");
    Evidence::new(
        format!("sed -n {number}p {path}"),
        Some(0),
        shown.as_bytes(),
    )
    .at(path, number)
}

/// Text as an expression that stands for itself, for regex and grep alike.
pub fn literal(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        if r"\.+*?()|[]{}^$".contains(c) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collect::Line;

    #[test]
    fn grep_and_sed_print_the_same_by_hand() {
        let folder = std::env::temp_dir().join(format!("openwatch-shown-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let text = "# $A = 1\n$A = 2\n  $A=3\tit's\nB.c = x\nBxc = y\nDebian\n\n";
        let files: Vec<Arc<Lines>> = ["one.conf", "two.conf"]
            .map(|name| {
                let path = folder.join(name);
                std::fs::write(&path, text).unwrap();
                let lines = text.lines().zip(1..);
                Arc::new(Lines {
                    path: path.to_str().unwrap().to_owned(),
                    lines: lines
                        .map(|(text, number)| Line {
                            number,
                            text: text.to_owned(),
                        })
                        .collect(),
                })
            })
            .into();
        let nowhere = folder.join("no*.conf").to_str().unwrap().to_owned();
        let key = literal("B.c");
        let dollar = literal("$A");
        let expressions = [
            format!(r"^\s*{dollar}"),
            format!(r"^\s*{key}\s"),
            r"(?i)\bDEBIAN\b".to_owned(),
            "it's".to_owned(),
            r"\d\s*$".to_owned(),
            "nothing of it".to_owned(),
            String::new(),
        ];
        let mut all: Vec<Evidence> = expressions
            .map(Pattern::ascii)
            .iter()
            .flat_map(|expression| {
                [
                    search(expression, &files, &[]),
                    search(expression, &files[..1], &[]),
                    search(expression, &[], &[&nowhere]),
                ]
            })
            .collect();
        all.push(one_line(&files[0].path, 3, &files[0].lines[2].text));
        for evidence in all {
            let by_hand = std::process::Command::new("sh")
                .args(["-c", &evidence.command])
                .output()
                .unwrap();
            let printed = String::from_utf8(by_hand.stdout).unwrap();
            assert_eq!(evidence.stdout, printed, "{}", evidence.command);
            let exit = by_hand
                .status
                .code()
                .and_then(|code| u32::try_from(code).ok());
            assert_eq!(evidence.exit, exit, "{}", evidence.command);
        }
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
