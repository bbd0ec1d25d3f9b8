//! Credentials: the details go to the log, the secret goes sealed to the vault, in one transaction.

use async_graphql::{Context, ID, InputObject, Object, Result};
use domain::credential::{
    AuthMethod as DomainMethod, CreateCredential, Credential as CredentialAggregate,
    CredentialCommand, CredentialDetails, EditCredential, MakeDefaultCredential, RemoveCredential,
    SshKeyFacts,
};
use domain::id::{CredentialId, TypedId as _};
use domain::permission::Permission;
use domain::port::{CredentialSecret, credential_record};
use domain::words::counted;
use event_store::{Attachment, Position};
use zeroize::Zeroizing;

use super::payload::{command_of, made, outcome, payloads};
use crate::access::{Access, require};
use crate::schema::error::{Fault, Refusal, UserError, UserErrorCode, refusal};
use crate::schema::id::of_input;
use crate::schema::object::credential::{AuthMethod, Credential};

/// See the module.
#[derive(Default)]
pub(crate) struct CredentialMutation;

payloads! {
    /// What came of it.
    CredentialPayload {
        /// The credential.
        credential: Credential
    }
}

/// A credential to be made.
#[derive(InputObject)]
pub(crate) struct CreateCredentialInput {
    /// A unique name.
    name: String,
    /// Free text.
    description: Option<String>,
    /// The account on the hosts.
    username: String,
    /// What is tried to log in.
    method: AuthMethod,
    /// The password: for the log-in, and for sudo where it asks for one.
    #[graphql(secret)]
    password: Option<String>,
    /// The private key in OpenSSH or PEM form.
    #[graphql(secret)]
    private_key: Option<String>,
    /// The passphrase of the private key.
    #[graphql(secret)]
    passphrase: Option<String>,
    /// Whether hosts without a credential of their own use it.
    is_default: Option<bool>,
    /// Repeating a mutation with the same key does nothing and gives the first answer.
    idempotency_key: Option<ID>,
}

/// A credential to be changed.
#[derive(InputObject)]
pub(crate) struct EditCredentialInput {
    /// The credential.
    id: ID,
    /// A unique name.
    name: String,
    /// Free text.
    description: Option<String>,
    /// The account on the hosts.
    username: String,
    /// What is tried to log in.
    method: AuthMethod,
    /// A new password. With any new secret, all secrets are replaced; without, they stay.
    #[graphql(secret)]
    password: Option<String>,
    /// A new private key in OpenSSH or PEM form.
    #[graphql(secret)]
    private_key: Option<String>,
    /// The passphrase of the new private key.
    #[graphql(secret)]
    passphrase: Option<String>,
    /// Repeating a mutation with the same key does nothing and gives the first answer.
    idempotency_key: Option<ID>,
}

/// A credential that becomes the default, or stops being it.
#[derive(Debug, InputObject)]
pub(crate) struct MakeDefaultCredentialInput {
    /// The credential.
    id: ID,
    /// Whether it is the default from now on.
    is_default: bool,
    /// Repeating a mutation with the same key does nothing and gives the first answer.
    idempotency_key: Option<ID>,
}

/// A credential to be thrown away.
#[derive(Debug, InputObject)]
pub(crate) struct RemoveCredentialInput {
    /// The credential.
    id: ID,
    /// Repeating a mutation with the same key does nothing and gives the first answer.
    idempotency_key: Option<ID>,
}

#[Object]
impl CredentialMutation {
    /// Stores a way to log in to hosts.
    async fn create_credential(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The credential with its secret.")] input: CreateCredentialInput,
    ) -> Result<CredentialPayload> {
        let access = require(ctx, Permission::CredentialWrite)?;
        let result = create(&access, input).await;
        Ok(outcome(&access, result).await?.into())
    }

    /// Changes a credential. Secrets that are not given stay.
    async fn edit_credential(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The credential.")] input: EditCredentialInput,
    ) -> Result<CredentialPayload> {
        let access = require(ctx, Permission::CredentialWrite)?;
        let result = edit(&access, input).await;
        Ok(outcome(&access, result).await?.into())
    }

    /// Makes a credential the one that hosts without their own use, or stops that.
    async fn make_default_credential(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The credential.")] input: MakeDefaultCredentialInput,
    ) -> Result<CredentialPayload> {
        let access = require(ctx, Permission::CredentialWrite)?;
        let result = make_default(&access, input).await;
        Ok(outcome(&access, result).await?.into())
    }

    /// Throws a credential away, and destroys its secret.
    async fn remove_credential(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The credential.")] input: RemoveCredentialInput,
    ) -> Result<CredentialPayload> {
        let access = require(ctx, Permission::CredentialDelete)?;
        let result = remove(&access, input).await;
        Ok(outcome(&access, result).await?.into())
    }
}

async fn create(
    access: &Access<'_>,
    input: CreateCredentialInput,
) -> Result<(Credential, Position), Refusal> {
    let drawn = CredentialId::draw(access.store().ids().as_ref());
    let method: DomainMethod = input.method.into();
    let secret = CredentialSecret {
        password: given(input.password),
        private_key: given(input.private_key),
        passphrase: given(input.passphrase),
    };
    complete(method, &secret)?;
    let details = CredentialDetails {
        name: input.name,
        description: input.description.unwrap_or_default(),
        username: input.username,
        method,
        key: key_facts(access, &secret)?,
    };
    let context = access.context(command_of(access, input.idempotency_key.as_ref(), "create"));
    let context = match seal(access, drawn, &secret)? {
        Some(attachment) => context.attach(attachment),
        None => context,
    };
    let default = input.is_default.unwrap_or_default();
    let create = CreateCredential {
        credential: drawn,
        details,
        default,
    };
    let executed = access
        .execute::<CredentialAggregate>(drawn, CredentialCommand::Create(create), context)
        .await
        .map_err(refusal::<CredentialAggregate>)?;
    Ok((
        load(access, made(&executed.stream, drawn)).await?,
        executed.position,
    ))
}

