//! Secrets that are not events: sealed secrets of credentials, password hashes, hashes of session and
//! bearer tokens. They stand beside the log so that they can be destroyed. What a hash means and when
//! it counts is decided elsewhere.

use domain::digest::Digest;
use domain::id::{SessionId, TokenId, UserId};
use domain::port::SealedSecret;
use domain::time::Timestamp;

use crate::command::Attachment;
use crate::db::Conn;
use crate::error::StoreError;
use crate::row::Row;
use crate::store::Store;
use crate::value::Value;

/// A browser that has logged in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionSecret {
    /// The session.
    pub session: SessionId,
    /// SHA-256 of the cookie value.
    pub token_hash: Digest,
    /// Who.
    pub user: UserId,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last used, give or take the grain of [`Store::touch_session`].
    pub last_seen_at: Timestamp,
    /// Ends here without use.
    pub idle_expires_at: Timestamp,
    /// Ends here whatever happens.
    pub expires_at: Timestamp,
}

/// A bearer token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenSecret {
    /// The token.
    pub token: TokenId,
    /// SHA-256 of the token as its user has it.
    pub token_hash: Digest,
    /// Whose.
    pub user: UserId,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last used.
    pub last_used_at: Option<Timestamp>,
    /// When it stops working.
    pub expires_at: Option<Timestamp>,
}

const PUT_SECRET: &str = "INSERT INTO vault_secret (record, key_id, nonce, ciphertext) \
    VALUES ($1, $2, $3, $4) ON CONFLICT (record) DO UPDATE SET key_id = excluded.key_id, \
    nonce = excluded.nonce, ciphertext = excluded.ciphertext";

const PUT_PASSWORD: &str = "INSERT INTO user_password (user_id, hash) VALUES ($1, $2) \
    ON CONFLICT (user_id) DO UPDATE SET hash = excluded.hash";

const PUT_SESSION: &str = "INSERT INTO session_secret (session_id, token_hash, user_id, \
    created_at, last_seen_at, idle_expires_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)";

const PUT_TOKEN: &str = "INSERT INTO token_secret (token_id, token_hash, user_id, created_at, \
    last_used_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)";

/// Writes one attachment; blobs go their own way.
pub(crate) async fn attach(
    connection: &mut Conn<'_>,
    attachment: &Attachment,
) -> Result<(), StoreError> {
    let (sql, params): (&str, Vec<Value>) = match attachment {
        Attachment::Blob { hash, bytes } => {
            let stored = crate::blob::pack(*hash, bytes)?;
            return crate::blob::insert(connection, &stored).await;
        }
        Attachment::Secret { record, sealed } => (PUT_SECRET, secret_params(record, sealed)),
        Attachment::DropSecret { record } => (
            "DELETE FROM vault_secret WHERE record = $1",
            vec![record.into()],
        ),
        Attachment::Password { user, hash } => (PUT_PASSWORD, vec![(*user).into(), hash.into()]),
        Attachment::Session(session) => (PUT_SESSION, session_params(session)),
        Attachment::DropSession { session } => (
            "DELETE FROM session_secret WHERE session_id = $1",
            vec![(*session).into()],
        ),
        Attachment::DropSessions { user, except } => (
            "DELETE FROM session_secret WHERE user_id = $1 AND session_id <> $2",
            vec![
                (*user).into(),
                except
                    .map(|kept| kept.to_string())
                    .unwrap_or_default()
                    .into(),
            ],
        ),
        Attachment::Token(token) => (PUT_TOKEN, token_params(token)),
        Attachment::DropToken { token } => (
            "DELETE FROM token_secret WHERE token_id = $1",
            vec![(*token).into()],
        ),
    };
    connection.execute(sql, &params).await.map(drop)
}

fn secret_params(record: &str, sealed: &SealedSecret) -> Vec<Value> {
    vec![
        record.into(),
        sealed.key.as_str().into(),
        sealed.nonce.as_slice().into(),
        sealed.ciphertext.as_slice().into(),
    ]
}

fn session_params(session: &SessionSecret) -> Vec<Value> {
    vec![
        session.session.into(),
        session.token_hash.into(),
        session.user.into(),
        session.created_at.into(),
        session.last_seen_at.into(),
        session.idle_expires_at.into(),
        session.expires_at.into(),
    ]
}

fn token_params(token: &TokenSecret) -> Vec<Value> {
    vec![
        token.token.into(),
        token.token_hash.into(),
        token.user.into(),
        token.created_at.into(),
        token.last_used_at.into(),
        token.expires_at.into(),
    ]
}

