//! Faults of the other side: each ends in bounded time, with the reason, and nothing is made up.

use std::time::Duration;

use domain::host::HostKeyPolicy;
use domain::scan::FailureReason;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::super::{SshOptions, connect};
use super::fake_server::{FakeServer, Misbehaviour, PASSWORD, Passwords};
use super::{limits, options, run, run_within, target, with_password};
use crate::shell::{Elevation, Limits, ShellError};

async fn server(misbehaviour: Misbehaviour) -> FakeServer {
    FakeServer::start(misbehaviour, Passwords::Plain).await
}

#[tokio::test]
async fn passwords_are_given_in_either_way_and_never_twice() {
    for passwords in [Passwords::Plain, Passwords::Interactive] {
        let server = FakeServer::start(Misbehaviour::None, passwords).await;
        let ran = run(&target(server.port, with_password(PASSWORD)), "P")
            .await
            .unwrap();
        assert_eq!(ran.output, b"half", "{passwords:?}");
        let refused = run(&target(server.port, with_password("wrong")), "")
            .await
            .unwrap_err();
        assert_eq!(refused.error.reason(), FailureReason::AuthenticationRefused);
        assert!(
            refused
                .error
                .to_string()
                .contains("password is not accepted"),
            "{refused}"
        );
        assert!(!refused.error.to_string().contains("wrong"), "{refused}");
        assert_eq!(server.heard.lock().unwrap().passwords, 2, "{passwords:?}");
    }
}

#[tokio::test]
async fn prompts_for_anything_else_are_not_answered() {
    let server = FakeServer::start(Misbehaviour::None, Passwords::InteractiveWithCode).await;
    let refused = run(&target(server.port, with_password(PASSWORD)), "")
        .await
        .unwrap_err();
    assert_eq!(refused.error.reason(), FailureReason::AuthenticationRefused);
    assert!(
        refused.error.to_string().contains("One-time password"),
        "{refused}"
    );
    assert_eq!(server.heard.lock().unwrap().passwords, 1);
}

#[tokio::test]
async fn unknown_host_key_is_refused_before_anything_is_said_of_the_account() {
    let server = server(Misbehaviour::None).await;
    let mut target = target(server.port, with_password(PASSWORD));
    target.policy = HostKeyPolicy::Strict;
    let refused = run(&target, "").await.unwrap_err();
    assert_eq!(refused.error.reason(), FailureReason::HostKeyUnknown);
    let heard = server.heard.lock().unwrap();
    assert!(heard.accounts.is_empty());
    assert_eq!(heard.passwords, 0);
}

#[tokio::test]
async fn connection_that_is_cut_is_lost() {
    let server = server(Misbehaviour::Cut).await;
    let ran = run(&target(server.port, with_password(PASSWORD)), "P")
        .await
        .unwrap();
    assert_eq!(ran.outcome, Err(ShellError::ConnectionLost));
}

#[tokio::test]
async fn host_that_never_answers_ends_at_the_deadline() {
    let server = server(Misbehaviour::Silence).await;
    let brief = Limits {
        ready: Duration::from_millis(200),
        ..limits()
    };
    let target = target(server.port, with_password(PASSWORD));
    let ran = run_within(&target, &options(), "P", brief).await.unwrap();
    assert!(matches!(
        ran.outcome,
        Err(ShellError::DeadlineExceeded { .. })
    ));
}

#[tokio::test]
async fn flood_is_stopped_at_the_limit() {
    let server = server(Misbehaviour::Flood).await;
    let ran = run(&target(server.port, with_password(PASSWORD)), "P")
        .await
        .unwrap();
    let limit = limits().output;
    assert_eq!(
        ran.outcome,
        Err(ShellError::OutputLimit {
            who: "the host",
            limit
        })
    );
    assert!(ran.output.len() <= usize::try_from(limit).unwrap());
}

#[tokio::test]
async fn bytes_that_are_no_text_pass_unchanged() {
    let server = server(Misbehaviour::Binary).await;
    let ran = run(&target(server.port, with_password(PASSWORD)), "P")
        .await
        .unwrap();
    assert_eq!(ran.output, b"half\0\xff");
}

#[tokio::test]
async fn refused_command_is_an_account_without_a_shell() {
    let server = server(Misbehaviour::Refuse).await;
    let ran = run(&target(server.port, with_password(PASSWORD)), "P")
        .await
        .unwrap();
    assert!(matches!(ran.outcome, Err(ShellError::NoShell { .. })));
}

#[tokio::test]
async fn no_secret_is_in_a_command() {
    let server = server(Misbehaviour::None).await;
    let session = connect(&target(server.port, with_password(PASSWORD)), &options())
        .await
        .unwrap();
    let elevation = Elevation::Password(zeroize::Zeroizing::new(PASSWORD.to_owned()));
    let link = session.start(&elevation).await.unwrap();
    let program = bytes::Bytes::from_static(b"P");
    crate::shell::run(link, &elevation, program, limits(), &mut |_| {})
        .await
        .unwrap();
    let heard = server.heard.lock().unwrap();
    assert!(!heard.commands[0].contains(PASSWORD));
    assert!(
        !String::from_utf8_lossy(&heard.input).contains(PASSWORD),
        "nobody asked for it"
    );
}

/// A server that says `words` to whoever connects and then nothing.
async fn mute_server(words: &'static [u8]) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let _ = stream.write_all(words).await;
                let mut sink = Vec::new();
                let _ = stream.read_to_end(&mut sink).await;
            });
        }
    });
    port
}

#[tokio::test]
async fn server_without_a_greeting_or_with_half_a_handshake_times_out() {
    for words in [
        b"".as_slice(),
        b"SSH-2.0-Slow",
        b"SSH-2.0-Slow\r\n",
        b"please wait\r\n",
    ] {
        let port = mute_server(words).await;
        let options = SshOptions {
            handshake: Duration::from_millis(300),
            ..options()
        };
        let target = target(port, with_password(PASSWORD));
        let refused = run_within(&target, &options, "", limits())
            .await
            .unwrap_err();
        assert_eq!(refused.error.reason(), FailureReason::HostUnreachable);
        assert!(
            refused.error.to_string().contains("the SSH handshake"),
            "{refused}"
        );
    }
}

#[tokio::test]
async fn server_that_does_not_speak_ssh_is_named_so() {
    let web: &[u8] = b"HTTP/1.1 400 Bad Request\r\n\r\n";
    for words in [
        &*web.repeat(12).leak(),
        b"SSH-2.0-x\r\ngarbage, and plenty of it, for a packet\r\n".as_slice(),
    ] {
        let port = mute_server(words).await;
        let refused = run(&target(port, with_password(PASSWORD)), "")
            .await
            .unwrap_err();
        assert_eq!(refused.error.reason(), FailureReason::HostUnreachable);
        assert!(
            refused
                .error
                .to_string()
                .contains("does not answer as an SSH server"),
            "{refused}"
        );
    }
}
