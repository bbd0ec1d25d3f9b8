//! Against OpenSSH: key types, agent, host keys, jump host, the shell.

use std::fs;
use std::path::Path;
use std::process::Stdio;

use domain::credential::AuthMethod;
use domain::host::{HostKey, HostKeyPolicy};
use domain::port::{CredentialSecret, KeyRefusal};
use domain::scan::FailureReason;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;

use super::super::{Endpoint, Hop, Login, SshError, SshOptions, SshTarget, inspect_key};
use super::sshd::{KINDS, Sshd, fingerprint, keygen, me};
use super::{limits, login, options, run, run_within, target, with_key};

async fn keyed(server: &Sshd, key: &Path) -> SshTarget {
    let mut login = with_key(&fs::read_to_string(key).unwrap(), None);
    login.username = me().await;
    target(server.port, login)
}

async fn agent_login() -> Login {
    let mut login = login(AuthMethod::Agent, CredentialSecret::default());
    login.username = me().await;
    login
}

#[tokio::test]
async fn every_kind_of_key_logs_in_and_is_described_as_ssh_keygen_does() {
    let server = Sshd::start(&KINDS[..1], "").await;
    for kind in KINDS {
        let path = server.authorized_key(kind, "").await;
        let ran = run(&keyed(&server, &path).await, "echo \"$0 works\"\n")
            .await
            .unwrap();
        assert_eq!(ran.output, b"/bin/sh works\n", "{kind:?}");
        assert_eq!(
            ran.outcome.unwrap().round_trips,
            1,
            "and one for the channel"
        );

        let facts = inspect_key(&fs::read_to_string(&path).unwrap(), None).unwrap();
        assert_eq!((facts.bits, facts.fingerprint), fingerprint(&path).await);
    }
}

#[tokio::test]
async fn rsa_signs_with_what_the_server_takes_and_never_with_sha1() {
    for hash in ["rsa-sha2-256", "rsa-sha2-512"] {
        let more = format!("PubkeyAcceptedAlgorithms {hash}\n");
        let server = Sshd::start(&KINDS[..1], &more).await;
        let path = server.authorized_key(("rsa", "2048"), "").await;
        let ran = run(&keyed(&server, &path).await, "echo in\n")
            .await
            .unwrap();
        assert_eq!(ran.output, b"in\n", "{hash}");
    }
    let server = Sshd::start(&KINDS[..1], "PubkeyAcceptedAlgorithms ssh-rsa\n").await;
    let path = server.authorized_key(("rsa", "2048"), "").await;
    let refused = run(&keyed(&server, &path).await, "").await.unwrap_err();
    assert_eq!(refused.error.reason(), FailureReason::AuthenticationRefused);
}

#[tokio::test]
async fn a_server_with_the_curves_of_nist_alone_is_reached_and_one_with_sha1_is_told_what_to_allow()
{
    for curve in ["256", "384", "521"] {
        let more = format!("KexAlgorithms ecdh-sha2-nistp{curve}\n");
        let server = Sshd::start(&KINDS[..1], &more).await;
        let path = server.authorized_key(KINDS[0], "").await;
        let ran = run(&keyed(&server, &path).await, "echo in\n")
            .await
            .unwrap();
        assert_eq!(ran.output, b"in\n", "{curve}");
    }
    for (more, words) in [
        (
            "KexAlgorithms diffie-hellman-group14-sha1\n",
            "offers no key exchange that is accepted here, only diffie-hellman-group14-sha1; let it allow one of \
             mlkem768x25519-sha256, curve25519-sha256",
        ),
        (
            "Ciphers aes128-cbc\n",
            "offers no cipher that is accepted here, only aes128-cbc; let it allow one of ",
        ),
    ] {
        let server = Sshd::start(&KINDS[..1], more).await;
        let path = server.authorized_key(KINDS[0], "").await;
        let refused = run(&keyed(&server, &path).await, "").await.unwrap_err();
        assert_eq!(refused.error.reason(), FailureReason::ProtocolViolated);
        let said = refused.error.to_string();
        assert!(said.contains(words), "{said}");
        assert!(
            !said.contains('"') && !said.contains("kex-strict"),
            "{said}"
        );
    }
}

#[tokio::test]
async fn encrypted_key_needs_its_passphrase() {
    let server = Sshd::start(&KINDS[..1], "").await;
    let path = server
        .authorized_key(("ed25519", "256"), "open sesame")
        .await;
    let text = fs::read_to_string(&path).unwrap();
    assert_eq!(inspect_key(&text, None), Err(KeyRefusal::PassphraseMissing));
    assert_eq!(
        inspect_key(&text, Some("wrong")),
        Err(KeyRefusal::PassphraseWrong)
    );
    assert_eq!(
        inspect_key("-----BEGIN nothing", None),
        Err(KeyRefusal::Malformed)
    );

    let mut target = keyed(&server, &path).await;
    let refused = run(&target, "").await.unwrap_err();
    assert_eq!(refused.error.reason(), FailureReason::CredentialUnreadable);
    target.host.login.secret.passphrase = Some("open sesame".to_owned());
    assert_eq!(run(&target, "echo in\n").await.unwrap().output, b"in\n");
}

