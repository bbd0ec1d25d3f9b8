//! Rule packs: what was signed is what is opened, and hostile archives are refused before anything of them counts.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use domain::digest::Digest;
use engine::pack::{MAX_FILE, PackFileError, Signer, Verifier, open, sign};
use tar::{Builder, EntryType, Header};

fn signer(name: &str, seed: u8) -> Signer {
    Signer::new(name, [seed; 32]).unwrap()
}

fn files() -> Vec<(String, String)> {
    [("x/a.yml", "id: a\n"), ("x/b.yml", "id: b\n")]
        .map(|(path, text)| (path.to_owned(), text.to_owned()))
        .to_vec()
}

fn trusted() -> Vec<Verifier> {
    vec![signer("ops", 1).verifier()]
}

/// An entry of an archive, as a hostile sender may write it.
struct Entry {
    path: &'static str,
    kind: EntryType,
    bytes: Vec<u8>,
    link: Option<&'static str>,
}

fn plain(path: &'static str, text: &str) -> Entry {
    Entry {
        path,
        kind: EntryType::Regular,
        bytes: text.as_bytes().to_vec(),
        link: None,
    }
}

/// An archive whose names are written as they are, whatever they lead to.
fn archive(note: &str, entries: &[Entry]) -> Vec<u8> {
    let mut builder = Builder::new(Vec::new());
    let first = plain("pack.note", note);
    for entry in std::iter::once(&first).chain(entries) {
        let mut header = Header::new_ustar();
        header.as_mut_bytes()[..entry.path.len()].copy_from_slice(entry.path.as_bytes());
        header.set_entry_type(entry.kind);
        header.set_size(entry.bytes.len() as u64);
        if let Some(link) = entry.link {
            header.set_link_name_literal(link).unwrap();
        }
        header.set_cksum();
        builder.append(&header, entry.bytes.as_slice()).unwrap();
    }
    zstd::encode_all(builder.into_inner().unwrap().as_slice(), 3).unwrap()
}

/// A manifest of these lines, signed by somebody who is trusted.
fn note(files: &[(&str, &str)]) -> String {
    let mut text = "openwatch rule pack 1\nown\n1.0\n".to_owned();
    for (path, content) in files {
        let hash = Digest::of(content.as_bytes());
        text.push_str(&format!("{hash} {} {path}\n", content.len()));
    }
    signer("ops", 1).sign(&text)
}

fn refused(bytes: &[u8]) -> PackFileError {
    open(bytes, &trusted()).expect_err("must be refused")
}

#[test]
fn what_was_signed_is_what_is_opened_and_the_same_input_gives_the_same_bytes() {
    let bytes = sign("own", "1.0", files(), &signer("ops", 1)).unwrap();
    let pack = open(&bytes, &trusted()).unwrap();
    assert_eq!((pack.signer.as_str(), pack.files), ("ops", files()));
    assert_eq!(pack.manifest.name, "own");
    let mut backwards = files();
    backwards.reverse();
    assert_eq!(
        sign("own", "1.0", backwards, &signer("ops", 1)).unwrap(),
        bytes
    );
}

#[test]
fn keys_are_text_that_go_and_come_back_and_no_other_text_is_a_key() {
    let signer = signer("ops", 1);
    let private = signer.to_text();
    assert_eq!(Signer::parse(&private).unwrap().to_text(), private);
    let public = signer.verifier().to_text();
    assert_eq!(Verifier::parse(&public).unwrap(), signer.verifier());
    assert!(Verifier::parse(&private).is_err());
    assert!(Signer::parse(&public).is_err());
    for text in [
        "",
        "ops",
        "ops+00000000+AAAA",
        &public.replace("ops", "eve"),
    ] {
        assert!(Verifier::parse(text).is_err(), "{text}");
    }
    for name in ["", "two words", "a+b", "tab\t"] {
        assert!(Signer::new(name, [1; 32]).is_err(), "{name:?}");
    }
}

/// Made with golang.org/x/mod/sumdb/note, which reads and writes the same keys: the example of its documentation.
#[test]
fn keys_of_the_reference_implementation_are_read() {
    let private = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
    let public = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    assert_eq!(Signer::parse(private).unwrap().verifier().to_text(), public);
    let text = "If you think cryptography is the answer to your problem,\n\
                then you don't know what your problem is.\n";
    let signed = format!(
        "{text}\n\u{2014} PeterNeumann \
         x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
    );
    assert_eq!(Signer::parse(private).unwrap().sign(text), signed);
}

