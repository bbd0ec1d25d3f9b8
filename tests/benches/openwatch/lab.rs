//! One host of the lab: Debian with systemd and its own SSH server, in a network namespace of this machine.

use std::path::PathBuf;
use std::process::Command;

/// Apart from the labs of tests.
const NAME: &str = "owbench";

/// A host that is up; it goes down with this value.
pub(crate) struct Lab {
    /// Where it listens.
    pub(crate) address: String,
    /// The private key of the account `nopasswd`, which may use sudo.
    pub(crate) key: PathBuf,
}

impl Lab {
    /// Brings the host up; nothing where we are not root.
    pub(crate) fn up() -> Option<Self> {
        let id = Command::new("id").arg("-u").output().unwrap();
        if id.stdout.trim_ascii() != b"0" {
            return None;
        }
        run(&["up", "1"]);
        let inventory: serde_json::Value = serde_json::from_str(&run(&["inventory"])).unwrap();
        let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
        Some(Self {
            address: text(&inventory["hosts"][0]["address"]),
            key: text(&inventory["keys"]["ed25519"]).into(),
        })
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        run(&["down"]);
    }
}

fn run(arguments: &[&str]) -> String {
    let lab = concat!(env!("CARGO_MANIFEST_DIR"), "/lab/lab");
    let mut command = Command::new(lab);
    let done = command.args(arguments).env("LAB_NAME", NAME).output();
    let done = done.unwrap();
    assert!(
        done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
    String::from_utf8(done.stdout).unwrap()
}
