//! The rule files of a folder as text. Must not know what a rule is.

use std::fs::{File, Metadata};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::PackError;

/// The rule files below a folder, or the one file that is named, each with its path and text.
pub fn files_below(folder: &Path) -> Result<Vec<(String, String)>, PackError> {
    read_files(folder, &mut |_, _| {})
}

/// The same; `look` is shown every folder, and every file as it is opened: what it sees is what is read.
pub fn read_files(
    folder: &Path,
    look: &mut dyn FnMut(&Path, &Metadata),
) -> Result<Vec<(String, String)>, PackError> {
    let mut paths = Vec::new();
    if folder.is_file() {
        paths.push(folder.to_owned());
    } else {
        walk(folder, look, &mut paths)?;
    }
    if paths.is_empty() {
        let path = folder.to_owned();
        return Err(PackError::Empty { path });
    }
    let mut files = Vec::with_capacity(paths.len());
    for path in paths {
        let bytes = open(&path, look).and_then(|mut file| {
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).map(|_| bytes)
        });
        match bytes {
            // What is no UTF-8 becomes a character that YAML refuses at its place.
            Ok(bytes) => files.push((
                path.display().to_string(),
                String::from_utf8_lossy(&bytes).into_owned(),
            )),
            Err(source) => return Err(PackError::Unreadable { path, source }),
        }
    }
    Ok(files)
}

fn open(path: &Path, look: &mut dyn FnMut(&Path, &Metadata)) -> std::io::Result<File> {
    let file = File::open(path)?;
    look(path, &file.metadata()?);
    Ok(file)
}

fn walk(
    folder: &Path,
    look: &mut dyn FnMut(&Path, &Metadata),
    paths: &mut Vec<PathBuf>,
) -> Result<(), PackError> {
    let unreadable = |source| PackError::Unreadable {
        path: folder.to_owned(),
        source,
    };
    open(folder, look).map_err(unreadable)?;
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder)
        .map_err(unreadable)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()
        .map_err(unreadable)?;
    entries.sort();
    for path in entries {
        // A link to a folder is not followed: it may lead back here.
        if path.is_dir() && !path.is_symlink() {
            walk(&path, look, paths)?;
        } else if path
            .extension()
            .is_some_and(|extension| extension == "yml" || extension == "yaml")
        {
            paths.push(path);
        }
    }
    Ok(())
}
