//! The rule files of a folder as text. An entry that cannot be read as one is told of and holds up no other. Must
//! not know what a rule is.

use std::fs::{File, Metadata};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use super::{Diagnostic, Mark, RuleBaseError};

/// No rule file is larger.
const MAX_FILE: u64 = 8 * 1024 * 1024;

/// What a folder holds.
#[derive(Debug, Default)]
pub struct RuleFiles {
    /// The files that can be read as text, each with its path.
    pub texts: Vec<(String, String)>,
    /// Why an entry with the name of a rule file, or a folder, cannot.
    pub unread: Vec<Diagnostic>,
}

/// The rule files below a folder, or the one file that is named.
pub fn files_below(folder: &Path) -> Result<RuleFiles, RuleBaseError> {
    read_files(folder, &mut |_, _| {})
}

/// The same; `look` is shown every folder, and every file as it is opened: what it sees is what is read.
pub fn read_files(
    folder: &Path,
    look: &mut dyn FnMut(&Path, &Metadata),
) -> Result<RuleFiles, RuleBaseError> {
    let (mut paths, mut files) = (Vec::new(), RuleFiles::default());
    if folder.is_dir() {
        let unreadable = |source| RuleBaseError::Unreadable {
            path: folder.to_owned(),
            source,
        };
        walk(folder, look, &mut paths, &mut files.unread).map_err(unreadable)?;
    } else {
        paths.push(folder.to_owned());
    }
    for path in paths {
        match read(&path, look) {
            Ok(text) => files.texts.push((path.display().to_string(), text)),
            Err(fault) if path == folder => {
                let source = fault.into();
                return Err(RuleBaseError::Unreadable { path, source });
            }
            Err(fault) => files.unread.push(fault.of(&path)),
        }
    }
    if files.texts.is_empty() && files.unread.is_empty() {
        let path = folder.to_owned();
        return Err(RuleBaseError::Empty { path });
    }
    Ok(files)
}

/// Why an entry is no text, and in which line.
struct Fault {
    message: String,
    line: usize,
}

impl Fault {
    fn of(self, path: &Path) -> Diagnostic {
        let (line, column) = (self.line, 1);
        Diagnostic {
            file: path.display().to_string(),
            mark: Mark { line, column },
            message: self.message,
            suggestion: None,
        }
    }
}

impl From<&str> for Fault {
    fn from(message: &str) -> Self {
        let message = message.to_owned();
        Self { message, line: 1 }
    }
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        let message = format!("could not be read: {error}");
        Self { message, line: 1 }
    }
}

impl From<Fault> for io::Error {
    fn from(fault: Fault) -> Self {
        Self::other(fault.message)
    }
}

fn read(path: &Path, look: &mut dyn FnMut(&Path, &Metadata)) -> Result<String, Fault> {
    // To open a pipe is to wait for who writes to it.
    if !std::fs::metadata(path)?.is_file() {
        return Err("is not a regular file".into());
    }
    let file = open(path, look)?;
    let mut bytes = Vec::new();
    file.take(MAX_FILE + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_FILE {
        return Err("is larger than any rule file".into());
    }
    decoded(bytes)
}

/// UTF-8, or UTF-16 that says so in its first character, as YAML has it.
fn decoded(bytes: Vec<u8>) -> Result<String, Fault> {
    let wide = |bytes: &[u8], unit: fn([u8; 2]) -> u16| -> Result<String, Fault> {
        let (pairs, rest) = bytes.as_chunks::<2>();
        let units: Vec<u16> = pairs.iter().map(|pair| unit(*pair)).collect();
        let text = String::from_utf16(&units).ok().filter(|_| rest.is_empty());
        text.ok_or_else(|| "is not UTF-16, although it begins like it".into())
    };
    match bytes.as_slice() {
        [0xff, 0xfe, rest @ ..] => wide(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => wide(rest, u16::from_be_bytes),
        _ => String::from_utf8(bytes).map_err(|error| {
            let good = error.utf8_error().valid_up_to();
            let before = error.as_bytes().iter().take(good);
            Fault {
                message: "is not text in UTF-8".to_owned(),
                line: 1 + before.filter(|byte| **byte == b'\n').count(),
            }
        }),
    }
}

fn open(path: &Path, look: &mut dyn FnMut(&Path, &Metadata)) -> io::Result<File> {
    let file = File::open(path)?;
    look(path, &file.metadata()?);
    Ok(file)
}

fn walk(
    folder: &Path,
    look: &mut dyn FnMut(&Path, &Metadata),
    paths: &mut Vec<PathBuf>,
    unread: &mut Vec<Diagnostic>,
) -> io::Result<()> {
    open(folder, look)?;
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    entries.sort();
    for path in entries {
        // A link to a folder is not followed: it may lead back here.
        if path.is_dir() && !path.is_symlink() {
            if let Err(error) = walk(&path, look, paths, unread) {
                unread.push(Fault::from(error).of(&path));
            }
        } else if path
            .extension()
            .is_some_and(|extension| extension == "yml" || extension == "yaml")
        {
            paths.push(path);
        }
    }
    Ok(())
}
