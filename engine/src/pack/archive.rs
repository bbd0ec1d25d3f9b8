//! The archive of a pack. Whoever sends one may be hostile: it is read as a stream, in one pass, with a bound for
//! everything, and nothing is ever written to disk.

use std::io::{ErrorKind, Read};

use domain::digest::Digest;
use tar::{Archive, Builder, Entry, EntryType, Header};

use super::{Manifest, Pack, PackFileError};

/// The most files of a pack.
pub const MAX_FILES: usize = 10_000;
/// The largest file of a pack, in bytes.
pub const MAX_FILE: u64 = 1 << 20;
/// The most that a pack may come to when it is unpacked, in bytes.
pub const MAX_TOTAL: u64 = 64 << 20;
/// The largest manifest, in bytes.
const MAX_NOTE: u64 = 4 << 20;
/// Zstandard may ask for a window of 2^n bytes of memory; more is refused.
const WINDOW_LOG: u32 = 24;
/// The name of the first entry.
const NOTE: &str = "pack.note";

/// Writes note and files. The same input gives the same bytes: no times, no owners.
pub(super) fn write(note: &str, files: &[(String, String)]) -> Result<Vec<u8>, PackFileError> {
    let mut builder = Builder::new(Vec::new());
    let first = std::iter::once((NOTE, note));
    let files = files
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()));
    for (path, text) in first.chain(files) {
        let mut header = Header::new_ustar();
        header.set_entry_type(EntryType::Regular);
        header.set_mode(0o644);
        header.set_size(text.len() as u64);
        builder.append_data(&mut header, path, text.as_bytes())?;
    }
    Ok(zstd::encode_all(builder.into_inner()?.as_slice(), 19)?)
}

/// Reads an archive in one pass. `check` is given the note, before anything else is read, and says what follows.
pub(super) fn read(
    bytes: &[u8],
    check: impl FnOnce(&str) -> Result<(Manifest, String), PackFileError>,
) -> Result<Pack, PackFileError> {
    let mut decoder = zstd::Decoder::new(bytes).map_err(|error| fault(&error))?;
    decoder
        .window_log_max(WINDOW_LOG)
        .map_err(|error| fault(&error))?;
    let left = MAX_TOTAL + MAX_NOTE + MAX_FILES as u64 * 1024;
    let mut archive = Archive::new(Bounded {
        inner: decoder,
        left,
    });
    // Raw: extensions of the format, which could rename entries, are entries that nobody expects.
    let mut entries = archive.entries().map_err(|error| fault(&error))?.raw(true);
    let mut next = |path: &str, most: u64| match entries.next() {
        Some(entry) => text_of(entry.map_err(|error| fault(&error))?, path, most),
        None => Err(PackFileError::Form(format!(
            "the entry {path:?} is missing"
        ))),
    };
    let (manifest, signer) = check(&next(NOTE, MAX_NOTE)?)?;
    let mut files = Vec::with_capacity(manifest.files.len());
    for file in &manifest.files {
        let text = next(&file.path, file.size)?;
        if text.len() as u64 != file.size || Digest::of(text.as_bytes()) != file.sha256 {
            return Err(PackFileError::Changed(file.path.clone()));
        }
        files.push((file.path.clone(), text));
    }
    match entries.next() {
        None => Ok(Pack {
            manifest,
            signer,
            files,
        }),
        Some(entry) => {
            let entry = entry.map_err(|error| fault(&error))?;
            let path = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
            Err(PackFileError::Changed(path))
        }
    }
}

/// The text of an entry that must be a plain file with this path and at most so many bytes.
fn text_of(
    mut entry: Entry<'_, impl Read>,
    path: &str,
    most: u64,
) -> Result<String, PackFileError> {
    let found = entry.path_bytes().into_owned();
    let plain = entry.header().entry_type() == EntryType::Regular;
    if found != path.as_bytes() || !plain {
        let found = String::from_utf8_lossy(&found).into_owned();
        return Err(PackFileError::Changed(found));
    }
    if entry.size() > most {
        return Err(PackFileError::TooMuch(path.to_owned()));
    }
    let mut text = String::new();
    entry
        .read_to_string(&mut text)
        .map_err(|error| fault(&error))?;
    Ok(text)
}

fn fault(error: &std::io::Error) -> PackFileError {
    if error.kind() == ErrorKind::FileTooLarge {
        PackFileError::TooMuch("it grows without end when it is unpacked".to_owned())
    } else {
        PackFileError::Form(error.to_string())
    }
}

/// Gives so many bytes and then fails: what is compressed says nothing of how much it becomes.
struct Bounded<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.inner.read(buffer)?;
        let more = ErrorKind::FileTooLarge;
        self.left = self.left.checked_sub(count as u64).ok_or(more)?;
        Ok(count)
    }
}
