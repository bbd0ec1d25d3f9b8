//! People, their tokens, what they prefer.

use domain::id::{TokenId, UserId};
use domain::permission::Role;
use domain::time::Timestamp;
use event_store::{Row, StoreError};

use super::column::{known, parsed};
use super::page::{Filter, List, Listing};
use super::{Everything, Read};

/// One person.
#[derive(Debug, Clone, PartialEq)]
pub struct UserRow {
    /// The user.
    pub id: UserId,
    /// The name to log in with.
    pub username: String,
    /// What the person may do.
    pub role: Role,
    /// May not log in.
    pub disabled: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When the person last logged in.
    pub last_log_in_at: Option<Timestamp>,
}

/// One bearer token.
#[derive(Debug, Clone, PartialEq)]
pub struct TokenRow {
    /// The token.
    pub id: TokenId,
    /// Whose it is.
    pub user: UserId,
    /// What it is for.
    pub name: String,
    /// What it may do.
    pub role: Role,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it stops working.
    pub expires_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

const USER: &str = "user_account.user_id, username, role, disabled, created_at, last_log_in_at";

impl Listing for Everything<UserRow> {
    type Item = UserRow;

    fn list(&self) -> List<'static> {
        users(Filter::default())
    }

    fn read(row: &Row) -> Result<UserRow, StoreError> {
        UserRow::read(row)
    }
}

fn users(filter: Filter) -> List<'static> {
    List {
        columns: USER,
        from: "user_account",
        filter,
        sort: "username_key",
        key: "user_id",
        descending: false,
    }
}

impl Listing for Everything<TokenRow> {
    type Item = TokenRow;

    fn list(&self) -> List<'static> {
        tokens(Filter::default())
    }

    fn read(row: &Row) -> Result<TokenRow, StoreError> {
        TokenRow::read(row)
    }
}

fn tokens(filter: Filter) -> List<'static> {
    List {
        columns: "token_id, user_id, name, role, created_at, expires_at, revoked_at",
        from: "token",
        filter,
        sort: "created_at",
        key: "token_id",
        descending: true,
    }
}

fn role(row: &Row) -> Result<Role, StoreError> {
    let word: String = row.get("role")?;
    known(Role::from_name(&word))
}

impl UserRow {
    pub(super) fn read(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: parsed(row, "user_id")?,
            username: row.get("username")?,
            role: role(row)?,
            disabled: row.get("disabled")?,
            created_at: row.get("created_at")?,
            last_log_in_at: row.get("last_log_in_at")?,
        })
    }
}

impl TokenRow {
    pub(super) fn read(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: parsed(row, "token_id")?,
            user: parsed(row, "user_id")?,
            name: row.get("name")?,
            role: role(row)?,
            created_at: row.get("created_at")?,
            expires_at: row.get("expires_at")?,
            revoked_at: row.get("revoked_at")?,
        })
    }
}

impl Read {
    /// The people with these ids, in any order.
    pub async fn users_by_id(&self, ids: &[UserId]) -> Result<Vec<UserRow>, StoreError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let values = ids.iter().map(|id| id.to_string().into()).collect();
        users(Filter::default().any_of("user_id", values))
            .all(
                &self.db,
                u32::try_from(ids.len()).unwrap_or(u32::MAX),
                UserRow::read,
            )
            .await
    }

    /// The person with this name, whatever the case.
    pub async fn user_by_name(&self, username: &str) -> Result<Option<UserRow>, StoreError> {
        let key = username.to_lowercase().into();
        let found = users(Filter::default().with("username_key = ?", [key]))
            .all(&self.db, 1, UserRow::read)
            .await?;
        Ok(found.into_iter().next())
    }

    /// The token with this id.
    pub async fn token(&self, id: TokenId) -> Result<Option<TokenRow>, StoreError> {
        let found = tokens(Filter::default().with("token_id = ?", [id.to_string().into()]))
            .all(&self.db, 1, TokenRow::read)
            .await?;
        Ok(found.into_iter().next())
    }

    /// What a person prefers: name and value.
    pub async fn preferences(&self, user: UserId) -> Result<Vec<(String, String)>, StoreError> {
        let sql = "SELECT name, value FROM preference WHERE user_id = $1 ORDER BY name";
        let rows = self.db.fetch_all(sql, &[user.to_string().into()]).await?;
        rows.iter()
            .map(|row| Ok((row.get("name")?, row.get("value")?)))
            .collect()
    }

    /// Whether somebody else is an administrator who may log in.
    pub async fn another_administrator(&self, than: UserId) -> Result<bool, StoreError> {
        let sql = "SELECT 1 AS one FROM user_account \
            WHERE role = $1 AND disabled = 0 AND user_id <> $2 LIMIT 1";
        let params = [Role::Admin.as_str().into(), than.to_string().into()];
        Ok(self.db.fetch_optional(sql, &params).await?.is_some())
    }

    /// Whether anybody is an administrator yet.
    pub async fn administrator_exists(&self) -> Result<bool, StoreError> {
        let sql = "SELECT 1 AS one FROM user_account WHERE role = $1 LIMIT 1";
        let row = self
            .db
            .fetch_optional(sql, &[Role::Admin.as_str().into()])
            .await?;
        Ok(row.is_some())
    }
}