async fn edit(
    access: &Access<'_>,
    input: EditCredentialInput,
) -> Result<(Credential, Position), Refusal> {
    let id: CredentialId = of_input(&input.id, "id")?;
    let method: DomainMethod = input.method.into();
    let secret = CredentialSecret {
        password: given(input.password),
        private_key: given(input.private_key),
        passphrase: given(input.passphrase),
    };
    let rotated = secret != CredentialSecret::default();
    let current = access
        .store()
        .load::<CredentialAggregate>(id)
        .await?
        .state
        .current;
    let (before, known_key) = match &current {
        Some((_, details)) => (Some(details.method), details.key.clone()),
        None => (None, None),
    };
    if rotated || before != Some(method) {
        complete(method, &secret)?;
    }
    let key = if rotated {
        key_facts(access, &secret)?
    } else {
        known_key
    };
    let details = CredentialDetails {
        name: input.name,
        description: input.description.unwrap_or_default(),
        username: input.username,
        method,
        key,
    };
    let mut context = access.context(command_of(access, input.idempotency_key.as_ref(), "edit"));
    if rotated && let Some(attachment) = seal(access, id, &secret)? {
        context = context.attach(attachment);
    }
    let edit = CredentialCommand::Edit(EditCredential {
        details,
        secret_rotated: rotated,
    });
    let executed = access
        .execute::<CredentialAggregate>(id, edit, context)
        .await
        .map_err(refusal::<CredentialAggregate>)?;
    Ok((load(access, id).await?, executed.position))
}

async fn make_default(
    access: &Access<'_>,
    input: MakeDefaultCredentialInput,
) -> Result<(Credential, Position), Refusal> {
    let id: CredentialId = of_input(&input.id, "id")?;
    let context = access.context(command_of(
        access,
        input.idempotency_key.as_ref(),
        "default",
    ));
    let command = CredentialCommand::MakeDefault(MakeDefaultCredential {
        default: input.is_default,
    });
    let executed = access
        .execute::<CredentialAggregate>(id, command, context)
        .await
        .map_err(refusal::<CredentialAggregate>)?;
    Ok((load(access, id).await?, executed.position))
}

async fn remove(
    access: &Access<'_>,
    input: RemoveCredentialInput,
) -> Result<(Credential, Position), Refusal> {
    let id: CredentialId = of_input(&input.id, "id")?;
    let hosts = access
        .read()
        .credentials_by_id(&[id])
        .await?
        .first()
        .map_or(0, |row| row.host_count);
    if hosts > 0 {
        let message = format!(
            "it is the log-in of {}; give another credential first",
            counted(hosts, "host")
        );
        return Err(UserError::conflict(UserErrorCode::Conflict, message).into());
    }
    let context = access
        .context(command_of(access, input.idempotency_key.as_ref(), "remove"))
        .attach(Attachment::DropSecret {
            record: credential_record(id),
        });
    let executed = access
        .execute::<CredentialAggregate>(id, CredentialCommand::Remove(RemoveCredential), context)
        .await
        .map_err(refusal::<CredentialAggregate>)?;
    Ok((load(access, id).await?, executed.position))
}

/// A text that holds something.
fn given(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}

/// The secrets that a method needs are there.
fn complete(method: DomainMethod, secret: &CredentialSecret) -> Result<(), UserError> {
    let missing = |field: &str, what: &str| {
        Err(UserError::field(
            &[field],
            UserErrorCode::Invalid,
            format!("this method needs {what}"),
        ))
    };
    let (key, password) = (secret.private_key.is_some(), secret.password.is_some());
    match method {
        DomainMethod::Password | DomainMethod::KeyAndPassword if !password => {
            missing("password", "a password")
        }
        DomainMethod::Key | DomainMethod::KeyAndPassword if !key => {
            missing("privateKey", "a private key")
        }
        _ => Ok(()),
    }
}

fn key_facts(
    access: &Access<'_>,
    secret: &CredentialSecret,
) -> Result<Option<SshKeyFacts>, UserError> {
    let Some(key) = &secret.private_key else {
        return Ok(None);
    };
    access
        .inner()
        .probe
        .inspect_key(key, secret.passphrase.as_deref())
        .map(Some)
        .map_err(|error| {
            UserError::field(&["privateKey"], UserErrorCode::Invalid, error.to_string())
        })
}

fn seal(
    access: &Access<'_>,
    id: CredentialId,
    secret: &CredentialSecret,
) -> Result<Option<Attachment>, Fault> {
    if *secret == CredentialSecret::default() {
        return Ok(None);
    }
    let record = credential_record(id);
    let text = Zeroizing::new(serde_json::to_vec(secret).map_err(Fault::internal)?);
    let sealed = access
        .inner()
        .vault
        .seal(&record, &text)
        .map_err(Fault::internal)?;
    Ok(Some(Attachment::Secret { record, sealed }))
}

async fn load(access: &Access<'_>, id: CredentialId) -> Result<Credential, Refusal> {
    let row = access
        .read()
        .credentials_by_id(&[id])
        .await?
        .into_iter()
        .next();
    row.map(Credential)
        .ok_or_else(|| Fault::behind("the credential").into())
}
