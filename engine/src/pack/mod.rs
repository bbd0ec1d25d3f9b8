//! Rule packs: the rules of a folder as one file that somebody signs for. A tar archive, compressed with
//! Zstandard; its first entry is the manifest, a signed note that names every other entry with its hash. The
//! signature is checked before anything else of the archive is looked at.

mod archive;
mod manifest;
mod note;
mod upload;

use std::path::Path;

pub use archive::{MAX_FILE, MAX_FILES, MAX_TOTAL};
pub use manifest::Manifest;
pub use note::{NoteError, Signer, Verifier};
pub use upload::{Unpacked, UploadError, unpack};

/// The usual ending of the name of a pack.
pub const EXTENSION: &str = "owpack";

/// A pack that was opened: somebody who is trusted signs for all of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pack {
    /// What it holds.
    pub manifest: Manifest,
    /// The name of the key that signs for it.
    pub signer: String,
    /// The files, each with its path and text.
    pub files: Vec<(String, String)>,
}

/// Why a pack was not made or not opened.
#[derive(Debug, thiserror::Error)]
pub enum PackFileError {
    /// It cannot be read or written.
    #[error("could not read or write it")]
    Io(#[from] std::io::Error),
    /// It is no archive of the agreed form.
    #[error("it is no rule pack: {0}")]
    Form(String),
    /// It is more than is accepted.
    #[error("it holds more than is accepted: {0}")]
    TooMuch(String),
    /// An entry has a name that no rule file has.
    #[error("the entry {0:?} has no name of a rule file: category/id.yml, without links")]
    Path(String),
    /// An entry is not what the manifest says.
    #[error("the entry {0:?} is not the one of the manifest")]
    Changed(String),
    /// Nobody who is trusted signs for it.
    #[error(transparent)]
    Signature(#[from] NoteError),
}

/// Makes a pack of rule files, each with its path below the folder and its text.
pub fn sign(
    name: &str,
    version: &str,
    mut files: Vec<(String, String)>,
    signer: &Signer,
) -> Result<Vec<u8>, PackFileError> {
    files.sort();
    let manifest = Manifest::of(name, version, &files)?;
    archive::write(&signer.sign(&manifest.to_text()), &files)
}

/// Opens a pack that one of the trusted has signed.
pub fn open(bytes: &[u8], trusted: &[Verifier]) -> Result<Pack, PackFileError> {
    archive::read(bytes, |note| {
        let (text, verifier) = note::open(note, trusted)?;
        Ok((Manifest::parse(&text)?, verifier.name().to_owned()))
    })
}

/// Whether the file is a pack, going by its name.
pub fn is_pack(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| extension == EXTENSION)
}
