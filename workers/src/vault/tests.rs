//! The vault from outside: what it seals it opens, and nothing else.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;

use domain::port::{Vault, VaultError};

use super::{FileVault, KEY_FILE, OpenVaultError};
use crate::entropy::SystemEntropy;

fn open(folder: &std::path::Path, sealed: bool) -> Result<FileVault, OpenVaultError> {
    FileVault::create_or_open(folder, sealed, Arc::new(SystemEntropy))
}

#[test]
fn first_start_makes_a_private_key_that_later_starts_use() {
    let folder = tempfile::tempdir().unwrap();
    let sealed = open(folder.path(), false)
        .unwrap()
        .seal("credential/1", b"hunter2")
        .unwrap();

    let mode = fs::metadata(folder.path().join(KEY_FILE))
        .unwrap()
        .permissions()
        .mode()
        & 0o7777;
    assert_eq!(mode, 0o600);
    assert_eq!(
        fs::read_dir(folder.path()).unwrap().count(),
        1,
        "no temporary file stays"
    );
    let again = open(folder.path(), true).unwrap();
    assert_eq!(again.open("credential/1", &sealed).unwrap(), b"hunter2");
    assert_eq!(again.key_ids(), [sealed.key.as_str()]);
}

#[test]
fn lost_key_is_an_error_and_never_a_new_one() {
    let folder = tempfile::tempdir().unwrap();
    let error = open(folder.path(), true).unwrap_err();
    assert!(
        matches!(error, OpenVaultError::KeyFileMissing { .. }),
        "{error}"
    );
    assert!(!folder.path().join(KEY_FILE).exists());
}

#[test]
fn sealed_secret_is_bound_to_its_record_and_key() {
    let vault = FileVault::ephemeral(Arc::new(SystemEntropy)).unwrap();
    let other = FileVault::ephemeral(Arc::new(SystemEntropy)).unwrap();
    let sealed = vault.seal("credential/1", b"hunter2").unwrap();

    assert!(matches!(
        vault.open("credential/2", &sealed),
        Err(VaultError::Sealed)
    ));
    assert!(matches!(
        other.open("credential/1", &sealed),
        Err(VaultError::KeyMissing { .. })
    ));
    let mut damaged = sealed.clone();
    damaged.ciphertext[0] ^= 1;
    assert!(matches!(
        vault.open("credential/1", &damaged),
        Err(VaultError::Sealed)
    ));
    let twice = vault.seal("credential/1", b"hunter2").unwrap();
    assert_ne!(twice.nonce, sealed.nonce);
    assert!(
        !sealed
            .ciphertext
            .windows(7)
            .any(|window| window == b"hunter2")
    );
}

#[test]
fn exposed_or_malformed_key_file_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    open(folder.path(), false).unwrap();
    let path = folder.path().join(KEY_FILE);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    let error = open(folder.path(), true).unwrap_err();
    assert!(
        matches!(error, OpenVaultError::KeyFileExposed { mode: 0o640, .. }),
        "{error}"
    );

    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    let text = fs::read_to_string(&path).unwrap();
    let digit = if text.trim_end().ends_with('0') {
        '1'
    } else {
        '0'
    };
    let mut changed = text.trim_end().to_owned();
    changed.pop();
    changed.push(digit);
    fs::write(&path, changed).unwrap();
    let error = open(folder.path(), true).unwrap_err();
    assert!(
        matches!(error, OpenVaultError::KeyFileMalformed { line: 2, .. }),
        "{error}"
    );
}

#[test]
fn two_first_starts_agree_on_one_key() {
    let folder = tempfile::tempdir().unwrap();
    let vaults: Vec<_> = std::thread::scope(|scope| {
        let starts: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| open(folder.path(), false)))
            .collect();
        starts
            .into_iter()
            .map(|start| start.join().unwrap().unwrap())
            .collect()
    });
    let keys: std::collections::BTreeSet<_> = vaults.iter().map(FileVault::key_ids).collect();
    assert_eq!(keys.len(), 1);
}

#[test]
fn keys_never_show_in_debug_output() {
    let folder = tempfile::tempdir().unwrap();
    let vault = open(folder.path(), false).unwrap();
    let text = fs::read_to_string(folder.path().join(KEY_FILE)).unwrap();
    let digits = text.split_whitespace().last().unwrap();
    assert!(!format!("{vault:?}").contains(digits));
}

#[test]
fn key_of_another_database_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let vault = open(folder.path(), false).unwrap();
    let known = |keys: &[&str]| keys.iter().map(|&key| key.to_owned()).collect();
    let own = vault.key_ids();

    vault.belongs_to(folder.path(), &known(&[&own[0]])).unwrap();
    let error = vault
        .belongs_to(folder.path(), &known(&["0123456789abcdef"]))
        .unwrap_err();
    assert!(error.to_string().contains("0123456789abcdef"), "{error}");
}
