//! SSH against a private OpenSSH server, and against an in-process server that misbehaves.

mod fake_server;
mod faults;
mod openssh;
mod short_key;
pub(crate) mod sshd;

use std::time::Duration;

use bytes::Bytes;
use domain::credential::AuthMethod;
use domain::host::{HostKey, HostKeyPolicy};
use domain::port::CredentialSecret;

use super::{Endpoint, Hop, Login, NotConnected, SshOptions, SshTarget, connect};
use crate::shell::{self, Elevation, Ended, Limits, ShellError};

fn options() -> SshOptions {
    SshOptions {
        connect: Duration::from_secs(5),
        handshake: Duration::from_secs(5),
        authenticate: Duration::from_secs(10),
        ..SshOptions::default()
    }
}

fn limits() -> Limits {
    Limits {
        ready: Duration::from_secs(10),
        deadline: Duration::from_secs(20),
        output: 16 * 1024 * 1024,
    }
}

fn login(method: AuthMethod, secret: CredentialSecret) -> Login {
    Login {
        username: "auditor".to_owned(),
        method,
        secret,
    }
}

fn with_password(password: &str) -> Login {
    let secret = CredentialSecret {
        password: Some(password.to_owned()),
        ..CredentialSecret::default()
    };
    login(AuthMethod::Password, secret)
}

fn with_key(private_key: &str, passphrase: Option<&str>) -> Login {
    let secret = CredentialSecret {
        private_key: Some(private_key.to_owned()),
        passphrase: passphrase.map(str::to_owned),
        ..CredentialSecret::default()
    };
    login(AuthMethod::Key, secret)
}

fn target(port: u16, login: Login) -> SshTarget {
    SshTarget {
        host: Hop {
            endpoint: Endpoint {
                address: "127.0.0.1".to_owned(),
                port,
            },
            login,
        },
        jump: None,
        policy: HostKeyPolicy::TrustOnFirstUse,
        trusted_keys: Vec::new(),
    }
}

/// What came of connecting and running a program.
#[derive(Debug)]
struct Ran {
    presented: Vec<HostKey>,
    first_used: Vec<HostKey>,
    outcome: Result<Ended, ShellError>,
    output: Vec<u8>,
}

async fn run(target: &SshTarget, program: &str) -> Result<Ran, Box<NotConnected>> {
    run_within(target, &options(), program, limits()).await
}

async fn run_within(
    target: &SshTarget,
    options: &SshOptions,
    program: &str,
    limits: Limits,
) -> Result<Ran, Box<NotConnected>> {
    let session = connect(target, options).await?;
    let elevation = Elevation::None;
    let link = session.start(&elevation).await.unwrap();
    let mut output = Vec::new();
    let program = Bytes::from(program.to_owned());
    let outcome = shell::run(link, &elevation, program, limits, &mut |bytes| {
        output.extend_from_slice(bytes);
    })
    .await;
    let presented = session.presented_keys.clone();
    let first_used = session.first_used_keys.clone();
    session.close().await;
    Ok(Ran {
        presented,
        first_used,
        outcome,
        output,
    })
}
