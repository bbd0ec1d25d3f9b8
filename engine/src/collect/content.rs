//! The lines of files, each with its file and number. A pattern may hold `*`, which the shell expands.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::cron::ANACRON;
use super::cron_host;
use super::{BREAK, CLOSED, FrameSpec, folder_of, quote_pattern};
use crate::facts::{Facts, Frame, Unknown};

/// A line of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// From 1.
    pub number: u32,
    /// Without the line break.
    pub text: String,
}

/// A file that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lines {
    /// The path.
    pub path: String,
    /// All lines.
    pub lines: Vec<Line>,
}

impl Lines {
    /// The whole file; every line ends with a line break.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for line in &self.lines {
            text.push_str(&line.text);
            text.push('\n');
        }
        text
    }
}

fn key(pattern: &str) -> String {
    format!("content {pattern}")
}

/// `lines FOLDER LISTED FILES…`. `grep -n ''` writes every line with its number, so no content can look like the
/// end of a file; only in an empty file does it find nothing, and of one that is not empty `full` is said before. The
/// lines of several files are written by one process, with their names, unless those hold a colon. A
/// device such as /dev/null, which masks what a link would name, has no lines; whatever would block us (a FIFO) is not
/// opened, and a name with a line break, which could pass for a line of ours, not printed.
pub(super) const LINES: &str = r#"lines() {
  folder=$1 listed=$2 several=$(( $# > 3 )); shift 2
  for f do
    shift
    case $f in *"$break"*) printf 'irregular %s/…\n' "$folder"; continue;; esac
    if [ -f "$f" ]; then
      printf 'file %s\n' "$f"
      if [ -s "$f" ]; then echo full; fi
      case $several$f in
        0*|*:*) grep -an '' -- "$f" || { [ "$?" = 1 ] && [ ! -s "$f" ]; } || printf 'unreadable %s\n' "$f";;
        *) set -- "$@" "$f";;
      esac
    elif [ -d "$f" ]; then :
    elif [ -c "$f" ]; then printf 'file %s\n' "$f"
    elif [ -e "$f" ]; then printf 'irregular %s\n' "$f"
    elif [ -L "$f" ]; then
      why=$(stat -L -- "$f" 2>&1)
      case $why in *'No such file'*) ;; *) printf 'unreadable %s\n' "$f"; printf '%s\n' "$why" >&2;; esac
    fi
  done
  [ $# = 0 ] || grep -aHn '' -- "$@" || [ "$?" = 1 ] || {
    for f do [ -r "$f" ] || break; done
    printf 'unreadable %s\n' "$f"
  }
  if closed "$folder" "$listed"; then printf 'unreadable %s\n' "$r"; printf '%s: permission denied\n' "$r" >&2; fi
  :
}
"#;

pub(super) fn frames(arguments: &BTreeSet<&str>) -> Vec<FrameSpec> {
    let mut arguments = arguments.clone();
    let cron = if arguments.contains("/etc/crontab") {
        arguments.insert(ANACRON);
        cron_host::frames()
    } else {
        Vec::new()
    };
    let lines = arguments.iter().map(|pattern| {
        let script = format!("lines {} {}", folder_of(pattern), quote_pattern(pattern));
        FrameSpec::new(key(pattern), script, 20).with(&[BREAK, CLOSED, LINES])
    });
    lines.chain(cron).collect()
}

/// The files that a pattern names, in the order of their names; none when there are none.
///
/// A file or folder that may not be read is "could not tell": its lines might decide.
pub fn lines_of(facts: &Facts, pattern: &str) -> Result<Vec<Arc<Lines>>, Unknown> {
    lines_in(facts.frame(&key(pattern), &format!("cat {pattern}"))?)
}

/// The files that a frame of `lines` holds.
pub(super) fn lines_in(frame: &Frame) -> Result<Vec<Arc<Lines>>, Unknown> {
    Result::clone(&frame.parsed(read_lines))
}

/// What `lines` printed.
fn read_lines(frame: &Frame) -> Result<Vec<Arc<Lines>>, Unknown> {
    let text = frame.text();
    let mut files: Vec<Lines> = Vec::new();
    let mut full = BTreeSet::new();
    let mut at = 0;
    // A carriage return before a line break is a part of the line, which most programs take as it is.
    for line in text.split_terminator('\n') {
        if line == "full" {
            full.insert(files.len());
        } else if let Some(path) = line.strip_prefix("file ") {
            files.push(Lines {
                path: path.to_owned(),
                lines: Vec::new(),
            });
        } else if let Some(path) = line.strip_prefix("unreadable ") {
            return Err(Unknown::new(why_not(path, &frame.stderr)));
        } else if let Some(path) = line.strip_prefix("irregular ") {
            return Err(Unknown::new(format!(
                "{path} is not a regular file with a plain name"
            )));
        } else {
            // What has no place is no line of a file.
            let _ = place(&mut files, &mut at, line);
        }
    }
    let of_size = |(number, _): &(usize, &Lines)| full.contains(number);
    let mut unread = (1..).zip(&files).filter(of_size);
    if let Some((_, file)) = unread.find(|(_, file)| file.lines.is_empty()) {
        return Err(Unknown::new(format!(
            "{} is not empty, and grep printed nothing of it",
            file.path
        )));
    }
    Ok(files.into_iter().map(Arc::new).collect())
}

/// Puts a line where it belongs: one without a name to the file that was named last, others to theirs, which come in the
/// order in which they were named. `at` is the file of the line before.
fn place(files: &mut [Lines], at: &mut usize, line: &str) -> Option<()> {
    let (mut number, mut text) = line.split_once(':')?;
    let file = if number.starts_with('/') {
        let path = number;
        (number, text) = text.split_once(':')?;
        *at += files.iter().skip(*at).position(|file| file.path == path)?;
        files.get_mut(*at)?
    } else {
        files.last_mut()?
    };
    file.lines.push(Line {
        number: number.parse().ok()?,
        text: text.to_owned(),
    });
    Some(())
}

/// What the tools said of the path, or else what they said last.
fn why_not(path: &str, stderr: &str) -> String {
    let named = stderr.lines().find(|line| line.contains(path));
    if let Some(words) = named.and_then(|line| line.rsplit(": ").next()) {
        return format!("{path}: {}", words.to_lowercase());
    }
    match stderr.lines().last() {
        Some(words) => format!("{path} cannot be read: {words}"),
        None => format!("{path} cannot be read"),
    }
}

/// The files of several folders, strongest folder first, as systemd and kmod read them: a file hides
/// files of the same name further down, and what is left is read in the order of the names.
pub(crate) fn in_force(files: Vec<Arc<Lines>>) -> Vec<Arc<Lines>> {
    let mut left: Vec<Arc<Lines>> = Vec::new();
    for file in files {
        if !left
            .iter()
            .any(|known| base_name(&known.path) == base_name(&file.path))
        {
            left.push(file);
        }
    }
    left.sort_by(|one, other| base_name(&one.path).cmp(base_name(&other.path)));
    left
}

fn base_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
