//! Logging in: the methods of the credential in order. A password is tried only where the server takes one, so that
//! no attempt is wasted against a lock-out.

use std::sync::Arc;

use domain::credential::AuthMethod;
use russh::client::{AuthResult, Handle, KeyboardInteractiveAuthResponse as Interactive, Prompt};
use russh::keys::{Algorithm, HashAlg, PrivateKey, PrivateKeyWithHashAlg};
use russh::{MethodKind, MethodSet};

use super::client::Client;
use super::{Login, SshError, SshOptions, agent, key};

/// One thing to prove oneself with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Proof {
    Key,
    Password,
    Agent,
}

impl Proof {
    fn of(method: AuthMethod) -> &'static [Proof] {
        match method {
            AuthMethod::Password => &[Proof::Password],
            AuthMethod::Key => &[Proof::Key],
            AuthMethod::KeyAndPassword => &[Proof::Key, Proof::Password],
            AuthMethod::Agent => &[Proof::Agent],
        }
    }
}

/// What the server said to one proof.
#[derive(Debug)]
pub(super) enum Answer {
    /// Logged in.
    Accepted,
    /// Right, but not enough; these methods come next.
    Partial(MethodSet),
    /// No, and why as far as it can be told.
    Refused(String),
}

impl From<AuthResult> for Answer {
    fn from(result: AuthResult) -> Self {
        match result {
            AuthResult::Success => Self::Accepted,
            AuthResult::Failure {
                remaining_methods,
                partial_success: true,
            } => Self::Partial(remaining_methods),
            AuthResult::Failure { .. } => Self::Refused(String::new()),
        }
    }
}

/// Logs in, or says what was tried and what the server would take.
pub(super) async fn log_in(
    handle: &mut Handle<Client>,
    login: &Login,
    options: &SshOptions,
) -> Result<(), LogInError> {
    let key = prepare(login)?;
    let mut allowed = if key.is_some() {
        // Nobody is locked out for a key, so that asking what is taken would be a round trip for nothing: a refusal says it.
        MethodSet::client_supported()
    } else {
        match handle.authenticate_none(&login.username).await? {
            AuthResult::Success => return Ok(()),
            AuthResult::Failure {
                remaining_methods, ..
            } => remaining_methods,
        }
    };
    let mut refusals = Vec::new();
    for proof in Proof::of(login.method) {
        let answer = match proof {
            Proof::Key => try_key(handle, login, key.clone(), &mut allowed).await?,
            Proof::Password => try_password(handle, login, &allowed).await?,
            Proof::Agent => agent::try_agent(handle, login, options).await?,
        };
        match answer {
            Answer::Accepted => return Ok(()),
            Answer::Partial(next) => allowed = next,
            Answer::Refused(words) => refusals.push(words),
        }
        if handle.is_closed() {
            break;
        }
    }
    if refusals.is_empty() {
        refusals.push(format!("it also wants {}", names(&allowed)));
    }
    Err(LogInError::Refused(refusals.join("; ")))
}

/// Why logging in failed, before the endpoint is added.
pub(super) enum LogInError {
    /// The server said no.
    Refused(String),
    /// Anything else.
    Failed(SshError),
}

