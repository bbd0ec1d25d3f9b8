//! From the host in the log to a real SSH server: credentials, secrets, the first host key.

use std::sync::Arc;

use domain::credential::{
    AuthMethod, CreateCredential, Credential, CredentialCommand, CredentialDetails,
};
use domain::host::{Connection, Host, HostKeyPolicy, SshConnection, SudoMode};
use domain::id::{CredentialId, TypedId as _};
use domain::port::{CredentialSecret, Vault, credential_record};
use domain::scan::{FailureReason, ScanEvent, ScanStatus, Selection};
use domain::verdict::Verdict;
use event_store::{Attachment, Engine};

use super::bench::{Act, Bench, Pretended};
use super::on_both;
use crate::entropy::SystemEntropy;
use crate::ssh::inspect_key;
use crate::ssh::tests::sshd::{KINDS, Sshd, me};
use crate::vault::FileVault;

on_both! {
    host_without_a_credential_fails_until_there_is_a_default_one;
    secret_of_another_vault_is_unreadable;
}

fn scanner() -> Arc<Pretended> {
    Pretended::new(&[("a", 1)], [Act::Find(vec![Some(Verdict::Pass)])])
}

fn over_ssh(port: u16, credential: Option<CredentialId>) -> Connection {
    Connection::Ssh(SshConnection {
        address: "127.0.0.1".to_owned(),
        port,
        credential,
        sudo: SudoMode::None,
        host_key_policy: HostKeyPolicy::TrustOnFirstUse,
        jump: None,
    })
}

async fn key_credential(
    bench: &Bench,
    vault: &FileVault,
    private_key: &str,
    default: bool,
) -> CredentialId {
    let credential = CredentialId::draw(bench.store.ids().as_ref());
    let record = credential_record(credential);
    let secret = CredentialSecret {
        private_key: Some(private_key.to_owned()),
        ..CredentialSecret::default()
    };
    let sealed = vault
        .seal(&record, &serde_json::to_vec(&secret).unwrap())
        .unwrap();
    let details = CredentialDetails {
        name: "key".to_owned(),
        description: String::new(),
        username: me().await,
        method: AuthMethod::Key,
        key: Some(inspect_key(private_key, None).unwrap()),
    };
    let command = CredentialCommand::Create(CreateCredential {
        credential,
        details,
        default,
    });
    let context = bench
        .context()
        .attach(Attachment::Secret { record, sealed });
    bench
        .store
        .execute::<Credential>(credential, command, context)
        .await
        .unwrap();
    credential
}

async fn reason(bench: &Bench, scan: domain::id::ScanId) -> FailureReason {
    bench.wait_for(scan, ScanStatus::Failed).await;
    match bench.last(scan).await {
        ScanEvent::Failed(failed) => failed.reason,
        other => panic!("{other:?}"),
    }
}

async fn host_without_a_credential_fails_until_there_is_a_default_one(engine: Engine) {
    let bench = Bench::new(engine).await;
    let server = Sshd::start(&KINDS[..1], "").await;
    let key = server.authorized_key(KINDS[0], "").await;
    let running = bench.start(&scanner(), Bench::settings("w"));
    let host = bench.host("one", over_ssh(server.port, None)).await;
    let scan = bench.request(host, Selection::default()).await;
    assert_eq!(reason(&bench, scan).await, FailureReason::CredentialMissing);

    let private_key = std::fs::read_to_string(key).unwrap();
    key_credential(&bench, &bench.vault, &private_key, true).await;
    let scan = bench.request(host, Selection::default()).await;
    bench.wait_for(scan, ScanStatus::Completed).await;
    let trusted = bench
        .store
        .load::<Host>(host)
        .await
        .unwrap()
        .state
        .trusted_keys;
    assert_eq!(trusted.len(), 1, "the first key was written down");
    assert_eq!(trusted[0].endpoint, format!("127.0.0.1:{}", server.port));

    // The machine behind the address is another one now.
    let other = Sshd::start_on(server, &KINDS[..1]).await;
    let scan = bench.request(host, Selection::default()).await;
    assert_eq!(reason(&bench, scan).await, FailureReason::HostKeyChanged);
    let after = bench
        .store
        .load::<Host>(host)
        .await
        .unwrap()
        .state
        .trusted_keys;
    assert_eq!(after, trusted);
    drop(other);
    running.stop().await;
}

async fn secret_of_another_vault_is_unreadable(engine: Engine) {
    let bench = Bench::new(engine).await;
    let server = Sshd::start(&KINDS[..1], "").await;
    let key = server.authorized_key(KINDS[0], "").await;
    let private_key = std::fs::read_to_string(key).unwrap();
    let other = FileVault::ephemeral(Arc::new(SystemEntropy)).unwrap();
    let credential = key_credential(&bench, &other, &private_key, false).await;
    let host = bench
        .host("one", over_ssh(server.port, Some(credential)))
        .await;
    let running = bench.start(&scanner(), Bench::settings("w"));
    let scan = bench.request(host, Selection::default()).await;
    assert_eq!(
        reason(&bench, scan).await,
        FailureReason::CredentialUnreadable
    );
    running.stop().await;
}