#[tokio::test]
async fn wrong_and_weak_keys_are_refused() {
    let server = Sshd::start(&KINDS[..1], "").await;
    let stranger = server.folder.path().join("stranger");
    keygen(&stranger, ("ed25519", "256"), "").await;
    let refused = run(&keyed(&server, &stranger).await, "").await.unwrap_err();
    assert_eq!(refused.error.reason(), FailureReason::AuthenticationRefused);
    let words = refused.error.to_string();
    assert!(
        words.contains("SHA256:") && words.contains("is not accepted"),
        "{words}"
    );
    assert_eq!(refused.presented_keys.len(), 1);

    let weak = server.authorized_key(("rsa", "1024"), "").await;
    let refused = run(&keyed(&server, &weak).await, "").await.unwrap_err();
    assert!(
        matches!(refused.error, SshError::KeyTooWeak { bits: 1024, .. }),
        "{refused}"
    );
}

#[tokio::test]
async fn agent_proves_the_identity() {
    let server = Sshd::start(&KINDS[..1], "").await;
    let socket = server.folder.path().join("agent");
    let mut agent = Command::new("ssh-agent")
        .args(["-D", "-a"])
        .arg(&socket)
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    // It says where it listens once it does.
    let mut lines = BufReader::new(agent.stdout.take().unwrap()).lines();
    lines.next_line().await.unwrap();
    let mut target = target(server.port, agent_login().await);
    let options = SshOptions {
        agent_socket: Some(socket.clone()),
        ..options()
    };

    let refused = run_within(&target, &options, "", limits())
        .await
        .unwrap_err();
    assert!(
        refused.error.to_string().contains("holds no keys"),
        "{refused}"
    );
    for kind in [("ed25519", "256"), ("rsa", "2048")] {
        let key = server.authorized_key(kind, "").await;
        let add = Command::new("ssh-add")
            .arg("-q")
            .arg(&key)
            .env("SSH_AUTH_SOCK", &socket)
            .status();
        assert!(add.await.unwrap().success());
        let ran = run_within(&target, &options, "echo in\n", limits())
            .await
            .unwrap();
        assert_eq!(ran.output, b"in\n", "{kind:?}");
        let clear = Command::new("ssh-add")
            .arg("-qD")
            .env("SSH_AUTH_SOCK", &socket)
            .status();
        assert!(clear.await.unwrap().success());
    }
    target.host.login = agent_login().await;
    let refused = run(&target, "").await.unwrap_err();
    assert!(matches!(refused.error, SshError::AgentMissing), "{refused}");
}

#[tokio::test]
async fn first_key_is_reported_and_a_changed_one_refused_before_the_account_is_named() {
    let server = Sshd::start(&KINDS[..1], "LogLevel DEBUG1\n").await;
    let key = server.authorized_key(("ed25519", "256"), "").await;
    let mut target = keyed(&server, &key).await;
    let first = run(&target, "echo in\n").await.unwrap();
    assert_eq!(first.presented, first.first_used);
    let (_, expected) = fingerprint(&server.folder.path().join("host_0")).await;
    assert_eq!(first.presented[0].fingerprint, expected);
    assert_eq!(
        first.presented[0].endpoint,
        format!("127.0.0.1:{}", server.port)
    );

    target.trusted_keys = first.presented.clone();
    target.policy = HostKeyPolicy::Strict;
    let second = run(&target, "echo in\n").await.unwrap();
    assert_eq!(second.first_used, []);

    let other = Sshd::start(&KINDS[..1], "").await;
    let mut trusted = first.presented[0].clone();
    trusted.endpoint = format!("127.0.0.1:{}", other.port);
    for policy in [HostKeyPolicy::Strict, HostKeyPolicy::TrustOnFirstUse] {
        let mut target = keyed(&other, &key).await;
        target.trusted_keys = vec![trusted.clone()];
        target.policy = policy;
        let refused = run(&target, "").await.unwrap_err();
        assert_eq!(refused.error.reason(), FailureReason::HostKeyChanged);
        let words = refused.error.to_string();
        let (_, presented) = fingerprint(&other.folder.path().join("host_0")).await;
        assert!(
            words.contains(&presented) && words.contains(&trusted.fingerprint),
            "{words}"
        );
        assert_eq!(refused.presented_keys[0].fingerprint, presented);
    }
}

#[tokio::test]
async fn unknown_key_is_refused_under_strict_policy() {
    let server = Sshd::start(&KINDS[..1], "").await;
    let key = server.authorized_key(("ed25519", "256"), "").await;
    let mut target = keyed(&server, &key).await;
    target.policy = HostKeyPolicy::Strict;
    let refused = run(&target, "").await.unwrap_err();
    assert_eq!(refused.error.reason(), FailureReason::HostKeyUnknown);
    let shown = &refused.presented_keys[0].fingerprint;
    assert!(refused.error.to_string().contains(shown), "{refused}");
}

