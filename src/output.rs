//! Where a document goes, piece by piece: standard output, or a file that is there when it is whole. A file that
//! was there before stays until then. A reader that went away (`| head`) is no fault.

use std::fs::{File, Permissions};
use std::io::{self, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::exit::Failure;

/// Where a document goes.
pub(crate) enum Output {
    /// Standard output, and whether its reader has gone away.
    Stdout { abandoned: bool },
    /// A file, under another name until it is whole.
    File(NamedTempFile, PathBuf),
    /// What is no file but has a path: `/dev/stdout`, a named pipe.
    Special(File, PathBuf),
}

impl Output {
    /// Opens the file, or standard output when there is none.
    pub(crate) fn open(path: Option<&Path>) -> Result<Self, Failure> {
        let Some(path) = path else {
            return Ok(Self::Stdout { abandoned: false });
        };
        let fault = |error| fault(path, error);
        match std::fs::metadata(path) {
            Ok(found) if !found.is_file() => {
                let file = File::options().write(true).open(path).map_err(fault)?;
                return Ok(Self::Special(file, path.to_owned()));
            }
            _ => {}
        }
        // What a link points to is replaced, not the link.
        let target = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let folder = match target.parent() {
            Some(folder) if folder != Path::new("") => folder,
            _ => Path::new("."),
        };
        if !folder.is_dir() {
            let error = io::Error::from(io::ErrorKind::NotFound);
            let folder = folder.display();
            return Err(Failure::cannot(
                format!("there is no folder {folder}"),
                error,
            ));
        }
        let file = tempfile::Builder::new()
            .prefix(".openwatch-")
            // As of every new file: what the umask leaves.
            .permissions(Permissions::from_mode(0o666))
            .tempfile_in(folder)
            .map_err(fault)?;
        Ok(Self::File(file, target))
    }

    /// Writes the next piece.
    pub(crate) fn write(&mut self, text: &str) -> Result<(), Failure> {
        let bytes = text.as_bytes();
        match self {
            Self::Stdout { abandoned } => {
                let mut stdout = io::stdout().lock();
                let written = stdout.write_all(bytes).and_then(|()| stdout.flush());
                match written {
                    Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                        *abandoned = true;
                        Ok(())
                    }
                    Err(error) => Err(Failure::cannot("could not write to standard output", error)),
                    Ok(()) => Ok(()),
                }
            }
            Self::File(file, path) => file.write_all(bytes).map_err(|error| fault(path, error)),
            Self::Special(file, path) => file.write_all(bytes).map_err(|error| fault(path, error)),
        }
    }

    /// Whether nobody reads any more.
    pub(crate) fn is_abandoned(&self) -> bool {
        matches!(self, Self::Stdout { abandoned: true })
    }

    /// The document is whole.
    pub(crate) fn close(self) -> Result<(), Failure> {
        match self {
            Self::Stdout { .. } | Self::Special(..) => Ok(()),
            Self::File(file, path) => match file.persist(&path) {
                Ok(_) => Ok(()),
                Err(error) => Err(fault(&path, error.error)),
            },
        }
    }
}

fn fault(path: &Path, error: io::Error) -> Failure {
    Failure::cannot(format!("could not write {}", path.display()), error)
}
