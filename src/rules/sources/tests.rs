//! Whose files are taken for one's own.

use std::os::unix::fs::PermissionsExt as _;

use super::*;

fn doubt(owners: &[u32], mode: u32) -> Option<String> {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::set_permissions(file.path(), std::fs::Permissions::from_mode(mode)).unwrap();
    let metadata = file.as_file().metadata().unwrap();
    Owners(owners.to_vec()).doubt(file.path(), &metadata)
}

#[test]
fn files_of_others_and_files_that_others_may_write_to_do_not_speak_for_themselves() {
    let me = rustix::process::geteuid().as_raw();
    assert_eq!(doubt(&[me], 0o600), None);
    assert_eq!(doubt(&[me], 0o644), None);
    assert!(doubt(&[me], 0o646).unwrap().contains("others may write"));
    assert!(
        doubt(&[me + 1], 0o600)
            .unwrap()
            .contains("belongs to the user")
    );
}
