//! `openwatch admin`: users and tokens from the shell, for those who may read the data folder.

use std::io::BufRead as _;

use domain::id::{TokenId, TypedId as _, UserId};
use domain::permission::Role;
use domain::token::{Token, TokenCommand};
use domain::user::{CreateUser, User, UserCommand};
use event_store::auth::TokenSecret;
use event_store::{Attachment, ExecuteError};
use projections::Projections;
use projections::read::Read;
use serde::Serialize;
use tokio_util::sync::CancellationToken;
use zeroize::Zeroizing;

use crate::cli::{AdminAction, AdminArguments};
use crate::config::Config;
use crate::console::Console;
use crate::exit::{Exit, Failure};
use crate::node::Node;
use crate::rules::sources::Rules;

/// Runs one of the actions.
pub(crate) async fn run(
    arguments: AdminArguments,
    config: &Config,
    console: Console,
) -> Result<Exit, Failure> {
    let node = Node::open(config, Rules::builtin()?).await?;
    let done = match arguments.action {
        AdminAction::CreateUser { username, role, .. } => {
            create_user(&node, username, &role, console).await
        }
        AdminAction::CreateToken { user, name, role } => {
            create_token(&node, &user, name, role.as_deref(), console).await
        }
    };
    node.store.close().await;
    done.map(|()| Exit::Ok)
}

#[derive(Serialize)]
struct Created {
    user: String,
    username: String,
    role: &'static str,
}

async fn create_user(
    node: &Node,
    username: String,
    role: &str,
    console: Console,
) -> Result<(), Failure> {
    let role = role_of(role)?;
    let mut password = Zeroizing::new(String::new());
    std::io::stdin()
        .lock()
        .read_line(&mut password)
        .map_err(|error| Failure::cannot("could not read the password", error))?;
    let hash = api::hash_password(password.trim_end_matches(['\n', '\r']))
        .map_err(|error| Failure::usage(error.to_string()))?;
    let user = UserId::draw(node.store.ids().as_ref());
    let create = UserCommand::Create(CreateUser {
        user,
        username: username.clone(),
        role,
        first_administrator: false,
    });
    let context = node
        .context("command_line")
        .attach(Attachment::Password { user, hash });
    node.store
        .execute::<User>(user, create, context)
        .await
        .map_err(|error| match error {
            ExecuteError::ClaimTaken { .. } => {
                Failure::refused(format!("there is a user {username} already"))
            }
            error => Failure::refused(error),
        })?;
    let created = Created {
        user: user.to_string(),
        username,
        role: role.as_str(),
    };
    let text = format!(
        "created the user {} with the role {}",
        created.username, created.role
    );
    console.result(&text, &created)
}

#[derive(Serialize)]
struct Made {
    token: String,
}

async fn create_token(
    node: &Node,
    username: &str,
    name: String,
    role: Option<&str>,
    console: Console,
) -> Result<(), Failure> {
    let owner = find_user(node, username).await?;
    let role = match role {
        Some(role) => role_of(role)?,
        None => owner.role,
    };
    let cannot = |error| Failure::cannot("could not make the token", error);
    let secret = api::bearer_token().map_err(cannot)?;
    let token = TokenId::draw(node.store.ids().as_ref());
    let create = TokenCommand::Create {
        token,
        user: owner.id,
        user_role: owner.role,
        name,
        role,
        expires_at: None,
    };
    let context = node
        .context("command_line")
        .attach(Attachment::Token(TokenSecret {
            token,
            token_hash: api::secret_hash(&secret),
            user: owner.id,
            created_at: node.store.clock().now(),
            last_used_at: None,
            expires_at: None,
        }));
    node.store
        .execute::<Token>(token, create, context)
        .await
        .map_err(Failure::refused)?;
    let made = Made { token: secret };
    console.result(&made.token, &made)
}

/// The user of a name, from tables that hold the whole log.
async fn find_user(node: &Node, username: &str) -> Result<projections::read::UserRow, Failure> {
    let fault = |error| Failure::cannot("could not read the database", error);
    let stop = CancellationToken::new();
    let (projections, projecting) = Projections::start(node.store.clone(), stop.clone())
        .await
        .map_err(fault)?;
    let head = *node.store.head().borrow();
    let caught_up = projections
        .at_least(head, std::time::Duration::from_mins(10))
        .await;
    stop.cancel();
    // A task that broke has been logged already.
    let _ = projecting.await;
    caught_up.map_err(|error| Failure::cannot("could not read the database", error))?;
    let found = Read::new(node.store.db().clone())
        .user_by_name(username)
        .await
        .map_err(fault)?;
    found.ok_or_else(|| Failure::refused(format!("there is no user {username}")))
}

fn role_of(name: &str) -> Result<Role, Failure> {
    Role::from_name(name).ok_or_else(|| {
        let names = Role::ALL.map(Role::as_str).join(", ");
        Failure::usage(format!("{name:?} is not a role: {names}"))
    })
}