#[test]
fn strangers_and_changes_are_told_apart() {
    let bytes = sign("own", "1.0", files(), &signer("eve", 2)).unwrap();
    let error = refused(&bytes).to_string();
    assert_eq!(error, "it is signed by eve, and trusted is ops");
    let error = open(&bytes, &[]).unwrap_err().to_string();
    assert_eq!(error, "it is signed by eve, and no key is trusted");
    // Another key under the trusted name is a stranger as well.
    let bytes = sign("own", "1.0", files(), &signer("ops", 3)).unwrap();
    assert!(matches!(refused(&bytes), PackFileError::Signature(_)));
    let signed = note(&[("x/a.yml", "id: a\n")]);
    let forged = signed.replace("own\n1.0", "own\n2.0");
    let error = refused(&archive(&forged, &[plain("x/a.yml", "id: a\n")])).to_string();
    assert!(error.contains("does not fit the manifest"), "{error}");
    let changed = archive(&signed, &[plain("x/a.yml", "id: b\n")]);
    assert!(matches!(refused(&changed), PackFileError::Changed(_)));
}

#[test]
fn entries_that_the_manifest_does_not_name_in_this_place_are_refused() {
    let signed = note(&[("x/a.yml", "id: a\n"), ("x/b.yml", "id: b\n")]);
    let (a, b) = (
        || plain("x/a.yml", "id: a\n"),
        || plain("x/b.yml", "id: b\n"),
    );
    open(&archive(&signed, &[a(), b()]), &trusted()).unwrap();
    assert!(open(&archive(&signed, &[a()]), &trusted()).is_err());
    assert!(open(&archive(&signed, &[b(), a()]), &trusted()).is_err());
    assert!(open(&archive(&signed, &[a(), a()]), &trusted()).is_err());
    assert!(open(&archive(&signed, &[a(), b(), b()]), &trusted()).is_err());
    assert!(
        open(
            &archive(&signed, &[a(), b(), plain("x/c.yml", "")]),
            &trusted()
        )
        .is_err()
    );
}

#[test]
fn links_folders_devices_and_extensions_are_no_rules() {
    let signed = note(&[("x/a.yml", "id: a\n")]);
    for kind in [
        EntryType::Symlink,
        EntryType::Link,
        EntryType::Directory,
        EntryType::Fifo,
        EntryType::Char,
        EntryType::GNULongName,
        EntryType::XHeader,
    ] {
        let entry = Entry {
            path: "x/a.yml",
            kind,
            bytes: Vec::new(),
            link: Some("/etc/shadow"),
        };
        let error = refused(&archive(&signed, &[entry]));
        assert!(
            matches!(error, PackFileError::Changed(_)),
            "{kind:?}: {error}"
        );
    }
}

#[test]
fn names_that_lead_elsewhere_are_refused_even_when_they_are_signed() {
    for path in [
        "../a.yml",
        "/etc/a.yml",
        "x/../a.yml",
        "x/y/a.yml",
        "a.yml",
        "x/a.sh",
        "x/.yml",
        "X/a.yml",
        "x/a b.yml",
    ] {
        let bytes = archive(&note(&[(path, "id: a\n")]), &[plain(path, "id: a\n")]);
        assert!(matches!(refused(&bytes), PackFileError::Path(_)), "{path}");
    }
    let twice = [("x/a.yml", "id: a\n"), ("x/a.yml", "id: a\n")];
    let entries = [plain("x/a.yml", "id: a\n"), plain("x/a.yml", "id: a\n")];
    let error = refused(&archive(&note(&twice), &entries));
    assert!(matches!(error, PackFileError::Path(_)), "{error}");
}

#[test]
fn what_is_too_large_or_grows_without_end_is_refused() {
    let large = " ".repeat(usize::try_from(MAX_FILE).unwrap() + 1);
    let bytes = archive(&note(&[("x/a.yml", &large)]), &[plain("x/a.yml", &large)]);
    assert!(matches!(refused(&bytes), PackFileError::TooMuch(_)));
    // The manifest says little and the archive holds much: half a gigabyte of zeros in some kilobytes.
    let mut bomb = Vec::new();
    let mut encoder = zstd::Encoder::new(&mut bomb, 3).unwrap();
    let block = vec![0; 1 << 20];
    let mut header = Header::new_ustar();
    header.set_path("pack.note").unwrap();
    header.set_entry_type(EntryType::Regular);
    header.set_size(512 << 20);
    header.set_cksum();
    std::io::Write::write_all(&mut encoder, header.as_bytes()).unwrap();
    for _ in 0..512 {
        std::io::Write::write_all(&mut encoder, &block).unwrap();
    }
    encoder.finish().unwrap();
    assert!(bomb.len() < 1 << 20);
    assert!(matches!(refused(&bomb), PackFileError::TooMuch(_)));
    // A bomb behind a manifest that holds is skipped over by nobody either.
    for bytes in [
        b"".as_slice(),
        b"PK\x03\x04",
        b"\x28\xb5\x2f\xfd",
        &[0; 1024],
    ] {
        assert!(open(bytes, &trusted()).is_err());
    }
    let whole = sign("own", "1.0", files(), &signer("ops", 1)).unwrap();
    for end in 0..whole.len() {
        assert!(open(&whole[..end], &trusted()).is_err(), "cut at {end}");
    }
}
