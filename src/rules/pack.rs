//! `openwatch rules keygen`, `sign` and `verify`: rules of a folder as one file that somebody signs for.

use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use domain::words::counted;
use engine::pack::{self, Manifest, Signer};
use engine::rule::{RuleBase, files_below};
use serde::Serialize;
use workers::entropy::{Entropy as _, SystemEntropy};
use zeroize::Zeroizing;

use super::rules_failure;
use super::sources::{open_pack, verifiers};
use crate::cli::{KeygenArguments, SignArguments, VerifyArguments};
use crate::console::Console;
use crate::exit::{Exit, Failure};

#[derive(Serialize)]
struct Key<'a> {
    private: &'a Path,
    public: String,
}

/// Makes a key. One that is there already is never touched.
pub(super) fn keygen(arguments: &KeygenArguments, console: Console) -> Result<Exit, Failure> {
    let mut seed = Zeroizing::new([0; 32]);
    SystemEntropy
        .fill(seed.as_mut_slice())
        .map_err(|error| Failure::cannot("could not draw a key", error))?;
    let signer = Signer::new(&arguments.name, *seed).map_err(|error| usage(&error))?;
    let path = &arguments.output;
    let text = Zeroizing::new(format!("{}\n", signer.to_text()));
    let mut options = std::fs::OpenOptions::new();
    options
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .and_then(|mut file| file.write_all(text.as_bytes()))
        .map_err(|error| Failure::cannot(format!("could not write {}", path.display()), error))?;
    let key = Key {
        private: path,
        public: signer.verifier().to_text(),
    };
    console.note(&format!(
        "{} holds the private key; whoever has it signs in your name. The public key is for those who trust it:",
        path.display()
    ));
    console.result(&key.public, &key)?;
    Ok(Exit::Ok)
}

#[derive(Serialize)]
struct Signed<'a> {
    file: &'a Path,
    rules: usize,
    bytes: usize,
}

/// Makes a pack of a folder whose rules hold.
pub(super) fn sign(arguments: &SignArguments, console: Console) -> Result<Exit, Failure> {
    let folder = &arguments.folder;
    let rules = RuleBase::from_folder(folder).map_err(rules_failure)?;
    let key = &arguments.key;
    let text = Zeroizing::new(std::fs::read_to_string(key).map_err(|error| {
        Failure::cannot(format!("could not read the key {}", key.display()), error)
    })?);
    let signer = Signer::parse(&text)
        .map_err(|error| Failure::usage(format!("{}: {error}", key.display())))?;
    let mut files = Vec::new();
    for (path, text) in files_below(folder).map_err(rules_failure)?.texts {
        files.push((below(folder, &path)?, text));
    }
    let (name, version) = (&arguments.name, &arguments.pack_version);
    let bytes = pack::sign(name, version, files, &signer).map_err(|error| usage(&error))?;
    let output = &arguments.output;
    if !pack::is_pack(output) {
        let message = format!("the name of a pack ends with .{}", pack::EXTENSION);
        return Err(Failure::usage(message));
    }
    std::fs::write(output, &bytes)
        .map_err(|error| Failure::cannot(format!("could not write {}", output.display()), error))?;
    let result = Signed {
        file: output,
        rules: rules.rules().len(),
        bytes: bytes.len(),
    };
    let words = format!(
        "{}: {}, {}, signed by {}",
        output.display(),
        counted(result.rules, "rule"),
        counted(result.bytes, "byte"),
        signer.verifier().name()
    );
    console.result(&words, &result)?;
    Ok(Exit::Ok)
}

fn below(folder: &Path, path: &str) -> Result<String, Failure> {
    let path = Path::new(path);
    let inside = path.strip_prefix(folder).ok().and_then(Path::to_str);
    inside
        .map(str::to_owned)
        .ok_or_else(|| Failure::usage(format!("{} is not below the folder", path.display())))
}

#[derive(Serialize)]
struct Verified<'a> {
    signer: &'a str,
    #[serde(flatten)]
    manifest: &'a Manifest,
}

/// Says who signs for a pack and what is in it.
pub(super) fn verify(arguments: &VerifyArguments, console: Console) -> Result<Exit, Failure> {
    let trusted = verifiers(&arguments.key)?;
    let opened = open_pack(&arguments.file, &trusted)?;
    let rules =
        RuleBase::from_texts(&opened.manifest.name, &opened.files).map_err(rules_failure)?;
    let words = format!(
        "{} {}: {}, signed by {}",
        opened.manifest.name,
        opened.manifest.version,
        counted(rules.rules().len(), "rule"),
        opened.signer
    );
    let verified = Verified {
        signer: &opened.signer,
        manifest: &opened.manifest,
    };
    console.result(&words, &verified)?;
    Ok(Exit::Ok)
}

fn usage(error: &impl std::error::Error) -> Failure {
    Failure::usage(error.to_string())
}
