//! Rule files as a person hands them in: single files, an archive of a folder, or a signed pack. Whoever sends them
//! may be hostile: everything has a bound, names lead nowhere, nothing is written to disk.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use flate2::read::GzDecoder;

use super::{EXTENSION, PackFileError, Verifier};
use crate::rule::{Values, parse_rules};

/// The most rule files of an upload.
const MOST_FILES: usize = 1000;
/// The largest rule file, in bytes.
const MOST_BYTES: usize = 256 << 10;
/// The most that all rule files come to, in bytes.
const MOST_TOTAL: usize = 8 << 20;
/// The most entries of an archive, rule files or not.
const MOST_ENTRIES: usize = 5000;

/// The files of an upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unpacked {
    /// `category/id.yml` and text of each, by path.
    pub files: Vec<(String, String)>,
    /// The name of the key that signs for all of it.
    pub signer: Option<String>,
}

/// Why an upload cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("{file}: {message}")]
pub struct UploadError {
    /// The file that was uploaded; empty when it is about all of them.
    pub file: String,
    /// What is wrong and what would be right.
    pub message: String,
}

fn wrong(file: &str, message: impl Into<String>) -> UploadError {
    UploadError {
        file: file.to_owned(),
        message: message.into(),
    }
}

/// Takes uploaded files apart. A signed pack stands alone and has to be signed by somebody who is trusted.
pub fn unpack(
    uploaded: &[(String, Vec<u8>)],
    trusted: &[Verifier],
) -> Result<Unpacked, UploadError> {
    if let [(name, bytes)] = uploaded
        && ends_with(name, &[EXTENSION])
    {
        return signed(name, bytes, trusted);
    }
    let mut files = Files::default();
    for (name, bytes) in uploaded {
        if ends_with(name, &[EXTENSION]) {
            let message = "a signed pack is uploaded by itself: the signature is for all of it";
            return Err(wrong(name, message));
        } else if ends_with(name, &["zip"]) {
            files.zip(name, bytes)?;
        } else if ends_with(name, &["tar.gz", "tgz"]) {
            files.tar(name, GzDecoder::new(bytes.as_slice()))?;
        } else if ends_with(name, &["tar"]) {
            files.tar(name, bytes.as_slice())?;
        } else if ends_with(name, &["yml", "yaml"]) {
            files.add(name, bytes)?;
        } else {
            let message = "is no rule file: upload .yml and .yaml files, a .zip, .tar.gz or .tar of them, \
                or a signed .owpack";
            return Err(wrong(name, message));
        }
    }
    if files.0.is_empty() {
        return Err(wrong("", "there is no rule file in it (.yml, .yaml)"));
    }
    Ok(Unpacked {
        files: files.0.into_iter().collect(),
        signer: None,
    })
}

fn signed(name: &str, bytes: &[u8], trusted: &[Verifier]) -> Result<Unpacked, UploadError> {
    let pack = super::open(bytes, trusted).map_err(|error| match error {
        PackFileError::Signature(error) => wrong(
            name,
            format!(
                "{error}; nothing of it was read. A key is known when the setting rule_keys of the server names it"
            ),
        ),
        error => wrong(name, domain::causes::in_full(&error)),
    })?;
    let mut files = Files::default();
    for (path, text) in &pack.files {
        files.add(path, text.as_bytes())?;
    }
    Ok(Unpacked {
        files: files.0.into_iter().collect(),
        signer: Some(pack.signer),
    })
}

fn ends_with(name: &str, endings: &[&str]) -> bool {
    let name = name.to_lowercase();
    endings.iter().any(|ending| {
        name.strip_suffix(ending)
            .is_some_and(|rest| rest.ends_with('.'))
    })
}

/// Files by path.
#[derive(Default)]
struct Files(BTreeMap<String, String>);

impl Files {
    fn zip(&mut self, name: &str, bytes: &[u8]) -> Result<(), UploadError> {
        let broken =
            |error: zip::result::ZipError| wrong(name, format!("is no ZIP archive: {error}"));
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
        if archive.len() > MOST_ENTRIES {
            return Err(too_many_entries(name));
        }
        for place in 0..archive.len() {
            let entry = archive.by_index(place).map_err(broken)?;
            let path = entry.name().to_owned();
            if entry.is_file() && is_rule_file(&path) {
                self.read(name, &path, entry)?;
            }
        }
        Ok(())
    }

    fn tar(&mut self, name: &str, bytes: impl Read) -> Result<(), UploadError> {
        let broken = |error: std::io::Error| wrong(name, format!("is no tar archive: {error}"));
        // What is compressed says nothing of how much it becomes; headers and other files come on top.
        let bounded = bytes.take(4 * MOST_TOTAL as u64);
        let mut archive = tar::Archive::new(bounded);
        for (number, entry) in archive.entries().map_err(broken)?.enumerate() {
            if number >= MOST_ENTRIES {
                return Err(too_many_entries(name));
            }
            let entry = entry.map_err(broken)?;
            let path = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
            if entry.header().entry_type().is_file() && is_rule_file(&path) {
                self.read(name, &path, entry)?;
            }
        }
        Ok(())
    }

    fn read(&mut self, archive: &str, path: &str, entry: impl Read) -> Result<(), UploadError> {
        let mut bytes = Vec::new();
        entry
            .take(MOST_BYTES as u64 + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| wrong(archive, format!("{path} cannot be read: {error}")))?;
        self.add(path, &bytes)
    }

