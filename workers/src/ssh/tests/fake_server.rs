//! An SSH server in this process whose misbehaviour a test chooses.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use russh::keys::{Algorithm, PrivateKey};
use russh::server::{Auth, ChannelOpenHandle, Config, Handle, Handler, Msg, Response, Session};
use russh::{Channel, ChannelId, MethodKind, MethodSet};
use tokio::net::TcpListener;

/// The password that the server takes.
pub(super) const PASSWORD: &str = "correct horse";

/// What it does when a command is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Misbehaviour {
    /// Prints the frames of a shell, then ends.
    None,
    /// Prints part of the output and ends the connection.
    Cut,
    /// Takes the command and never answers.
    Silence,
    /// Starts the shell and prints without end.
    Flood,
    /// Bytes that are no text, then the frames.
    Binary,
    /// Refuses the command.
    Refuse,
}

/// How passwords are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Passwords {
    Plain,
    Interactive,
    /// Keyboard-interactive that asks for a code after the password.
    InteractiveWithCode,
}

/// What the server heard.
#[derive(Debug, Default)]
pub(super) struct Heard {
    pub(super) accounts: Vec<String>,
    pub(super) passwords: usize,
    pub(super) commands: Vec<String>,
    pub(super) input: Vec<u8>,
}

pub(super) struct FakeServer {
    pub(super) port: u16,
    pub(super) heard: Arc<Mutex<Heard>>,
}

#[derive(Clone)]
struct Server {
    misbehaviour: Misbehaviour,
    passwords: Passwords,
    heard: Arc<Mutex<Heard>>,
    asked: usize,
}

impl FakeServer {
    pub(super) async fn start(misbehaviour: Misbehaviour, passwords: Passwords) -> Self {
        let method = match passwords {
            Passwords::Plain => MethodKind::Password,
            Passwords::Interactive | Passwords::InteractiveWithCode => {
                MethodKind::KeyboardInteractive
            }
        };
        let key = PrivateKey::random(&mut russh::keys::key::safe_rng(), Algorithm::Ed25519);
        let config = Arc::new(Config {
            methods: MethodSet::from([method].as_slice()),
            keys: vec![key.unwrap()],
            auth_rejection_time: Duration::from_millis(10),
            nodelay: true,
            ..Config::default()
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let heard = Arc::new(Mutex::new(Heard::default()));
        let server = Server {
            misbehaviour,
            passwords,
            heard: heard.clone(),
            asked: 0,
        };
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (config, server) = (config.clone(), server.clone());
                tokio::spawn(async move {
                    if let Ok(session) = russh::server::run_stream(config, stream, server).await {
                        let _ = session.await;
                    }
                });
            }
        });
        Self { port, heard }
    }
}

impl Handler for Server {
    type Error = russh::Error;

    async fn auth_none(&mut self, user: &str) -> Result<Auth, Self::Error> {
        self.heard.lock().unwrap().accounts.push(user.to_owned());
        Ok(Auth::reject())
    }

    async fn auth_password(&mut self, _: &str, password: &str) -> Result<Auth, Self::Error> {
        self.heard.lock().unwrap().passwords += 1;
        Ok(if password == PASSWORD {
            Auth::Accept
        } else {
            Auth::reject()
        })
    }

    async fn auth_keyboard_interactive<'a>(
        &'a mut self,
        _: &str,
        _: &str,
        response: Option<Response<'a>>,
    ) -> Result<Auth, Self::Error> {
        let prompt = |text: &'static str| Auth::Partial {
            name: "".into(),
            instructions: "".into(),
            prompts: vec![(text.into(), false)].into(),
        };
        let Some(mut response) = response else {
            return Ok(prompt("Password: "));
        };
        self.asked += 1;
        let answer = response.next().unwrap_or_default();
        self.heard.lock().unwrap().passwords += 1;
        if answer != PASSWORD.as_bytes() {
            return Ok(Auth::reject());
        }
        Ok(match self.passwords {
            Passwords::InteractiveWithCode => prompt("One-time password (OTP): "),
            Passwords::Plain | Passwords::Interactive => Auth::Accept,
        })
    }

    async fn channel_open_session(
        &mut self,
        _: Channel<Msg>,
        reply: ChannelOpenHandle,
        _: &mut Session,
    ) -> Result<(), Self::Error> {
        reply.accept().await;
        Ok(())
    }

    async fn data(
        &mut self,
        _: ChannelId,
        data: &[u8],
        _: &mut Session,
    ) -> Result<(), Self::Error> {
        self.heard.lock().unwrap().input.extend_from_slice(data);
        Ok(())
    }

    async fn exec_request(
        &mut self,
        channel: ChannelId,
        command: &[u8],
        session: &mut Session,
    ) -> Result<(), Self::Error> {
        let command = String::from_utf8_lossy(command).into_owned();
        self.heard.lock().unwrap().commands.push(command);
        if self.misbehaviour == Misbehaviour::Refuse {
            return session.channel_failure(channel);
        }
        session.channel_success(channel)?;
        tokio::spawn(behave(self.misbehaviour, session.handle(), channel));
        Ok(())
    }
}

async fn behave(misbehaviour: Misbehaviour, handle: Handle, channel: ChannelId) {
    const FRAMES: &str = "\nopenwatch-shell\n\nopenwatch-ready-0\nhalf";
    let say = async |bytes: Vec<u8>| handle.data(channel, bytes).await.is_ok();
    match misbehaviour {
        Misbehaviour::Silence | Misbehaviour::Refuse => return,
        Misbehaviour::Binary => {
            say(b"\xff\xfe\0\x1b[2Jnot text\0".to_vec()).await;
            say(FRAMES.as_bytes().to_vec()).await;
            say(b"\0\xff".to_vec()).await;
        }
        Misbehaviour::None | Misbehaviour::Cut | Misbehaviour::Flood => {
            say(FRAMES.as_bytes().to_vec()).await;
        }
    }
    if misbehaviour == Misbehaviour::Cut {
        let _ = handle
            .disconnect(
                russh::Disconnect::ByApplication,
                "bye".to_owned(),
                String::new(),
            )
            .await;
        return;
    }
    while misbehaviour == Misbehaviour::Flood && say(vec![b'x'; 32 * 1024]).await {}
    let _ = handle.exit_status_request(channel, 0).await;
    let _ = handle.close(channel).await;
}
