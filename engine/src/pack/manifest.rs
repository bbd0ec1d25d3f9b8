//! The manifest of a pack: what it is called, and every file with its size and hash, in their order.

use domain::digest::Digest;
use domain::words::counted;

use super::PackFileError;
use super::archive::{MAX_FILE, MAX_FILES, MAX_TOTAL};
use crate::rule::is_rule_name;

/// The first line.
const HEADER: &str = "openwatch rule pack 1";

/// What a pack holds.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Manifest {
    /// What it is called: a name as rules have it.
    pub name: String,
    /// Which form of it: letters, digits, dots and hyphens.
    pub version: String,
    /// The files in their order.
    pub files: Vec<PackedFile>,
}

/// One file of a pack.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct PackedFile {
    /// `category/id.yml`.
    pub path: String,
    /// Its size in bytes.
    pub size: u64,
    /// The SHA-256 of its bytes.
    pub sha256: Digest,
}

impl Manifest {
    /// The manifest of these files, in their order.
    pub(super) fn of(
        name: &str,
        version: &str,
        files: &[(String, String)],
    ) -> Result<Self, PackFileError> {
        let files = files.iter().map(|(path, text)| PackedFile {
            path: path.clone(),
            size: text.len() as u64,
            sha256: Digest::of(text.as_bytes()),
        });
        let manifest = Self {
            name: name.to_owned(),
            version: version.to_owned(),
            files: files.collect(),
        };
        manifest.check()?;
        Ok(manifest)
    }

    pub(super) fn to_text(&self) -> String {
        let mut text = format!("{HEADER}\n{}\n{}\n", self.name, self.version);
        for file in &self.files {
            let PackedFile { path, size, sha256 } = file;
            text.push_str(&format!("{sha256} {size} {path}\n"));
        }
        text
    }

    pub(super) fn parse(text: &str) -> Result<Self, PackFileError> {
        let wrong = || PackFileError::Form("the manifest has another form".to_owned());
        let mut lines = text.lines();
        if lines.next() != Some(HEADER) {
            return Err(wrong());
        }
        let mut line = || lines.next().map(str::to_owned).ok_or_else(wrong);
        let (name, version) = (line()?, line()?);
        let mut files = Vec::new();
        for line in lines {
            let mut words = line.splitn(3, ' ');
            let mut word = || words.next().ok_or_else(wrong);
            let (sha256, size, path) = (word()?, word()?, word()?);
            files.push(PackedFile {
                path: path.to_owned(),
                size: size.parse().map_err(|_| wrong())?,
                sha256: sha256.parse().map_err(|_| wrong())?,
            });
        }
        let manifest = Self {
            name,
            version,
            files,
        };
        manifest.check()?;
        Ok(manifest)
    }

    fn check(&self) -> Result<(), PackFileError> {
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '.' || c == '-';
        if !is_rule_name(&self.name) {
            let message = "its name must be lower-case words and numbers joined by single hyphens";
            return Err(PackFileError::Form(message.to_owned()));
        }
        let version = &self.version;
        if version.is_empty() || version.len() > 50 || !version.chars().all(plain) {
            let message = "its version must be letters, digits, dots and hyphens, at most 50";
            return Err(PackFileError::Form(message.to_owned()));
        }
        if self.files.is_empty() {
            return Err(PackFileError::Form("there is no rule in it".to_owned()));
        }
        if self.files.len() > MAX_FILES {
            return Err(PackFileError::TooMuch(counted(self.files.len(), "file")));
        }
        if let Some(file) = self.files.iter().find(|file| !is_rule_path(&file.path)) {
            return Err(PackFileError::Path(file.path.clone()));
        }
        if let Some(file) = self.files.iter().find(|file| file.size > MAX_FILE) {
            return Err(PackFileError::TooMuch(file.path.clone()));
        }
        if self.files.iter().map(|file| file.size).sum::<u64>() > MAX_TOTAL {
            return Err(PackFileError::TooMuch("all files together".to_owned()));
        }
        // In their order each stands once.
        let rest = self.files.iter().skip(1);
        if let Some((_, twice)) = self
            .files
            .iter()
            .zip(rest)
            .find(|(one, other)| one.path >= other.path)
        {
            return Err(PackFileError::Path(twice.path.clone()));
        }
        Ok(())
    }
}

/// `category/id.yml`: two names as rules have them, and nothing that leads anywhere else.
fn is_rule_path(path: &str) -> bool {
    let stem = path
        .strip_suffix(".yml")
        .or_else(|| path.strip_suffix(".yaml"));
    let parts = stem.and_then(|stem| stem.split_once('/'));
    parts.is_some_and(|(category, id)| is_rule_name(category) && is_rule_name(id))
}