    fn add(&mut self, path: &str, bytes: &[u8]) -> Result<(), UploadError> {
        if bytes.len() > MOST_BYTES {
            let message = format!("a rule file has at most {} KiB", MOST_BYTES >> 10);
            return Err(wrong(path, message));
        }
        let text = std::str::from_utf8(bytes)
            .map_err(|_| wrong(path, "a rule file is UTF-8 text"))?
            .to_owned();
        let place = place(path, &text).ok_or_else(|| wrong(path, "is no usable name of a file"))?;
        if self.0.len() >= MOST_FILES {
            let message = format!("an upload has at most {MOST_FILES} rule files");
            return Err(wrong("", message));
        }
        let total: usize = self.0.values().map(String::len).sum();
        if total + text.len() > MOST_TOTAL {
            let message = format!(
                "all rule files together have at most {} MiB",
                MOST_TOTAL >> 20
            );
            return Err(wrong("", message));
        }
        match self.0.insert(place.clone(), text) {
            None => Ok(()),
            Some(_) => Err(wrong(path, format!("{place} is there twice"))),
        }
    }
}

fn too_many_entries(archive: &str) -> UploadError {
    let message = format!("has more than {MOST_ENTRIES} entries; pack the rule files alone");
    wrong(archive, message)
}

/// Hidden files are what systems leave beside the real ones (`__MACOSX/._x.yml`).
fn is_rule_file(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    !name.starts_with('.') && ends_with(name, &["yml", "yaml"])
}

/// The last folder and the name; a file that comes without a folder gets that of its category.
fn place(path: &str, text: &str) -> Option<String> {
    let path = path.replace('\\', "/");
    let plain = |part: &&str| !part.is_empty() && *part != "." && *part != "..";
    let parts: Vec<&str> = path.split('/').filter(plain).collect();
    if path.chars().any(char::is_control) || path.len() > 500 {
        return None;
    }
    match parts.as_slice() {
        [] => None,
        [name] => {
            let rules = parse_rules(name, text, &Values::default()).unwrap_or_default();
            Some(match rules.first() {
                Some(rule) => format!("{}/{name}", rule.category),
                None => (*name).to_owned(),
            })
        }
        [.., folder, name] => Some(format!("{folder}/{name}")),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn zipped(entries: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (path, bytes) in entries {
            let options = zip::write::SimpleFileOptions::default();
            writer.start_file(*path, options).unwrap();
            writer.write_all(bytes).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    fn tarred(entries: &[(&str, &[u8])]) -> Vec<u8> {
        let mut builder = tar::Builder::new(Vec::new());
        for (path, bytes) in entries {
            let mut header = tar::Header::new_gnu();
            header.set_size(bytes.len() as u64);
            header.set_mode(0o644);
            builder.append_data(&mut header, path, *bytes).unwrap();
        }
        builder.into_inner().unwrap()
    }

    fn one(name: &str, bytes: Vec<u8>) -> Result<Unpacked, UploadError> {
        unpack(&[(name.to_owned(), bytes)], &[])
    }

    #[test]
    fn files_are_found_in_archives_by_their_last_folder() {
        let entries: [(&str, &[u8]); 3] = [
            ("acme/rules/ssh/acme-one.yml", b"a: 1\n"),
            ("acme/README.md", b"words"),
            ("__MACOSX/acme/rules/ssh/._acme-one.yml", b"\0\0"),
        ];
        let expected = vec![("ssh/acme-one.yml".to_owned(), "a: 1\n".to_owned())];
        let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gz.write_all(&tarred(&entries)).unwrap();
        for (name, bytes) in [
            ("acme.zip", zipped(&entries)),
            ("acme.tar", tarred(&entries)),
            ("acme.tar.gz", gz.finish().unwrap()),
        ] {
            assert_eq!(one(name, bytes).unwrap().files, expected, "{name}");
        }
    }

    #[test]
    fn what_is_too_much_or_no_rule_file_is_refused_with_words() {
        let large = vec![b'a'; MOST_BYTES + 1];
        for (name, bytes, words) in [
            ("a.exe", b"x".to_vec(), "is no rule file"),
            ("a.zip", b"PK".to_vec(), "is no ZIP archive"),
            ("a.tgz", b"x".to_vec(), "is no tar archive"),
            ("a.yml", vec![0xff], "is UTF-8 text"),
            ("a.yml", large.clone(), "at most 256 KiB"),
            ("a.zip", zipped(&[("x/a.yml", &large)]), "at most 256 KiB"),
            ("a.zip", zipped(&[("x/a.txt", b"")]), "no rule file"),
            (
                "a.zip",
                zipped(&[("1/x/a.yml", b""), ("2/x/a.yml", b"")]),
                "twice",
            ),
            ("a.owpack", b"x".to_vec(), "rule pack"),
        ] {
            let error = one(name, bytes).unwrap_err().to_string();
            assert!(error.contains(words), "{name}: {error}");
        }
    }

    #[test]
    fn names_lead_nowhere() {
        let bytes = zipped(&[("../../etc/cron.yml", b"a: 1\n")]);
        let files = one("a.zip", bytes).unwrap().files;
        assert_eq!(files[0].0, "etc/cron.yml");
    }
}