#[tokio::test]
async fn host_with_several_keys_shows_the_trusted_one_and_cannot_switch_to_another() {
    let server = Sshd::start(&[("ed25519", "256"), ("rsa", "2048"), ("ecdsa", "384")], "").await;
    let key = server.authorized_key(("ed25519", "256"), "").await;
    for index in 0..3 {
        let path = server.folder.path().join(format!("host_{index}.pub"));
        let mut target = keyed(&server, &key).await;
        target.trusted_keys = vec![trusted(&server, &path).await];
        let ran = run(&target, "echo in\n").await.unwrap();
        assert_eq!(ran.presented, target.trusted_keys);
        assert_eq!(ran.first_used, []);
    }
    // The trusted key is of a kind that the server does not have any more.
    let old = Sshd::start(&[("ecdsa", "256")], "").await;
    let mut gone = trusted(&old, &old.folder.path().join("host_0.pub")).await;
    gone.endpoint = format!("127.0.0.1:{}", server.port);
    let mut target = keyed(&server, &key).await;
    target.trusted_keys = vec![gone];
    let refused = run(&target, "").await.unwrap_err();
    assert_eq!(refused.error.reason(), FailureReason::HostKeyChanged);
}

async fn trusted(server: &Sshd, public: &Path) -> HostKey {
    let text = fs::read_to_string(public).unwrap();
    let mut words = text.split_whitespace();
    let (_, fingerprint) = fingerprint(public).await;
    HostKey {
        endpoint: format!("127.0.0.1:{}", server.port),
        algorithm: words.next().unwrap().to_owned(),
        public_key: words.next().unwrap().to_owned(),
        fingerprint,
    }
}

#[tokio::test]
async fn jump_host_is_passed_and_its_key_checked_too() {
    let way = Sshd::start(&KINDS[..1], "").await;
    let end = Sshd::start(&KINDS[..1], "").await;
    let way_key = way.authorized_key(("ed25519", "256"), "").await;
    let end_key = end.authorized_key(("ecdsa", "256"), "").await;
    let mut target = keyed(&end, &end_key).await;
    target.jump = Some(keyed(&way, &way_key).await.host);
    let ran = run(&target, "echo \"${SSH_CONNECTION##* }\"\n")
        .await
        .unwrap();
    assert_eq!(ran.output, format!("{}\n", end.port).as_bytes());
    assert_eq!(ran.presented.len(), 2);
    assert_eq!(ran.presented[0].endpoint, format!("127.0.0.1:{}", way.port));

    let mut changed = target.clone();
    changed.trusted_keys = ran.presented.clone();
    changed.trusted_keys[0].public_key = ran.presented[1].public_key.clone();
    let refused = run(&changed, "").await.unwrap_err();
    assert_eq!(refused.error.reason(), FailureReason::HostKeyChanged);
    assert_eq!(
        refused.presented_keys.len(),
        1,
        "the host behind is not reached"
    );

    let mut nowhere = target;
    nowhere.host.endpoint.port = 1;
    let refused = run(&nowhere, "").await.unwrap_err();
    assert!(
        matches!(refused.error, SshError::JumpRefused { .. }),
        "{refused}"
    );
}

#[tokio::test]
async fn host_that_is_down_or_has_no_name_is_unreachable() {
    let server = Sshd::start(&KINDS[..1], "").await;
    let key = server.authorized_key(("ed25519", "256"), "").await;
    let mut target = keyed(&server, &key).await;
    target.host.endpoint.port = 1;
    let refused = run(&target, "").await.unwrap_err();
    assert_eq!(refused.error.reason(), FailureReason::HostUnreachable);
    target.host = Hop {
        endpoint: Endpoint {
            address: "host.invalid".to_owned(),
            port: 22,
        },
        login: target.host.login,
    };
    let refused = run(&target, "").await.unwrap_err();
    assert_eq!(refused.error.reason(), FailureReason::HostUnreachable);
}

#[tokio::test]
async fn forced_command_is_not_taken_for_a_shell() {
    let server = Sshd::start(&KINDS[..1], "ForceCommand echo Go away\n").await;
    let key = server.authorized_key(("ed25519", "256"), "").await;
    let ran = run(&keyed(&server, &key).await, "echo in\n").await.unwrap();
    let error = ran.outcome.unwrap_err().to_string();
    assert!(
        error.starts_with("the account does not run commands: Go away; look at"),
        "{error}"
    );
    assert_eq!(ran.output, b"");
}

#[tokio::test]
async fn key_then_second_factor_names_what_is_missing() {
    let more = "AuthenticationMethods publickey,password\n";
    let server = Sshd::start(&KINDS[..1], more).await;
    let key = server.authorized_key(("ed25519", "256"), "").await;
    let refused = run(&keyed(&server, &key).await, "").await.unwrap_err();
    assert!(
        refused.error.to_string().contains("it also wants password"),
        "{refused}"
    );
}
