//! The file with the master keys: one line a key, the sealing one first, mode 0600.
//!
//! A line is `openwatch-vault-key-1 ID HEX`: ID is the key's id (16 hexadecimal digits), HEX the 32
//! bytes. Lines that start with `#` are comments. Knows nothing of ciphers.

use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::{MasterKey, OpenVaultError};
use crate::entropy::Entropy;

const TAG: &str = "openwatch-vault-key-1";

/// A key file has a few lines; more is something else.
const MAX_BYTES: u64 = 64 * 1024;

/// The keys of the file; nothing when there is no file.
pub(super) fn read(path: &Path) -> Result<Option<Vec<MasterKey>>, OpenVaultError> {
    let unusable = |source| OpenVaultError::KeyFileUnusable {
        path: path.to_owned(),
        source,
    };
    let file = match fs::File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unusable(error)),
    };
    let mode = file.metadata().map_err(unusable)?.permissions().mode() & 0o7777;
    if mode & 0o077 != 0 {
        return Err(OpenVaultError::KeyFileExposed {
            path: path.to_owned(),
            mode,
        });
    }
    let mut text = Zeroizing::new(String::new());
    file.take(MAX_BYTES)
        .read_to_string(&mut text)
        .map_err(unusable)?;
    parse(&text)
        .map(Some)
        .map_err(|line| OpenVaultError::KeyFileMalformed {
            path: path.to_owned(),
            line,
        })
}

/// Makes a file with one new key. When another process was faster, its key is taken.
pub(super) fn create(path: &Path, entropy: &dyn Entropy) -> Result<Vec<MasterKey>, OpenVaultError> {
    let key = MasterKey::draw(entropy)?;
    match publish(path, &key, entropy) {
        Ok(()) => Ok(vec![key]),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            read(path)?.ok_or_else(|| OpenVaultError::KeyFileMissing {
                path: path.to_owned(),
            })
        }
        Err(source) => Err(OpenVaultError::KeyFileUnusable {
            path: path.to_owned(),
            source,
        }),
    }
}

/// Writes a temporary file to the disk and links it into place: the key file is whole or absent,
/// and never replaced.
fn publish(path: &Path, key: &MasterKey, entropy: &dyn Entropy) -> std::io::Result<()> {
    let temporary = sibling(path, entropy)?;
    let written = write_new(&temporary, key).and_then(|()| fs::hard_link(&temporary, path));
    let removed = fs::remove_file(&temporary);
    written?;
    removed?;
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::File::open(folder)?.sync_all()
}

fn sibling(path: &Path, entropy: &dyn Entropy) -> std::io::Result<PathBuf> {
    let mut suffix = [0; 8];
    entropy.fill(&mut suffix).map_err(std::io::Error::other)?;
    Ok(path.with_extension(format!("new-{}", hex::encode(suffix))))
}

fn write_new(path: &Path, key: &MasterKey) -> std::io::Result<()> {
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    let hex = Zeroizing::new(hex::encode(key.bytes.as_ref()));
    let text = Zeroizing::new(format!(
        "# OpenWatch vault key. Without it stored credentials cannot be opened: back it up.\n\
         {TAG} {} {}\n",
        key.id, *hex
    ));
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// The keys, or the number of the line that does not hold.
fn parse(text: &str) -> Result<Vec<MasterKey>, usize> {
    let mut keys = Vec::new();
    for (index, line) in text.lines().enumerate() {
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        keys.push(parse_line(line).ok_or(index + 1)?);
    }
    if keys.is_empty() {
        return Err(text.lines().count().max(1));
    }
    Ok(keys)
}

fn parse_line(line: &str) -> Option<MasterKey> {
    let mut words = line.split_whitespace();
    let (tag, id, digits) = (words.next()?, words.next()?, words.next()?);
    if tag != TAG || words.next().is_some() {
        return None;
    }
    let mut bytes = Zeroizing::new([0; 32]);
    hex::decode_to_slice(digits, bytes.as_mut()).ok()?;
    let key = MasterKey::new(bytes);
    (key.id == id).then_some(key)
}