fn session_of(row: &Row) -> Result<SessionSecret, StoreError> {
    Ok(SessionSecret {
        session: row.get("session_id")?,
        token_hash: row.get("token_hash")?,
        user: row.get("user_id")?,
        created_at: row.get("created_at")?,
        last_seen_at: row.get("last_seen_at")?,
        idle_expires_at: row.get("idle_expires_at")?,
        expires_at: row.get("expires_at")?,
    })
}

fn token_of(row: &Row) -> Result<TokenSecret, StoreError> {
    Ok(TokenSecret {
        token: row.get("token_id")?,
        token_hash: row.get("token_hash")?,
        user: row.get("user_id")?,
        created_at: row.get("created_at")?,
        last_used_at: row.get("last_used_at")?,
        expires_at: row.get("expires_at")?,
    })
}

impl Store {
    /// The sealed secret of a record.
    pub async fn get_secret(&self, record: &str) -> Result<Option<SealedSecret>, StoreError> {
        let sql = "SELECT key_id, nonce, ciphertext FROM vault_secret WHERE record = $1";
        let Some(row) = self.db().fetch_optional(sql, &[record.into()]).await? else {
            return Ok(None);
        };
        let nonce: Vec<u8> = row.get("nonce")?;
        Ok(Some(SealedSecret {
            key: row.get("key_id")?,
            nonce: nonce.try_into().map_err(|_| StoreError::Column {
                column: "nonce".to_owned(),
                problem: "a nonce has 12 bytes".to_owned(),
            })?,
            ciphertext: row.get("ciphertext")?,
        }))
    }

    /// The hash of a person's password.
    pub async fn password_hash(&self, user: UserId) -> Result<Option<String>, StoreError> {
        let sql = "SELECT hash FROM user_password WHERE user_id = $1";
        let row = self.db().fetch_optional(sql, &[user.into()]).await?;
        row.map(|row| row.get("hash")).transpose()
    }

    /// Replaces the hash of the same password by a stronger one. A new password comes as an attachment.
    pub async fn rehash_password(&self, user: UserId, hash: &str) -> Result<(), StoreError> {
        let sql = "UPDATE user_password SET hash = $2 WHERE user_id = $1";
        self.write(sql, &[user.into(), hash.into()]).await.map(drop)
    }

    /// The session with this token, whether it still counts or not.
    pub async fn session_by_hash(
        &self,
        token_hash: &Digest,
    ) -> Result<Option<SessionSecret>, StoreError> {
        let sql = "SELECT * FROM session_secret WHERE token_hash = $1";
        let row = self
            .db()
            .fetch_optional(sql, &[(*token_hash).into()])
            .await?;
        row.as_ref().map(session_of).transpose()
    }

    /// Writes down that a session was used. `false`: there is no such session. Callers do this once a
    /// minute, not at every request.
    pub async fn touch_session(
        &self,
        session: SessionId,
        last_seen_at: Timestamp,
        idle_expires_at: Timestamp,
    ) -> Result<bool, StoreError> {
        let sql = "UPDATE session_secret SET last_seen_at = $2, idle_expires_at = $3 \
            WHERE session_id = $1";
        let params = [session.into(), last_seen_at.into(), idle_expires_at.into()];
        Ok(self.write(sql, &params).await? == 1)
    }

    /// Destroys sessions and tokens that had ended by the instant, and says how many.
    pub async fn drop_expired_secrets(&self, now: Timestamp) -> Result<u64, StoreError> {
        let sessions = "DELETE FROM session_secret WHERE expires_at <= $1 OR idle_expires_at <= $1";
        let tokens = "DELETE FROM token_secret WHERE expires_at <= $1";
        Ok(self.write(sessions, &[now.into()]).await? + self.write(tokens, &[now.into()]).await?)
    }

    /// The token with this hash, whether it still counts or not.
    pub async fn token_by_hash(
        &self,
        token_hash: &Digest,
    ) -> Result<Option<TokenSecret>, StoreError> {
        let sql = "SELECT * FROM token_secret WHERE token_hash = $1";
        let row = self
            .db()
            .fetch_optional(sql, &[(*token_hash).into()])
            .await?;
        row.as_ref().map(token_of).transpose()
    }

    /// Writes down that a token was used. `false`: there is no such token.
    pub async fn touch_token(
        &self,
        token: TokenId,
        last_used_at: Timestamp,
    ) -> Result<bool, StoreError> {
        let sql = "UPDATE token_secret SET last_used_at = $2 WHERE token_id = $1";
        Ok(self
            .write(sql, &[token.into(), last_used_at.into()])
            .await?
            == 1)
    }

    async fn write(&self, sql: &str, params: &[Value]) -> Result<u64, StoreError> {
        let mut tx = self.db().begin().await?;
        let touched = tx.execute(sql, params).await?;
        tx.commit().await?;
        Ok(touched)
    }
}