impl<E: Into<SshError>> From<E> for LogInError {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

/// Reads the key and checks that the secrets are there before the server hears of the account.
fn prepare(login: &Login) -> Result<Option<Arc<PrivateKey>>, SshError> {
    let secret = &login.secret;
    if login.method == AuthMethod::Password && secret.password.is_none() {
        return Err(SshError::SecretMissing {
            missing: "password",
        });
    }
    match login.method {
        AuthMethod::Key | AuthMethod::KeyAndPassword => {
            let text = secret
                .private_key
                .as_deref()
                .ok_or(SshError::SecretMissing {
                    missing: "private key",
                })?;
            let key = key::usable(text, secret.passphrase.as_deref())?;
            Ok(Some(Arc::new(key)))
        }
        AuthMethod::Password | AuthMethod::Agent => Ok(None),
    }
}

async fn try_key(
    handle: &mut Handle<Client>,
    login: &Login,
    key: Option<Arc<PrivateKey>>,
    allowed: &mut MethodSet,
) -> Result<Answer, SshError> {
    let Some(key) = key else {
        return Ok(Answer::Refused("there is no private key".to_owned()));
    };
    let fingerprint = key.fingerprint(HashAlg::Sha256);
    for hash in signature_hashes(handle, &key.algorithm()).await? {
        let signer = PrivateKeyWithHashAlg::new(key.clone(), hash);
        let answer = handle
            .authenticate_publickey(&login.username, signer)
            .await?;
        if let AuthResult::Failure {
            remaining_methods,
            partial_success: false,
        } = answer
        {
            *allowed = remaining_methods;
        } else {
            return Ok(answer.into());
        }
        if handle.is_closed() || !allowed.contains(&MethodKind::PublicKey) {
            break;
        }
    }
    if !allowed.contains(&MethodKind::PublicKey) && !allowed.is_empty() {
        let words = format!("it takes no keys, only {}", names(allowed));
        return Ok(Answer::Refused(words));
    }
    Ok(Answer::Refused(format!(
        "the key {fingerprint} is not accepted"
    )))
}

/// The hashes to sign with, best first: for RSA SHA-2 only (RFC 8332), otherwise what the key says.
/// A server may announce a hash (`server-sig-algs`) that its configuration then refuses, so the
/// weaker of the two is tried as well.
pub(super) async fn signature_hashes(
    handle: &Handle<Client>,
    algorithm: &Algorithm,
) -> Result<Vec<Option<HashAlg>>, russh::Error> {
    if !matches!(algorithm, Algorithm::Rsa { .. }) {
        return Ok(vec![None]);
    }
    Ok(match handle.best_supported_rsa_hash().await? {
        Some(Some(HashAlg::Sha512)) => vec![Some(HashAlg::Sha512), Some(HashAlg::Sha256)],
        Some(Some(hash)) => vec![Some(hash)],
        None => vec![Some(HashAlg::Sha256)],
        Some(None) => Vec::new(),
    })
}

async fn try_password(
    handle: &mut Handle<Client>,
    login: &Login,
    allowed: &MethodSet,
) -> Result<Answer, SshError> {
    let Some(password) = &login.secret.password else {
        return Ok(Answer::Refused("there is no password".to_owned()));
    };
    if allowed.contains(&MethodKind::Password) {
        let answer = handle
            .authenticate_password(&login.username, password)
            .await?;
        return Ok(match answer.into() {
            Answer::Refused(_) => Answer::Refused("the password is not accepted".to_owned()),
            answer => answer,
        });
    }
    if allowed.contains(&MethodKind::KeyboardInteractive) {
        return interactive(handle, &login.username, password).await;
    }
    Ok(Answer::Refused(format!(
        "it takes no passwords, only {}",
        names(allowed)
    )))
}

/// Keyboard-interactive (RFC 4256). Answers one prompt for the password and nothing else.
async fn interactive(
    handle: &mut Handle<Client>,
    username: &str,
    password: &str,
) -> Result<Answer, SshError> {
    let mut reply = handle
        .authenticate_keyboard_interactive_start(username, None::<String>)
        .await?;
    let mut answered = false;
    loop {
        let prompts = match reply {
            Interactive::Success => return Ok(Answer::Accepted),
            Interactive::Failure {
                remaining_methods,
                partial_success: true,
            } => return Ok(Answer::Partial(remaining_methods)),
            Interactive::Failure { .. } => {
                return Ok(Answer::Refused("the password is not accepted".to_owned()));
            }
            Interactive::InfoRequest { prompts, .. } => prompts,
        };
        let responses = match prompts.as_slice() {
            [] => Vec::new(),
            [prompt] if !answered && asks_for_password(prompt) => {
                answered = true;
                vec![password.to_owned()]
            }
            [prompt, ..] => {
                let words: String = prompt.prompt.trim().chars().take(100).collect();
                return Ok(Answer::Refused(format!(
                    "it asks \"{words}\", which a stored password cannot answer"
                )));
            }
        };
        reply = handle
            .authenticate_keyboard_interactive_respond(responses)
            .await?;
    }
}

/// A hidden prompt with the word for password, as PAM prints it in common languages; not one for a
/// new password, nor for a one-time code.
fn asks_for_password(prompt: &Prompt) -> bool {
    const WORDS: [&str; 7] = [
        "password",
        "passwort",
        "mot de passe",
        "contraseña",
        "senha",
        "パスワード",
        "密码",
    ];
    const OTHERS: [&str; 5] = ["new", "retype", "one-time", "otp", "again"];
    let text = prompt.prompt.to_lowercase();
    !prompt.echo
        && WORDS.iter().any(|word| text.contains(word))
        && !OTHERS.iter().any(|word| text.contains(word))
}

fn names(methods: &MethodSet) -> String {
    if methods.is_empty() {
        return "nothing".to_owned();
    }
    let names: Vec<&str> = methods.iter().map(Into::into).collect();
    names.join(", ")
}
