//! Signed notes and their keys in the forms of C2SP (signed-note, and the key encoding of Go's `sumdb/note`), with
//! Ed25519: a text that people can read, and below it who signs for it.
//! See <https://c2sp.org/signed-note>.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest as _, Sha256};

/// The number of Ed25519 in the encoding of keys.
const ED25519: u8 = 1;

/// Why a key or a signed text does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// The text is no key.
    #[error("{0}")]
    Key(&'static str),
    /// The text is no signed note.
    #[error("the manifest is no signed note: {0}")]
    Form(&'static str),
    /// Nobody who is trusted has signed.
    #[error("it is signed by {}, and {}", signers(.signed), keys(.trusted))]
    Stranger {
        /// Who has signed, as the note says.
        signed: Vec<String>,
        /// Who is trusted.
        trusted: Vec<String>,
    },
    /// Somebody who is trusted is named, and the signature is not of this text.
    #[error("the signature of {0} does not fit the manifest: it was changed")]
    Forged(String),
}

fn signers(names: &[String]) -> String {
    match names {
        [] => "nobody".to_owned(),
        names => names.join(", "),
    }
}

fn keys(names: &[String]) -> String {
    match names {
        [] => "no key is trusted".to_owned(),
        names => format!("trusted is {}", names.join(", ")),
    }
}

/// Who may sign: a name and a private key.
pub struct Signer {
    name: String,
    key: SigningKey,
}

/// Who is trusted: a name and a public key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verifier {
    name: String,
    key: VerifyingKey,
}

impl Signer {
    /// A signer from 32 random bytes. The name has no white space and no `+`.
    pub fn new(name: &str, seed: [u8; 32]) -> Result<Self, NoteError> {
        let plain = |c: char| !c.is_whitespace() && !c.is_control() && c != '+';
        if name.is_empty() || name.len() > 100 || !name.chars().all(plain) {
            return Err(NoteError::Key(
                "the name of a key is one word without +, at most 100 characters",
            ));
        }
        Ok(Self {
            name: name.to_owned(),
            key: SigningKey::from_bytes(&seed),
        })
    }

    /// Reads `PRIVATE+KEY+<name>+<hash>+<base64>`.
    pub fn parse(text: &str) -> Result<Self, NoteError> {
        let wrong = NoteError::Key("it is no private key as openwatch rules keygen writes it");
        let rest = text.trim().strip_prefix("PRIVATE+KEY+");
        let (name, hash, seed) = rest.and_then(parts).ok_or(wrong.clone())?;
        let signer = Self::new(name, seed)?;
        if signer.verifier().hash_text() != hash {
            return Err(wrong);
        }
        Ok(signer)
    }

    /// The private key as text: a secret.
    pub fn to_text(&self) -> String {
        let hash = self.verifier().hash_text();
        let key = encode(&self.key.to_bytes());
        format!("PRIVATE+KEY+{}+{hash}+{key}", self.name)
    }

    /// Who trusts this signer holds this.
    pub fn verifier(&self) -> Verifier {
        Verifier {
            name: self.name.clone(),
            key: self.key.verifying_key(),
        }
    }

    /// The text, which ends with a line end, with a signature below.
    pub fn sign(&self, text: &str) -> String {
        let signature = self.key.sign(text.as_bytes()).to_bytes();
        let bytes = [self.verifier().hash().as_slice(), &signature].concat();
        format!(
            "{text}\n\u{2014} {} {}\n",
            self.name,
            STANDARD.encode(bytes)
        )
    }
}

impl Verifier {
    /// Reads `<name>+<hash>+<base64>`.
    pub fn parse(text: &str) -> Result<Self, NoteError> {
        let wrong = NoteError::Key("it is no public key as openwatch rules keygen writes it");
        let (name, hash, key) = parts(text.trim()).ok_or(wrong.clone())?;
        let key = VerifyingKey::from_bytes(&key).map_err(|_| wrong.clone())?;
        let verifier = Self {
            name: name.to_owned(),
            key,
        };
        if verifier.hash_text() != hash {
            return Err(wrong);
        }
        Ok(verifier)
    }

    /// The name of the key.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The public key as text.
    pub fn to_text(&self) -> String {
        let key = encode(self.key.as_bytes());
        format!("{}+{}+{key}", self.name, self.hash_text())
    }

    /// The first four bytes of the hash over name, line end, algorithm and key.
    fn hash(&self) -> [u8; 4] {
        let mut hash = Sha256::new();
        hash.update(self.name.as_bytes());
        hash.update([b'\n', ED25519]);
        hash.update(self.key.as_bytes());
        let bytes = hash.finalize();
        let mut first = [0; 4];
        first
            .iter_mut()
            .zip(bytes)
            .for_each(|(to, from)| *to = from);
        first
    }

    fn hash_text(&self) -> String {
        hex::encode(self.hash())
    }
}

fn encode(key: &[u8; 32]) -> String {
    STANDARD.encode([[ED25519].as_slice(), key].concat())
}

/// Name, hash and key of the text of a key.
fn parts(text: &str) -> Option<(&str, &str, [u8; 32])> {
    let (name, rest) = text.split_once('+')?;
    let (hash, key) = rest.split_once('+')?;
    let bytes = STANDARD.decode(key).ok()?;
    let (algorithm, key) = bytes.split_first()?;
    let key: [u8; 32] = key.try_into().ok()?;
    (*algorithm == ED25519 && !name.is_empty()).then_some((name, hash, key))
}

/// The text of a note that one of the trusted has signed, and who did.
pub(super) fn open<'t>(
    note: &str,
    trusted: &'t [Verifier],
) -> Result<(String, &'t Verifier), NoteError> {
    let (text, signatures) = note
        .rsplit_once("\n\n")
        .ok_or(NoteError::Form("there is no signature below it"))?;
    let text = format!("{text}\n");
    let mut signed = Vec::new();
    for line in signatures.lines() {
        let (name, bytes) =
            signature(line).ok_or(NoteError::Form("a line below it is no signature"))?;
        let known =
            |verifier: &&Verifier| verifier.name == name && bytes.starts_with(&verifier.hash());
        if let Some(verifier) = trusted.iter().find(known) {
            let signature = bytes
                .get(4..)
                .and_then(|bytes| Signature::from_slice(bytes).ok());
            let fits = |signature: Signature| {
                verifier
                    .key
                    .verify_strict(text.as_bytes(), &signature)
                    .is_ok()
            };
            return if signature.is_some_and(fits) {
                Ok((text, verifier))
            } else {
                Err(NoteError::Forged(name.to_owned()))
            };
        }
        signed.push(name.to_owned());
    }
    let trusted = trusted.iter().map(|one| one.name.clone()).collect();
    Err(NoteError::Stranger { signed, trusted })
}

fn signature(line: &str) -> Option<(&str, Vec<u8>)> {
    let (name, bytes) = line.strip_prefix("\u{2014} ")?.split_once(' ')?;
    Some((name, STANDARD.decode(bytes).ok()?))
}
